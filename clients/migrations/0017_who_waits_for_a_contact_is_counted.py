from django.db import migrations

from clients import fullness_sql
from clients.kept_fullness import KEPT


class Migration(migrations.Migration):
    dependencies = [("clients", "0016_work_without_a_client")]

    operations = [
        # Who saves a card waits until all is counted anew: nothing is counted twice or missed, and counts lie close.
        migrations.RunSQL(
            fullness_sql.REMOVE + fullness_sql.INSTALL, migrations.RunSQL.noop
        ),
        migrations.RunSQL("TRUNCATE clients_fullnesssum", migrations.RunSQL.noop),
        migrations.RunSQL(KEPT.fill, migrations.RunSQL.noop),
    ]
