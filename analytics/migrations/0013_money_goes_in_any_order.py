from django.db import migrations

from analytics import money_sql


class Migration(migrations.Migration):
    """The triggers as they are now in place of those of 0007; who books meanwhile waits for both."""

    dependencies = [("analytics", "0012_funnel_changes_are_folded")]

    operations = [
        migrations.RunSQL(money_sql.REMOVE + money_sql.INSTALL, migrations.RunSQL.noop),
    ]
