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
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
