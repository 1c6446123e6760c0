"""Money by days: what each person's invoices and payments came to, from which plans of turnover, margin and payments are told.

Every change of the books notes in its own transaction what it adds to a day or takes from it (`analytics.money_sql`), so
reading needs no counting: days and what waits to be added to them are read in one statement, exact at any moment.
Days are those typed on invoices and payments, whatever the time zone is.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import connection

from analytics.money_sql import FACTS, KEY, SUMS
from salesexpert.core.kept_sums import KeptSums

DAYS = KeptSums(
    "money",
    "analytics_moneyday",
    "analytics_moneychange",
    KEY,
    SUMS,
    FACTS,
    730_511_904,
)
catch_up, rebuild, differences = DAYS.catch_up, DAYS.rebuild, DAYS.differences


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


def owed(day: date, *, currency: str, people: Collection[int]) -> dict[int, Decimal]:
    """{person: what his invoices that stand today owed at the beginning of the day}: issued before it less settled before it."""
    which = "user_id = ANY(%(people)s) AND day < %(day)s AND currency = %(currency)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT user_id, sum(issued - settled) FROM {DAYS.both('user_id, issued, settled', which)} GROUP BY 1",
            {"day": day, "currency": currency, "people": list(people)},
        )
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
