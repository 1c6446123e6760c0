import django.contrib.postgres.fields
from django.db import migrations, models

from analytics import ladder_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0014_prices_by_months"),
    ]

    operations = [
        migrations.CreateModel(
            name="LadderChange",
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
                ("n", models.SmallIntegerField()),
                ("user_id", models.BigIntegerField()),
                (
                    "ats",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField()
                    ),
                ),
                (
                    "froms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(null=True)
                    ),
                ),
                (
                    "tos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField()
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LadderMonth",
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
                ("month", models.IntegerField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("a", models.BigIntegerField()),
                ("b", models.BigIntegerField()),
                ("before", models.IntegerField()),
                ("after", models.IntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "user_id",
                            "month",
                            "kind",
                            "a",
                            "b",
                            "before",
                            "after",
                        ),
                        include=("n",),
                        name="ladder_month_once",
                    )
                ],
            },
        ),
        # Months are counted by the schedule: what changes from here on is noted, and until then the facts answer.
        migrations.RunSQL(ladder_sql.INSTALL, ladder_sql.REMOVE),
        migrations.RunSQL(ladder_sql.ANEW, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
