"""The grid of people × hours of one day, and of people × days of a week, in words and places for the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clients.models import Activity
from deals.querysets import sees_all
from deals.team.notice import limits
from deals.team.slots import Time
from pipeline import schedules, working_time
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Interval
from salesexpert.accounts.models import User

CELLS = 40
FIRST_HOUR, LAST_HOUR = 9, 19


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of the day: `kind` is "busy", "off" or "free"; `css` its place."""

    kind: str
    css: str
    title: str = ""
    about: str = ""
    clock: str = ""
    at: str = ""


@dataclass(slots=True)
class Row:
    person: User
    percent: int
    dim: bool
    light: str
    cells: list[Cell] = field(default_factory=list)
    days: list[Cell] = field(default_factory=list)


def _light(percent: int) -> str:
    return "bad" if percent > limits()[0] else "gray"


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a day that the grid shows, in the reader's zone."""

    begins: datetime
    minutes: int
    labels: list[str]

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes * CELLS)

    def place(self, interval: Interval) -> str:
        """Its classes; "" outside the window. The shortest takes one cell."""
        begins = max(interval.begins, self.begins)
        ends = min(interval.ends, self.ends)
        if ends <= begins:
            return ""
        first = int((begins - self.begins).total_seconds() // 60 // self.minutes)
        last = -int(-(ends - self.begins).total_seconds() // 60 // self.minutes)
        return f"gs-{first} gd-{max(1, last - first)}"


def window_of(on: date, zone: ZoneInfo, hours: Sequence[Interval]) -> Window:
    """Ten hours from nine, or twenty where somebody works earlier or later."""
    first, last = FIRST_HOUR, LAST_HOUR
    for one in hours:
        begins, ends = one.begins.astimezone(zone), one.ends.astimezone(zone)
        if begins.date() == on:
            first = min(first, begins.hour)
        if ends.date() == on:
            last = max(last, ends.hour + (ends.minute > 0))
    wide = last - first > 10
    if wide:
        first = min(first, 4)
    pace = 2 if wide else 1
    begins = working_time.at(on, time(first), zone)
    labels = [f"{first + pace * n}:00" for n in range(10)]
    return Window(begins, 30 if wide else 15, labels)


def day(
    people: Sequence[User],
    on: date,
    zone: ZoneInfo,
    know: Time,
    load: Mapping[int, float],
    *,
    minutes: int,
    now: datetime,
    user: User,
) -> tuple[Window, list[Row]]:
    """Each person's day: time off, what is planned, free time of at least `minutes` that lies ahead. Three queries at most."""
    since = working_time.at(on, time.min, zone)
    until = working_time.at(on + ONE_DAY, time.min, zone)
    hours = {p.pk: working_time.working(know.schedules[p.pk], since, until) for p in people}  # fmt: skip
    window = window_of(on, zone, [one for some in hours.values() for one in some])
    entries = _entries(people, since, until, user)
    gone = [p.pk for p in people if working_time.within(know.schedules[p.pk].away, since, until)]  # fmt: skip
    zones = {pk: ZoneInfo(str(know.schedules[pk].zone)) for pk in gone}
    away = schedules.absences_of(zones, since=since, until=until) if gone else {}
    rows = []
    for person in people:
        percent = round(100 * load[person.pk])
        row = Row(person, percent, dim=not hours[person.pk], light=_light(percent))
        off = working_time.without([Interval(window.begins, window.ends)], hours[person.pk])  # fmt: skip
        why = next((str(a.get_kind_display()) for a, _i in away.get(person.pk, ())), "")
        longest = max((one.minutes for one in off), default=0)
        for one in off:
            title = why if why and one.minutes == longest else ""
            row.cells.append(Cell("off", window.place(one), title))
        for interval, what, client in entries.get(person.pk, ()):
            if css := window.place(interval):
                clock = _clock(interval, zone)
                row.cells.append(Cell("busy", css, what, client, clock))
        ahead = max(since, now)
        if ahead < until:
            for piece in know.free(person.pk, ahead, until, minutes=minutes):
                begins = next(working_time.starts([piece], minutes=minutes), None)
                if begins is None:
                    continue
                shown = Interval(begins, piece.ends)
                if css := window.place(shown):
                    row.cells.append(Cell("free", css, clock=_clock(shown, zone), at=begins.isoformat()))  # fmt: skip
        rows.append(row)
    return window, rows


def week(
    people: Sequence[User],
    days: Sequence[date],
    zone: ZoneInfo,
    know: Time,
    load: Mapping[int, float],
    *,
    minutes: int,
    now: datetime,
) -> list[Row]:
    """For each person and day: how much time is free ahead and when it begins."""
    rows = []
    for person in people:
        percent = round(100 * load[person.pk])
        row = Row(person, percent, dim=False, light=_light(percent))
        for on in days:
            since = working_time.at(on, time.min, zone)
            until = working_time.at(on + ONE_DAY, time.min, zone)
            works = working_time.working(know.schedules[person.pk], since, until)
            if not works:
                row.days.append(Cell("off", ""))
                continue
            ahead = max(since, now)
            pieces = know.free(person.pk, ahead, until, minutes=minutes) if ahead < until else []  # fmt: skip
            starts = [b for p in pieces if (b := next(working_time.starts([p], minutes=minutes), None))]  # fmt: skip
            if not starts:
                row.days.append(Cell("busy", "", _("no free time")))
                continue
            whole = working_time.total_minutes(pieces)
            row.days.append(
                Cell(
                    "free",
                    "",
                    _("%(hours)s h free") % {"hours": f"{whole / 60:.1f}".rstrip("0").rstrip(".")},
                    clock=", ".join(f"{s.astimezone(zone):%H:%M}" for s in starts[:3]),
                    at=starts[0].isoformat(),
                )
            )  # fmt: skip
        rows.append(row)
    return rows


def _clock(interval: Interval, zone: ZoneInfo) -> str:
    return f"{interval.begins.astimezone(zone):%H:%M}–{interval.ends.astimezone(zone):%H:%M}"


def _entries(
    people: Sequence[User], since: datetime, until: datetime, user: User
) -> dict[int, list[tuple[Interval, str, str]]]:
    """What each has planned that day; what the reader may not read is only “busy”."""
    planned = (
        Activity.objects.planned()
        .filter(
            performer__in=[p.pk for p in people],
            planned_at__gt=since - schedules.LONGEST,
            planned_at__lt=until,
        )
        .order_by("planned_at", "pk")
        .values_list("pk", "performer_id", "planned_at", "minutes", "title", "client__name")
    )  # fmt: skip
    found: dict[int, list[tuple[Interval, str, str]]] = {}
    rows = list(planned)
    readable = {row[0] for row in rows}
    if not sees_all(user):
        seen = Activity.objects.visible_to(user).filter(pk__in=readable)
        readable = set(seen.values_list("pk", flat=True))
    for pk, performer, begins, minutes, title, client in rows:
        ends = begins + timedelta(minutes=minutes or USUAL_MINUTES)
        if ends <= since:
            continue
        words = (title, client or "") if pk in readable else (_("busy"), "")
        found.setdefault(performer, []).append(
            (Interval(begins.astimezone(UTC), ends.astimezone(UTC)), *words)
        )
    return found
