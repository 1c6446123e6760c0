"""Moves on the ladder by months and curators: the report of a period is told from them (decision 0028).

Every change notes in its own transaction what the moves of a client say now and said before (`analytics.ladder_sql`);
months and what waits are read in one statement, exact at any moment. Beat adds what waits, which says nothing new.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics.kept_months import asked, zone
from analytics.ladder_sql import CAME, FACTS, KEY, MOVED, noted, parts
from clients.base_reports import Climbed

# One who counts at a time.
LOCK = 730_511_908


@dataclass(frozen=True, slots=True)
class Told:
    """Clients who came to a step, of them those who went further: by step; moves by their types (None: a new card), and how
    many of them a fact made."""

    passed: dict[int, tuple[int, int]]
    moved: dict[tuple[int | None, int], int]
    by_facts: dict[tuple[int | None, int], int]


def read(since: date, until: date, *, people: Collection[int] | None = None) -> Told | None:  # fmt: skip
    """Of the half-open period, of the cards of these curators (None: of all); None where months cannot answer: they are whole ones.

    The last is whole too if nobody moved after the period, which ends with today as a rule.
    """
    if since.day != 1 or timezone.get_current_timezone_name() != zone():
        return None
    amid = until.day != 1
    whose = "" if people is None else "user_id = ANY(%(people)s) AND "
    which = f"{whose}month BETWEEN %(first)s AND %(last)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH told AS (
                SELECT {KEY}, n FROM analytics_laddermonth WHERE {which}
                UNION ALL SELECT {KEY}, n FROM ({parts(noted())}) AS c WHERE {which}
            )
            SELECT kind, a, b, sum(n), sum(n) FILTER (WHERE CASE kind WHEN {MOVED} THEN after = 1 ELSE after >= 0 AND month + after <= %(last)s END) FROM told
            WHERE before = 0 OR month - before < %(first)s GROUP BY 1, 2, 3
            UNION ALL
            SELECT 0, 0, 0, 0, 0 WHERE EXISTS (SELECT FROM analytics_ladderchange WHERE n = 0)
                OR ({amid} AND EXISTS (SELECT FROM clients_relationshipmove WHERE at >= %(until)s))""",
            asked(since, until, people),
        )
        rows = cursor.fetchall()
    told = Told({}, {}, {})
    for kind, a, b, n, further in rows:
        if not kind:
            return None
        if not n:
            continue
        if kind == CAME:
            told.passed[a] = (n, further or 0)
        elif kind == MOVED:
            told.moved[a or None, b] = n
            if further:
                told.by_facts[a or None, b] = further
    return told


def climbed(since: date, until: date, people: Collection[int] | None) -> Climbed | None:  # fmt: skip
    """As `read`, for who reads it below."""
    told = read(since, until, people=people)
    if told is None:
        return None
    return Climbed(told.passed, {pair: (n, told.by_facts.get(pair, 0)) for pair, n in told.moved.items()})  # fmt: skip


@transaction.atomic
def catch_up() -> int:
    """Add what waits to its months; how many there were. It says nothing new: it keeps reading short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(abs(n)) FROM analytics_ladderchange")
        waiting, least = cursor.fetchone()
        if not waiting:
            return 0
        if not least:
            return rebuild()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM analytics_ladderchange WHERE n <> 0 RETURNING *)
            INSERT INTO analytics_laddermonth AS t ({KEY}, n) SELECT {KEY}, n FROM ({parts(noted("gone"))}) AS c WHERE n <> 0 ORDER BY {KEY}
            ON CONFLICT ({KEY}) DO UPDATE SET n = t.n + excluded.n""",
            {"zone": zone()},
        )
        return int(cursor.rowcount)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM analytics_laddermonth")
        # One statement: what waits is taken away as far as the months hold it, and what moves meanwhile waits on.
        cursor.execute(
            f"""WITH counted AS (DELETE FROM analytics_ladderchange)
            INSERT INTO analytics_laddermonth ({KEY}, n) {parts(FACTS)} ORDER BY {KEY}""",
            {"zone": zone()},
        )
        return int(cursor.rowcount)


def differences() -> list[tuple[str, int, Any]]:
    """("ladder", curator, month) that is kept otherwise than the moves say. One statement: who moves meanwhile changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_ladderchange WHERE n = 0)")
        if cursor.fetchone()[0]:
            rebuild()
        cursor.execute(
            f"""WITH facts AS ({parts(FACTS)}), kept AS (
                SELECT {KEY}, sum(n)::int AS n FROM (
                    SELECT {KEY}, n FROM analytics_laddermonth UNION ALL SELECT {KEY}, n FROM ({parts(noted())}) AS c
                ) AS b GROUP BY {KEY} HAVING sum(n) <> 0
            )
            SELECT DISTINCT 'ladder', user_id, make_date(month / 12, mod(month, 12) + 1, 1) FROM (
                (TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)
            ) AS d WHERE NOT EXISTS (SELECT FROM analytics_ladderchange WHERE n = 0) ORDER BY 3, 2""",
            {"zone": zone()},
        )
        return list(cursor.fetchall())
