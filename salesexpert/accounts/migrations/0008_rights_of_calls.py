from django.db import migrations

from salesexpert.accounts.presets import PRESETS

RIGHTS = ("telephony.view_call", "telephony.manage_telephony")


def give_rights(apps, schema_editor):
    """Roles that came with the product get what their kind of employee needs; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        role = roles.get(str(preset.code))
        if role:
            new = {right for right in RIGHTS if right in preset.permissions}
            role.permissions = sorted({*role.permissions, *new})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_right_to_set_absences")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
