"""Work by months in SQL: what activities and their deals add to the months of a person, and what notes a change.

Each trigger notes the difference that its change makes (decision 0025): of an activity with the state of its deal, of a deal
with the activities on it. What it multiplies by is locked `FOR SHARE` (decision 0024). The part 0 says that nothing is
counted yet, or that kinds of work are other ones.
"""

from clients.choices import ActivityCode, ActivityStatus, Direction
from deals.choices import DealState

KEY = "user_id, part, month, kind_id, a, b"
SUMS = ("n", "x", "y")
# Work with clients by what its deal is now (`a`) and where the client stood (`b`): minutes recorded, works without them.
SPENT = 1
# Outgoing calls by where the client stood and what came of it: followed by a deal, by a won one.
COLD = 2
# Of the responsible, by the month of closing: won deals (kind 0), work ever done on them; on refused ones.
ON_WON, ON_LOST = 3, 5
# Of the responsible, by the month of closing: ended deals by what they are now (`b`) and how many days they took (`a`, -1: nobody
# knows). Notes say the moment of opening in its place, for days are those of the company's clock.
ENDED = 4
# Of the responsible, by the month of closing: won deals that were the first of their client (of several at the same moment one a
# seller counts); later ones by how many months ago the same seller won one of the client that was not the first (`a`, -1:
# never). Notes say the moment of that one in its place.
FIRST, AGAIN = 6, 7
OUTCOMES: dict[int, str] = {
    0: "none",
    1: DealState.OPEN.value,
    2: DealState.WON.value,
    3: DealState.LOST.value,
}
# A deal opened within so many days after a call is taken for its fruit.
FRUIT_DAYS = 90

_WON, _DONE = f"'{DealState.WON.value}'", f"'{ActivityStatus.DONE.value}'"
_COLUMNS = "user_id, part, at, kind_id, a, b, n, x, y"
_NOTE = f"INSERT INTO analytics_workchange ({_COLUMNS})"


def _done(row: str) -> str:
    return (
        f"{row}.status = {_DONE} AND {row}.done_at IS NOT NULL AND {row}.bin_id IS NULL"
    )


def _with_client(row: str) -> str:
    return f"{_done(row)} AND {row}.client_id IS NOT NULL"


def _called(row: str) -> str:
    return f"""{_with_client(row)} AND {row}.direction = '{Direction.OUT.value}'
        AND {row}.kind_id IN (SELECT id FROM clients_activitykind WHERE code = '{ActivityCode.CALL.value}')"""


def _outcome(state: str) -> str:
    named = " ".join(f"WHEN '{name}' THEN {code}" for code, name in OUTCOMES.items() if code)  # fmt: skip
    return f"CASE {state} {named} ELSE 0 END"


def _spent(row: str, sign: str, state: str) -> str:
    return f"""SELECT {row}.performer_id, {SPENT}, {row}.done_at, {row}.kind_id, {_outcome(state)}, coalesce({row}.relationship_id, 0),
        {sign}, {sign} * coalesce({row}.minutes, 0), {sign} * ({row}.minutes IS NULL)::int"""


def _cold(row: str, n: str, bore: str, sold: str) -> str:
    return f"SELECT {row}.performer_id, {COLD}, {row}.done_at, {row}.kind_id, coalesce({row}.relationship_id, 0), coalesce({row}.result_id, 0), {n}, {bore}, {sold}"


def _fruit(row: str, deals: str = "deals_deal") -> str:
    """Whether a deal followed the call, and a won one."""
    return f"""(SELECT (count(*) > 0)::int AS bore, coalesce(bool_or(f.state = {_WON}), FALSE)::int AS sold FROM {deals} AS f
        WHERE f.client_id = {row}.client_id AND f.bin_id IS NULL AND f.opened_at >= {row}.done_at AND f.opened_at < {row}.done_at + interval '{FRUIT_DAYS} days')"""


def _is_won(row: str) -> str:
    return f"({row}.state = {_WON} AND {row}.closed_at IS NOT NULL AND {row}.bin_id IS NULL)"


def _is_ended(row: str) -> str:
    return f"{row}.closed_at IS NOT NULL AND {row}.bin_id IS NULL"


def _part_on(deal: str) -> str:
    return f"CASE WHEN {deal}.state = {_WON} THEN {ON_WON} ELSE {ON_LOST} END"


