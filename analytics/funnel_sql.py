"""The funnel by months in SQL: what marks a deal as changed, and what a deal adds to the months.

By entry a deal adds a part to each stage it came to, in the month of its first coming: it went on, was lost there, or
neither; two for each stay that is over, in the month in which it began: its length in working and in calendar days; and,
once won, two for its whole way, in the month in which it was opened.

A refused one adds its refusal, with stage and reason, in the month in which it was closed: whether it counts in norms or not.

By the month of leaving it adds the length of each stay that is over and, once a month, that it left a stage with a term, left
one late, moved at all, skipped its checklist, jumped over a stage. A closed deal adds to each stage that it was at how long it
took from there, in the month in which it was closed.
"""

from analytics.asking import CALENDAR, day, worked

# Kinds of parts. `value` is the reason of the lost and the refused, days where something lasted, else nought.
ON, LOST, REST, WORKED, LASTED, RIPENED, TOOK, REFUSED = range(1, 9)
SPENT, TIMED, LATE, MOVED, SKIPPED, JUMPED, BROUGHT, WASTED = range(9, 17)
# Of TIMED, LATE, MOVED, SKIPPED and JUMPED a deal counts once for a period, and may do the same in several of its months: `value` is
# how many months ago it did so last, nought if never. Of a period those are counted whose last time lies before it.
# Kinds that are kept by days too: their parts stand under the very day, those of the rest under the first of the month.
OF_DAYS = (BROUGHT, WASTED)

_DEAL_NEW = """\
CREATE TRIGGER analytics_funnel_deal_new AFTER INSERT ON deals_deal
    FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION analytics_funnel_deal_changed();
"""
_PASSAGE_CHANGED = """\
CREATE TRIGGER analytics_funnel_passage_changed AFTER UPDATE OF deal_id, stage_id, entered_at, left_at, due_at, outcome ON deals_stagepassage
    FOR EACH ROW WHEN ((OLD.deal_id, OLD.stage_id, OLD.entered_at, OLD.left_at)
        IS DISTINCT FROM (NEW.deal_id, NEW.stage_id, NEW.entered_at, NEW.left_at)
        OR NEW.left_at IS NOT NULL AND (OLD.due_at, OLD.outcome) IS DISTINCT FROM (NEW.due_at, NEW.outcome))
    EXECUTE FUNCTION analytics_funnel_passage_changed();
"""
_CHECKS = """\
CREATE FUNCTION analytics_funnel_mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (deal_id) VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.deal_id ELSE NEW.deal_id END);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_mark_changed AFTER INSERT OR UPDATE OR DELETE ON deals_checkmark
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_mark_changed();
CREATE FUNCTION analytics_funnel_check_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (process_id)
    SELECT DISTINCT s.process_id FROM pipeline_stage AS s
    WHERE s.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.stage_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.stage_id END)
        AND EXISTS (SELECT FROM deals_stagepassage AS p WHERE p.stage_id = s.id AND p.left_at IS NOT NULL);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_check_new AFTER INSERT OR DELETE ON pipeline_stagecheck
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_check_changed();
CREATE TRIGGER analytics_funnel_check_changed AFTER UPDATE OF stage_id, retired_at ON pipeline_stagecheck
    FOR EACH ROW WHEN ((OLD.stage_id, OLD.retired_at IS NULL) IS DISTINCT FROM (NEW.stage_id, NEW.retired_at IS NULL))
    EXECUTE FUNCTION analytics_funnel_check_changed();
"""
_STAGE_CHANGED = """\
CREATE FUNCTION analytics_funnel_stage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changeddeal (process_id)
    SELECT id FROM pipeline_process AS p
    WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.process_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.process_id END)
        AND EXISTS (SELECT FROM deals_deal AS d WHERE d.process_id = p.id);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_funnel_stage_new AFTER INSERT OR DELETE ON pipeline_stage
    FOR EACH ROW EXECUTE FUNCTION analytics_funnel_stage_changed();
CREATE TRIGGER analytics_funnel_stage_changed AFTER UPDATE OF position, process_id, retired_at ON pipeline_stage
    FOR EACH ROW WHEN ((OLD.position, OLD.process_id, OLD.retired_at IS NULL)
        IS DISTINCT FROM (NEW.position, NEW.process_id, NEW.retired_at IS NULL))
    EXECUTE FUNCTION analytics_funnel_stage_changed();
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
{_PASSAGE_CHANGED}
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
{_STAGE_CHANGED}{_CHECKS}"""

