"""Work by months and people: where the effort goes and what came of cold calls is told from it (decision 0032).

Every change notes in its own transaction what it adds to a month or takes from it (`analytics.work_sql`); months and what
waits are read in one statement, exact at any moment. Beat adds what waits, which says nothing new.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics.kept_months import asked, zone
from analytics.work_sql import (
    AGAIN,
    COLD,
    ENDED,
    FACTS,
    FIRST,
    KEY,
    ON_LOST,
    ON_WON,
    OUTCOMES,
    SPENT,
    SUMS,
    parts,
)
from clients.choices import Ladder

# One who counts at a time.
LOCK = 730_511_910

_ROW = f"{KEY}, {', '.join(SUMS)}"
_NOTED = "SELECT * FROM analytics_workchange"


@dataclass(frozen=True, slots=True)
class Told:
    """Of people: {(person, outcome): (contacts, minutes)}; {person: (won deals, contacts ever made on them)}; {person: (cold
    calls, with interest found, followed by a deal, by a won one)}; {(person, type of relationship): contacts}."""

    spent: dict[tuple[int, str], tuple[int, int]]
    won: dict[int, tuple[int, int]]
    cold: dict[int, tuple[int, int, int, int]]
    stood: dict[tuple[int, int | None], int]


def read(since: date, until: date, *, people: Collection[int] | None) -> Told | None:  # fmt: skip
    """Of the half-open period, of these people (None: of all); None where months cannot answer: they are whole ones.

    The last is whole too if nothing was done or won after the period, which ends with today as a rule.
    """
    if since.day != 1:
        return None
    whose = "" if people is None else "user_id = ANY(%(people)s) AND "
    # The index is by parts: ended deals are passed over.
    which = f"{whose}part IN ({SPENT}, {COLD}, {ON_WON}) AND month BETWEEN %(first)s AND %(last)s"
    later = """EXISTS (SELECT FROM accounts_user AS u WHERE (%(everybody)s OR u.id = ANY(%(people)s)) AND (
        EXISTS (SELECT FROM clients_activity WHERE performer_id = u.id AND status = 'done' AND bin_id IS NULL AND done_at >= %(until)s)
        OR EXISTS (SELECT FROM deals_deal WHERE responsible_id = u.id AND bin_id IS NULL AND closed_at IS NOT NULL AND closed_at >= %(until)s)))"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH told AS MATERIALIZED (
                SELECT user_id, part, kind_id, a, b, sum(n) AS n, sum(x) AS x, sum(y) AS y FROM (
                    SELECT {_ROW} FROM analytics_workmonth WHERE {which}
                    UNION ALL SELECT {_ROW} FROM ({parts(_NOTED)}) AS c WHERE {which}
                ) AS both_ GROUP BY 1, 2, 3, 4, 5
            ), known AS (SELECT t.*, k.default_minutes FROM told AS t JOIN clients_activitykind AS k ON k.id = t.kind_id AND k.is_contact)
            SELECT {SPENT}, user_id, a, sum(n)::int, sum(x + y * coalesce(default_minutes, 0))::int, 0, 0 FROM known WHERE part = {SPENT} GROUP BY 2, 3
            UNION ALL
            SELECT -{SPENT}, user_id, b, sum(n)::int, 0, 0, 0 FROM known WHERE part = {SPENT} GROUP BY 2, 3
            UNION ALL
            SELECT {COLD}, user_id, 0, sum(n)::int,
                coalesce(sum(n) FILTER (WHERE b = ANY(ARRAY(SELECT id FROM clients_activityresult WHERE shows_interest))), 0)::int, sum(x)::int, sum(y)::int
            FROM known WHERE part = {COLD} AND a = ANY(ARRAY(SELECT id FROM clients_relationshiptype WHERE step = {Ladder.COLD.value})) GROUP BY 2
            UNION ALL
            SELECT {ON_WON}, user_id, 0, coalesce(sum(n) FILTER (WHERE kind_id = 0), 0)::int,
                coalesce(sum(n) FILTER (WHERE kind_id IN (SELECT id FROM clients_activitykind WHERE is_contact)), 0)::int, 0, 0
            FROM told WHERE part = {ON_WON} GROUP BY 2
            UNION ALL
            SELECT 0, 0, 0, 0, 0, 0, 0 WHERE EXISTS (SELECT FROM analytics_workchange WHERE part = 0){f" OR {later}" if until.day != 1 else ""}""",
            asked(since, until, people),
        )
        rows = cursor.fetchall()
    told = Told({}, {}, {}, {})
    for part, person, of, n, first, second, third in rows:
        if part == 0:
            return None
        if part == SPENT and n:
            told.spent[person, OUTCOMES[of]] = (n, first)
        elif part == -SPENT and n:
            told.stood[person, of or None] = n
        elif part == COLD and n:
            told.cold[person] = (n, first, second, third)
        elif part == ON_WON and n:
            told.won[person] = (n, first)
    return told


def _counted(columns: str, which: str, since: date, until: date, people: Collection[int] | None) -> list[tuple[int, int, int]] | None:  # fmt: skip
    """(two columns, how many) of whole months; None where months cannot answer."""
    if since.day != 1 or until.day != 1:
        return None
    whose = "" if people is None else "user_id = ANY(%(people)s) AND "
    which = f"{whose}month BETWEEN %(first)s AND %(last)s AND {which}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {columns}, sum(n)::int FROM (
                SELECT {_ROW} FROM analytics_workmonth WHERE {which}
                UNION ALL SELECT {_ROW} FROM ({parts(_NOTED)}) AS c WHERE {which}
            ) AS both_ GROUP BY 1, 2 HAVING sum(n) <> 0
            UNION ALL
            SELECT 0, 0, 0 WHERE EXISTS (SELECT FROM analytics_workchange WHERE part = 0)""",
            asked(since, until, people),
        )
        rows = cursor.fetchall()
    return rows if all(n for *_rest, n in rows) else None


