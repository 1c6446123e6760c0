from django.db import migrations

from salesexpert.accounts.presets import PRESETS

RIGHT = "pipeline.manage_absences"


def give_right(apps, schema_editor):
    """Roles that came with the product and lead people may set their absences; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        role = roles.get(str(preset.code))
        if role and RIGHT in preset.permissions and RIGHT not in role.permissions:
            role.permissions = sorted({*role.permissions, RIGHT})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_rights_of_inquiries")]
    operations = [migrations.RunPython(give_right, migrations.RunPython.noop)]
