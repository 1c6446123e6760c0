import django.contrib.postgres.fields
from django.db import migrations, models

from analytics import funnel_sql


class Migration(migrations.Migration):
    dependencies = [("analytics", "0024_moves_that_facts_made")]

    operations = [
        migrations.CreateModel(
            name="FunnelDay",
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
                ("process_id", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField()
                    ),
                ),
                (
                    "stages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField()
                    ),
                ),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField()
                    ),
                ),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField()
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "day", "process_id"),
                        name="funnel_day_once",
                    )
                ],
            },
        ),
        # Closed deals say their very day from here on: all is counted anew by the schedule, and until then the facts answer.
        migrations.RunSQL(funnel_sql.MARK_ALL, migrations.RunSQL.noop),
    ]