def _on_ended(row: str, deal: str, sign: str) -> str:
    """Work on an ended deal."""
    return f"SELECT {deal}.responsible_id, {_part_on(deal)}, {deal}.closed_at, {row}.kind_id, 0, 0, {sign}, 0, 0"


def _activity(row: str, sign: str) -> str:
    return f"""
    {_NOTE}
    {_spent(row, sign, f"(SELECT state FROM deals_deal WHERE id = {row}.deal_id)")} WHERE {_with_client(row)}
    UNION ALL {_on_ended(row, "d", sign)} FROM deals_deal AS d WHERE d.id = {row}.deal_id AND {_is_ended("d")} AND {_done(row)};
    IF {_called(row)} THEN
        {_NOTE} {_cold(row, sign, f"{sign} * f.bore", f"{sign} * f.sold")} FROM {_fruit(row)} AS f;
    END IF;"""


def _ended(row: str, sign: str) -> str:
    return f"""SELECT {row}.responsible_id, {ENDED}, {row}.closed_at, 0, coalesce(floor(extract(epoch FROM {row}.opened_at))::bigint, -1), {_outcome(f"{row}.state")},
        {sign}, 0, 0"""


def _deal(row: str, sign: str) -> str:
    """An ended deal with the work on it."""
    return f"""
    IF {_is_ended(row)} THEN
        {_NOTE} {_ended(row, sign)}
        UNION ALL SELECT {row}.responsible_id, {ON_WON}, {row}.closed_at, 0, 0, 0, {sign}, 0, 0 WHERE {row}.state = {_WON}
        UNION ALL SELECT {row}.responsible_id, {_part_on(row)}, {row}.closed_at, w.kind_id, 0, 0, {sign} * count(*)::int, 0, 0
        FROM clients_activity AS w WHERE w.deal_id = {row}.id AND {_done("w")} GROUP BY w.kind_id;
    END IF;"""


def _won_by_client(deals: str) -> str:
    """(person, part, moment, the one before) of won deals: the first of a client, and later ones."""
    return f"""SELECT c.responsible_id, CASE WHEN c.is_first THEN {FIRST} ELSE {AGAIN} END AS part, c.closed_at AS at,
        CASE WHEN c.is_first THEN -1 ELSE coalesce(floor(extract(epoch FROM c.before))::bigint, -1) END AS a
    FROM (
        SELECT w.*, lag(w.closed_at) OVER (PARTITION BY w.client_id, w.responsible_id, w.is_first ORDER BY w.closed_at, w.id) AS before
        FROM (
            SELECT f.id, f.client_id, f.responsible_id, f.closed_at, f.closed_at = min(f.closed_at) OVER (PARTITION BY f.client_id) AS is_first
            FROM {deals} AS f WHERE {_is_won("f")}
        ) AS w
    ) AS c WHERE NOT c.is_first OR c.before IS NULL"""


def _followed(event: str, tables: str, concerned: str, before: str, won: str) -> str:
    """A trigger of a statement over deals: calls of the clients concerned that were, or are, followed by one of them; and which
    of the deals won from clients are the first, or follow which, where `won` ones are otherwise."""
    name = f"analytics_work_{event.lower()}"
    was = f"({before} SELECT client_id, opened_at, state, bin_id FROM deals_deal WHERE client_id = c.client_id{{0}})"
    was = was.format("" if event == "DELETE" else " AND id NOT IN (SELECT id FROM added)")  # fmt: skip
    columns = "id, client_id, responsible_id, closed_at, state, bin_id"
    standing = f"SELECT {columns} FROM deals_deal WHERE client_id = ANY(of_won)"
    stood = standing if event == "DELETE" else f"{standing} AND id NOT IN (SELECT id FROM added)"  # fmt: skip
    if event != "INSERT":
        stood += f" UNION ALL SELECT {columns} FROM gone WHERE client_id = ANY(of_won)"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Asked once: a plan made for a statement of one deal, in which they are asked at each row, is kept for one of a thousand.
    of_won bigint[] := ARRAY(SELECT DISTINCT w.client_id FROM ({won}) AS w);
    called bigint[] := ARRAY(SELECT DISTINCT w.client_id FROM ({concerned}) AS w);
