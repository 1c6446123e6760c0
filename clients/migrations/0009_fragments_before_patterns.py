from django.db import migrations

from clients import erasure_sql


class Migration(migrations.Migration):
    """The journal's blanking function asks rows for plain fragments first, and leaves namesakes their names."""

    dependencies = [("clients", "0008_deals_in_the_bin")]
    operations = [
        *(
            migrations.RunSQL(
                f"DROP FUNCTION IF EXISTS {former};", migrations.RunSQL.noop
            )
            for former in erasure_sql.FORMER
        ),
        migrations.RunSQL(erasure_sql.CREATE, migrations.RunSQL.noop),
    ]