# For a base whose triggers know nothing of refusals yet.
WITH_REFUSALS = f"""
DROP TRIGGER analytics_funnel_deal_new ON deals_deal;
DROP TRIGGER analytics_funnel_deal_changed ON deals_deal;
{_DEAL_NEW}{_DEAL_CHANGED}"""

# For a base whose triggers know nothing of norms and the procedure yet.
WITH_PROCEDURE = f"""
DROP TRIGGER analytics_funnel_passage_changed ON deals_stagepassage;
{_PASSAGE_CHANGED}
DROP FUNCTION analytics_funnel_stage_changed() CASCADE;
DROP FUNCTION IF EXISTS analytics_funnel_mark_changed() CASCADE;
DROP FUNCTION IF EXISTS analytics_funnel_check_changed() CASCADE;
{_STAGE_CHANGED}{_CHECKS}"""

REMOVE = """
DROP FUNCTION analytics_funnel_mark_changed() CASCADE;
DROP FUNCTION analytics_funnel_check_changed() CASCADE;
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


def _since_last(whose: str) -> str:
    """How many months before this row's one the last before it is, of the same `whose`; nought if there is none."""
    number = "(extract(year FROM month) * 12 + extract(month FROM month))::int"
    return f"coalesce({number} - lag({number}) OVER (PARTITION BY {whose} ORDER BY month), 0)"


def _once(kind: int, stage: str, which: str) -> str:
    """A part for each month in which a deal left a stage (`stage`: which one, 0: whichever) so that `which` holds."""
    whose = "deal_id" if stage == "0" else f"deal_id, {stage}"
    return f"""SELECT deal_id, month, {kind}, {stage}, {_since_last(whose)}
        FROM (SELECT DISTINCT {whose}, month FROM gone WHERE {which}) AS once"""


_BEGUN, _ENDED = day("p.entered_at"), day("p.left_at")
_PAUSED = worked(f"greatest(z.since - 1, {_BEGUN})", f"least(coalesce(z.ended_on, z.until) - 1, {_ENDED})")  # fmt: skip
_OPENED, _CLOSED = day("d.opened_at"), day("d.closed_at")

DEAL = "deal_id, user_id, process_id, months, kinds, stages, numbers"
PARTS = """unnest(months, kinds, stages, numbers) AS part(day, kind, stage_id, value),
    LATERAL (SELECT part.day - extract(day FROM part.day)::int + 1 AS month) AS of_day"""


