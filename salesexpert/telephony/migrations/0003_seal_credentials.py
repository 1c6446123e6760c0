from django.db import migrations

import salesexpert.core.sealed
from salesexpert.core.secrets_at_rest import is_sealed, seal, unseal


def seal_what_lay_open(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, credentials FROM telephony_connection")
        for pk, text in cursor.fetchall():
            if not is_sealed(text):
                sealed = seal(text) if text not in ("", "{}") else ""
                cursor.execute("UPDATE telephony_connection SET credentials = %s WHERE id = %s", [sealed, pk])  # fmt: skip


def lay_open(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, credentials FROM telephony_connection")
        for pk, text in cursor.fetchall():
            cursor.execute("UPDATE telephony_connection SET credentials = %s WHERE id = %s", [unseal(text) or "{}", pk])  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("telephony", "0001_tables")]

    operations = [
        migrations.AlterField(
            model_name="connection",
            name="credentials",
            field=salesexpert.core.sealed.SealedJSONField(
                blank=True, default=dict, editable=False
            ),
        ),
        migrations.RunPython(seal_what_lay_open, lay_open),
    ]
