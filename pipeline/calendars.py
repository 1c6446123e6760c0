"""What a calendar shows: the work of chosen people between two days, who may look, and what collides.

Words and places, not records: a week draws a hundred entries, and a template finds a key at once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict

from django.db.models import BigIntegerField, BooleanField, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import kinds
from clients.choices import ActivityStatus
from clients.legal_forms import shown_name
from clients.models import Activity, Client
from clients.querysets import sees_all
from pipeline import schedules, working_time
from pipeline.models import Absence, Occurrence
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Interval, Schedule
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.core.compiled import CompiledQuery

AT_MOST = 2000
PEOPLE_AT_ONCE = 8
# Where entries stand: rows are quarters of an hour, columns are twenty-fourths of a day's width.
ROW_MINUTES, COLUMNS = 15, 24
FIRST_HOUR, LAST_HOUR = 8, 20


class Entry(TypedDict):
    """One piece of work. `hidden`: the reader may know that the person is busy, not with what."""

    pk: int
    what: str
    icon: str
    client: str
    url: str
    clock: str
    until: str
    begins: datetime
    ends: datetime
    minutes: int
    who: int
    initials: str
    css: str
    warning: str
    repeats: bool
    hidden: bool
    movable: bool
    is_done: bool


@dataclass(slots=True)
class Block:
    """An entry, or what is not shown of it, at its place in a day."""

    css: str
    entry: Entry | None = None
    more: int = 0


@dataclass(slots=True)
class Column:
    """A day of one person, or of several together. `shade` are places of the time off."""

    on: date
    who: User | None
    is_today: bool = False
    is_off: bool = False
    away: str = ""
    blocks: list[Block] = field(default_factory=list)
    shade: list[str] = field(default_factory=list)
    now: str = ""
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


def people_open_to(user: User) -> QuerySet[User]:
    """Whose calendars `user` may open: everyone's if he plans for others or reads everything; else his team's or his own.

    What stands in them he reads only as far as he may read the history; the rest is “busy”.
    """
    active = User.objects.filter(is_active=True)
    if user.scope == Scope.ALL or user.has_perm("clients.plan_for_others"):
        return active
    if user.scope == Scope.TEAM:
        return active.filter(pk__in=team_of(user).values("pk"))
    return active.filter(pk=user.pk)


@CompiledQuery
def _planned(people: list[int], since: datetime, until: datetime) -> QuerySet[Any, Any]:
    return _shown(
        Activity.objects.planned().filter(
            performer__any_of=people, planned_at__gt=since, planned_at__lt=until
        ),
        "planned_at",
    )


@CompiledQuery
def _done(people: list[int], since: datetime, until: datetime) -> QuerySet[Any, Any]:
    return _shown(
        Activity.objects.done().filter(
            performer__any_of=people, done_at__gte=since, done_at__lt=until
        ),
        "done_at",
    )


def _shown(rows: QuerySet[Any, Any], order: str) -> QuerySet[Any, Any]:
    return rows.order_by(order, "pk").values_list(
        "pk", "status", "planned_at", "done_at", "minutes", "title", "kind_id", "performer_id", "created_by_id", "client_id",
    )[:AT_MOST]  # fmt: skip


@CompiledQuery
def _around(clients: list[int], activities: list[int]) -> QuerySet[Any, Any]:
    """Clients by what their shown names are made of, and which of the activities repeat: (id, name, form, is a person).

    Looked up at once, not joined row by row; an activity that repeats comes without a name.
    """
    named = Client._base_manager.filter(pk__each_of=clients).values_list(
        "pk", "name", "legal_form_id", "is_person"
    )
    repeating = (
        Occurrence._base_manager.filter(activity__any_of=activities)
        .annotate(
            no_name=Value("", TextField()),
            no_form=Value(0, BigIntegerField()),
            no_person=Value(False, BooleanField()),
        )
        .values_list("activity_id", "no_name", "no_form", "no_person")
    )
    return named.union(repeating, all=True).order_by()


def entries_of(
    people: Collection[User],
    reader: User,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    planned_only: bool = False,
) -> list[Entry]:
    """Work of `people` that takes time between two moments, by its beginning. Three queries, four for a narrowed reader."""
    ids = [person.pk for person in people]
    rows = list(_planned(people=ids, since=since - schedules.LONGEST, until=until))
    if not planned_only:
        rows += _done(people=ids, since=since, until=until)
    readable = _readable(reader, rows)
    names, repeating = _known(rows)
    book = {kind.pk: kind for kind in kinds.book().kinds}
    initials = {person.pk: _initials(person) for person in people}
    zone = timezone.get_current_timezone()
    address = _address()
    changes_all = reader.has_perm("clients.change_others_activity")
    may_change = reader.has_perm("clients.change_activity")
    busy = _("Busy")
    found: list[Entry] = []
    for (
        pk, status, planned_at, done_at, minutes, title, kind_id, who, author, client_id,
    ) in rows:  # fmt: skip
        length = minutes or USUAL_MINUTES
        is_done = status == ActivityStatus.DONE
        begins = _place(planned_at, done_at, length, zone) if is_done else planned_at
        ends = begins + timedelta(minutes=length)
        if ends <= since or begins >= until:
            continue
        local, last = begins.astimezone(zone), ends.astimezone(zone)
        is_hidden = not (
            readable is None or client_id in readable or reader.pk in (who, author)
        )
        kind = book[kind_id]
        found.append(
            Entry(
                pk=pk,
                what=busy if is_hidden else title or str(kind),
                icon="" if is_hidden else kind.icon,
                client="" if is_hidden else names.get(client_id, ""),
                url="" if is_hidden else address(pk),
                clock=f"{local.hour}:{local.minute:02d}",
                until=f"{last.hour}:{last.minute:02d}",
                begins=begins,
                ends=ends,
                minutes=length,
                who=who,
                initials=initials.get(who, ""),
                css=" is-done" if is_done else " is-late" if ends < now else "",
                warning="",
                repeats=pk in repeating,
                hidden=is_hidden,
                movable=not is_hidden and not is_done and may_change and (changes_all or reader.pk in (who, author)),
                is_done=is_done,
            )
        )  # fmt: skip
    found.sort(key=lambda entry: (entry["begins"], entry["pk"]))
    return found


def _known(rows: list[tuple[Any, ...]]) -> tuple[dict[int, str], set[int]]:
    """Clients' names by their ids, and which activities belong to a series."""
    clients = {row[-1] for row in rows} - {None}
    names: dict[int, str] = {}
    repeating: set[int] = set()
    found = _around(clients=sorted(clients), activities=sorted(row[0] for row in rows)) if rows else ()  # fmt: skip
    for pk, name, form, is_person in found:
        if name:
            names[pk] = shown_name(form, name, is_person=is_person)
        else:
            repeating.add(pk)
    return names, repeating


