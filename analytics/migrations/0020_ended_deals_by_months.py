from django.db import migrations

from analytics import work_sql


class Migration(migrations.Migration):
    dependencies = [("analytics", "0019_work_by_months")]

    operations = [
        # Ended deals are noted too from here on; all is counted anew by the schedule, and until then the facts answer.
        migrations.RunSQL(work_sql.REMOVE + work_sql.INSTALL, migrations.RunSQL.noop),
        migrations.RunSQL(work_sql.ANEW, migrations.RunSQL.noop),
    ]