BEGIN
    IF cardinality(of_won) > 0 THEN
        -- Whoever wins another deal of the client waits, or is waited for.
        PERFORM FROM clients_client WHERE id = ANY(of_won) ORDER BY id FOR NO KEY UPDATE;
        {_NOTE}
        SELECT s.responsible_id, s.part, s.at, 0, s.a, 0, sum(s.n)::int, 0, 0 FROM (
            SELECT -1 AS n, * FROM ({_won_by_client(f"({stood})")}) AS was
            UNION ALL SELECT 1, * FROM ({_won_by_client(f"({standing})")}) AS now
        ) AS s GROUP BY 1, 2, 3, 5 HAVING sum(s.n) <> 0;
    END IF;
    IF cardinality(called) > 0 THEN
        -- Whoever calls the client now waits, or is waited for.
        PERFORM FROM clients_client WHERE id = ANY(called) ORDER BY id FOR SHARE;
        {_NOTE}
        {_cold("c", "0", "now.bore - was.bore", "now.sold - was.sold")}
        FROM clients_activity AS c, LATERAL {_fruit("c", was)} AS was, LATERAL {_fruit("c")} AS now
        WHERE c.client_id = ANY(called) AND {_called("c")} AND (now.bore, now.sold) <> (was.bore, was.sold);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER {event} ON deals_deal REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


_COUNTS = "status, performer_id, kind_id, done_at, client_id, bin_id, deal_id, minutes, relationship_id, result_id, direction"
_WATCHED = ", ".join(f"{{0}}.{name}" for name in _COUNTS.split(", "))
_GONE = "SELECT client_id, opened_at, state, bin_id FROM gone WHERE client_id = c.client_id UNION ALL"
_OPENED = "{0}.client_id, {0}.opened_at, {0}.state = " + _WON + ", {0}.bin_id IS NULL"
_OTHERWISE = f"""SELECT side.client_id FROM gone AS o JOIN added AS n ON n.id = o.id, LATERAL (VALUES (o.client_id), (n.client_id)) AS side(client_id)
        WHERE ({_OPENED.format("o")}) IS DISTINCT FROM ({_OPENED.format("n")})"""

_WON_OF = f"SELECT f.client_id FROM {{0}} AS f WHERE {_is_won('f')}"
_COUNTED = "{0}.client_id, {0}.responsible_id, {0}.closed_at"
_WON_OTHERWISE = f"""SELECT side.client_id FROM gone AS o JOIN added AS n ON n.id = o.id,
        LATERAL (VALUES (o.client_id, {_is_won("o")}), (n.client_id, {_is_won("n")})) AS side(client_id, won)
        WHERE side.won AND ({_COUNTED.format("o")}, {_is_won("o")}) IS DISTINCT FROM ({_COUNTED.format("n")}, {_is_won("n")})"""

INSTALL = f"""
CREATE FUNCTION analytics_work_of_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever closes the deal waits, or is waited for.
    IF TG_OP <> 'INSERT' THEN
        PERFORM FROM deals_deal WHERE id = OLD.deal_id FOR SHARE;{_activity("OLD", "-1")}
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM FROM deals_deal WHERE id = NEW.deal_id FOR SHARE;{_activity("NEW", "1")}
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_work_activity_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.status = {_DONE}) EXECUTE FUNCTION analytics_work_of_activity();
CREATE TRIGGER analytics_work_activity_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.status = {_DONE}) EXECUTE FUNCTION analytics_work_of_activity();
CREATE TRIGGER analytics_work_activity_changed AFTER UPDATE OF {_COUNTS} ON clients_activity
    FOR EACH ROW WHEN ((OLD.status = {_DONE} OR NEW.status = {_DONE}) AND ({_WATCHED.format("OLD")}) IS DISTINCT FROM ({_WATCHED.format("NEW")}))
    EXECUTE FUNCTION analytics_work_of_activity();

CREATE FUNCTION analytics_work_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN{_deal("OLD", "-1")}
    END IF;
    IF TG_OP <> 'DELETE' THEN{_deal("NEW", "1")}
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.state <> NEW.state) THEN
        {_NOTE}
        {_spent("w", "-1", "OLD.state")} FROM clients_activity AS w WHERE w.deal_id = OLD.id AND {_with_client("w")}
        UNION ALL
        {_spent("w", "1", "CASE WHEN TG_OP = 'UPDATE' THEN NEW.state END")} FROM clients_activity AS w WHERE w.deal_id = OLD.id AND {_with_client("w")};
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_work_deal AFTER INSERT OR DELETE ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION analytics_work_of_deal();
CREATE TRIGGER analytics_work_deal_changed AFTER UPDATE OF state, responsible_id, opened_at, closed_at, bin_id ON deals_deal
    FOR EACH ROW WHEN (OLD.state <> NEW.state
        OR (OLD.closed_at IS NOT NULL AND (OLD.responsible_id, OLD.opened_at, OLD.closed_at, OLD.bin_id)
            IS DISTINCT FROM (NEW.responsible_id, NEW.opened_at, NEW.closed_at, NEW.bin_id)))
    EXECUTE FUNCTION analytics_work_of_deal();
{_followed("INSERT", "NEW TABLE AS added", "SELECT client_id FROM added WHERE opened_at IS NOT NULL", "", _WON_OF.format("added"))}
{_followed("DELETE", "OLD TABLE AS gone", "SELECT client_id FROM gone WHERE opened_at IS NOT NULL", _GONE, _WON_OF.format("gone"))}
{_followed("UPDATE", "OLD TABLE AS gone NEW TABLE AS added", _OTHERWISE, _GONE, _WON_OTHERWISE)}

CREATE FUNCTION analytics_work_kinds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_NOTE} VALUES (0, 0, now(), 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_work_kinds AFTER UPDATE OF code ON clients_activitykind
    FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION analytics_work_kinds();
"""

