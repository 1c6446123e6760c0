"""Rollups in SQL: what triggers note of a change, and what a day consists of.

A change is noted as what the row said before, to be taken away, and what it says now, to be added. So a day is never
counted anew, whatever else lies in it (decision 0024). Row triggers with conditions: a save that touches nothing counted
calls no function.
"""

from collections.abc import Callable

_OF_DEAL = "n, user_id, opened_at, closed_at, state, currency, amount, margin"


def _deal(row: str) -> str:
    return f"{row}.responsible_id, {row}.opened_at, {row}.closed_at, {row}.state, {row}.currency, {row}.amount, {row}.margin"  # fmt: skip


def _deal_counts(row: str) -> str:
    return f"{row}.bin_id IS NULL AND ({row}.opened_at IS NOT NULL OR {row}.closed_at IS NOT NULL)"


def _activity_counts(row: str) -> str:
    return f"{row}.status = 'done' AND {row}.done_at IS NOT NULL AND {row}.bin_id IS NULL AND {row}.client_id IS NOT NULL"


def _card_counts(row: str) -> str:
    return f"{row}.bin_id IS NULL AND {row}.created_by_id IS NOT NULL"


def _function(
    of: str, columns: str, values: Callable[[str], str], counts: Callable[[str], str]
) -> str:
    return f"""
CREATE FUNCTION analytics_days_of_{of}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF {counts("OLD")} THEN
            INSERT INTO analytics_daychange ({columns}) VALUES (-1, {values("OLD")});
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF {counts("NEW")} THEN
            INSERT INTO analytics_daychange ({columns}) VALUES (1, {values("NEW")});
        END IF;
    END IF;
    RETURN NULL;
END;
$$;"""


INSTALL = f"""
{_function("deal", _OF_DEAL, _deal, _deal_counts)}
CREATE TRIGGER analytics_days_deal_new AFTER INSERT OR DELETE ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION analytics_days_of_deal();
CREATE TRIGGER analytics_days_deal_changed
    AFTER UPDATE OF responsible_id, opened_at, closed_at, state, amount, currency, margin, bin_id ON deals_deal
    FOR EACH ROW WHEN ((OLD.responsible_id, OLD.opened_at, OLD.closed_at, OLD.state, OLD.currency, OLD.bin_id)
        IS DISTINCT FROM (NEW.responsible_id, NEW.opened_at, NEW.closed_at, NEW.state, NEW.currency, NEW.bin_id)
        OR (NEW.closed_at IS NOT NULL AND (OLD.amount, OLD.margin) IS DISTINCT FROM (NEW.amount, NEW.margin)))
    EXECUTE FUNCTION analytics_days_of_deal();

{_function("activity", "n, user_id, done_at, kind_id", lambda row: f"{row}.performer_id, {row}.done_at, {row}.kind_id", _activity_counts)}
CREATE TRIGGER analytics_days_activity_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION analytics_days_of_activity();
CREATE TRIGGER analytics_days_activity_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.status = 'done') EXECUTE FUNCTION analytics_days_of_activity();
CREATE TRIGGER analytics_days_activity_changed
    AFTER UPDATE OF status, performer_id, kind_id, done_at, client_id, bin_id ON clients_activity
    FOR EACH ROW WHEN ((OLD.status = 'done' OR NEW.status = 'done')
        AND (OLD.status, OLD.performer_id, OLD.kind_id, OLD.done_at, OLD.client_id IS NULL, OLD.bin_id)
        IS DISTINCT FROM (NEW.status, NEW.performer_id, NEW.kind_id, NEW.done_at, NEW.client_id IS NULL, NEW.bin_id))
    EXECUTE FUNCTION analytics_days_of_activity();

{_function("card", "n, user_id, made_at", lambda row: f"{row}.created_by_id, {row}.created_at", _card_counts)}
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

PERSON_DAY = "user_id, day, currency, new_cards, opened, won, lost, priced, revenue, margin, cycle_days, cycled"
CONTACT_DAY = "user_id, day, kind_id, done"
# What is counted of a row `n` times: of the facts once each, of what was noted once more or once less.
DEALS = f"(SELECT 1 AS n, {_deal('d').replace('d.responsible_id', 'd.responsible_id AS user_id')} FROM deals_deal AS d WHERE {_deal_counts('d')})"  # fmt: skip
CARDS = f"(SELECT 1 AS n, c.created_by_id AS user_id, c.created_at AS made_at FROM clients_client AS c WHERE {_card_counts('c')})"  # fmt: skip
WORK = f"(SELECT 1 AS n, a.performer_id AS user_id, a.done_at, a.kind_id FROM clients_activity AS a WHERE {_activity_counts('a')})"  # fmt: skip


def _day(at: str) -> str:
    return f"(r.{at} AT TIME ZONE %(zone)s)::date"


def person_days(deals: str = DEALS, cards: str = CARDS) -> str:
    """Rows of PersonDay, in the order of `PERSON_DAY`: as the facts stand, or what is to be added to them."""
    won = "r.state = 'won'"
    return f"""
SELECT user_id, day, currency, sum(new_cards)::int AS new_cards, sum(opened)::int AS opened, sum(won)::int AS won, sum(lost)::int AS lost,
    sum(priced)::int AS priced, sum(revenue) AS revenue, sum(margin) AS margin, sum(cycle_days)::int AS cycle_days, sum(cycled)::int AS cycled
FROM (
    SELECT r.user_id, {_day("opened_at")} AS day, r.currency, 0 AS new_cards, r.n AS opened, 0 AS won, 0 AS lost,
        0 AS priced, 0::numeric(18,2) AS revenue, 0::numeric(18,2) AS margin, 0 AS cycle_days, 0 AS cycled
    FROM {deals} AS r WHERE r.opened_at IS NOT NULL
    UNION ALL
    SELECT r.user_id, {_day("closed_at")}, r.currency, 0, 0, r.n * ({won})::int, r.n * (r.state = 'lost')::int,
        r.n * ({won} AND r.amount IS NOT NULL)::int,
        CASE WHEN {won} THEN r.n * coalesce(r.amount, 0) ELSE 0 END, CASE WHEN {won} THEN r.n * coalesce(r.margin, 0) ELSE 0 END,
        CASE WHEN {won} AND r.opened_at IS NOT NULL THEN r.n * ({_day("closed_at")} - {_day("opened_at")}) ELSE 0 END,
        r.n * ({won} AND r.opened_at IS NOT NULL)::int
    FROM {deals} AS r WHERE r.closed_at IS NOT NULL
    UNION ALL
    SELECT r.user_id, {_day("made_at")}, '', r.n, 0, 0, 0, 0, 0, 0, 0, 0 FROM {cards} AS r WHERE r.made_at IS NOT NULL
) AS said GROUP BY 1, 2, 3"""


def contact_days(work: str = WORK) -> str:
    """Rows of ContactDay in the same way."""
    return f"""
SELECT r.user_id, {_day("done_at")} AS day, r.kind_id, sum(r.n)::int AS done
FROM {work} AS r WHERE r.done_at IS NOT NULL GROUP BY 1, 2, 3"""
