from django.db import migrations

from salesexpert.accounts.presets import PRESETS

OF_DEALS = ("deals.", "pipeline.")


def give_rights(apps, schema_editor):
    """Roles that came with the product get the rights of deals, processes and money; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        role = roles.get(str(preset.code))
        new = {name for name in preset.permissions if name.startswith(OF_DEALS)}
        if role and not new <= set(role.permissions):
            role.permissions = sorted({*role.permissions, *new})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_preset_roles")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
