"""Working days of the Russian production calendar: moved days off and working Saturdays included."""

from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any


@cache
def _calendar() -> Any:
    # Loads three hundred modules: only a worker that counts days needs them.
    from holidays.countries.russia import Russia

    return Russia()


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    return bool(_calendar().is_working_day(day))


def add_working_days(start: date, days: int) -> date:
    """The last day of a term of `days` working days that begins with the day after `start`.

    10 days from Friday 30 October 2026 end on Monday 16 November, for 4 November is a day off. With 0 days it is `start`
    itself. Years whose decree is not out yet have the days off of the labour code only.

    Raises ValueError if `days` is negative.
    """
    if days < 0:
        raise ValueError("A term cannot be negative.")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


@lru_cache(maxsize=64)
def _worked_in(year: int) -> tuple[int, ...]:
    """How many working days of the year are over by the end of each of its days."""
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    return tuple(
        accumulate(is_working_day(first + timedelta(days=n)) for n in range(length))
    )


def _worked_by(day: date) -> int:
    return _worked_in(day.year)[day.timetuple().tm_yday - 1]


def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start`, up to and including `end`; 0 if `end` is not later.

    A board counts it for hundreds of deals, so the days of a year are added up once.
    """
    if end <= start:
        return 0
    whole_years = sum(_worked_in(year)[-1] for year in range(start.year, end.year))
    return whole_years - _worked_by(start) + _worked_by(end)
