from django.db import migrations

from salesexpert.accounts.presets import KEEP_CAMPAIGNS, PRESETS


def give_rights(apps, schema_editor):
    """Roles that came with the product read or keep campaigns; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        given = set(KEEP_CAMPAIGNS) & set(preset.permissions)
        role = roles.get(str(preset.code))
        if role and given - set(role.permissions):
            role.permissions = sorted({*role.permissions, *given})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_right_to_set_up_mail")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