def _place(
    planned_at: datetime | None, done_at: datetime, minutes: int, zone: Any
) -> datetime:
    """What is done stands where it was planned, if it was done on that day; else it ends when it was done."""
    if (
        planned_at
        and planned_at.astimezone(zone).date() == done_at.astimezone(zone).date()
    ):
        return planned_at
    begins = done_at - timedelta(minutes=minutes)
    midnight = working_time.at(done_at.astimezone(zone).date(), time.min, zone)
    return max(begins, midnight)


def _address() -> Callable[[int], str]:
    before, after = reverse("clients:activity", args=[0]).split("0")
    return lambda pk: f"{before}{pk}{after}"


def _initials(person: User) -> str:
    words = [
        w for w in (person.first_name, person.last_name) if w
    ] or [person.username]  # fmt: skip
    return "".join(w[0] for w in words).upper()


def _readable(reader: User, rows: list[tuple[Any, ...]]) -> set[int] | None:
    """Clients of the rows whose history `reader` may read; None for all. What he performs or planned himself he reads
    anyway: in his own calendar nothing is asked."""
    if sees_all(reader):
        return None
    others = {client for *_, who, author, client in rows if client and reader.pk not in (who, author)}  # fmt: skip
    if not others:
        return set()
    seen = Client.objects.visible_to(reader).filter(pk__in=others)
    return set(seen.values_list("pk", flat=True))


# ── what collides ────────────────────────────────────────────────────────────────────────────────────────────────────