def of_deals(which: str) -> str:
    """What the deals add, a row each, in the order of `DEAL`; `which` is a condition on `deals_deal AS d`.

    The same as `analytics.funnel` counts by entry from the facts, with which the tests compare it.
    """
    return f"""
WITH scope AS MATERIALIZED (
    SELECT d.id, d.responsible_id, d.process_id, d.state, d.reason_id, d.refusal_stage_id, d.in_norms, d.opened_at, d.closed_at
    FROM deals_deal AS d WHERE {which} AND (d.in_norms OR d.state = 'lost') AND d.bin_id IS NULL
), stood AS MATERIALIZED (
    SELECT p.id, p.deal_id, p.stage_id, s.position, s.process_id, s.process_id = scope.process_id AS own, p.entered_at, p.left_at, p.due_at, p.outcome
    FROM scope JOIN deals_stagepassage AS p ON p.deal_id = scope.id JOIN pipeline_stage AS s ON s.id = p.stage_id
    WHERE scope.in_norms
), passed AS (
    SELECT * FROM stood WHERE own
), beyond AS MATERIALIZED (
    SELECT s.id AS stage_id, b.id AS next_id FROM pipeline_stage AS s JOIN pipeline_stage AS b ON b.process_id = s.process_id
    WHERE b.position > (SELECT min(u.position) FROM pipeline_stage AS u
        WHERE u.process_id = s.process_id AND u.position > s.position AND u.retired_at IS NULL)
), leaps AS (
    SELECT DISTINCT p.id FROM stood AS p JOIN stood AS f ON f.deal_id = p.deal_id AND f.entered_at = p.left_at
        JOIN beyond ON beyond.stage_id = p.stage_id AND beyond.next_id = f.stage_id
    WHERE p.outcome = 'forward'
), gone AS MATERIALIZED (
    SELECT p.deal_id, p.stage_id, p.own, {_month("p.left_at")} AS month, p.due_at IS NOT NULL AS timed, p.left_at > p.due_at AS late,
        leaps.id IS NOT NULL AS jumped, p.outcome IN ('forward', 'won') AND EXISTS (
            SELECT FROM pipeline_stagecheck AS c WHERE c.stage_id = p.stage_id AND c.retired_at IS NULL AND NOT EXISTS (
                SELECT FROM deals_checkmark AS m WHERE m.check_line_id = c.id AND m.deal_id = p.deal_id)) AS skipped
    FROM stood AS p LEFT JOIN leaps ON leaps.id = p.id WHERE p.left_at IS NOT NULL
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
    SELECT p.deal_id, {_month("p.entered_at")} AS month, {_month("p.left_at")} AS month_left, p.stage_id,
        {worked(_BEGUN, _ENDED)} - coalesce(off.days, 0) AS worked, {_ENDED} - {_BEGUN} AS lasted
    FROM passed AS p LEFT JOIN off ON off.passage_id = p.id CROSS JOIN {CALENDAR} WHERE p.left_at IS NOT NULL
), ripe AS (
    SELECT d.id AS deal_id, {_month("d.opened_at")} AS month, {worked(_OPENED, _CLOSED)} AS worked, {_CLOSED} - {_OPENED} AS lasted
    FROM scope AS d CROSS JOIN {CALENDAR} WHERE d.in_norms AND d.state = 'won' AND d.opened_at IS NOT NULL
), closing AS (
    SELECT d.id AS deal_id, {_CLOSED} AS month, CASE WHEN d.state = 'won' THEN {BROUGHT} ELSE {WASTED} END AS kind,
        p.stage_id, CASE WHEN d.state = 'won' THEN {_CLOSED} - {day("min(p.entered_at)")} ELSE 0 END AS days
    FROM scope AS d JOIN stood AS p ON p.deal_id = d.id WHERE d.state <> 'open' AND d.closed_at IS NOT NULL
    GROUP BY d.id, d.closed_at, d.state, p.stage_id
), parts AS (
    SELECT deal_id, month, kind, stage_id, CASE WHEN kind = {LOST} THEN reason_id ELSE 0 END AS value FROM came
    UNION ALL SELECT deal_id, month, {WORKED}, stage_id, worked FROM spent WHERE worked IS NOT NULL
    UNION ALL SELECT deal_id, month, {LASTED}, stage_id, lasted FROM spent
    UNION ALL SELECT deal_id, month_left, {SPENT}, stage_id, worked FROM spent WHERE worked IS NOT NULL
    UNION ALL {_once(TIMED, "stage_id", "own AND timed")}
    UNION ALL {_once(LATE, "stage_id", "own AND late")}
    UNION ALL {_once(MOVED, "0", "true")}
    UNION ALL {_once(SKIPPED, "0", "skipped")}
    UNION ALL {_once(JUMPED, "0", "jumped")}
    UNION ALL SELECT deal_id, month, kind, stage_id, days FROM closing
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
