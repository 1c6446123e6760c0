from django.db import migrations
from django.utils import timezone

from clients import completeness_presets, consent_texts, erasure_sql
from salesexpert.accounts.presets import PRESETS

# The application may only add to the log of moves; that of a card in the bin goes with the card. Who may call an
# owner's function is said by `core.roles`.
PURGE = """
CREATE OR REPLACE FUNCTION purge_relationship_moves(card bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM public.clients_relationshipmove
    WHERE client_id = card
      AND EXISTS (SELECT 1 FROM public.clients_client WHERE id = card AND bin_id IS NOT NULL)
$$;
REVOKE ALL ON FUNCTION purge_relationship_moves(bigint) FROM PUBLIC
"""
NEW_RIGHTS = {
    "clients.bulk_change",
    "clients.delete_activity",
    "clients.delete_client",
    "clients.delete_contact",
    "clients.erase_person",
    "clients.manage_completeness",
    "clients.manage_own_fields",
    "clients.manage_personal_data",
    "clients.merge_clients",
    "clients.purge_bin",
    "clients.record_consent",
    "clients.revert_imports",
    "clients.use_bin",
    "clients.use_whole_bin",
}


def give_rights(apps, schema_editor):
    """Roles that came with the product get the new rights as it gives them today; whoever made his own decides himself."""
    role = apps.get_model("accounts", "Role")
    for preset in PRESETS:
        new = NEW_RIGHTS.intersection(preset.permissions)
        for row in role.objects.filter(code=str(preset.code)):
            if not new <= set(row.permissions):
                row.permissions = sorted(new.union(row.permissions))
                row.save(update_fields=["permissions"])


def fill(apps, schema_editor):
    """Rules and wordings to begin with; a company that is at work has its cards counted and compared once."""
    completeness_presets.load(apps)
    consent_texts.load(apps)
    if apps.get_model("clients", "Client").objects.exists():
        now = timezone.now()
        apps.get_model("clients", "Recount").objects.create(
            kind="completeness", created_at=now, heartbeat_at=now
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_preset_roles"),
        ("audit", "0001_initial"),
        ("clients", "0004_client_base"),
    ]
    operations = [
        migrations.RunSQL(
            PURGE, "DROP FUNCTION IF EXISTS purge_relationship_moves(bigint)"
        ),
        migrations.RunSQL(erasure_sql.CREATE, erasure_sql.DROP),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(
            "INSERT INTO clients_changedcard (client_id) SELECT id FROM clients_client",
            migrations.RunSQL.noop,
        ),
    ]