def warn(entries: Iterable[Entry], plans: dict[int, Schedule], *, now: datetime) -> None:  # fmt: skip
    """Say beside each coming entry what is wrong with its time: other work, an absence, hours in which nobody works."""
    overlap, outside, away = (
        _("Overlaps with other work"),
        _("Outside working hours"),
        _("The person is away"),
    )
    by_person: dict[int, list[Entry]] = {}
    for entry in entries:
        if not entry["is_done"] and entry["ends"] > now:
            by_person.setdefault(entry["who"], []).append(entry)
    for who, mine in by_person.items():
        longest: Entry | None = None
        for entry in mine:
            if longest and entry["begins"] < longest["ends"]:
                entry["warning"] = longest["warning"] = overlap
            if longest is None or entry["ends"] > longest["ends"]:
                longest = entry
        plan = plans[who]
        at_work = working_time.hours(plan, mine[0]["begins"], max(e["ends"] for e in mine))  # fmt: skip
        for entry in mine:
            if entry["warning"]:
                continue
            taken = Interval(entry["begins"], entry["ends"])
            if any(taken.touches(one) for one in plan.away):
                entry["warning"] = away
            elif not any(
                one.begins < entry["ends"] and entry["begins"] < one.ends
                for one in at_work
            ):
                entry["warning"] = outside


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What is wrong with a time for a person; all empty when nothing is."""

    overlaps: list[Entry]
    away: list[tuple[Absence, Interval]]
    outside: bool
    past: bool

    def __bool__(self) -> bool:
        return bool(self.overlaps or self.away or self.outside or self.past)


def conflicts_of(
    person: User,
    reader: User,
    *,
    begins: datetime,
    minutes: int,
    now: datetime,
    but: int | None = None,
) -> Conflicts:
    """What speaks against work of `person` at a time; `but` is the work itself when it is moved. Four queries."""
    begins = begins.astimezone(UTC)
    taken = Interval(begins, begins + timedelta(minutes=minutes))
    plans, away = schedules.schedules_and_absences_of([person], since=taken.begins, until=taken.ends)  # fmt: skip
    plan = plans[person.pk]
    around = entries_of(
        [person], reader, since=taken.begins, until=taken.ends, now=now, planned_only=True
    )  # fmt: skip
    inside = working_time.hours(plan, taken.begins, taken.ends)
    return Conflicts(
        overlaps=[entry for entry in around if entry["pk"] != but],
        away=away.get(person.pk, []),
        outside=working_time.total_minutes(inside) < taken.minutes,
        past=taken.begins < now,
    )


# ── where it stands ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that a grid shows, the last not included."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        return (self.last - self.first) * 60 // ROW_MINUTES

    def place(self, begins: int, ends: int) -> str:
        """Classes of the rows from one minute of the day to another."""
        first, last = self.first * 60, self.last * 60
        top = max(begins, first) - first
        bottom = min(ends, last) - first
        row = min(top // ROW_MINUTES, self.rows - 1)
        rows = max(1, -(-bottom // ROW_MINUTES) - row)
        return f"r{row} d{rows}"


def hours_shown(entries: Iterable[Entry], plans: Iterable[Schedule], days: Iterable[date]) -> Hours:  # fmt: skip
    """From an hour before anything begins to the hour in which all is over; the usual hours at least."""
    zone = timezone.get_current_timezone()
    first, last = FIRST_HOUR, LAST_HOUR
    for entry in entries:
        begins, ends = entry["begins"].astimezone(zone), entry["ends"].astimezone(zone)
        if begins.date() != ends.date() and ends.time() > time.min:
            return Hours(0, 24)
        first = min(first, begins.hour)
        last = max(last, ends.hour + (ends.minute > 0) or 24)
    for plan in plans:
        for day in days:
            for one in working_time.hours(plan, *_span(day, zone)):
                ends = one.ends.astimezone(zone)
                first = min(first, one.begins.astimezone(zone).hour)
                last = max(last, ends.hour + (ends.minute > 0) or 24)
    return Hours(first, last)


def _span(day: date, zone: Any) -> tuple[datetime, datetime]:
    return working_time.at(day, time.min, zone), working_time.at(
        day + ONE_DAY, time.min, zone
    )


def _minute(moment: datetime, day: date, zone: Any) -> int:
    """The minute of the day on the wall; of another day its nearest end."""
    local = moment.astimezone(zone)
    if local.date() < day:
        return 0
    if local.date() > day:
        return 24 * 60
    return local.hour * 60 + local.minute


def fill(
    column: Column,
    entries: list[Entry],
    plans: list[Schedule],
    hours: Hours,
    *,
    now: datetime,
    lanes: int,
) -> None:
    """Put the entries of its day into a column: side by side where they share time, at most `lanes`, the rest counted."""
    zone = timezone.get_current_timezone()
    since, until = _span(column.on, zone)
    column.entries = [e for e in entries if e["begins"] < until and e["ends"] > since]
    places = [
        Interval(max(_quarter(e["begins"]), since), min(_quarter(e["ends"], up=True), until))
        for e in column.entries
    ]  # fmt: skip
    folded: dict[int, list[Interval]] = {}
    group = 0
    group_ends = since
    for entry, place, (lane, many) in zip(
        column.entries, places, working_time.lanes(places), strict=True
    ):
        if place.begins >= group_ends:
            group += 1
        group_ends = max(group_ends, place.ends)
        shown = min(many, lanes)
        if many > lanes and lane >= lanes - 1:
            folded.setdefault(group, []).append(place)
            continue
        rows = hours.place(
            _minute(place.begins, column.on, zone), _minute(place.ends, column.on, zone)
        )
        column.blocks.append(Block(f"{rows} {_across(lane, shown)}", entry))
    for hidden in folded.values():
        first, last = min(p.begins for p in hidden), max(p.ends for p in hidden)
        rows = hours.place(
            _minute(first, column.on, zone), _minute(last, column.on, zone)
        )
        column.blocks.append(
            Block(f"{rows} {_across(lanes - 1, lanes)}", more=len(hidden))
        )
    for one in _nobody_works(plans, since, until):
        rows = hours.place(
            _minute(one.begins, column.on, zone), _minute(one.ends, column.on, zone)
        )
        if _minute(one.ends, column.on, zone) > hours.first * 60 and _minute(one.begins, column.on, zone) < hours.last * 60:  # fmt: skip
            column.shade.append(rows)
    if since <= now < until:
        column.is_today = True
        minute = _minute(now, column.on, zone)
        if hours.first * 60 <= minute < hours.last * 60:
            column.now = hours.place(minute, minute + 1)


def _quarter(moment: datetime, *, up: bool = False) -> datetime:
    """The row of a moment: what shares a row must stand beside, not on each other."""
    seconds = ROW_MINUTES * 60
    rows = moment.timestamp() / seconds
    return datetime.fromtimestamp((-(-rows // 1) if up else rows // 1) * seconds, UTC)


def _across(lane: int, lanes: int) -> str:
    """Classes of the columns: 24 can be parted by 2, 3, 4, 6 and 8."""
    parts = next(n for n in (1, 2, 3, 4, 6, 8, 12, 24) if n >= lanes)
    width = COLUMNS // parts
    return f"c{lane * width} w{width}"


def _nobody_works(
    plans: list[Schedule], since: datetime, until: datetime
) -> list[Interval]:
    at_work = [
        one for plan in plans for one in working_time.working(plan, since, until)
    ]
    return working_time.without([Interval(since, until)], at_work)


def name_absences(
    columns: Iterable[Column],
    away: dict[int, list[tuple[Absence, Interval]]],
    reader: User,
) -> None:
    """Write above a day why its person is away: the reason to himself and to who sets absences, “away” to others."""
    zone = timezone.get_current_timezone()
    told = reader.has_perm("pipeline.manage_absences")
    for column in columns:
        since, until = _span(column.on, zone)
        names = []
        for who, absences in away.items():
            if column.who is not None and column.who.pk != who:
                continue
            for absence, one in absences:
                if one.begins < until and one.ends > since:
                    name = (
                        str(absence.get_kind_display())
                        if told or who == reader.pk
                        else _("away")
                    )
                    if name not in names:
                        names.append(name)
        column.away = ", ".join(names)
