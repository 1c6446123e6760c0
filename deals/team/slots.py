"""When people have time: free starts of a length, the best first; and how full their weeks are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from clients.choices import ActivityStatus
from clients.models import Activity
from pipeline import schedules, working_time
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Interval, Schedule
from salesexpert.accounts.models import User

HORIZON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time of one person: aware moments in UTC."""

    user: int
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class Time:
    """What is known of people's time between two moments. Four queries, however many people."""

    since: datetime
    until: datetime
    schedules: dict[int, Schedule]
    busy: dict[int, list[Interval]]

    @classmethod
    def of(cls, people: Sequence[User], since: datetime, until: datetime) -> "Time":
        return cls(
            since,
            until,
            schedules.schedules_of(people, since=since, until=until),
            schedules.busy_of([p.pk for p in people], since=since, until=until),
        )

    def free(self, user: int, since: datetime, until: datetime, *, minutes: int) -> list[Interval]:  # fmt: skip
        return working_time.free(
            self.schedules[user], self.busy.get(user, ()), since, until, minutes=minutes
        )

    def first(self, user: int, since: datetime, *, minutes: int) -> datetime | None:
        """The first moment from `since` on at which work of `minutes` fits, looked for day by day."""
        begins = since
        while begins < self.until:
            ends = min(begins + ONE_DAY, self.until)
            # A piece may go on over the seam of two looks.
            pieces = self.free(user, begins, min(ends + timedelta(minutes=minutes), self.until), minutes=minutes)  # fmt: skip
            found = next(working_time.starts(pieces, minutes=minutes), None)
            if found is not None:
                return found
            begins = ends
        return None


def offers(
    time: Time, people: Iterable[User], *, minutes: int, since: datetime, load: Mapping[int, float]
) -> list[Offer]:  # fmt: skip
    """The first free time of each, the soonest first and of equally soon ones the least loaded."""
    found = []
    for person in people:
        begins = time.first(person.pk, since, minutes=minutes)
        if begins is not None:
            found.append(Offer(person.pk, begins, begins + timedelta(minutes=minutes)))
    found.sort(key=lambda offer: (offer.begins, load.get(offer.user, 0), offer.user))
    return found


def loads(people: Sequence[User], time: Time) -> dict[int, float]:
    """Share of the working time between the bounds of `time` that is planned or was worked, 1 is all of it.

    One query beside those of `time`. Who does not work then is loaded wholly.
    """
    done: Any = (
        Activity.objects.filter(
            performer__in=[p.pk for p in people],
            status=ActivityStatus.DONE,
            done_at__gte=time.since,
            done_at__lt=time.until,
        )
        .order_by()
        .values_list("performer")
        .annotate(n=Sum(Coalesce("minutes", USUAL_MINUTES)))
    )
    worked = dict(done)
    found = {}
    for person in people:
        whole = working_time.total_minutes(
            working_time.working(time.schedules[person.pk], time.since, time.until)
        )
        planned = working_time.within(time.busy.get(person.pk, ()), time.since, time.until)  # fmt: skip
        taken = sum(one.minutes for one in planned) + (worked.get(person.pk) or 0)
        found[person.pk] = taken / whole if whole else 1.0
    return found


def is_free(user: User, interval: Interval) -> bool:
    """Whether the whole of it is working time in which nothing is planned. Three queries."""
    since, until = interval.begins - ONE_DAY, interval.ends + ONE_DAY
    time = Time.of([user], since, until)
    minutes = max(1, interval.minutes)
    return any(
        piece.begins <= interval.begins and interval.ends <= piece.ends
        for piece in time.free(user.pk, since, until, minutes=minutes)
    )
