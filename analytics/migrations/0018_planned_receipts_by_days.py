from django.db import migrations, models

import deals.models.money
from analytics import planned_sql
from analytics.kept_planned import DAYS
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0017_paying_by_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "planned",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
                (
                    "awaited",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlannedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "planned",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
                (
                    "awaited",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "day", "currency"),
                        include=("planned", "awaited"),
                        name="planned_day_once",
                    )
                ],
            },
        ),
        # Whoever plans receipts or changes their deals waits until the days are filled: nothing is counted twice or missed.
        migrations.RunSQL(planned_sql.INSTALL, planned_sql.REMOVE),
        migrations.RunSQL(DAYS.fill, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
