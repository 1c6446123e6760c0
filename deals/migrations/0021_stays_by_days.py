import django.contrib.postgres.fields
from django.db import migrations, models

from deals.team import stays_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0020_figures_of_a_person_from_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedStay",
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
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StageDay",
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
                ("day", models.DateField()),
                ("stage_id", models.BigIntegerField()),
                ("entered", models.IntegerField(db_default=0, default=0)),
                ("left", models.IntegerField(db_default=0, default=0)),
                ("recorded", models.IntegerField(db_default=0, default=0)),
                ("minutes", models.BigIntegerField(db_default=0, default=0)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "stage_id"), name="stage_day_once"
                    )
                ],
            },
        ),
        # Days are counted by the schedule: what is changed from here on marks them.
        migrations.RunSQL(stays_sql.INSTALL, stays_sql.REMOVE),
    ]
    operations = at_once(operations)
