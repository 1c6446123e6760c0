from django.db import migrations

from deals import vat_presets


def load(apps, schema_editor):
    vat_presets.load(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0006_term_of_a_planned_receipt"),
        ("clients", "0006_catalogue"),
    ]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
