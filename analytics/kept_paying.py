"""How invoices were paid, kept by days of issue: the report of a period is told from it (decision 0029).

Every change of the books notes in its own transaction what it adds to a day or takes from it (`analytics.paying_sql`); days
and what waits are read in one statement, exact at any moment. Who owes now is asked of the open invoices themselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from analytics.paying_sql import FACTS, KEY, ROW, SUMS

# One who adds at a time.
LOCK = 730_511_909

_TOTALS = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
_ANY = " OR ".join(f"sum({name}) <> 0" for name in SUMS)
_ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)


@dataclass(frozen=True, slots=True)
class Paid:
    """Invoices of a seller (None: of nobody) in a currency: how many, what they come to; of them paid, paid late, days late."""

    person_id: int | None
    currency: str
    issued: int
    total: Decimal
    paid: int
    late: int
    days_late: int


def read(since: date, until: date, *, people: Collection[int] | None) -> list[Paid] | None:  # fmt: skip
    """Of those issued in the half-open period, of these sellers (None: of everybody); None while the days are not counted."""
    whose = "" if people is None else " AND user_id = ANY(%(people)s)"
    which = f"day >= %(since)s AND day < %(until)s{whose}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT user_id, currency, {_TOTALS} FROM (
                SELECT user_id, currency, {", ".join(SUMS)} FROM analytics_payingday WHERE {which}
                UNION ALL SELECT user_id, currency, {", ".join(SUMS)} FROM analytics_payingchange WHERE {which}
            ) AS kept GROUP BY 1, 2 HAVING sum(issued) <> 0
            UNION ALL SELECT -1, '', 0, 0, 0, 0, 0 WHERE EXISTS (SELECT FROM analytics_payingchange WHERE user_id = -1)""",
            {"since": since, "until": until, "people": list(people or ())},
        )
        rows = cursor.fetchall()
    if any(person == -1 for person, *_rest in rows):
        return None
    return [Paid(person or None, *rest) for person, *rest in rows]


@transaction.atomic
def catch_up() -> int:
    """Add what waits to its days; how many there were. It says nothing new: it keeps reading short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(user_id) FROM analytics_payingchange")
        waiting, least = cursor.fetchone()
        if not waiting:
            return 0
        if least == -1:
            return rebuild()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM analytics_payingchange WHERE user_id <> -1 RETURNING {ROW})
            INSERT INTO analytics_payingday AS t ({ROW})
            SELECT {KEY}, {_TOTALS} FROM gone GROUP BY {KEY} HAVING {_ANY} ORDER BY {KEY}
            ON CONFLICT ({KEY}) DO UPDATE SET {_ADDED}"""
        )
        return int(cursor.rowcount)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM analytics_payingday")
        # One statement: what waits is taken away as far as the days hold it, and what is booked meanwhile waits on.
        cursor.execute(
            f"""WITH counted AS (DELETE FROM analytics_payingchange)
            INSERT INTO analytics_payingday ({ROW}) {FACTS} ORDER BY {KEY}"""
        )
        return int(cursor.rowcount)


def differences() -> list[tuple[str, int, Any]]:
    """("paying", seller, day) that is kept otherwise than the books say. One statement: who books meanwhile changes nothing."""
    both = f"SELECT {ROW} FROM analytics_payingday UNION ALL SELECT {ROW} FROM analytics_payingchange"
    nought = " AND ".join(f"{name} = 0" for name in SUMS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM analytics_payingchange WHERE user_id = -1)"
        )
        if cursor.fetchone()[0]:
            rebuild()
        cursor.execute(
            f"""WITH facts AS ({FACTS}), kept AS (SELECT {KEY}, {_TOTALS} FROM ({both}) AS b GROUP BY {KEY})
            SELECT DISTINCT 'paying', user_id, day FROM (
                (TABLE facts EXCEPT TABLE kept) UNION ALL (SELECT * FROM kept WHERE NOT ({nought}) EXCEPT TABLE facts)
            ) AS d WHERE NOT EXISTS (SELECT FROM analytics_payingchange WHERE user_id = -1) ORDER BY day, user_id"""
        )
        return list(cursor.fetchall())
