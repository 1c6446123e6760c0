"""Verbs of repeating work: let work repeat, plan its times ahead, change some or all of them, stop."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions import activities, activity_rules
from clients.actions.steps import refresh_one
from clients.choices import ActivityStatus
from clients.models import Activity, Client
from pipeline import schedules
from pipeline.models import Occurrence, Series
from pipeline.repeating import LAST_DAY, Rule, worked_on
from pipeline.working_time import at as moment
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import silence

# Times are planned so far ahead: the next of a monthly one is always seen, a client's card is not flooded by a daily one.
HORIZON = timedelta(days=42)


class RepeatsAlready(DomainError):
    pass


class NothingToRepeat(DomainError):
    pass


class HasEnded(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Changes:
    """What “this and the following” or “all” become; None stays as it is."""

    clock: time | None = None
    minutes: int | None = None
    title: str | None = None
    note: str | None = None
    performer: User | None = None


def rule_of(series: Series) -> Rule:
    return Rule(
        series.frequency,
        series.starts_on,
        series.every,
        tuple(series.weekdays),
        series.until_on,
        series.count,
    )


@transaction.atomic
def repeat(
    *,
    activity: Activity,
    frequency: str,
    every: int,
    weekdays: list[int],
    until_on: date | None,
    count: int | None,
    by: User,
    at: datetime,
) -> Series:
    """Let planned work repeat: it is the first time of the series, the next ones are planned at once.

    The rule counts days of the performer's time zone. Raises RepeatsAlready, NothingToRepeat, NotYoursToChange and what
    planning raises.
    """
    # The client first, as everything that touches his history does.
    if activity.client_id is not None:
        Client.objects.select_for_update(no_key=True).get(pk=activity.client_id)
    activity = (
        Activity.objects.select_for_update(of=["self"])
        .select_related("performer", "kind", "client")
        .get(pk=activity.pk)
    )
    if not activity_rules.may_change(activity, by):
        raise activity_rules.NotYoursToChange(
            _("Only %(person)s or a head may change this.")
            % {"person": activity.performer}
        )
    if activity.status != ActivityStatus.PLANNED or activity.planned_at is None:
        raise NothingToRepeat(_("Only planned work can repeat."))
    if Occurrence.objects.filter(activity=activity).exists():
        raise RepeatsAlready(_("This work repeats already."))
    zone = schedules.zone_of(activity.performer.time_zone)
    local = activity.planned_at.astimezone(zone)
    series = Series(
        client_id=activity.client_id,
        contact_id=activity.contact_id,
        kind_id=activity.kind_id,
        title=activity.title,
        note=activity.note,
        minutes=activity.minutes,
        performer_id=activity.performer_id,
        clock=local.time().replace(second=0, microsecond=0),
        time_zone=str(zone),
        frequency=frequency,
        every=every,
        weekdays=weekdays,
        starts_on=local.date(),
        until_on=until_on,
        count=count,
        created_at=at,
        created_by=by,
    )
    series.save(force_insert=True)
    Occurrence.objects.create(series=series, on=local.date(), activity=activity)
    journal.record("series.begun", series, by=by, at=at, client=series.client_id)
    _make(series, until=local.date() + HORIZON, by=by, at=at, after=local.date())
    return series


def make_ahead(series_id: int, *, until: date, at: datetime) -> int:
    """Plan the times of a series up to a day, each once, and say how many. Two at once take turns.

    What can no longer be planned (a card in the archive, a performer who left) ends the series.
    """
    with transaction.atomic():
        series = (
            Series.objects.select_for_update(of=["self"])
            .select_related("performer", "client", "contact", "kind", "created_by")
            .filter(pk=series_id, ended_at=None)
            .first()
        )
        if series is None or (series.made_until and series.made_until >= until):
            return 0
        try:
            with transaction.atomic():
                return _make(series, until=until, by=series.created_by, at=at)
        except DomainError as error:
            _end(series, by=series.created_by, at=at, why=str(error))
            return 0


def _make(
    series: Series, *, until: date, by: User, at: datetime, after: date | None = None
) -> int:
    known = set(series.occurrences.values_list("on", flat=True))
    zone = schedules.zone_of(series.time_zone)
    since = after or max(filter(None, (series.made_until, series.starts_on)))
    made = 0
    deal = _deal_of(series)
    for day in rule_of(series).days(until):
        if day in known or day < since:
            continue
        begins = moment(worked_on(day), series.clock, zone)
        if begins < at:
            continue
        activity = activities.plan_activity(
            client=series.client,
            kind=series.kind,
            planned_at=begins,
            by=by,
            at=at,
            performer=series.performer,
            title=series.title,
            note=series.note,
            contact=series.contact,
            deal_id=deal,
            minutes=series.minutes,
            appointed=True,
        )
        Occurrence.objects.create(series=series, on=day, activity=activity)
        made += 1
    series.made_until = until
    series.save(update_fields=["made_until"])
    if _is_over(series, until):
        series.ended_at = at
        series.save(update_fields=["ended_at"])
    return made


def _deal_of(series: Series) -> int | None:
    """The deal of its latest time, while that is open: what repeats for a deal goes on for the client when it has ended."""
    times = series.occurrences.filter(activity__deal__bin=None, activity__deal__state="open")  # fmt: skip
    return times.order_by("-on").values_list("activity__deal", flat=True).first()


def _is_over(series: Series, until: date) -> bool:
    return all(day <= until for day in rule_of(series).days(LAST_DAY))


@transaction.atomic
def change_series(
    *, series: Series, since: date | None, changes: Changes, by: User, at: datetime
) -> Series:
    """Change all times still planned, or with `since` those from that day of the rule on; those changed alone stay.

    From a day on, the series is parted: the old one ends before it, a new one goes on. Entries keep their identity, so
    a subscribed calendar sees them move. Raises HasEnded, NotYoursToChange and what moving raises.
    """
    series = _locked(series, by=by)
    changed = series
    if since is not None and since > series.starts_on:
        changed = _part(series, since=since, by=by, at=at)
    for name in ("clock", "minutes", "title", "note", "performer"):
        value = getattr(changes, name)
        if value is not None:
            setattr(changed, name, value)
    changed.save()
    zone = schedules.zone_of(changed.time_zone)
    for number, occurrence in enumerate(_to_come(changed, at=at)):
        activity = occurrence.activity
        assert activity is not None
        begins = moment(worked_on(occurrence.on), changed.clock, zone)
        if begins != activity.planned_at or changes.performer is not None:
            # One word about the first of them is enough.
            with silence() if number else nullcontext():
                activity = activities.reschedule_activity(
                    activity=activity,
                    planned_at=begins,
                    performer=changed.performer,
                    by=by,
                    at=at,
                )
        activities.edit_activity(
            activity=activity,
            by=by,
            at=at,
            title=changed.title or activity.title,
            note=changed.note,
            minutes=changed.minutes or activity.minutes,
        )
    journal.record("series.changed", changed, by=by, at=at, client=changed.client_id)
    return changed


@transaction.atomic
def stop(*, series: Series, since: date | None, by: User, at: datetime) -> int:
    """Repeat no more: take what is planned out again, from a day of the rule on or all of it; answers how many.

    A time that something already refers to is cancelled instead, with the reason. What is over stays.
    Raises NotYoursToChange.
    """
    series = _locked(series, by=by, ended_too=True)
    gone = 0
    rows = _to_come(series, at=at, own_too=True)
    for occurrence in rows:
        if since is not None and occurrence.on < since:
            continue
        activity = occurrence.activity
        assert activity is not None
        try:
            with transaction.atomic():
                activity.delete()
        except ProtectedError:
            with silence() if gone else nullcontext():
                activities.cancel_activity(
                    activity=activity, reason=_("It no longer repeats."), by=by, at=at
                )
        gone += 1
    if series.client_id:
        refresh_one(series.client_id)
    if series.ended_at is None:
        series.ended_at = at
        series.save(update_fields=["ended_at"])
    journal.record("series.stopped", series, by=by, at=at, client=series.client_id)
    return gone


def may_change(series: Series, user: User) -> bool:
    return user.pk in {
        series.performer_id,
        series.created_by_id,
    } or user.has_perm("clients.change_others_activity")


def _locked(series: Series, *, by: User, ended_too: bool = False) -> Series:
    series = (
        Series.objects.select_for_update(of=["self"])
        .select_related("performer", "client", "contact", "kind", "created_by")
        .get(pk=series.pk)
    )
    if not may_change(series, by):
        raise activity_rules.NotYoursToChange(
            _("Only %(person)s or a head may change this.")
            % {"person": series.performer}
        )
    if series.followed_by_id and not ended_too:
        raise HasEnded(_("This work no longer repeats."))
    return series


def _to_come(
    series: Series, *, at: datetime, own_too: bool = False
) -> list[Occurrence]:
    rows = series.occurrences.filter(
        activity__status=ActivityStatus.PLANNED,
        activity__bin=None,
        activity__planned_at__gt=at,
    ).select_related("activity__client", "activity__performer", "activity__kind")
    return list((rows if own_too else rows.filter(is_own=False)).order_by("on"))


def _part(series: Series, *, since: date, by: User, at: datetime) -> Series:
    before = series.occurrences.filter(on__lt=since).count()
    after = Series(
        **{
            field.attname: getattr(series, field.attname)
            for field in Series._meta.concrete_fields
            if field.name not in {"id", "followed_by", "ended_at"}
        }
    )
    after.starts_on = since
    after.created_at, after.created_by = at, by
    if series.count is not None:
        after.count = max(1, series.count - before)
    after.save(force_insert=True)
    series.occurrences.filter(on__gte=since).update(series=after)
    series.until_on, series.count = since - timedelta(days=1), None
    series.ended_at, series.followed_by = at, after
    series.save(update_fields=["until_on", "count", "ended_at", "followed_by"])
    return after


def _end(series: Series, *, by: User, at: datetime, why: str) -> None:
    series.ended_at = at
    series.save(update_fields=["ended_at"])
    journal.record(
        "series.ended", series, by=by, at=at, client=series.client_id, why=why
    )


def due(*, at: datetime) -> list[int]:
    """Series whose next times are not planned yet, some at a time."""
    horizon = timezone.localdate(at) + HORIZON
    rows = Series.objects.live().filter(made_until__lt=horizon).order_by("made_until")
    return list(rows.values_list("pk", flat=True)[:500])
