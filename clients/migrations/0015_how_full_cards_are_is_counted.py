from django.db import migrations, models

from clients import fullness_sql
from clients.kept_fullness import KEPT
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0014_work_of_a_person_is_told_from_an_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="FullnessChange",
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
                ("kind", models.SmallIntegerField()),
                ("value", models.BigIntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FullnessSum",
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
                ("kind", models.SmallIntegerField()),
                ("value", models.BigIntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "kind", "value"),
                        include=("n",),
                        name="fullness_sum_once",
                    )
                ],
            },
        ),
        # Whoever saves cards waits until they are counted: nothing is counted twice or missed.
        migrations.RunSQL(fullness_sql.INSTALL, fullness_sql.REMOVE),
        migrations.RunSQL(KEPT.fill, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
