from django.db import migrations, models

import deals.models.money
from analytics import prices_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0013_money_goes_in_any_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedPrice",
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
                ("product_id", models.BigIntegerField()),
                ("competitor_id", models.BigIntegerField(null=True)),
                ("month", models.DateField(null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PriceMonth",
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
                ("month", models.DateField()),
                ("product_id", models.BigIntegerField()),
                ("competitor_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("seen", models.IntegerField()),
                (
                    "total",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=20),
                ),
                (
                    "least",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=14),
                ),
                ("compared", models.IntegerField()),
                ("gap", models.DecimalField(decimal_places=1, max_digits=20)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "product_id", "competitor_id", "currency"),
                        name="price_month_once",
                    )
                ],
            },
        ),
        # Whoever writes prices waits until the months are filled: nothing is missed.
        migrations.RunSQL(prices_sql.INSTALL, prices_sql.REMOVE),
        migrations.RunSQL(prices_sql.FILL, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
