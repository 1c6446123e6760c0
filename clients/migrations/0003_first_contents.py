"""Functions that only the owner may run, and the words a company begins with."""

from django.db import migrations

from clients import completeness_presets, consent_texts, erasure_sql, presets

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


def load(apps, schema_editor):
    presets.load(apps)
    completeness_presets.load(apps)
    consent_texts.load(apps)


class Migration(migrations.Migration):
    replaces = [
        ("clients", "0003_presets"),
        ("clients", "0005_client_base_at_work"),
        ("clients", "0006_catalogue"),
        ("clients", "0007_leaner_indexes"),
        ("clients", "0007_taking_entry_merges_back"),
        ("clients", "0008_deals_in_the_bin"),
        ("clients", "0009_fragments_before_patterns"),
        ("clients", "0010_inquiries"),
        ("clients", "0011_plan_of_work"),
        ("clients", "0012_cancelled_work_of_a_person"),
        ("clients", "0013_work_handed_on"),
        ("clients", "0014_a_refused_bulk_change"),
    ]
    dependencies = [
        ("audit", "0001_tables"),
        ("clients", "0002_tables_that_point"),
    ]
    operations = [
        migrations.RunSQL(
            PURGE, "DROP FUNCTION IF EXISTS purge_relationship_moves(bigint)"
        ),
        migrations.RunSQL(erasure_sql.CREATE, erasure_sql.DROP),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
