"""Working days of the Russian production calendar: moved days off and working Saturdays included."""

from datetime import date, timedelta
from functools import cache
from typing import Any


@cache
def _calendar() -> Any:
    # Loads three hundred modules: only a worker that counts days needs them.
    from holidays.countries.russia import Russia

    return Russia()


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
