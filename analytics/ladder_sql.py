"""Moves on the ladder by months in SQL: what the moves of a client add to the months of his curator, and what notes a change.

A trigger notes all moves of a client as they stood before (`n` -1) and as they stand now (`n` 1), with whose he was; the
same SQL counts these and the facts (decision 0025). `n` 0 says that types of relationship stand on other steps: all is to
be counted anew.
"""

from clients.choices import Ladder

KEY = "user_id, month, kind, a, b, before, after"
# Kinds of parts: a move from a type to a type; a client who came to a step for the first time in a month.
MOVED, CAME = 1, 2
# From these one can go further.
_STEPS = [step.value for step in Ladder if step != Ladder.REGULAR]

FACTS = """
SELECT m.client_id AS key, 1 AS n, coalesce(c.curator_id, 0) AS user_id, m.at, m.from_type_id AS from_type, m.to_type_id AS to_type,
    m.fact <> '' AS by_fact
FROM clients_relationshipmove AS m JOIN clients_client AS c ON c.id = m.client_id WHERE c.bin_id IS NULL"""


def noted(table: str = "analytics_ladderchange") -> str:
    return f"""
SELECT l.id AS key, l.n, l.user_id, m.at, m.from_type, m.to_type, m.by_fact
FROM {table} AS l, unnest(l.ats, l.froms, l.tos, l.by_facts) AS m(at, from_type, to_type, by_fact)"""


def parts(rows: str) -> str:
    """Parts of months in the order of `KEY`, and how many of each. Months are numbered from the year nought on.

    Of a move `after` is 1 if a fact made it, else 0. Of a coming: `before` is how many months ago the client came to the step the last time (0: never), `after` how many
    months later he went further (-1: not yet).
    """
    further = ", ".join(
        f"min(s.month) FILTER (WHERE s.step > {step}) OVER later AS over_{step}"
        for step in _STEPS
    )
    over = " ".join(f"WHEN {step} THEN over_{step}" for step in _STEPS)
    return f"""
SELECT {KEY}, sum(n)::int AS n FROM (
    WITH moved AS (
        SELECT r.*, t.step, (extract(year FROM r.day) * 12 + extract(month FROM r.day) - 1)::int AS month
        FROM (SELECT *, s.at AT TIME ZONE %(zone)s AS day FROM ({rows}) AS s) AS r JOIN clients_relationshiptype AS t ON t.id = r.to_type
    ), came AS (
        SELECT DISTINCT ON (key, step, month) key, n, user_id, step, month, CASE step {over} END - month AS after
        FROM (
            SELECT s.key, s.n, s.user_id, s.at, s.step, s.month, {further} FROM moved AS s
            WINDOW later AS (PARTITION BY s.key ORDER BY s.at GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        ) AS w WHERE step IN ({", ".join(map(str, _STEPS))}) ORDER BY key, step, month, at
    )
    SELECT user_id, month, {MOVED} AS kind, coalesce(from_type, 0) AS a, to_type AS b, 0 AS before, coalesce(by_fact, FALSE)::int AS after, n FROM moved
    UNION ALL
    SELECT user_id, month, {CAME}, step, 0, coalesce(month - lag(month) OVER (PARTITION BY key, step ORDER BY month), 0), coalesce(after, -1), n FROM came
) AS p GROUP BY {KEY}"""


_NOTE = "INSERT INTO analytics_ladderchange (n, user_id, ats, froms, tos, by_facts)"
_SAID = "array_agg(m.at ORDER BY m.id), array_agg(m.from_type_id ORDER BY m.id), array_agg(m.to_type_id ORDER BY m.id), array_agg(m.fact <> '' ORDER BY m.id)"
_ANEW = "INSERT INTO analytics_ladderchange (n, user_id, ats, froms, tos) VALUES (0, 0, '{}', '{}', '{}')"


def _of_moves(event: str, tables: str, concerned: str, before: str) -> str:
    """A trigger of a statement: it notes each client concerned once, however many of his moves are written together."""
    name = f"analytics_ladder_{event.lower()}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever gives the client to another curator waits, or is waited for.
    PERFORM FROM clients_client WHERE id IN ({concerned}) ORDER BY id FOR SHARE;
    {_NOTE}
    SELECT -1, coalesce(c.curator_id, 0), {_SAID}
    FROM clients_client AS c JOIN ({before}) AS m ON m.client_id = c.id
    WHERE c.bin_id IS NULL AND c.id IN ({concerned}) GROUP BY c.id;
    {_NOTE}
    SELECT 1, coalesce(c.curator_id, 0), {_SAID}
    FROM clients_client AS c JOIN clients_relationshipmove AS m ON m.client_id = c.id
    WHERE c.bin_id IS NULL AND c.id IN ({concerned}) GROUP BY c.id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER {event} ON clients_relationshipmove REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


_READ = "SELECT id, client_id, at, from_type_id, to_type_id, fact FROM"


def _left(concerned: str) -> str:
    return f"{_READ} clients_relationshipmove WHERE client_id IN ({concerned})"


_ADDED, _GONE = "SELECT client_id FROM added", "SELECT client_id FROM gone"
_BOTH = f"{_ADDED} UNION {_GONE}"

INSTALL = f"""
{_of_moves("INSERT", "NEW TABLE AS added", _ADDED, f"{_left(_ADDED)} AND id NOT IN (SELECT id FROM added)")}
{_of_moves("DELETE", "OLD TABLE AS gone", _GONE, f"{_left(_GONE)} UNION ALL {_READ} gone")}
{_of_moves("UPDATE", "OLD TABLE AS gone NEW TABLE AS added", _BOTH, f"{_left(_BOTH)} AND id NOT IN (SELECT id FROM added) UNION ALL {_READ} gone")}

CREATE FUNCTION analytics_ladder_of_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.bin_id IS NULL THEN
        {_NOTE}
        SELECT -1, coalesce(OLD.curator_id, 0), {_SAID} FROM clients_relationshipmove AS m WHERE m.client_id = OLD.id HAVING count(*) > 0;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.bin_id IS NULL THEN
            {_NOTE}
            SELECT 1, coalesce(NEW.curator_id, 0), {_SAID} FROM clients_relationshipmove AS m WHERE m.client_id = NEW.id HAVING count(*) > 0;
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_ladder_card_gone AFTER DELETE ON clients_client
    FOR EACH ROW EXECUTE FUNCTION analytics_ladder_of_card();
CREATE TRIGGER analytics_ladder_card_changed AFTER UPDATE OF curator_id, bin_id ON clients_client
    FOR EACH ROW WHEN ((OLD.curator_id, OLD.bin_id IS NULL) IS DISTINCT FROM (NEW.curator_id, NEW.bin_id IS NULL))
    EXECUTE FUNCTION analytics_ladder_of_card();

CREATE FUNCTION analytics_ladder_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_ANEW};
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_ladder_steps AFTER UPDATE OF step ON clients_relationshiptype
    FOR EACH ROW WHEN (OLD.step IS DISTINCT FROM NEW.step) EXECUTE FUNCTION analytics_ladder_steps();
"""

REMOVE = """
DROP FUNCTION analytics_ladder_insert() CASCADE;
DROP FUNCTION analytics_ladder_delete() CASCADE;
DROP FUNCTION analytics_ladder_update() CASCADE;
DROP FUNCTION analytics_ladder_of_card() CASCADE;
DROP FUNCTION analytics_ladder_steps() CASCADE;
"""

# Until all is counted for the first time the facts answer.
ANEW = _ANEW
