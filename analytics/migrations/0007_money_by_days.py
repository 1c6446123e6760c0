from django.db import migrations, models

import deals.models.money
from analytics import money_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_refusals_by_months"),
    ]

    operations = [
        migrations.CreateModel(
            name="MoneyChange",
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
                    "paid",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "paid_margin",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "issued",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "issued_margin",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "received",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MoneyDay",
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
                    "paid",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "paid_margin",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "issued",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "issued_margin",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "received",
                    deals.models.money.MoneyField(
                        db_default=0, decimal_places=2, default=0, max_digits=18
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "day", "currency"),
                        include=(
                            "paid",
                            "paid_margin",
                            "issued",
                            "issued_margin",
                            "received",
                        ),
                        name="money_day_once",
                    )
                ],
            },
        ),
        # Days are filled by 0021, with what they hold since.
        migrations.RunSQL(money_sql.INSTALL, money_sql.REMOVE),
    ]
    operations = at_once(operations)
