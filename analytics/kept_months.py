"""What is kept by months: how its statements name a period, its people and the clock by which days are told."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from deals.figures import midnight


def zone() -> str:
    """The company's clock."""
    return timezone.get_default_timezone_name()


def number(day: date) -> int:
    """The number under which a month is kept: one more than that of the month before."""
    return day.year * 12 + day.month - 1


def asked(since: date, until: date, people: Collection[int] | None) -> dict[str, Any]:
    """What a statement asks by of a half-open period, of these people (None: of all)."""
    return {
        "first": number(since),
        "last": number(until - timedelta(days=1)),
        "until": midnight(until),
        "everybody": people is None,
        "people": list(people or ()),
        "zone": zone(),
    }
