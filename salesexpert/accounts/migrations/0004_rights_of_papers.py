from django.db import migrations

from salesexpert.accounts.presets import PRESETS

OF_PAPERS = {
    "deals.view_document",
    "deals.add_document",
    "deals.manage_library",
    "deals.manage_templates",
    "deals.edit_template_source",
}


def give_rights(apps, schema_editor):
    """Roles that came with the product get the rights of papers; what a company ticked stays."""
    roles = {
        role.code: role for role in apps.get_model("accounts", "Role").objects.all()
    }
    for preset in PRESETS:
        role = roles.get(str(preset.code))
        new = OF_PAPERS & set(preset.permissions)
        if role and not new <= set(role.permissions):
            role.permissions = sorted({*role.permissions, *new})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_rights_of_deals")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
