"""Parts of the questions that reports put to the database: spans of days, scopes inside larger queries, working days."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from deals.figures import midnight
from salesexpert.core.working_days import working_days_between

# Working days are counted from here on; nothing in a base of sales is older.
FIRST_DAY = date(2004, 12, 31)
PERCENTILES = (50, 75, 90)


class Question:
    """A query in SQL with the values it is asked with: querysets become subqueries of it."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def within(self, rows: QuerySet[Any, Any], *columns: str) -> str:
        """The rows as a subquery of these columns, in this order."""
        sql, given = rows.order_by().values_list(*columns).query.sql_with_params()
        names = []
        for value in given:
            names.append(f"q{len(self.values)}")
            self.values[names[-1]] = value
        place = iter(names)
        return "(" + re.sub(r"%s|%%", lambda m: f"%({next(place)})s" if m[0] == "%s" else m[0], sql) + ")"  # fmt: skip

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.values)
            return list(cursor.fetchall())


def bounds(since: date | None, until: date | None) -> dict[str, Any]:
    """The half-open period as moments for a query, and the name of the company's time zone."""
    return {
        "since": midnight(since) if since else midnight(FIRST_DAY),
        "until": midnight(until) if until else midnight(date(2200, 1, 1)),
        "zone": timezone.get_default_timezone_name(),
    }


def working_calendar() -> dict[str, Any]:
    """Values for `CALENDAR`."""
    return {"first_day": FIRST_DAY, "worked": _worked(timezone.localdate().year)}


@lru_cache(maxsize=2)
def _worked(year: int) -> str:
    """How many working days are over by the end of each day, from the one after FIRST_DAY to the end of next year.

    As PostgreSQL writes an array: eight thousand numbers take the driver longer to write than the question to be answered.
    """
    days = (date(year + 1, 12, 31) - FIRST_DAY).days
    over = [working_days_between(FIRST_DAY, FIRST_DAY + timedelta(days=n)) for n in range(1, days + 1)]  # fmt: skip
    return f"{{{','.join(map(str, over))}}}"


# `cal.w[n]` are the working days over by the end of the n-th day after FIRST_DAY.
CALENDAR = "(SELECT %(worked)s::int[] AS w, %(first_day)s::date AS origin) AS cal"


def day(moment: str) -> str:
    """The day of the company on which a moment falls, in SQL."""
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def worked(begin: str, end: str) -> str:
    """Working days after the day `begin` up to and including `end`, in SQL beside `CALENDAR`."""
    return f"(cal.w[({end}) - cal.origin] - cal.w[({begin}) - cal.origin])"


def percentiles(histogram: Mapping[int, int]) -> list[int] | None:
    """The least values that so many per cent of all do not exceed, as PostgreSQL's percentile_disc finds them."""
    if not histogram:
        return None
    whole, passed = sum(histogram.values()), 0
    wanted = [ceil(percent / 100 * whole) for percent in PERCENTILES]
    found: list[int] = []
    for value in sorted(histogram):
        passed += histogram[value]
        while len(found) < len(wanted) and wanted[len(found)] <= passed:
            found.append(value)
    return found


def share(part: int, whole: int) -> float | None:
    """What part of the whole it is; None where nothing can be divided."""
    return part / whole if whole else None
