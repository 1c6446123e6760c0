from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION purge_relationship_moves(card bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM public.clients_relationshipmove
    WHERE client_id = card
      AND EXISTS (SELECT 1 FROM public.clients_client WHERE id = card AND bin_id IS NOT NULL)
$$
"""


class Migration(migrations.Migration):
    """The application may only add to the log of moves; that of a card in the bin goes with the card."""

    dependencies = [("clients", "0007_personal_data")]
    operations = [
        migrations.RunSQL(
            CREATE, "DROP FUNCTION IF EXISTS purge_relationship_moves(bigint)"
        )
    ]
