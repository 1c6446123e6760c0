from django.db import migrations

from clients import erasure_sql


class Migration(migrations.Migration):
    dependencies = [("clients", "0009_little_waits_for_search")]

    operations = [migrations.RunSQL(erasure_sql.CREATE, migrations.RunSQL.noop)]
