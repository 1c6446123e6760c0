"""How full people's time is, and how many people a stage needs: arithmetic, without a database.

**Load** is the work of a time over the working time of it: `(planned + done) / working`. Work counts on the day it
begins (planned) or was done, as long as it says, or half an hour; two things at one hour are two things. Working time is
the person's hours by the production calendar without his absences.

**People that a stage needs**, of deals that come to it: `inflow per week × effort per deal / (hours of a person per week
× share of them left for deals)`. Effort is measured: work done at the stage while deals stood at it, over deals that left
it. The norm says how many deals stand there at once when all keep it (`inflow × norm`, Little's law); what stands there
beyond that is worked off within one norm by `catch_up` people more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from pipeline.working_time import (
    ONE_DAY,
    DayHours,
    Schedule,
    at,
    days_of,
    total_minutes,
    working,
)

DAYS_A_WEEK = 5
# Fewer deals with recorded work than this say little.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Load:
    """Minutes of a person, or of several, in some days."""

    planned: int = 0
    done: int = 0
    working: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.planned + other.planned,
            self.done + other.done,
            self.working + other.working,
        )

    @property
    def taken(self) -> int:
        return self.planned + self.done

    @property
    def percent(self) -> int | None:
        """Of the working time, rounded; None where nobody works."""
        return round(100 * self.taken / self.working) if self.working else None

    def level(self, *, over: int, under: int, ahead: bool = False) -> str:
        """“over” above `over` per cent and for work on days off, “under” below `under`; days ahead may still fill up."""
        if self.percent is None:
            return "over" if self.taken else ""
        if self.percent > over:
            return "over"
        return "under" if self.percent < under and not ahead else ""


def total(loads: Iterable[Load]) -> Load:
    return sum(loads, Load())


def working_minutes(schedule: Schedule, day: date) -> int:
    """Minutes at work on a day of the person's own clock: his hours without his absences; 0 on a day off."""
    hours = schedule.hours_on(day)
    if hours is None:
        return 0
    begins, ends = at(day, time.min, schedule.zone), at(day + ONE_DAY, time.min, schedule.zone)  # fmt: skip
    away = any(one.begins < ends and one.ends > begins for one in schedule.away)
    if away or ends - begins != ONE_DAY:
        return total_minutes(working(schedule, begins, ends))
    return _length(hours)


def working_of_period(
    plans: Mapping[int, Schedule], since: date, until: date
) -> dict[int, int]:
    """{person: minutes at work} in days of their own clocks, the last not included: what people of the same hours have in common is reckoned once."""
    days = [since + n * ONE_DAY for n in range((until - since).days)]
    shared: dict[tuple[object, object], tuple[int, dict[date, int]]] = {}
    found = {}
    for person, plan in plans.items():
        key = (plan.zone, plan.weeks)
        if key not in shared:
            usual = Schedule(*key)
            of_days = {day: working_minutes(usual, day) for day in days}
            shared[key] = sum(of_days.values()), of_days
        whole, of_days = shared[key]
        away = {day for one in plan.away for day in days_of(one.begins, one.ends, plan.zone)}  # fmt: skip
        found[person] = whole + sum(working_minutes(plan, day) - of_days[day] for day in away if day in of_days)  # fmt: skip
    return found


def _length(hours: DayHours) -> int:
    whole = _minutes(hours.ends) - _minutes(hours.begins)
    if hours.lunch_begins and hours.lunch_ends:
        whole -= _minutes(hours.lunch_ends) - _minutes(hours.lunch_begins)
    return whole


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


@dataclass(frozen=True, slots=True)
class Flow:
    """What was counted of a stage: deals that came and that left in `weeks` weeks, work on those that left.

    `recorded` of the `left` have work with a duration, `minutes` in all. `standing` stand there now.
    """

    weeks: int
    entered: int = 0
    left: int = 0
    recorded: int = 0
    minutes: int = 0
    standing: int = 0
    norm_days: int | None = None

    @property
    def per_week(self) -> float:
        return self.entered / self.weeks

    @property
    def effort(self) -> float | None:
        """Hours of work per deal; None where none has left."""
        return self.minutes / 60 / self.left if self.left else None

    @property
    def is_thin(self) -> bool:
        """The sample is small, or less than half of it has recorded work."""
        return self.recorded < ENOUGH or self.recorded * 2 < self.left

    @property
    def usual(self) -> float | None:
        """Deals at the stage at once when all keep the norm; None without a norm."""
        if self.norm_days is None:
            return None
        return self.per_week * self.norm_days / DAYS_A_WEEK

    @property
    def surplus(self) -> float:
        """Deals at the stage beyond the usual."""
        return 0.0 if self.usual is None else max(0.0, self.standing - self.usual)

    def people(self, hours: float) -> float | None:
        """How many the inflow keeps busy, each with `hours` a week for deals."""
        if self.effort is None or hours <= 0:
            return None
        return self.per_week * self.effort / hours

    def catch_up(self, hours: float) -> float | None:
        """How many more work the surplus off within one norm, a week at least."""
        if self.effort is None or hours <= 0 or self.norm_days is None:
            return None
        return self.surplus * self.effort / hours / max(1.0, self.norm_days / DAYS_A_WEEK)  # fmt: skip
