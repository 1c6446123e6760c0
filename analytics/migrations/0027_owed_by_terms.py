from django.db import migrations, models

import deals.models.money
from analytics import owed_sql
from analytics.kept_owed import DAYS
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0026_many_deals_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwedChange",
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
                ("due_on", models.DateField()),
                ("issued_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("invoices", models.IntegerField()),
                (
                    "owed",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwedDay",
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
                ("due_on", models.DateField()),
                ("issued_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("invoices", models.IntegerField()),
                (
                    "owed",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=18),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "due_on", "issued_on", "currency"),
                        include=("invoices", "owed"),
                        name="owed_day_once",
                    )
                ],
            },
        ),
        # Whoever changes invoices waits until the terms are filled: nothing is counted twice or missed.
        migrations.RunSQL(owed_sql.INSTALL, owed_sql.REMOVE),
        migrations.RunSQL(DAYS.fill, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
