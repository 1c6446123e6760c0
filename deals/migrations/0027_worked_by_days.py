from django.db import migrations, models

from deals.team import worked_sql
from deals.team.kept_worked import DAYS
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0026_promises_of_a_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkedChange",
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
                ("at", models.DateTimeField()),
                ("minutes", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="WorkedDay",
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
                ("minutes", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "day"),
                        include=("minutes",),
                        name="worked_day_once",
                    )
                ],
            },
        ),
        # Whoever saves work waits until the days are filled: nothing is counted twice or missed.
        migrations.RunSQL(worked_sql.INSTALL, worked_sql.REMOVE),
        migrations.RunSQL([(DAYS.fill, DAYS.given)], migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
