from django.db import migrations

from salesexpert.accounts.presets import LEAD_MAIL, PRESETS


def give_rights(apps, schema_editor):
    """Roles that came with the product send mail as their work asks; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        given = set(LEAD_MAIL) & set(preset.permissions)
        role = roles.get(str(preset.code))
        if role and given - set(role.permissions):
            role.permissions = sorted({*role.permissions, *given})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
