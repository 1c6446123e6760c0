"""The trigger that repeats the nearest planned activity of a deal on the deal, and what a company begins with."""

from django.db import migrations

from deals import reason_presets, schedule_presets, vat_presets
from deals.papers import presets

# Whoever plans, does, moves or throws away an activity (page, import, task): the deal says what comes next.
INSTALL = """
CREATE OR REPLACE FUNCTION deals_repeat_next_step(deal bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE deals_deal AS d
    SET next_step_at = n.planned_at, next_step_title = COALESCE(n.title, '')
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (
        SELECT a.planned_at, LEFT(COALESCE(NULLIF(a.title, ''), g.name, k.name), 200) AS title
        FROM clients_activity AS a
        JOIN clients_activitykind AS k ON k.id = a.kind_id
        LEFT JOIN clients_activitygoal AS g ON g.id = a.goal_id
        WHERE a.deal_id = deal AND a.status = 'planned' AND a.bin_id IS NULL
        ORDER BY a.planned_at, a.id LIMIT 1
    ) AS n ON true
    WHERE d.id = deal
        AND (d.next_step_at, d.next_step_title) IS DISTINCT FROM (n.planned_at, COALESCE(n.title, ''));
$$;

CREATE OR REPLACE FUNCTION deals_activity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.deal_id IS NOT NULL THEN
        PERFORM deals_repeat_next_step(OLD.deal_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.deal_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.deal_id IS DISTINCT FROM OLD.deal_id) THEN
        PERFORM deals_repeat_next_step(NEW.deal_id);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER deals_next_step_planned AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.deal_id IS NOT NULL AND NEW.status = 'planned')
    EXECUTE FUNCTION deals_activity_changed();
CREATE TRIGGER deals_next_step_changed
    AFTER UPDATE OF deal_id, status, planned_at, title, goal_id, kind_id, bin_id ON clients_activity
    FOR EACH ROW WHEN (OLD.deal_id IS NOT NULL OR NEW.deal_id IS NOT NULL)
    EXECUTE FUNCTION deals_activity_changed();
CREATE TRIGGER deals_next_step_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.deal_id IS NOT NULL AND OLD.status = 'planned')
    EXECUTE FUNCTION deals_activity_changed();
"""
REMOVE = """
DROP TRIGGER deals_next_step_planned ON clients_activity;
DROP TRIGGER deals_next_step_changed ON clients_activity;
DROP TRIGGER deals_next_step_gone ON clients_activity;
DROP FUNCTION deals_activity_changed();
DROP FUNCTION deals_repeat_next_step(bigint);
"""


def load(apps, schema_editor):
    schedule_presets.load(apps)
    vat_presets.load(apps)
    reason_presets.load(apps)
    presets.load(apps)


class Migration(migrations.Migration):
    replaces = [
        ("deals", "0010_reasons_and_next_step"),
        ("deals", "0011_templates_of_papers"),
        ("deals", "0012_titles_are_searched"),
        ("deals", "0013_debts_read_from_indexes"),
        ("deals", "0014_english_requisites"),
        ("deals", "0014_handovers"),
        ("deals", "0015_english_papers"),
        ("deals", "0016_handovers_and_english_papers"),
        ("deals", "0017_bookings"),
        ("deals", "0018_handovers_that_stop"),
    ]
    dependencies = [
        ("clients", "0003_first_contents"),
        ("deals", "0001_tables"),
        ("pipeline", "0002_process_to_begin_with"),
    ]
    operations = [
        migrations.RunSQL(INSTALL, REMOVE),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
