from django.db import migrations, models

from analytics import work_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0018_planned_receipts_by_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkChange",
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
                ("part", models.PositiveSmallIntegerField()),
                ("kind_id", models.BigIntegerField()),
                ("a", models.BigIntegerField()),
                ("b", models.BigIntegerField()),
                ("n", models.IntegerField()),
                ("x", models.BigIntegerField()),
                ("y", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="WorkMonth",
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
                ("part", models.PositiveSmallIntegerField()),
                ("kind_id", models.BigIntegerField()),
                ("a", models.BigIntegerField()),
                ("b", models.BigIntegerField()),
                ("n", models.IntegerField()),
                ("x", models.BigIntegerField()),
                ("y", models.IntegerField()),
                ("month", models.IntegerField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "part", "month", "kind_id", "a", "b"),
                        include=("n", "x", "y"),
                        name="work_month_once",
                    )
                ],
            },
        ),
        # Months are counted by the schedule: what changes from here on is noted, and until then the facts answer.
        migrations.RunSQL(work_sql.INSTALL, work_sql.REMOVE),
        migrations.RunSQL(work_sql.ANEW, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
