from django.db import migrations, models

import deals.models.money
from analytics import paying_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0016_funnel_by_eights"),
    ]

    operations = [
        migrations.CreateModel(
            name="PayingChange",
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
                ("issued", models.IntegerField(db_default=0, default=0)),
                (
                    "total",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                ("paid", models.IntegerField(db_default=0, default=0)),
                ("late", models.IntegerField(db_default=0, default=0)),
                ("days_late", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PayingDay",
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
                ("issued", models.IntegerField(db_default=0, default=0)),
                (
                    "total",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                ("paid", models.IntegerField(db_default=0, default=0)),
                ("late", models.IntegerField(db_default=0, default=0)),
                ("days_late", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "day", "currency"),
                        include=("issued", "total", "paid", "late", "days_late"),
                        name="paying_day_once",
                    )
                ],
            },
        ),
        # Days are counted by the schedule: what changes from here on is noted, and until then the books answer.
        migrations.RunSQL(paying_sql.INSTALL, paying_sql.REMOVE),
        migrations.RunSQL(paying_sql.ANEW, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