REMOVE = """
DROP FUNCTION analytics_work_of_activity() CASCADE;
DROP FUNCTION analytics_work_of_deal() CASCADE;
DROP FUNCTION analytics_work_insert() CASCADE;
DROP FUNCTION analytics_work_delete() CASCADE;
DROP FUNCTION analytics_work_update() CASCADE;
DROP FUNCTION analytics_work_kinds() CASCADE;
"""

# Until all is counted for the first time the facts answer.
ANEW = f"{_NOTE} VALUES (0, 0, now(), 0, 0, 0, 0, 0, 0)"

FACTS = f"""
SELECT * FROM (
    {_spent("w", "1", "d.state")} FROM clients_activity AS w LEFT JOIN deals_deal AS d ON d.id = w.deal_id WHERE {_with_client("w")}
    UNION ALL
    {_cold("c", "1", "f.bore", "f.sold")} FROM clients_activity AS c, LATERAL {_fruit("c")} AS f WHERE {_called("c")}
    UNION ALL
    SELECT d.responsible_id, {ON_WON}, d.closed_at, 0, 0, 0, 1, 0, 0 FROM deals_deal AS d WHERE {_is_won("d")}
    UNION ALL
    {_on_ended("w", "d", "1")} FROM deals_deal AS d JOIN clients_activity AS w ON w.deal_id = d.id WHERE {_is_ended("d")} AND {_done("w")}
    UNION ALL
    {_ended("d", "1")} FROM deals_deal AS d WHERE {_is_ended("d")}
    UNION ALL
    SELECT c.responsible_id, c.part, c.at, 0, c.a, 0, 1, 0, 0 FROM ({_won_by_client("deals_deal")}) AS c
) AS r({_COLUMNS})"""


def parts(rows: str) -> str:
    """Rows of WorkMonth in the order of `KEY` and `SUMS`. Months are numbered from the year nought on."""
    return f"""
SELECT {KEY}, sum(n)::int AS n, sum(x)::bigint AS x, sum(y)::int AS y FROM (
    SELECT r.user_id, r.part, r.kind_id, r.b, r.n, r.x, r.y, (extract(year FROM r.day) * 12 + extract(month FROM r.day) - 1)::int AS month,
        CASE WHEN r.a < 0 OR r.part NOT IN ({ENDED}, {AGAIN}) THEN r.a
            WHEN r.part = {ENDED} THEN r.day::date - r.before::date
            ELSE (extract(year FROM r.day) - extract(year FROM r.before)) * 12 + extract(month FROM r.day) - extract(month FROM r.before) END::bigint AS a
    FROM (
        SELECT s.*, s.at AT TIME ZONE %(zone)s AS day,
            CASE WHEN s.part IN ({ENDED}, {AGAIN}) THEN to_timestamp(s.a) AT TIME ZONE %(zone)s END AS before
        FROM ({rows}) AS s
    ) AS r WHERE r.part <> 0
) AS p GROUP BY {KEY}"""
