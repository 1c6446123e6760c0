"""Working days of the Russian production calendar: moved days off and working Saturdays included."""

import multiprocessing
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

_learnt: dict[int, tuple[bool, ...]] = {}


@cache
def _calendar() -> Any:
    # Loads three hundred modules and 14 MB: only a process that counts days, and has not learnt them, needs them.
    from holidays.countries.russia import Russia

    return Russia()


def learn(years: Iterable[int]) -> None:
    """Have the days of these years looked up in a process that ends, so that this one need not load the calendar."""
    receives, sends = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=lambda: sends.send({year: _days_of(year) for year in years})
    )
    process.start()
    sends.close()
    try:
        _learnt.update(receives.recv())
    except EOFError:
        # It ended without a word: the calendar is loaded when a day is asked for.
        return
    finally:
        process.join()
        receives.close()


def _days_of(year: int) -> tuple[bool, ...]:
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    calendar = _calendar()
    return tuple(
        bool(calendar.is_working_day(first + timedelta(days=n))) for n in range(length)
    )


def is_working_day(day: date) -> bool:
    year = _learnt.get(day.year)
    if year is not None:
        return year[day.timetuple().tm_yday - 1]
    return _looked_up(day)


@lru_cache(maxsize=4096)
def _looked_up(day: date) -> bool:
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
    return tuple(accumulate(_learnt.get(year) or _days_of(year)))


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
