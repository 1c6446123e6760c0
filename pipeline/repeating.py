"""On which days repeating work falls: a rule and days, no database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as numbers

from pipeline.choices import Frequency
from salesexpert.core.working_days import add_working_days, is_working_day

ONE_DAY = timedelta(days=1)
# A rule that never ends is asked for a span; one that hardly ever falls on a day must end too.
LAST_DAY = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekdays` only of a weekly rule, Monday is 0; empty, the weekday of `starts_on`.

    A daily rule counts working days. A monthly one keeps the day of `starts_on`; a shorter month has its last day.
    """

    frequency: str
    starts_on: date
    every: int = 1
    weekdays: tuple[int, ...] = ()
    until_on: date | None = None
    count: int | None = None

    def days(self, until: date) -> Iterator[date]:
        """Days of the rule up to `until`, included, in order."""
        last = min(until, self.until_on or LAST_DAY, LAST_DAY)
        for number, day in enumerate(self._endless()):
            if day > last or (self.count is not None and number >= self.count):
                return
            yield day

    def _endless(self) -> Iterator[date]:
        if self.frequency == Frequency.DAILY:
            day = self.starts_on
            if not is_working_day(day):
                day = add_working_days(day, 1)
            while True:
                yield day
                day = add_working_days(day, self.every)
        elif self.frequency == Frequency.WEEKLY:
            monday = self.starts_on - timedelta(days=self.starts_on.weekday())
            weekdays = sorted(set(self.weekdays)) or [self.starts_on.weekday()]
            while True:
                for weekday in weekdays:
                    day = monday + timedelta(days=weekday)
                    if day >= self.starts_on:
                        yield day
                monday += timedelta(weeks=self.every)
        else:
            for number in numbers():
                yield _months_after(self.starts_on, number * self.every)


def _months_after(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    first = date(month // 12, month % 12 + 1, 1)
    length = ((first + timedelta(days=32)).replace(day=1) - first).days
    return first.replace(day=min(day.day, length))


def worked_on(day: date) -> date:
    """The day on which it is done: on a holiday in the week it waits for the next working day; a chosen weekend stays."""
    if day.weekday() < 5 and not is_working_day(day):
        return add_working_days(day, 1)
    return day
