"""When a person works, when he is busy, when he is free: arithmetic of intervals, without a database.

All moments are aware. Hours are those of the person's own time zone; where clocks are turned, a working day keeps its
hours on the wall and may be an hour longer or shorter. Days off are those of the Russian production calendar, with
moved days and working Saturdays. Intervals are half-open: what ends at 11:00 does not touch what begins at 11:00.
Answers are in UTC: between two moments of one zone Python reckons by the wall, which is wrong where clocks are turned.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from salesexpert.core.working_days import is_working_day

ONE_DAY = timedelta(days=1)
# What work takes when nobody said how long.
USUAL_MINUTES = 30
# Free time is offered from here on: 10:00, 10:15, 10:30 …
STEP_MINUTES = 15


class Interval(NamedTuple):
    """A tuple, for pages make, sort and compare thousands of them."""

    begins: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        return round((self.ends.timestamp() - self.begins.timestamp()) / 60)

    def touches(self, other: "Interval") -> bool:
        """Whether both have a moment in common."""
        return self.begins < other.ends and other.begins < self.ends


@dataclass(frozen=True, slots=True)
class DayHours:
    """Hours of one weekday on the wall clock; the lunch is free of work."""

    begins: time
    ends: time
    lunch_begins: time | None = None
    lunch_ends: time | None = None


# Monday first; None is a day off.
Week = tuple[DayHours | None, ...]
_OFFICE = DayHours(time(9), time(18), time(13), time(14))
OFFICE_WEEK: Week = (_OFFICE,) * 5 + (None, None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The working time of one person: his weeks, each from a day on, and when he is away.

    `weeks` are in order of their first day; before the first of them, and without any, `OFFICE_WEEK` holds.
    """

    zone: tzinfo
    weeks: tuple[tuple[date, Week], ...] = ()
    away: tuple[Interval, ...] = ()

    def week_on(self, day: date) -> Week:
        found = OFFICE_WEEK
        for since, week in self.weeks:
            if since > day:
                break
            found = week
        return found

    def hours_on(self, day: date) -> DayHours | None:
        """Hours of a day, absences aside; None on a day off. A working Saturday has the hours of the Friday before."""
        if not is_working_day(day):
            return None
        week = self.week_on(day)
        hours = week[day.weekday()]
        if hours is None and day.weekday() >= 5:
            return week[4]
        return hours


def days_of(since: datetime, until: datetime, zone: tzinfo) -> Iterator[date]:
    """Days in `zone` that the span touches, in order."""
    day = since.astimezone(zone).date()
    last = until.astimezone(zone)
    while day < last.date() or (day == last.date() and last.time() > time.min):
        yield day
        day += ONE_DAY


