from django.db import migrations

from analytics import work_sql


class Migration(migrations.Migration):
    dependencies = [("analytics", "0022_owed_by_days")]

    operations = [
        # Won deals by clients and work on refused ones are noted from here on; all is counted anew by the schedule, and until
        # then the facts answer.
        migrations.RunSQL(work_sql.REMOVE + work_sql.INSTALL, migrations.RunSQL.noop),
        migrations.RunSQL(work_sql.ANEW, migrations.RunSQL.noop),
    ]
