from django.db import migrations

RIGHT = "outbox.manage_mail"


def give_right(apps, schema_editor):
    """The administrator that came with the product sets up mail servers; what a company ticked stays."""
    role = (
        apps.get_model("accounts", "Role").objects.filter(code="administrator").first()
    )
    if role and RIGHT not in role.permissions:
        role.permissions = sorted({*role.permissions, RIGHT})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_rights_of_mailing")]
    operations = [migrations.RunPython(give_right, migrations.RunPython.noop)]
