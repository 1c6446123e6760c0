from django.db import migrations

from pipeline import process_presets


def load(apps, schema_editor):
    process_presets.load(apps)


class Migration(migrations.Migration):
    replaces = [
        ("pipeline", "0003_first_process"),
        ("pipeline", "0004_plan_of_work"),
    ]
    dependencies = [
        ("clients", "0003_first_contents"),
        ("pipeline", "0001_tables"),
    ]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