_IS_CONTACT = "kind_id IN (SELECT id FROM clients_activitykind WHERE is_contact)"


def stood(since: date, until: date, *, people: Collection[int] | None) -> dict[tuple[int, int | None], int] | None:  # fmt: skip
    """{(person, type of relationship): contacts} with clients who were of it, of whole months; None where months cannot answer."""
    rows = _counted("user_id, b", f"part = {SPENT} AND {_IS_CONTACT}", since, until, people)  # fmt: skip
    return None if rows is None else {(pk, kind or None): n for pk, kind, n in rows}


def met(since: date, until: date, people: Collection[int]) -> dict[int, dict[int | None, int]] | None:  # fmt: skip
    """{person: {type of relationship: contacts}}, of days until today too, as of `read`; days are those of the company's clock."""
    if timezone.get_current_timezone_name() != zone():
        return None
    told = read(since, until, people=people)
    if told is None:
        return None
    found: dict[int, dict[int | None, int]] = {}
    for (pk, kind), n in told.stood.items():
        found.setdefault(pk, {})[kind] = n
    return found


def on_ended(since: date, until: date, *, people: Collection[int] | None) -> dict[int, int] | None:  # fmt: skip
    """{person: contacts ever made on his deals that ended} in whole months; None where months cannot answer."""
    rows = _counted("user_id, 0", f"part IN ({ON_WON}, {ON_LOST}) AND {_IS_CONTACT}", since, until, people)  # fmt: skip
    return None if rows is None else {pk: n for pk, _none, n in rows}


def won_by_client(since: date, until: date, *, people: Collection[int]) -> dict[int, tuple[int, int]] | None:  # fmt: skip
    """{person: (clients whose first won deal closed, clients with a later one closed)} in whole months, as of `stood`."""
    later = f"part = {AGAIN} AND (a < 0 OR month - a < %(first)s)"
    rows = _counted("user_id, part", f"(part = {FIRST} OR {later})", since, until, people)  # fmt: skip
    if rows is None:
        return None
    found: dict[int, tuple[int, int]] = {}
    for pk, part, n in rows:
        first, again = found.get(pk, (0, 0))
        found[pk] = (n, again) if part == FIRST else (first, n)
    return found


