"""Minutes of work done by people and days of the company's clock: how full people's time was is told without their history (decision 0034)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from deals.team.worked_sql import FACTS, KEY, SUMS
from salesexpert.core.kept_sums import KeptSums

DAYS = KeptSums("worked", "deals_workedday", "deals_workedchange", KEY, SUMS, FACTS, 730_511_912, of_moments=True)  # fmt: skip


def answers() -> bool:
    """Whether the reader's days are those of the company."""
    return timezone.get_current_timezone_name() == timezone.get_default_timezone_name()


def by_day(people: Collection[int], since: date, until: date) -> dict[tuple[int, date], int]:  # fmt: skip
    """{(person, day): minutes}."""
    return {(person, day): minutes for person, day, minutes in _sums("user_id, day", people, since, until)}  # fmt: skip


def of_period(people: Collection[int], since: date, until: date) -> dict[int, int]:
    """{person: minutes} of the half-open period."""
    return dict(_sums("user_id", people, since, until))


def _sums(of: str, people: Collection[int], since: date, until: date) -> list[tuple[Any, ...]]:  # fmt: skip
    kept = DAYS.both(DAYS.row, "user_id = ANY(%(people)s) AND day >= %(since)s AND day < %(until)s")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {of}, sum(minutes)::int FROM {kept} GROUP BY {of}",
            {"people": list(people), "since": since, "until": until, **(DAYS.given or {})},
        )  # fmt: skip
        return list(cursor.fetchall())
