"""How full people's time is, and how many people the stages need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients import kinds
from clients.choices import ActivityStatus
from clients.models import Activity
from clients.named import look_up
from clients.querysets import sees_all
from deals.team import kept_stays, load, loading
from deals.team.load import DONE, PLANNED, STATES
from deals.team.loading import Load
from deals.team.notice import limits
from pipeline.calendars import people_open_to
from pipeline.models import Stage
from pipeline.working_time import ONE_DAY
from salesexpert.accounts.models import Department, Role, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.teams import department_ids_below
from salesexpert.core.http import render_part

READ = "clients.view_activity"
READ_DEALS = "deals.view_deal"
FIRST_DAY, LAST_DAY = date(2000, 1, 3), date(2100, 1, 1)
DAY, WEEK = "day", "week"
DAYS, WEEKS, BACK = 14, 8, 4
PEOPLE_SHOWN, WORK_SHOWN, DEALS_SHOWN = 100, 300, 300
# So much of it at first, as of any list: few read on, and three hundred rows are most of a page's weight.
WORK_FIRST = 25
SAMPLES = (4, 8, 13, 26)
SHARES = (60, 70, 80, 90, 100)
USUAL_SHARE = 80
CHART_HEIGHT = 112


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text[:19]) < 2**62 else None


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None


def _one_of(text: str, choices: Sequence[int], usual: int) -> int:
    return int(text) if text in map(str, choices) else usual


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days that stand in one column, the last not included. `ahead`: they have not begun."""

    since: date
    until: date
    ahead: bool
    is_now: bool

    @property
    def query(self) -> str:
        return f"since={self.since}&until={self.until - ONE_DAY}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; nonsense in it counts as not given."""

    by: str
    since: date
    department: int | None
    role: int | None

    @property
    def until(self) -> date:
        return self.since + timedelta(days=DAYS if self.by == DAY else 7 * WEEKS)

    def whose(self) -> dict[str, int]:
        given = {"department": self.department, "role": self.role}
        return {name: value for name, value in given.items() if value}

    def address(self, **changed: Any) -> str:
        given = {"by": self.by, "on": self.since, **self.whose()} | changed
        return "?" + urlencode({name: value for name, value in given.items() if value})

    def moved(self, step: int) -> str:
        days = 7 if self.by == DAY else 7 * BACK
        since = self.since + step * timedelta(days=days)
        return self.address(on=min(max(since, FIRST_DAY), LAST_DAY))

    def buckets(self, today: date) -> list[Bucket]:
        step = ONE_DAY if self.by == DAY else timedelta(days=7)
        found, since = [], self.since
        while since < self.until:
            until = since + step
            found.append(Bucket(since, until, since > today, since <= today < until))
            since = until
        return found


def _asked(request: SignedRequest) -> Asked:
    given = request.GET
    by = WEEK if given.get("by") == WEEK else DAY
    today = timezone.localdate()
    on = _day(given.get("on", "")) or today - timedelta(days=0 if by == DAY else 7 * BACK)  # fmt: skip
    return Asked(
        by,
        on - timedelta(days=on.weekday()),
        _id(given.get("department", "")),
        _id(given.get("role", "")),
    )


def _people(request: SignedRequest, department: int | None, role: int | None) -> list[User]:  # fmt: skip
    """Whose time the reader may see, of a department with those below it and of a role. One more than are shown."""
    found = people_open_to(request.user)
    if role:
        found = found.filter(role=role)
    if department:
        found = found.filter(department__in=department_ids_below(department))
    return list(
        found.select_related("department").order_by(
            "department__name", "last_name", "first_name", "pk"
        )[: PEOPLE_SHOWN + 1]
    )


