"""Rollups in SQL: what marks a day as changed, and what a day consists of.

Row triggers with conditions: a save that touches nothing counted calls no function.
"""

INSTALL = """
CREATE FUNCTION analytics_days_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changedday (user_id, at)
        SELECT OLD.responsible_id, m.at FROM (VALUES (OLD.opened_at), (OLD.closed_at)) AS m(at) WHERE m.at IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_changedday (user_id, at)
        SELECT NEW.responsible_id, m.at FROM (VALUES (NEW.opened_at), (NEW.closed_at)) AS m(at) WHERE m.at IS NOT NULL;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_days_deal_new AFTER INSERT OR DELETE ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION analytics_days_of_deal();
CREATE TRIGGER analytics_days_deal_changed
    AFTER UPDATE OF responsible_id, opened_at, closed_at, state, amount, currency, margin, bin_id ON deals_deal
    FOR EACH ROW WHEN ((OLD.responsible_id, OLD.opened_at, OLD.closed_at, OLD.state, OLD.currency, OLD.bin_id)
        IS DISTINCT FROM (NEW.responsible_id, NEW.opened_at, NEW.closed_at, NEW.state, NEW.currency, NEW.bin_id)
        OR (NEW.closed_at IS NOT NULL AND (OLD.amount, OLD.margin) IS DISTINCT FROM (NEW.amount, NEW.margin)))
    EXECUTE FUNCTION analytics_days_of_deal();

CREATE FUNCTION analytics_days_of_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changedday (user_id, at) SELECT OLD.performer_id, OLD.done_at WHERE OLD.done_at IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_changedday (user_id, at) SELECT NEW.performer_id, NEW.done_at WHERE NEW.done_at IS NOT NULL;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_days_activity_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION analytics_days_of_activity();
CREATE TRIGGER analytics_days_activity_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.status = 'done') EXECUTE FUNCTION analytics_days_of_activity();
CREATE TRIGGER analytics_days_activity_changed
    AFTER UPDATE OF status, performer_id, kind_id, done_at, client_id, bin_id ON clients_activity
    FOR EACH ROW WHEN ((OLD.status = 'done' OR NEW.status = 'done') AND (OLD.status, OLD.performer_id, OLD.kind_id, OLD.done_at, OLD.client_id, OLD.bin_id)
        IS DISTINCT FROM (NEW.status, NEW.performer_id, NEW.kind_id, NEW.done_at, NEW.client_id, NEW.bin_id))
    EXECUTE FUNCTION analytics_days_of_activity();

CREATE FUNCTION analytics_days_of_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changedday (user_id, at) SELECT OLD.created_by_id, OLD.created_at WHERE OLD.created_by_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_changedday (user_id, at) SELECT NEW.created_by_id, NEW.created_at WHERE NEW.created_by_id IS NOT NULL;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_days_card_new AFTER INSERT OR DELETE ON clients_client
    FOR EACH ROW EXECUTE FUNCTION analytics_days_of_card();
CREATE TRIGGER analytics_days_card_changed AFTER UPDATE OF created_by_id, created_at, bin_id ON clients_client
    FOR EACH ROW WHEN ((OLD.created_by_id, OLD.created_at, OLD.bin_id) IS DISTINCT FROM (NEW.created_by_id, NEW.created_at, NEW.bin_id))
    EXECUTE FUNCTION analytics_days_of_card();
"""

REMOVE = """
DROP FUNCTION analytics_days_of_deal() CASCADE;
DROP FUNCTION analytics_days_of_activity() CASCADE;
DROP FUNCTION analytics_days_of_card() CASCADE;
"""

# People and days as two arrays; everybody and always without them. Each pair is looked up in an index by itself: joined,
# a thousand scattered days would be met with everything that their people ever did.
PAIRS = """(SELECT p.user_id, p.day, p.day::timestamp AT TIME ZONE %(zone)s AS since, (p.day + 1)::timestamp AT TIME ZONE %(zone)s AS until
    FROM unnest(%(people)s::bigint[], %(days)s::date[]) AS p(user_id, day)) AS p CROSS JOIN LATERAL """


def _of(table: str, person: str, at: str, which: str, whole: bool) -> str:
    """`which`: what further holds for a row that counts."""
    if whole:
        return f"(SELECT * FROM {table} WHERE {at} IS NOT NULL AND {which}) AS r"
    day = f"{person} = p.user_id AND {at} >= p.since AND {at} < p.until"
    return f"{PAIRS}(SELECT * FROM {table} WHERE {day} AND {which} OFFSET 0) AS r"


def _day(at: str) -> str:
    return f"(r.{at} AT TIME ZONE %(zone)s)::date"


PERSON_DAY = "user_id, day, currency, new_cards, opened, won, lost, priced, revenue, margin, cycle_days, cycled"


def person_days(*, whole: bool) -> str:
    """Rows of PersonDay as the facts stand, in the order of `PERSON_DAY`."""
    won = "r.state = 'won'"
    return f"""
SELECT user_id, day, currency, sum(new_cards)::int, sum(opened)::int, sum(won)::int, sum(lost)::int, sum(priced)::int,
    sum(revenue), sum(margin), sum(cycle_days)::int, sum(cycled)::int
FROM (
    SELECT r.responsible_id AS user_id, {_day("opened_at")} AS day, r.currency, 0 AS new_cards, 1 AS opened, 0 AS won, 0 AS lost,
        0 AS priced, 0::numeric(18,2) AS revenue, 0::numeric(18,2) AS margin, 0 AS cycle_days, 0 AS cycled
    FROM {_of("deals_deal", "responsible_id", "opened_at", "bin_id IS NULL", whole)}
    UNION ALL
    SELECT r.responsible_id, {_day("closed_at")}, r.currency, 0, 0, ({won})::int, (r.state = 'lost')::int,
        ({won} AND r.amount IS NOT NULL)::int,
        CASE WHEN {won} THEN coalesce(r.amount, 0) ELSE 0 END, CASE WHEN {won} THEN coalesce(r.margin, 0) ELSE 0 END,
        CASE WHEN {won} AND r.opened_at IS NOT NULL THEN {_day("closed_at")} - {_day("opened_at")} ELSE 0 END,
        ({won} AND r.opened_at IS NOT NULL)::int
    FROM {_of("deals_deal", "responsible_id", "closed_at", "bin_id IS NULL", whole)}
    UNION ALL
    SELECT r.created_by_id, {_day("created_at")}, '', 1, 0, 0, 0, 0, 0, 0, 0, 0
    FROM {_of("clients_client", "created_by_id", "created_at", "bin_id IS NULL AND created_by_id IS NOT NULL", whole)}
) AS facts GROUP BY 1, 2, 3"""


def contact_days(*, whole: bool) -> str:
    return f"""
SELECT r.performer_id AS user_id, {_day("done_at")} AS day, r.kind_id, count(*)::int AS done
FROM {_of("clients_activity", "performer_id", "done_at", "status = 'done' AND bin_id IS NULL AND client_id IS NOT NULL", whole)}
GROUP BY 1, 2, 3"""
