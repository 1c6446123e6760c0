from django.db import migrations

from pipeline import process_presets


def load(apps, schema_editor):
    process_presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0002_processes"),
        ("clients", "0006_catalogue"),
    ]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