@dataclass(frozen=True, slots=True)
class Cell:
    load: Load
    level: str
    query: str

    @property
    def hours(self) -> float:
        return round(self.load.taken / 60, 1)

    @property
    def of(self) -> float:
        return round(self.load.working / 60, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One person or all of them: a cell for each column and the sum of them."""

    name: str
    person: User | None
    query: str
    cells: list[Cell]
    whole: Cell

    @property
    def planned(self) -> float:
        return round(self.whole.load.planned / 60, 1)

    @property
    def done(self) -> float:
        return round(self.whole.load.done / 60, 1)


def _row(
    name: str, person: User | None, query: str, days: dict[date, Load], buckets: Sequence[Bucket]
) -> Row:  # fmt: skip
    over, under = limits()
    cells = []
    for bucket in buckets:
        width = range((bucket.until - bucket.since).days)
        found = loading.total(days[bucket.since + timedelta(days=n)] for n in width)
        level = found.level(over=over, under=under, ahead=bucket.ahead)
        cells.append(Cell(found, level, bucket.query))
    whole = loading.total(cell.load for cell in cells)
    # The sum is too little only if the days that are over were: the others may still fill up.
    gone = loading.total(c.load for c, b in zip(cells, buckets, strict=True) if not b.ahead)  # fmt: skip
    level = whole.level(over=over, under=under, ahead=True)
    if not level and gone.level(over=over, under=under) == "under":
        level = "under"
    since, until = buckets[0].since, buckets[-1].until - ONE_DAY
    return Row(name, person, query, cells, Cell(whole, level, f"since={since}&until={until}"))  # fmt: skip


@require_GET
@permission_required(READ, raise_exception=True)
def people(request: SignedRequest) -> HttpResponse:
    """People × days or weeks: hours done and planned against working hours. Constant queries."""
    asked = _asked(request)
    buckets = asked.buckets(timezone.localdate())
    found = _people(request, asked.department, asked.role)
    shown = found[:PEOPLE_SHOWN]
    days = load.by_day(shown, asked.since, asked.until)
    rows = [_row(str(p), p, f"who={p.pk}", days[p.pk], buckets) for p in shown]
    every = {
        asked.since + timedelta(days=n): loading.total(
            of[asked.since + timedelta(days=n)] for of in days.values()
        )
        for n in range((asked.until - asked.since).days)
    }
    total = _row(_("Total"), None, urlencode(asked.whose()), every, buckets)
    over, under = limits()
    context = {
        "asked": asked,
        "buckets": buckets,
        "groups": _grouped(rows),
        "total": total,
        "bars": _bars(total, buckets),
        "more": len(found) > PEOPLE_SHOWN,
        "most": PEOPLE_SHOWN,
        "over": over,
        "under": under,
        "crowded": [r for r in rows if r.whole.level == "over"],
        "idle": [r for r in rows if r.whole.level == "under"],
        "last": asked.until - ONE_DAY,
        "before": asked.moved(-1),
        "after": asked.moved(1),
        "today": f"?{urlencode({'by': asked.by, **asked.whose()})}",
        "hands": request.user.has_perms(["deals.change_responsible", "clients.change_curator"]),
        **_choices(),
    }  # fmt: skip
    return render_part(request, "deals/load.html", "load", context)


def _choices() -> dict[str, Any]:
    return {
        "departments": list(Department.objects.order_by("name", "pk")[:300]),
        "roles": list(Role.objects.order_by("position", "pk")[:300]),
    }


def _grouped(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        assert row.person is not None
        name = str(row.person.department) if row.person.department else _("Without a department")  # fmt: skip
        found.setdefault(name, []).append(row)
    return list(found.items())


def _bars(total: Row, buckets: Sequence[Bucket]) -> list[dict[str, Any]]:
    """The chart of the totals: x and widths in per cent of it, y and heights in pixels; `line` is the working time."""
    most = max([1, *(max(c.load.taken, c.load.working) for c in total.cells)])
    width = 100 / len(buckets)
    found = []
    for n, (cell, bucket) in enumerate(zip(total.cells, buckets, strict=True)):
        done = CHART_HEIGHT * cell.load.done / most
        planned = CHART_HEIGHT * cell.load.planned / most
        line = CHART_HEIGHT - CHART_HEIGHT * cell.load.working / most
        found.append(
            {
                "x": round(n * width + width * 0.2, 2),
                "width": round(width * 0.6, 2),
                "middle": round(n * width + width / 2, 2),
                "left": round(n * width + width * 0.08, 2),
                "right": round((n + 1) * width - width * 0.08, 2),
                "done_y": round(CHART_HEIGHT - done, 1),
                "done": round(done, 1),
                "planned_y": round(CHART_HEIGHT - done - planned, 1),
                "planned": round(planned, 1),
                "line": round(line, 1),
                "bucket": bucket,
                "cell": cell,
            }
        )
    return found


class Deed(NamedTuple):
    """A piece of work in some days, as the history has it; `minutes` is what it says, `length` what it counts."""

    at: datetime
    pk: int
    status: str
    title: str
    minutes: int | None
    length: int
    kind: int
    performer: int
    client: int | None
    deal: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the list; without `what` the reader is told that the time is taken, and no more."""

    deed: Deed
    status: str
    who: str
    what: str = ""
    client: str = ""
    deal: str = ""


def _told(deeds: Sequence[Deed], reader: User, people: dict[int, str]) -> list[Told]:
    """Names of all that is shown in one question, and which of it the reader may read in another, unless that is all."""
    readable = [deed.pk for deed in deeds]
    if not sees_all(reader):
        mine = Activity.objects.visible_to(reader).filter(pk__in=readable)
        readable = list(mine.order_by().values_list("pk", flat=True))
    may_read = set(readable)
    open_ = [deed for deed in deeds if deed.pk in may_read]
    names = look_up(clients=(d.client for d in open_), deals=(d.deal for d in open_))
    kind_of, _goals, _results = kinds.book().by_id
    rows = []
    for deed in deeds:
        row = Told(deed, str(ActivityStatus(deed.status).label), people[deed.performer])
        if deed.pk in may_read:
            row = replace(
                row,
                what=deed.title or str(kind_of[deed.kind]),
                client=names.clients.get(deed.client or 0, ""),
                deal=names.deals.get(deed.deal or 0, ""),
            )
        rows.append(row)
    return rows


@require_GET
@permission_required(READ, raise_exception=True)
def work(request: SignedRequest) -> HttpResponse:
    """The records behind a figure: planned and done work of people in some days, with its sum."""
    given = request.GET
    today = timezone.localdate()
    since = _day(given.get("since", "")) or today - timedelta(days=today.weekday())
    until = max(_day(given.get("until", "")) or since + timedelta(days=6), since) + ONE_DAY  # fmt: skip
    who = None
    if pk := _id(given.get("who", "")):
        who = get_object_or_404(people_open_to(request.user), pk=pk)
        chosen = [who]
    else:
        chosen = _people(request, _id(given.get("department", "")), _id(given.get("role", "")))[:PEOPLE_SHOWN]  # fmt: skip
    states = [s for s in STATES if given.get("state") in (s, "", None)] or list(STATES)
    ids = [person.pk for person in chosen]
    rows: list[Deed] = []
    sums, most = {}, WORK_SHOWN if given.get("all") else WORK_FIRST
    for state in states:
        found = load.work(ids, since, until, state)
        sums[state] = found.order_by().aggregate(n=Sum(load.LENGTH))["n"] or 0
        read = (
            found.annotate(at=F(STATES[state]), length=load.LENGTH)
            .order_by("at", "pk")
            .values_list(*Deed._fields)[: most + 1]
        )
        rows += map(Deed._make, read)
    rows.sort(key=lambda row: (row.at, row.pk))
    shown = rows[:most]
    context = {
        "rows": _told(shown, request.user, {p.pk: str(p) for p in chosen}),
        "more": len(rows) > most,
        "all": most == WORK_SHOWN,
        "shown": len(shown),
        "who": who,
        "since": since,
        "last": until - ONE_DAY,
        "planned": round(sums.get(PLANNED, 0) / 60, 1) if PLANNED in states else None,
        "done": round(sums.get(DONE, 0) / 60, 1) if DONE in states else None,
        "back": f"{reverse('deals:load')}?on={since}",
    }  # fmt: skip
    return render(request, "deals/load_work.html", context)


# ── how many people a stage needs ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sample:
    """Whole weeks that are counted, until yesterday (until two in the morning the day before), and the hours a person has for deals in a week of them."""

    weeks: int
    share: int
    since: date
    until: date

    @property
    def query(self) -> str:
        return f"weeks={self.weeks}"

    def hours(self) -> tuple[float, float]:
        whole = load.hours_a_week(self.since, self.until)
        return whole, whole * self.share / 100


def _sample(request: SignedRequest) -> Sample:
    weeks = _one_of(request.GET.get("weeks", ""), SAMPLES, 8)
    share = _one_of(request.GET.get("share", ""), SHARES, USUAL_SHARE)
    # By the company's clock, whoever looks: what is of the firm is counted once for all, two hours after the end of a day.
    until = kept_stays.last()
    return Sample(weeks, share, until - timedelta(days=7 * weeks), until)


@require_GET
@permission_required([READ, READ_DEALS], raise_exception=True)
def stages(request: SignedRequest) -> HttpResponse:
    """How many people each stage needs at its inflow and norm, with the formula and the sample. Constant queries."""
    sample = _sample(request)
    steps = list(
        Stage.objects.in_use()
        .filter(process__retired_at=None)
        .select_related("process")
        .order_by("process__position", "process", "position")
    )
    whole, hours = sample.hours()
    flows = load.flows(steps, sample.since, sample.until, request.user)
    processes: dict[int, dict[str, Any]] = {}
    for step in steps:
        flow, there = flows[step.pk]
        need, more = flow.people(hours), flow.catch_up(hours)
        found = processes.setdefault(
            step.process_id, {"process": step.process, "rows": [], "need": 0.0, "more": 0.0, "most": 0.0}
        )  # fmt: skip
        found["rows"].append({"stage": step, "flow": flow, "there": there, "need": need, "more": more})  # fmt: skip
        found["need"] += need or 0
        found["more"] += more or 0
        found["most"] = max(found["most"], need or 0, there)
    for found in processes.values():
        for row in found["rows"]:
            most = found["most"] or 1
            row["need_w"] = round(100 * (row["need"] or 0) / most, 1)
            row["there_x"] = round(100 * row["there"] / most, 1)
    context = {
        "sample": sample,
        "last": sample.until - ONE_DAY,
        "samples": SAMPLES,
        "shares": SHARES,
        "processes": [found for found in processes.values() if _moves(found)],
        "still": [found["process"] for found in processes.values() if not _moves(found)],
        "week": round(whole, 1),
        "hours": round(hours, 1),
        "enough": loading.ENOUGH,
    }  # fmt: skip
    return render_part(request, "deals/load_stages.html", "stages", context)


def _moves(found: dict[str, Any]) -> bool:
    """Whether anything came to the process or stands in it."""
    return any(r["flow"].entered or r["flow"].left or r["flow"].standing for r in found["rows"])  # fmt: skip


@require_GET
@permission_required([READ, READ_DEALS], raise_exception=True)
def stage(request: SignedRequest, pk: int) -> HttpResponse:
    """The sample of a stage: deals that came to it or left it in these weeks, and the work done while they stood there."""
    if pk >= 2**63:
        pk = 0
    step = get_object_or_404(Stage.objects.select_related("process"), pk=pk)
    sample = _sample(request)
    show = "left" if request.GET.get("show") == "left" else "entered"
    rows = load.passages([step], sample.since, sample.until, request.user)[show]
    moment = "left_at" if show == "left" else "entered_at"
    found = list(
        rows.select_related("deal__client__legal_form", "performer")
        .annotate(minutes=load.MINUTES_THERE)
        .order_by(f"-{moment}", "-pk")[: DEALS_SHOWN + 1]
    )
    context = {
        "stage": step,
        "sample": sample,
        "last": sample.until - ONE_DAY,
        "show": show,
        "rows": [(row, round((row.minutes or 0) / 60, 1)) for row in found[:DEALS_SHOWN]],
        "more": len(found) > DEALS_SHOWN,
    }  # fmt: skip
    return render(request, "deals/load_stage.html", context)
