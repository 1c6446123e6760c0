from django.db import migrations

from clients import consent_texts, erasure_sql

# Roles that are there already get the rights that this version brings with the preset of theirs.
RIGHTS = {
    "clients.record_consent": [
        "director",
        "head_of_sales",
        "head_of_marketing",
        "seller",
        "telemarketer",
        "assistant",
        "lawyer",
        "administrator",
    ],
    "clients.manage_personal_data": ["director", "lawyer", "administrator"],
    "clients.erase_person": ["director", "lawyer", "administrator"],
}


def load(apps, schema_editor):
    consent_texts.load(apps)
    role = apps.get_model("accounts", "Role")
    for right, codes in RIGHTS.items():
        for row in role.objects.filter(code__in=codes):
            if right not in row.permissions:
                row.permissions = sorted([*row.permissions, right])
                row.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0011_bulk_changes"),
        ("accounts", "0002_preset_roles"),
        ("audit", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(erasure_sql.CREATE, erasure_sql.DROP),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
