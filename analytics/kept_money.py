"""Money by days: what each person's invoices and payments came to, from which plans of turnover, margin and payments are told.

Every change of the books notes in its own transaction what it adds to a day or takes from it (`analytics.money_sql`), so
reading needs no counting: days and what waits to be added to them are read in one statement, exact at any moment.
Days are those typed on invoices and payments, whatever the time zone is.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from analytics.money_sql import FACTS, FILL, KEY, ROW, SUMS

# One who adds at a time.
LOCK = 730_511_904

_TOTALS = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
_ANY = " OR ".join(f"sum({name}) <> 0" for name in SUMS)
_ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)


def read(
    name: str, since: date, until: date, *, currency: str, people: Collection[int] | None = None
) -> dict[int, Decimal]:  # fmt: skip
    """{person: sum of `name` of `SUMS`} of the half-open period; whose sum is nought is left out. `people` None: everybody."""
    if name not in SUMS:
        raise ValueError(name)
    which = "day >= %(since)s AND day < %(until)s AND currency = %(currency)s"
    if people is not None:
        which += " AND user_id = ANY(%(people)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT user_id, sum({name}) FROM (
                SELECT user_id, {name} FROM analytics_moneyday WHERE {which}
                UNION ALL SELECT user_id, {name} FROM analytics_moneychange WHERE {which}
            ) AS kept GROUP BY 1 HAVING sum({name}) <> 0""",
            {"since": since, "until": until, "currency": currency, "people": list(people or ())},
        )  # fmt: skip
        return dict(cursor.fetchall())


def days(name: str, since: date, until: date, *, people: Collection[int]) -> list[tuple[date, str, Decimal]]:  # fmt: skip
    """(day, currency, sum of `name` of `SUMS`) of these people together."""
    if name not in SUMS:
        raise ValueError(name)
    which = "day >= %(since)s AND day < %(until)s AND user_id = ANY(%(people)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT day, currency, sum({name}) FROM (
                SELECT day, currency, {name} FROM analytics_moneyday WHERE {which}
                UNION ALL SELECT day, currency, {name} FROM analytics_moneychange WHERE {which}
            ) AS kept GROUP BY 1, 2 HAVING sum({name}) <> 0""",
            {"since": since, "until": until, "people": list(people)},
        )
        return list(cursor.fetchall())


@transaction.atomic
def catch_up() -> int:
    """Add what waits to its days; how many days of people there were. It says nothing new: it keeps reading short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_moneychange)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM analytics_moneychange RETURNING {ROW})
            INSERT INTO analytics_moneyday AS t ({ROW})
            SELECT {KEY}, {_TOTALS} FROM gone GROUP BY {KEY} HAVING {_ANY} ORDER BY {KEY}
            ON CONFLICT ({KEY}) DO UPDATE SET {_ADDED}"""
        )
        return int(cursor.rowcount)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew from the books; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM analytics_moneyday")
        cursor.execute(FILL)
        return int(cursor.rowcount)


def differences() -> list[tuple[str, int, Any]]:
    """(what, person, day) that is kept otherwise than the books say. One statement: whoever books meanwhile changes nothing."""
    both = f"SELECT {ROW} FROM analytics_moneyday UNION ALL SELECT {ROW} FROM analytics_moneychange"
    kept = f"SELECT {KEY}, {', '.join(f'sum({name})::numeric(18,2)' for name in SUMS)} FROM ({both}) AS b GROUP BY {KEY}"  # fmt: skip
    nought = " AND ".join(f"{name} = 0" for name in SUMS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH facts AS ({FACTS}), kept ({ROW}) AS ({kept})
            SELECT DISTINCT user_id, day FROM (
                (SELECT * FROM facts WHERE NOT ({nought}) EXCEPT TABLE kept) UNION ALL (SELECT * FROM kept WHERE NOT ({nought}) EXCEPT TABLE facts)
            ) AS d ORDER BY day, user_id"""
        )
        return [("money", *row) for row in cursor.fetchall()]
