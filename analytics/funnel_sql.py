"""The funnel by months in SQL: what marks a deal as changed, and what a deal adds to the months.

By entry a deal adds a part to each stage it came to, in the month of its first coming: it went on, was lost there, or
neither; two for each stay that is over, in the month in which it began: its length in working and in calendar days; and,
once won, two for its whole way, in the month in which it was opened.

A refused one adds its refusal, with stage and reason, in the month in which it was closed: whether it counts in norms or not.
"""

from analytics.asking import CALENDAR, day, worked

# Kinds of parts. `value` is the reason of the lost and the refused, days of the four before these, else nought.
ON, LOST, REST, WORKED, LASTED, RIPENED, TOOK, REFUSED = range(1, 9)

_DEAL_NEW = """\
CREATE TRIGGER analytics_funnel_deal_new AFTER INSERT ON deals_deal
    FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION analytics_funnel_deal_changed();
"""
_DEAL_CHANGED = """\
CREATE TRIGGER analytics_funnel_deal_changed
    AFTER UPDATE OF process_id, responsible_id, state, reason_id, refusal_stage_id, in_norms, bin_id, opened_at, closed_at ON deals_deal
    FOR EACH ROW WHEN ((OLD.process_id, OLD.responsible_id, OLD.state, OLD.reason_id, OLD.refusal_stage_id, OLD.in_norms, OLD.bin_id, OLD.opened_at, OLD.closed_at)
        IS DISTINCT FROM (NEW.process_id, NEW.responsible_id, NEW.state, NEW.reason_id, NEW.refusal_stage_id, NEW.in_norms, NEW.bin_id, NEW.opened_at, NEW.closed_at))
    EXECUTE FUNCTION analytics_funnel_deal_changed();
"""

INSTALL = f"""
CREATE FUNCTION analytics_funnel_passage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changeddeal (deal_id) VALUES (OLD.deal_id);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.deal_id <> OLD.deal_id THEN
        INSERT INTO analytics_changeddeal (deal_id) VALUES (NEW.deal_id);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_passage_new AFTER INSERT OR DELETE ON deals_stagepassage
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_passage_changed();
CREATE TRIGGER analytics_funnel_passage_changed AFTER UPDATE OF deal_id, stage_id, entered_at, left_at ON deals_stagepassage
    FOR EACH ROW WHEN ((OLD.deal_id, OLD.stage_id, OLD.entered_at, OLD.left_at)
        IS DISTINCT FROM (NEW.deal_id, NEW.stage_id, NEW.entered_at, NEW.left_at))
    EXECUTE FUNCTION analytics_funnel_passage_changed();

CREATE FUNCTION analytics_funnel_pause_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (deal_id)
    SELECT deal_id FROM deals_stagepassage
    WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.passage_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.passage_id END)
        AND left_at IS NOT NULL;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_pause_changed AFTER INSERT OR UPDATE OR DELETE ON deals_passagepause
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_pause_changed();

CREATE FUNCTION analytics_funnel_deal_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (deal_id) VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END;
$$;
{_DEAL_NEW}CREATE TRIGGER analytics_funnel_deal_gone AFTER DELETE ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_deal_changed();
{_DEAL_CHANGED}
CREATE FUNCTION analytics_funnel_stage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (process_id)
    SELECT id FROM pipeline_process AS p
    WHERE id IN (OLD.process_id, NEW.process_id) AND EXISTS (SELECT FROM deals_deal AS d WHERE d.process_id = p.id);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_stage_changed AFTER UPDATE OF position, process_id ON pipeline_stage
    FOR EACH ROW WHEN ((OLD.position, OLD.process_id) IS DISTINCT FROM (NEW.position, NEW.process_id))
    EXECUTE FUNCTION analytics_funnel_stage_changed();
"""

# For a base whose triggers know nothing of refusals yet.
WITH_REFUSALS = f"""
DROP TRIGGER analytics_funnel_deal_new ON deals_deal;
DROP TRIGGER analytics_funnel_deal_changed ON deals_deal;
{_DEAL_NEW}{_DEAL_CHANGED}"""

REMOVE = """
DROP FUNCTION analytics_funnel_passage_changed() CASCADE;
DROP FUNCTION analytics_funnel_pause_changed() CASCADE;
DROP FUNCTION analytics_funnel_deal_changed() CASCADE;
DROP FUNCTION analytics_funnel_stage_changed() CASCADE;
"""

# A base that has deals already is counted by the next refresh; until then its funnels are counted from the facts.
MARK_ALL = """
INSERT INTO analytics_changeddeal (process_id)
SELECT id FROM pipeline_process AS p WHERE EXISTS (SELECT FROM deals_deal AS d WHERE d.process_id = p.id)
"""


