"""Working time and work of people as the base knows it, for the arithmetic of `working_time`."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q, QuerySet

from clients.models import Activity
from pipeline.models import Absence, WorkingHours
from pipeline.working_time import (
    ONE_DAY,
    USUAL_MINUTES,
    DayHours,
    Interval,
    Schedule,
    Week,
    at,
)
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery, CompiledRecords

# A form takes no longer work; what began longer ago is over.
LONGEST = timedelta(hours=24)
# By the person's id: his absences and when each begins and ends.
type Absences = dict[int, list[tuple[Absence, Interval]]]


def zone_of(name: str) -> ZoneInfo:
    """A person's time zone; one that nobody knows any more is the company's."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def schedules_of(
    users: Iterable[User], *, since: datetime, until: datetime
) -> dict[int, Schedule]:
    """By the person's id: his weeks (his own or the company's) and his absences that touch the span. Two queries."""
    return schedules_and_absences_of(users, since=since, until=until)[0]


def schedules_and_absences_of(
    users: Iterable[User], *, since: datetime, until: datetime
) -> tuple[dict[int, Schedule], Absences]:
    """The schedules, and the absences that are in them with their reasons. Two queries."""
    people = {user.pk: zone_of(user.time_zone) for user in users}
    weeks = _weeks(list(people))
    away = absences_of(people, since=since, until=until)
    plans = {
        pk: Schedule(
            zone,
            weeks.get(pk) or weeks.get(None, ()),
            tuple(interval for absence, interval in away.get(pk, ())),
        )
        for pk, zone in people.items()
    }
    return plans, away


def schedule_of(user: User, *, since: datetime, until: datetime) -> Schedule:
    return schedules_of([user], since=since, until=until)[user.pk]


def company_week(on: date) -> Week:
    """The company's week on a day; nothing set, the usual office hours."""
    return Schedule(ZoneInfo(settings.TIME_ZONE), _weeks([]).get(None, ())).week_on(on)


def absences_of(
    zones: dict[int, ZoneInfo], *, since: datetime, until: datetime
) -> Absences:
    """Standing absences of people (id and time zone) that touch the span, and when each begins and ends."""
    # A day more on each side: the farthest zones are not on the same day.
    first, last = since.astimezone(UTC).date() - ONE_DAY, until.astimezone(UTC).date()
    found: Absences = {}
    for absence in _absences.records(
        people=list(zones), first=first, last=last + ONE_DAY
    ):
        interval = interval_of(absence, zones[absence.user_id])
        if interval.begins < until and interval.ends > since:
            found.setdefault(absence.user_id, []).append((absence, interval))
    return found


@CompiledRecords
def _absences(people: list[int], first: date, last: date) -> QuerySet[Absence, Absence]:
    rows = Absence.objects.between(first, last).filter(user__any_of=people)
    return rows.order_by("since_on", "pk")


def away_at(ids: Collection[int], at: datetime) -> set[int]:
    """Those of the people who are absent at a moment, each by the clock of his own zone. Two queries."""
    people = User.objects.filter(pk__in=ids).values_list("pk", "time_zone")
    zones = {pk: zone_of(name) for pk, name in people}
    return set(absences_of(zones, since=at, until=at + timedelta(seconds=1)))


def interval_of(absence: Absence, zone: ZoneInfo) -> Interval:
    if absence.begins and absence.ends:
        return Interval(
            at(absence.since_on, absence.begins, zone),
            at(absence.until_on, absence.ends, zone),
        )
    return Interval(
        at(absence.since_on, time.min, zone),
        at(absence.until_on + ONE_DAY, time.min, zone),
    )


def _weeks(
    people: list[int],
) -> dict[int | None, tuple[tuple[date, Week], ...]]:
    """Weeks of people by their id, those of the company under None."""
    sets: dict[int | None, dict[date, list[DayHours | None]]] = {}
    for user, valid_from, weekday, begins, ends, lunch_begins, lunch_ends in _hours(
        people=people
    ):
        week = sets.setdefault(user, {}).setdefault(valid_from, [None] * 7)
        if begins is not None and ends is not None:
            week[weekday] = DayHours(begins, ends, lunch_begins, lunch_ends)
    return {
        user: tuple((since, tuple(week)) for since, week in by_day.items())
        for user, by_day in sets.items()
    }


@CompiledQuery
def _hours(people: list[int]) -> QuerySet[Any, Any]:
    return (
        WorkingHours.objects.filter(Q(user=None) | Q(user__any_of=people))
        .order_by("user_id", "valid_from", "weekday")
        .values_list("user_id", "valid_from", "weekday", "begins", "ends", "lunch_begins", "lunch_ends")
    )  # fmt: skip


def busy_of(
    users: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, list[Interval]]:
    """By the person's id, when planned work takes his time between two moments. One query, of an index alone."""
    found: dict[int, list[Interval]] = {}
    lengths = {None: timedelta(minutes=USUAL_MINUTES)}
    rows = _planned(people=list(users), since=since - LONGEST, until=until)
    for performer, begins, minutes in rows:
        length = lengths.get(minutes)
        if length is None:
            length = lengths[minutes] = timedelta(minutes=minutes or USUAL_MINUTES)
        ends = begins + length
        if ends > since:
            found.setdefault(performer, []).append(Interval(begins, ends))
    return found


@CompiledQuery
def _planned(people: list[int], since: datetime, until: datetime) -> QuerySet[Any, Any]:
    return (
        Activity.objects.planned()
        .filter(performer__any_of=people, planned_at__gt=since, planned_at__lt=until)
        .order_by("performer_id", "planned_at")
        .values_list("performer_id", "planned_at", "minutes")
    )
