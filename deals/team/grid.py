"""The grid of people × hours of one day, and of people × days of a week: what stands where, in words and places."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clients import kinds
from clients.models import Activity, Client
from deals.querysets import sees_all
from deals.team.notice import limits
from deals.team.slots import Time
from pipeline import schedules, working_time
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Interval
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import number

FIRST_HOUR = 9
# Hours from label to label, and how many labels: the narrowest window that holds the day is taken.
LABELS = ((1, 10), (1, 12), (2, 10))


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


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a day that the grid shows, in the reader's zone: four cells of `minutes` under each label."""

    begins: datetime
    minutes: int
    labels: list[str]

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes * 4 * len(self.labels))

    def place(self, interval: Interval, *, within: bool = False) -> str:
        """Its classes; "" outside the window. The shortest takes one cell. `within` leaves a cell that is not wholly its own to the next."""
        begins = max(interval.begins, self.begins)
        ends = min(interval.ends, self.ends)
        if ends <= begins:
            return ""
        first = int((begins - self.begins).total_seconds() // 60 // self.minutes)
        long = (ends - self.begins).total_seconds() // 60
        last = int(long // self.minutes) if within else -int(-long // self.minutes)
        return f"gs-{first} gd-{max(1, last - first)}"


def window_of(on: date, zone: ZoneInfo, hours: Sequence[Interval]) -> Window:
    """Ten hours, from nine or from when the first begins; twelve or twenty where people's hours need more."""
    first, last = FIRST_HOUR, 0
    for one in hours:
        begins, ends = one.begins.astimezone(zone), one.ends.astimezone(zone)
        if begins.date() == on:
            first = min(first, begins.hour)
        if ends.date() == on:
            last = max(last, ends.hour + (ends.minute > 0))
        else:
            last = 24
    pace, many = next((p, n) for p, n in LABELS if last - first <= p * n or p > 1)
    first = min(first, 24 - pace * many)
    labels = [f"{first + pace * n}:00" for n in range(many)]
    return Window(working_time.at(on, time(first), zone), 15 * pace, labels)


def _rows(people: Sequence[User], load: Mapping[int, float]) -> list[Row]:
    over = limits()[0]
    rows = []
    for person in people:
        percent = round(100 * load[person.pk])
        light = "bad" if percent > over else "gray"
        rows.append(Row(person, percent, dim=False, light=light))
    return rows


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
    """Each person's day: time off, what is planned, free time of at least `minutes` that lies ahead. Two queries."""
    since = working_time.at(on, time.min, zone)
    until = working_time.at(on + ONE_DAY, time.min, zone)
    hours = {p.pk: know.working(p.pk, since, until) for p in people}
    different = {id(some): some for some in hours.values()}.values()
    window = window_of(on, zone, [one for some in different for one in some])
    whole, ahead = Interval(window.begins, window.ends), max(since, now)
    clock = _clock(zone)
    entries = _entries(people, since, until, know, user)
    off: dict[int, list[Cell]] = {}
    rows = _rows(people, load)
    for row in rows:
        who, works = row.person.pk, hours[row.person.pk]
        row.dim = not works
        why = next((str(a.get_kind_display()) for a, i in know.away.get(who, ()) if i.begins < until and i.ends > since), "")  # fmt: skip
        if why:
            row.cells += _off(window, whole, works, why)
        else:
            if id(works) not in off:
                off[id(works)] = _off(window, whole, works)
            row.cells += off[id(works)]
        for interval, what, client in entries.get(who, ()):
            if css := window.place(interval):
                row.cells.append(Cell("busy", css, what, client, clock(interval)))
        if ahead >= until:
            continue
        for piece in know.free(who, ahead, until, minutes=minutes):
            begins = next(working_time.starts([piece], minutes=minutes), None)
            if begins is None:
                continue
            shown = Interval(begins, piece.ends)
            if css := window.place(shown, within=True):
                row.cells.append(Cell("free", css, clock=clock(shown), at=begins.isoformat()))  # fmt: skip
    return window, rows


def _off(
    window: Window, whole: Interval, works: Sequence[Interval], why: str = ""
) -> list[Cell]:
    """Time off within the window; the longest of it says why."""
    off = working_time.without([whole], works)
    longest = max((one.minutes for one in off), default=0)
    return [
        Cell("off", css, why if one.minutes == longest else "")
        for one in off
        if (css := window.place(one))
    ]


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
    spans = [
        (working_time.at(on, time.min, zone), working_time.at(on + ONE_DAY, time.min, zone))
        for on in days
    ]  # fmt: skip
    off, full = Cell("off", ""), Cell("busy", "", _("no free time"))
    words = _("%(hours)s h free")
    rows = _rows(people, load)
    for row in rows:
        who = row.person.pk
        for since, until in spans:
            ahead = max(since, now)
            if not know.working(who, since, until):
                row.cells.append(off)
                continue
            pieces = know.free(who, ahead, until, minutes=minutes) if ahead < until else []  # fmt: skip
            starts = [b for p in pieces if (b := next(working_time.starts([p], minutes=minutes), None))]  # fmt: skip
            if not starts:
                row.cells.append(full)
                continue
            whole = sum(one.minutes for one in pieces)
            row.cells.append(
                Cell(
                    "free",
                    "",
                    words % {"hours": number(round(Decimal(whole) / 60, 1))},
                    clock=", ".join(_hour(s, zone) for s in starts[:3]),
                    at=starts[0].isoformat(),
                )
            )
    return rows


def _clock(zone: ZoneInfo) -> Callable[[Interval], str]:
    def words(interval: Interval) -> str:
        return f"{_hour(interval.begins, zone)}–{_hour(interval.ends, zone)}"

    return words


def _hour(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def _names(clients: list[int]) -> Iterable[tuple[int, str]]:
    return Client.objects.filter(pk__each_of=clients).order_by().values_list("pk", "name") if clients else ()  # fmt: skip


def _entries(
    people: Sequence[User], since: datetime, until: datetime, know: Time, user: User
) -> dict[int, list[tuple[Interval, str, str]]]:
    """What each has planned that day; what the reader may not read is only “busy”."""
    planned = (
        Activity.objects.planned()
        .visible_to(user)
        .filter(
            performer__any_of=[p.pk for p in people],
            planned_at__gt=since - schedules.LONGEST,
            planned_at__lt=until,
        )
        .order_by("planned_at", "pk")
        .values_list("performer_id", "planned_at", "minutes", "title", "kind_id", "client_id")
    )  # fmt: skip
    rows = list(planned)
    words = {kind.pk: kind for kind in kinds.book().kinds}
    names = dict(_names(list({row[-1] for row in rows if row[-1]})))
    found: dict[int, list[tuple[Interval, str, str]]] = {}
    told: Counter[tuple[int, Interval]] = Counter()
    for performer, begins, minutes, title, kind, client in rows:
        ends = begins + timedelta(minutes=minutes or USUAL_MINUTES)
        if ends > since:
            interval = Interval(begins, ends)
            told[performer, interval] += 1
            found.setdefault(performer, []).append((interval, title or str(words[kind]), names.get(client, "")))  # fmt: skip
    if sees_all(user):
        return found
    busy = _("busy")
    for person in people:
        who = person.pk
        for one in know.busy.get(who, ()):
            if one.begins >= until or one.ends <= since:
                continue
            if told[who, one]:
                told[who, one] -= 1
            else:
                found.setdefault(who, []).append((one, busy, ""))
    return found
