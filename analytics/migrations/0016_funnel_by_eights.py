from django.db import migrations, models

_KEY = ["user_id", "process_id", "kind", "month", "stage_id", "first"]
_NUMBERS = [f"n{i}" for i in range(8)]

# Rows are added up as they stand, for counting all deals anew takes minutes; whoever folds waits meanwhile. Processes of the version
# before read a view that tells the same. They cannot write to it: what they would fold waits until they are started anew. A later
# version drops the view.
EIGHTS = f"""
LOCK TABLE analytics_funnelmonth;
SET LOCAL work_mem = '96MB';
INSERT INTO analytics_funneleight ({", ".join(_KEY + _NUMBERS)})
SELECT user_id, process_id, kind, month, stage_id, value & ~7,
    {", ".join(f"coalesce(sum(n) FILTER (WHERE value & 7 = {i}), 0)::int" for i in range(8))}
FROM analytics_funnelmonth GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6;
DROP TABLE analytics_funnelmonth;
CREATE VIEW analytics_funnelmonth AS
SELECT id * 8 + more AS id, user_id, process_id, month, kind, stage_id, first + more AS value, n
FROM analytics_funneleight, LATERAL (VALUES {", ".join(f"({i}, n{i})" for i in range(8))}) AS each(more, n) WHERE n <> 0;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0015_ladder_by_months")]

    operations = [
        migrations.CreateModel(
            name="FunnelEight",
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
                ("first", models.IntegerField()),
                *((name, models.IntegerField()) for name in _NUMBERS),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=_KEY, include=_NUMBERS, name="funnel_eight_once"
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EIGHTS)],
            state_operations=[migrations.DeleteModel(name="FunnelMonth")],
        ),
    ]
