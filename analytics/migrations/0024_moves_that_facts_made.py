from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from analytics import ladder_sql


class Migration(migrations.Migration):
    dependencies = [("analytics", "0023_first_and_later_deals_by_months")]

    operations = [
        migrations.AddField(
            model_name="ladderchange",
            name="by_facts",
            field=ArrayField(
                base_field=models.BooleanField(),
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        # Months tell moves that facts made from here on; all is counted anew by the schedule, and until then the facts answer.
        migrations.RunSQL(
            ladder_sql.REMOVE + ladder_sql.INSTALL, migrations.RunSQL.noop
        ),
        migrations.RunSQL(ladder_sql.ANEW, migrations.RunSQL.noop),
    ]
