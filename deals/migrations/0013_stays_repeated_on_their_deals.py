from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

# Open deals only. The condition lets it be done again after an interruption, from where it stood.
REPEAT = """
UPDATE deals_deal AS d SET norm_days = stay.norm_days, paused = stay.paused
FROM (
    SELECT p.deal_id, p.norm_days, EXISTS (SELECT FROM deals_passagepause AS z WHERE z.passage_id = p.id) AS paused
    FROM deals_stagepassage AS p WHERE p.left_at IS NULL
) AS stay
WHERE stay.deal_id = d.id AND d.state = 'open'
    AND (d.norm_days, d.paused) IS DISTINCT FROM (stay.norm_days, stay.paused)
"""


class Migration(migrations.Migration):
    # Beside the work: nobody waits for the table while its rows are filled.
    atomic = False

    dependencies = [("deals", "0012_a_deal_repeats_the_norm_of_its_stay")]

    operations = [
        migrations.RunSQL(REPEAT, migrations.RunSQL.noop),
        RemoveIndexConcurrently(model_name="stagepassage", name="passage_standing"),
        # Every open deal was written anew: the board's index is half empty, and an index alone answers only for blocks that
        # VACUUM has seen.
        migrations.RunSQL(
            "REINDEX INDEX CONCURRENTLY deal_board", migrations.RunSQL.noop
        ),
        migrations.RunSQL("VACUUM (ANALYZE) deals_deal", migrations.RunSQL.noop),
    ]
