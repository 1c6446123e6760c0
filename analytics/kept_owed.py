"""What is owed, by seller, term and day of issue: debts are told without the open invoices themselves (decision 0038).

Kept like planned receipts (`kept_planned`): what an invoice adds, pays off or takes away is noted by `analytics.owed_sql`
and read with the sums.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from analytics.owed_sql import FACTS, KEY, SUMS
from salesexpert.core.kept_sums import KeptSums

DAYS = KeptSums("owed", "analytics_owedday", "analytics_owedchange", KEY, SUMS, FACTS, 730_511_914, counts="invoices")  # fmt: skip

_LATE = "FILTER (WHERE due_on < %(on)s)"


@dataclass(frozen=True, slots=True)
class Owed:
    """Open invoices of a seller (None: of nobody) in a currency and what they still owe; of them those whose term has passed."""

    person_id: int | None
    currency: str
    invoices: int
    owed: Decimal
    late: int
    late_owed: Decimal


def of_people(
    people: Collection[int] | None,
    *,
    on: date,
    since: date | None = None,
    until: date | None = None,
) -> list[Owed]:
    """As of the day `on`, of these sellers (None: of everybody); of invoices issued in the half-open period, where one is given."""
    kept = _kept(people, "issued_on >= %(since)s AND issued_on < %(until)s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT nullif(user_id, 0), currency, sum(invoices)::int, sum(owed),
                coalesce(sum(invoices) {_LATE}, 0)::int, coalesce(sum(owed) {_LATE}, 0)
            FROM {kept} GROUP BY 1, 2 HAVING sum(invoices) <> 0""",
            {"people": list(people or ()), "on": on, "since": since or date.min, "until": until or date.max},
        )  # fmt: skip
        return [Owed(*row) for row in cursor.fetchall()]


def terms(people: Collection[int] | None, *, on: date, until: date) -> list[tuple[date | None, str, Decimal]]:  # fmt: skip
    """(term, currency, owed) of these sellers together (None: of everybody) before `until`; all terms before `on` are told as None."""
    kept = _kept(people, "due_on < greatest(%(on)s, %(until)s)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT CASE WHEN due_on >= %(on)s THEN due_on END, currency, sum(owed)
            FROM {kept} GROUP BY 1, 2 HAVING sum(owed) <> 0""",
            {"people": list(people or ()), "on": on, "until": until},
        )
        return list(cursor.fetchall())


def _kept(people: Collection[int] | None, which: str) -> str:
    whose = "" if people is None else "user_id = ANY(%(people)s) AND "
    return DAYS.both(DAYS.row, f"{whose}{which}")
