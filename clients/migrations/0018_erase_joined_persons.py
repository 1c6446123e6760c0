from django.db import migrations

from clients import erasure_sql


class Migration(migrations.Migration):
    """The function learns of cards that were joined into the person's."""

    dependencies = [("clients", "0017_feed_in_order")]
    operations = [migrations.RunSQL(erasure_sql.CREATE, migrations.RunSQL.noop)]
