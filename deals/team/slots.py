"""When people have time: free starts of a length, the best first; and how full their weeks are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from clients.models import Activity
from pipeline import schedules, working_time
from pipeline.schedules import Absences
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Interval, Schedule
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery

HORIZON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time of one person: aware moments in UTC."""

    user: int
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class Time:
    """What is known of people's time between two moments. Three queries, however many people.

    `busy` has the work of each in the order of its beginnings, with what overlaps.
    """

    since: datetime
    until: datetime
    schedules: dict[int, Schedule]
    away: Absences
    busy: dict[int, list[Interval]]
    _at_work: dict[tuple[int, tzinfo, datetime, datetime], list[Interval]] = field(
        default_factory=dict
    )
    _taken: dict[int, list[Interval]] = field(default_factory=dict)  # fmt: skip

    @classmethod
    def of(cls, people: Sequence[User], since: datetime, until: datetime) -> "Time":
        plans, away = schedules.schedules_and_absences_of(people, since=since, until=until)  # fmt: skip
        ids = [person.pk for person in people]
        return cls(
            since,
            until,
            plans,
            away,
            schedules.busy_of(ids, since=since, until=until),
        )

    def working(self, user: int, since: datetime, until: datetime) -> list[Interval]:
        """As `working_time.working`. Those of one week and zone who are never away share one answer."""
        plan = self.schedules[user]
        key = (user if plan.away else -id(plan.weeks), plan.zone, since, until)
        found = self._at_work.get(key)
        if found is None:
            found = self._at_work[key] = working_time.working(plan, since, until)
        return found

    def free(self, user: int, since: datetime, until: datetime, *, minutes: int) -> list[Interval]:  # fmt: skip
        """Working time that nothing is planned in, in pieces of at least `minutes`."""
        taken = self._taken.get(user)
        if taken is None:
            taken = self._taken[user] = working_time.merged(self.busy.get(user, ()))
        left = working_time.cut(self.working(user, since, until), taken)
        return [one for one in left if one.minutes >= minutes]

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


def loads(
    people: Sequence[User], time: Time, since: datetime, until: datetime
) -> dict[int, float]:
    """Share of the working time between two moments that is planned or was worked, 1 is all of it.

    One query beside those of `time`, which must reach so far. Who does not work then is loaded wholly.
    """
    lengths: dict[int, int] = {}
    done = _worked(people=[p.pk for p in people], since=since, until=until)
    worked: dict[int, int] = {row[0]: row[1] for row in done}
    found = {}
    for person in people:
        at_work = time.working(person.pk, since, until)
        whole = lengths.get(id(at_work))
        if whole is None:
            # `time` keeps the list, so nothing else gets its place in memory.
            whole = lengths[id(at_work)] = sum(one.minutes for one in at_work)
        taken = worked.get(person.pk, 0)
        for begins, ends in time.busy.get(person.pk, ()):
            if begins < until and ends > since:
                taken += round((min(ends, until) - max(begins, since)).total_seconds() / 60)  # fmt: skip
        found[person.pk] = taken / whole if whole else 1.0
    return found


@CompiledQuery
def _worked(people: list[int], since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Minutes of what each has done between two moments."""
    return (
        Activity.objects.done()
        .filter(performer__any_of=people, done_at__gte=since, done_at__lt=until)
        .order_by()
        .values_list("performer")
        .annotate(n=Sum(Coalesce("minutes", USUAL_MINUTES)))
    )


def is_free(user: User, interval: Interval) -> bool:
    """Whether the whole of it is working time in which nothing is planned. Three queries."""
    since, until = interval.begins - ONE_DAY, interval.ends + ONE_DAY
    time = Time.of([user], since, until)
    minutes = max(1, interval.minutes)
    return any(
        piece.begins <= interval.begins and interval.ends <= piece.ends
        for piece in time.free(user.pk, since, until, minutes=minutes)
    )