def _month(moment: str) -> str:
    return f"date_trunc('month', {day(moment)})::date"


_BEGUN, _ENDED = day("p.entered_at"), day("p.left_at")
_PAUSED = worked(f"greatest(z.since - 1, {_BEGUN})", f"least(coalesce(z.ended_on, z.until) - 1, {_ENDED})")  # fmt: skip
_OPENED, _CLOSED = day("d.opened_at"), day("d.closed_at")

DEAL = "deal_id, user_id, process_id, months, kinds, stages, numbers"
PARTS = "unnest(months, kinds, stages, numbers) AS part(month, kind, stage_id, value)"


def of_deals(which: str) -> str:
    """What the deals add, a row each, in the order of `DEAL`; `which` is a condition on `deals_deal AS d`.

    The same as `analytics.funnel` counts by entry from the facts, with which the tests compare it.
    """
    return f"""
WITH scope AS MATERIALIZED (
    SELECT d.id, d.responsible_id, d.process_id, d.state, d.reason_id, d.refusal_stage_id, d.in_norms, d.opened_at, d.closed_at
    FROM deals_deal AS d WHERE {which} AND (d.in_norms OR d.state = 'lost') AND d.bin_id IS NULL
), passed AS MATERIALIZED (
    SELECT p.id, p.deal_id, p.stage_id, s.position, p.entered_at, p.left_at
    FROM scope JOIN deals_stagepassage AS p ON p.deal_id = scope.id
        JOIN pipeline_stage AS s ON s.id = p.stage_id AND s.process_id = scope.process_id
    WHERE scope.in_norms
), stays AS (
    SELECT deal_id, stage_id, position, min(entered_at) AS first, max(entered_at) AS last FROM passed GROUP BY 1, 2, 3
), seen AS (
    SELECT *, max(last) OVER (
        PARTITION BY deal_id ORDER BY position DESC RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS higher FROM stays
), came AS (
    SELECT deal_id, {_month("first")} AS month, stage_id, scope.reason_id, CASE
        WHEN scope.state = 'won' OR higher >= first THEN {ON}
        WHEN scope.state = 'lost' THEN {LOST} ELSE {REST} END AS kind
    FROM seen JOIN scope ON scope.id = seen.deal_id
), off AS (
    SELECT z.passage_id, sum(greatest({_PAUSED}, 0)) AS days
    FROM passed AS p JOIN deals_passagepause AS z ON z.passage_id = p.id CROSS JOIN {CALENDAR}
    WHERE p.left_at IS NOT NULL GROUP BY 1
), spent AS (
    SELECT p.deal_id, {_month("p.entered_at")} AS month, p.stage_id,
        {worked(_BEGUN, _ENDED)} - coalesce(off.days, 0) AS worked, {_ENDED} - {_BEGUN} AS lasted
    FROM passed AS p LEFT JOIN off ON off.passage_id = p.id CROSS JOIN {CALENDAR} WHERE p.left_at IS NOT NULL
), ripe AS (
    SELECT d.id AS deal_id, {_month("d.opened_at")} AS month, {worked(_OPENED, _CLOSED)} AS worked, {_CLOSED} - {_OPENED} AS lasted
    FROM scope AS d CROSS JOIN {CALENDAR} WHERE d.in_norms AND d.state = 'won' AND d.opened_at IS NOT NULL
), parts AS (
    SELECT deal_id, month, kind, stage_id, CASE WHEN kind = {LOST} THEN reason_id ELSE 0 END AS value FROM came
    UNION ALL SELECT deal_id, month, {WORKED}, stage_id, worked FROM spent WHERE worked IS NOT NULL
    UNION ALL SELECT deal_id, month, {LASTED}, stage_id, lasted FROM spent
    UNION ALL SELECT deal_id, month, {RIPENED}, 0, worked FROM ripe WHERE worked IS NOT NULL
    UNION ALL SELECT deal_id, month, {TOOK}, 0, lasted FROM ripe
    UNION ALL SELECT d.id, {_month("d.closed_at")}, {REFUSED}, coalesce(d.refusal_stage_id, 0), coalesce(d.reason_id, 0)
        FROM scope AS d WHERE d.state = 'lost'
)
SELECT scope.id AS deal_id, scope.responsible_id AS user_id, scope.process_id,
    array_agg(month ORDER BY month, kind, stage_id, value) AS months,
    array_agg(kind::smallint ORDER BY month, kind, stage_id, value) AS kinds,
    array_agg(stage_id::bigint ORDER BY month, kind, stage_id, value) AS stages,
    array_agg(value::int ORDER BY month, kind, stage_id, value) AS numbers
FROM parts JOIN scope ON scope.id = parts.deal_id GROUP BY 1, 2, 3"""
