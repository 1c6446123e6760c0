import django.contrib.postgres.fields
from django.db import migrations, models

from analytics import funnel_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_tables"),
        ("deals", "0004_stays_are_read_from_one_index"),
        ("pipeline", "0002_process_to_begin_with"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedDeal",
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
                ("deal_id", models.BigIntegerField(null=True)),
                ("process_id", models.BigIntegerField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="FunnelDeal",
            fields=[
                (
                    "deal_id",
                    models.BigIntegerField(primary_key=True, serialize=False),
                ),
                ("user_id", models.BigIntegerField()),
                ("process_id", models.BigIntegerField()),
                (
                    "months",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
                    ),
                ),
                (
                    "stages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="FunnelMonth",
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
                ("month", models.DateField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("stage_id", models.BigIntegerField()),
                ("value", models.IntegerField()),
                ("n", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "user_id",
                            "process_id",
                            "kind",
                            "month",
                            "stage_id",
                            "value",
                        ),
                        include=("n",),
                        name="funnel_month_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(funnel_sql.INSTALL, funnel_sql.REMOVE),
        migrations.RunSQL(funnel_sql.MARK_ALL, migrations.RunSQL.noop),
    ]
    operations = at_once(operations)
