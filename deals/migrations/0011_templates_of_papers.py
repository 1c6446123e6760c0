from django.db import migrations

from deals.papers import presets


def load(apps, schema_editor):
    presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [("deals", "0010_reasons_and_next_step")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
