from django.db import migrations

from clients import erasure_sql


class Migration(migrations.Migration):
    """The function learns of cards that were joined into the person's."""

    dependencies = [("clients", "0015_purge_only_by_the_application")]
    operations = [migrations.RunSQL(erasure_sql.CREATE, migrations.RunSQL.noop)]
