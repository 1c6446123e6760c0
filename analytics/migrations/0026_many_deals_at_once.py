from django.db import migrations

from analytics import work_sql


class Migration(migrations.Migration):
    """Triggers that cost in proportion to the deals a statement changes; they note what those of 0023 noted."""

    dependencies = [("analytics", "0025_funnel_by_days")]

    operations = [
        migrations.RunSQL(work_sql.REMOVE + work_sql.INSTALL, migrations.RunSQL.noop),
    ]
