"""The clock of a stage: working days since a deal entered it, less the days on which it waits, and the traffic light.

The day of entry is day 0. A pause covers the days from `since` up to, not including, the day on which the clock goes on.
Days are those of the company's time zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from pipeline.choices import Light
from salesexpert.core.working_days import (
    add_working_days,
    is_working_day,
    working_days_between,
)

# From this part of the norm on the light is yellow.
YELLOW_FROM_PERCENT = 80
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `since` and goes on at the beginning of `until`."""

    since: date
    until: date


def _joined(pauses: Iterable[Pause]) -> list[Pause]:
    """The same days off the clock as pauses that neither overlap nor touch, in order."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: (p.since, p.until)):
        if pause.until <= pause.since:
            continue
        if joined and pause.since <= joined[-1].until:
            last = joined.pop()
            pause = Pause(last.since, max(last.until, pause.until))
        joined.append(pause)
    return joined


def day_of(moment: datetime) -> date:
    """The day of the company on which a moment falls."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def worked_days(entered_on: date, on: date, pauses: Iterable[Pause] = ()) -> int:
    """Working days that the clock has counted by the end of the day `on`. Entered on a Friday, it is 1 on Monday."""
    days = working_days_between(entered_on, on)
    for pause in _joined(pauses):
        first = max(pause.since, entered_on + ONE_DAY)
        last = min(pause.until - ONE_DAY, on)
        days -= working_days_between(first - ONE_DAY, last)
    return days


def due_on(entered_on: date, norm_days: int, pauses: Iterable[Pause] = ()) -> date:
    """The last day within the norm: the day by whose end the clock has counted `norm_days`, pauses left out.

    A norm of 1 entered on a Friday ends on Monday, or later if Monday is a holiday. Raises ValueError if it is negative.
    """
    if norm_days < 0:
        raise ValueError("A norm cannot be negative.")
    standing = _joined(pauses)
    if not standing:
        return add_working_days(entered_on, norm_days)
    day = entered_on
    while norm_days:
        day += ONE_DAY
        if any(pause.since <= day < pause.until for pause in standing):
            continue
        norm_days -= is_working_day(day)
    return day


def due_at(
    entered_at: datetime, norm_days: int, pauses: Iterable[Pause] = ()
) -> datetime:
    """The last moment of the last day within the norm, in the company's time zone."""
    zone = timezone.get_default_timezone()
    day = due_on(day_of(entered_at), norm_days, pauses)
    return datetime.combine(day, time.max, zone)


def light(
    entered_on: date, norm_days: int | None, on: date, pauses: Iterable[Pause] = ()
) -> Light | None:
    """Green, yellow from 80 % of the norm, red past it; None where there is no norm.

    A stage with a norm of 5 days entered on Monday is green until Thursday, yellow on Friday and on the next Monday,
    red from Tuesday.
    """
    if norm_days is None:
        return None
    return light_of(worked_days(entered_on, on, pauses), norm_days)


def light_of(worked: int, norm_days: int) -> Light:
    if worked > norm_days:
        return Light.RED
    if worked and worked * 100 >= norm_days * YELLOW_FROM_PERCENT:
        return Light.YELLOW
    return Light.GREEN


def waits(on: date, pauses: Iterable[Pause]) -> Pause | None:
    """The pause in which the clock stands on the day `on`."""
    return next((p for p in _joined(pauses) if p.since <= on < p.until), None)
