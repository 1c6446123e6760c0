from django.db import migrations, models

from deals.team.kept_standing import INSTALL, KEPT, REMOVE
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0029_promises_need_one_index_of_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingChange",
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
                ("stage_id", models.BigIntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Standing",
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
                ("stage_id", models.BigIntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("stage_id",), name="standing_once")
                ],
            },
        ),
        # Whoever saves deals waits until they are counted: nothing is counted twice or missed.
        migrations.RunSQL(INSTALL, REMOVE),
        migrations.RunSQL(KEPT.fill, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
