from django.db import migrations

from salesexpert.accounts.presets import PRESETS


def add_roles(apps, schema_editor):
    """The roles as this version of the product brings them; a company that already has one keeps its own."""
    role = apps.get_model("accounts", "Role")
    for position, preset in enumerate(PRESETS):
        role.objects.get_or_create(
            code=str(preset.code),
            defaults={
                "name": preset.name,
                "name_en": preset.name_en,
                "permissions": sorted(preset.permissions),
                "scope": str(preset.scope),
                "requires_second_factor": preset.requires_second_factor,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0010_rights_of_mailing"),
        ("accounts", "0011_right_to_set_up_mail"),
        ("accounts", "0012_rights_of_campaigns"),
        ("accounts", "0002_preset_roles"),
        ("accounts", "0003_rights_of_deals"),
        ("accounts", "0004_rights_of_papers"),
        ("accounts", "0005_right_to_load_statements"),
        ("accounts", "0006_rights_of_inquiries"),
        ("accounts", "0007_right_to_set_absences"),
        ("accounts", "0008_rights_of_calls"),
        ("accounts", "0009_rights_of_pay"),
    ]
    dependencies = [("accounts", "0001_tables")]
    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
