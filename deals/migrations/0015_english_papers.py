from django.db import migrations

from deals.papers import presets


def load(apps, schema_editor):
    presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [("deals", "0014_english_requisites")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