def ended(since: date, until: date, *, people: Collection[int] | None) -> list[tuple[int, str, int | None, int]] | None:  # fmt: skip
    """(responsible, state, days, how many) of deals that ended in the half-open period; None where months cannot answer, as of `read`."""
    if since.day != 1:
        return None
    whose = "" if people is None else "user_id = ANY(%(people)s) AND "
    which = f"{whose}part = {ENDED} AND month BETWEEN %(first)s AND %(last)s"
    later = """EXISTS (SELECT FROM accounts_user AS u WHERE (%(everybody)s OR u.id = ANY(%(people)s))
        AND EXISTS (SELECT FROM deals_deal WHERE responsible_id = u.id AND bin_id IS NULL AND closed_at IS NOT NULL AND closed_at >= %(until)s))"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT user_id, b, a, sum(n)::int FROM (
                SELECT {_ROW} FROM analytics_workmonth WHERE {which}
                UNION ALL SELECT {_ROW} FROM ({parts(_NOTED)}) AS c WHERE {which}
            ) AS both_ GROUP BY 1, 2, 3 HAVING sum(n) <> 0
            UNION ALL
            SELECT 0, 0, 0, 0 WHERE EXISTS (SELECT FROM analytics_workchange WHERE part = 0){f" OR {later}" if until.day != 1 else ""}""",
            asked(since, until, people),
        )
        rows = cursor.fetchall()
    if any(not n for *_rest, n in rows):
        return None
    return [(person, OUTCOMES[state], None if days == -1 else days, n) for person, state, days, n in rows]  # fmt: skip


@transaction.atomic
def catch_up() -> int:
    """Add what waits to its months; how many there were. It says nothing new: it keeps reading short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(part) FROM analytics_workchange")
        waiting, least = cursor.fetchone()
        if not waiting:
            return 0
        if not least:
            return rebuild()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM analytics_workchange WHERE part <> 0 RETURNING *)
            INSERT INTO analytics_workmonth AS t ({_ROW})
            SELECT {_ROW} FROM ({parts("SELECT * FROM gone")}) AS c WHERE (n, x, y) <> (0, 0, 0) ORDER BY {KEY}
            ON CONFLICT ({KEY}) DO UPDATE SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)}""",
            {"zone": zone()},
        )
        return int(cursor.rowcount)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM analytics_workmonth")
        # One statement: what waits is taken away as far as the months hold it, and what is done meanwhile waits on.
        cursor.execute(
            f"""WITH counted AS (DELETE FROM analytics_workchange)
            INSERT INTO analytics_workmonth ({_ROW}) {parts(FACTS)} ORDER BY {KEY}""",
            {"zone": zone()},
        )
        return int(cursor.rowcount)


def differences() -> list[tuple[str, int, Any]]:
    """("work", person, month) that is kept otherwise than the facts say. One statement: who works meanwhile changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM analytics_workchange WHERE part = 0)"
        )
        if cursor.fetchone()[0]:
            rebuild()
        cursor.execute(
            f"""WITH facts AS ({parts(FACTS)}), kept AS (
                SELECT {KEY}, sum(n)::int AS n, sum(x)::bigint AS x, sum(y)::int AS y FROM (
                    SELECT {_ROW} FROM analytics_workmonth UNION ALL SELECT {_ROW} FROM ({parts(_NOTED)}) AS c
                ) AS b GROUP BY {KEY} HAVING (sum(n), sum(x), sum(y)) <> (0, 0, 0)
            )
            SELECT DISTINCT 'work', user_id, make_date(month / 12, mod(month, 12) + 1, 1) FROM (
                (TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)
            ) AS d WHERE NOT EXISTS (SELECT FROM analytics_workchange WHERE part = 0) ORDER BY 3, 2""",
            {"zone": zone()},
        )
        return list(cursor.fetchall())
