from django.db import migrations

from salesexpert.accounts.presets import PRESETS

RIGHT = "deals.load_statements"


def give_right(apps, schema_editor):
    """Roles that came with the product and keep the money may load statements; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        role = roles.get(str(preset.code))
        if role and RIGHT in preset.permissions and RIGHT not in role.permissions:
            role.permissions = sorted({*role.permissions, RIGHT})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_rights_of_papers")]
    operations = [migrations.RunPython(give_right, migrations.RunPython.noop)]