def at(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which the clock on the wall of `zone` shows `clock`.

    An hour that the clock skips is the hour after it; of one that it shows twice, the first is meant.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order; what touches is one."""
    found: list[Interval] = []
    for one in sorted(intervals):
        if one.ends <= one.begins:
            continue
        if found and one.begins <= found[-1].ends:
            if one.ends > found[-1].ends:
                found[-1] = Interval(found[-1].begins, one.ends)
        else:
            found.append(one)
    return found


def without(time_of: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of `time_of` when `taken` is cut out of it."""
    return cut(merged(time_of), merged(taken))


_ends = itemgetter(1)


def cut(time_of: Iterable[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """`without` for intervals that `merged` has put in order: weeks of work cost no more than what lies in `time_of`."""
    left: list[Interval] = []
    for one in time_of:
        begins, place = one.begins, bisect_right(taken, one.begins, key=_ends)
        while place < len(taken) and taken[place].begins < one.ends:
            if taken[place].begins > begins:
                left.append(Interval(begins, taken[place].begins))
            begins = taken[place].ends
            place += 1
        if begins < one.ends:
            left.append(Interval(begins, one.ends))
    return left


def within(
    intervals: Iterable[Interval], since: datetime, until: datetime
) -> list[Interval]:
    """The parts of `intervals` that lie between two moments."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    return [
        Interval(max(one.begins, since), min(one.ends, until))
        for one in intervals
        if one.begins < until and one.ends > since
    ]


@lru_cache(maxsize=4096)
def _hours_of(day: date, of_day: DayHours, zone: tzinfo) -> tuple[Interval, ...]:
    """The hours of a day as moments. A company has few weeks and many people: each day is reckoned once for all."""
    whole = Interval(at(day, of_day.begins, zone), at(day, of_day.ends, zone))
    if of_day.lunch_begins is None or of_day.lunch_ends is None:
        return (whole,)
    lunch = Interval(
        at(day, of_day.lunch_begins, zone), at(day, of_day.lunch_ends, zone)
    )
    return tuple(without([whole], [lunch]))


def hours(schedule: Schedule, since: datetime, until: datetime) -> list[Interval]:
    """Working hours between two moments, absences not taken out."""
    found: list[Interval] = []
    for day in days_of(since, until, schedule.zone):
        of_day = schedule.hours_on(day)
        if of_day is not None:
            found.extend(_hours_of(day, of_day, schedule.zone))
    return within(found, since, until)


def working(schedule: Schedule, since: datetime, until: datetime) -> list[Interval]:
    """When the person is at work between two moments: his hours on working days without his absences."""
    found = hours(schedule, since, until)
    return without(found, schedule.away) if schedule.away else found


def off(schedule: Schedule, since: datetime, until: datetime) -> list[Interval]:
    """The rest of the time: nights, lunches, days off and absences."""
    return without(
        within([Interval(since, until)], since, until),
        working(schedule, since, until),
    )


def free(
    schedule: Schedule,
    busy: Iterable[Interval],
    since: datetime,
    until: datetime,
    *,
    minutes: int = STEP_MINUTES,
) -> list[Interval]:
    """Working time that nothing is planned in, in pieces of at least `minutes`."""
    left = without(working(schedule, since, until), busy)
    return [one for one in left if one.minutes >= minutes]


def starts(
    pieces: Iterable[Interval], *, minutes: int, step: int = STEP_MINUTES
) -> Iterator[datetime]:
    """Moments at which work of `minutes` may begin within free pieces, on round quarters of an hour."""
    for piece in pieces:
        begins = _rounded_up(piece.begins, step)
        length, pace = timedelta(minutes=minutes), timedelta(minutes=step)
        while begins + length <= piece.ends:
            yield begins
            begins += pace


def _rounded_up(moment: datetime, step: int) -> datetime:
    moment = moment.astimezone(UTC)
    whole = moment.replace(second=0, microsecond=0)
    if whole < moment:
        whole += timedelta(minutes=1)
    return whole + timedelta(minutes=-whole.minute % step)


def total_minutes(intervals: Iterable[Interval]) -> int:
    """Minutes that the intervals cover, common time once."""
    return sum(one.minutes for one in merged(intervals))


def lanes(intervals: Sequence[Interval]) -> list[tuple[int, int]]:
    """For each interval, which column it stands in and how many columns its neighbours need, so that none covers another.

    The answer is in the order given. Those that share time directly or through others share their number of columns.
    """
    order = sorted(
        range(len(intervals)), key=lambda n: (intervals[n].begins, -intervals[n].minutes, n)
    )  # fmt: skip
    placed: list[tuple[int, int]] = [(0, 1)] * len(intervals)
    group: list[int] = []
    columns: list[datetime] = []
    group_ends: datetime | None = None

    def close() -> None:
        for member in group:
            placed[member] = (placed[member][0], len(columns))

    for n in order:
        one = intervals[n]
        if group_ends is not None and one.begins >= group_ends:
            close()
            group, columns, group_ends = [], [], None
        for column, free_from in enumerate(columns):
            if free_from <= one.begins:
                columns[column] = one.ends
                break
        else:
            column = len(columns)
            columns.append(one.ends)
        placed[n] = (column, 1)
        group.append(n)
        group_ends = one.ends if group_ends is None else max(group_ends, one.ends)
    close()
    return placed
