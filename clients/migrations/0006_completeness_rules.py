from django.db import migrations

from clients import completeness_presets

OLD, NEW = "clients.manage_dictionaries", "clients.manage_completeness"


def load(apps, schema_editor):
    completeness_presets.load(apps)
    # Who keeps the dictionaries in a company that is at work already keeps the rules too.
    for role in apps.get_model("accounts", "Role").objects.all():
        if OLD in role.permissions and NEW not in role.permissions:
            role.permissions = sorted([*role.permissions, NEW])
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_completeness"),
        ("accounts", "0002_preset_roles"),
    ]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
