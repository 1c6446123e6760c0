from django.db import migrations, models

from deals.team.stays_sql import ROW, grouped

# A table of some thousand rows, written anew so that they lie close.
IN_GROUPS = f"""
CREATE TEMP TABLE stageday_in_groups ON COMMIT DROP AS SELECT {ROW.replace("people", f"{grouped('people')} AS people")} FROM deals_stageday;
TRUNCATE deals_stageday;
INSERT INTO deals_stageday ({ROW}) SELECT {ROW} FROM stageday_in_groups ORDER BY day, stage_id;
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0027_worked_by_days")]

    operations = [
        # Days that could not be told by who knows no groups are counted anew by the schedule.
        migrations.RunSQL(IN_GROUPS, "TRUNCATE deals_stageday"),
        migrations.AddConstraint(
            model_name="stageday",
            constraint=models.CheckConstraint(
                condition=models.Q(("people", []), ("people__0__gte", 4294967296), _connector="OR"),
                name="stage_day_people_by_groups",
            ),
        ),
    ]  # fmt: skip
