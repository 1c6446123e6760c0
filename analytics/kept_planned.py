"""Planned receipts by days: what was planned to come to each person's deals, and what of it still waits without an invoice.

Kept like money (`kept_money`, decision 0030): what the changes of receipts and of their deals add is noted by
`analytics.planned_sql` and read with the days.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import connection

from analytics.planned_sql import FACTS, KEY, SUMS
from salesexpert.core.kept_sums import KeptSums

DAYS = KeptSums("planned", "analytics_plannedday", "analytics_plannedchange", KEY, SUMS, FACTS, 730_511_910)  # fmt: skip

_WHICH = "user_id = ANY(%(people)s) AND day >= %(since)s AND day < %(until)s"
_QUESTION = f"""SELECT day, currency, sum(planned), sum(awaited)
FROM {DAYS.both("day, currency, planned, awaited", _WHICH)} GROUP BY 1, 2 HAVING (sum(planned), sum(awaited)) <> (0, 0)"""


def days(since: date, until: date, *, people: Collection[int]) -> list[tuple[date, str, Decimal, Decimal]]:  # fmt: skip
    """(day, currency, planned, of it of open deals without an invoice) of these people together, in the half-open period."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, {"since": since, "until": until, "people": list(people)})  # fmt: skip
        return list(cursor.fetchall())
