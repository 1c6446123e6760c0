from django.db import migrations

from deals import schedule_presets


def load(apps, schema_editor):
    schedule_presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [("deals", "0004_bank_statements")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
