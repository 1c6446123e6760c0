from django.db import migrations

from clients import presets


def load(apps, schema_editor):
    presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
