"""The calendar: day, week, month and list of one's own work or of chosen colleagues'; moving an entry."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.choices import ActivityStatus
from clients.models import Activity, Client
from pipeline import calendars, schedules, working_time
from pipeline.actions import plan as actions
from pipeline.calendars import Column, Entry
from pipeline.plan_forms import MoveForm
from pipeline.working_time import ONE_DAY, USUAL_MINUTES
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of, render_part

VIEWS = ("day", "week", "month", "agenda")
AGENDA_DAYS, AGENDA_SHOWN = 14, 200
MONTH_SHOWN = 4
DAY_LANES, WEEK_LANES, TEAM_LANES = 8, 3, 4
PEOPLE_SHOWN = 300
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a view, a day in it, whose calendars."""

    view: str
    on: date
    who: list[User]
    mine: bool

    @property
    def days(self) -> list[date]:
        if self.view == "day":
            return [self.on]
        if self.view == "week":
            first = self.on - timedelta(days=self.on.weekday())
            return [first + timedelta(days=n) for n in range(7)]
        if self.view == "month":
            first = self.on.replace(day=1)
            begins = first - timedelta(days=first.weekday())
            weeks = -(-(_month_length(first) + first.weekday()) // 7)
            return [begins + timedelta(days=n) for n in range(weeks * 7)]
        return [self.on + timedelta(days=n) for n in range(AGENDA_DAYS)]

    def address(self, **changed: Any) -> str:
        view, on = changed.get("view", self.view), changed.get("on", self.on)
        asked: list[tuple[str, Any]] = [("view", view), ("on", on.isoformat())]
        if not self.mine:
            asked += [("who", person.pk) for person in self.who]
        return f"{reverse('plan:calendar')}?{urlencode(asked)}"

    @property
    def before(self) -> date:
        return self._next(-1)

    @property
    def after(self) -> date:
        return self._next(1)

    def _next(self, step: int) -> date:
        if self.view == "day":
            found = self.on + step * ONE_DAY
        elif self.view == "month":
            first = self.on.replace(day=1)
            found = first + timedelta(days=32) if step > 0 else first - ONE_DAY
            found = found.replace(day=1)
        else:
            found = self.on + step * timedelta(days=7 if self.view == "week" else AGENDA_DAYS)  # fmt: skip
        return min(max(found, FIRST_DAY), LAST_DAY)


def _month_length(first: date) -> int:
    return ((first + timedelta(days=32)).replace(day=1) - first).days


def _asked(request: SignedRequest) -> Asked:
    """A wrong view, day or person in the address counts as not given."""
    view = request.GET.get("view", "")
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = timezone.localdate()
    on = min(max(on, FIRST_DAY), LAST_DAY)
    ids = [int(pk) for pk in request.GET.getlist("who") if pk.isdecimal() and len(pk) < 10]  # fmt: skip
    who: list[User] = []
    if ids and ids != [request.user.pk]:
        who = list(
            calendars.people_open_to(request.user)
            .filter(pk__in=ids)
            .order_by("last_name", "first_name", "pk")[: calendars.PEOPLE_AT_ONCE]
        )
    mine = not who or who == [request.user]
    return Asked(view if view in VIEWS else "week", on, who or [request.user], mine)


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def calendar(request: SignedRequest) -> HttpResponse:
    return _draw(request, _asked(request))


def _draw(
    request: SignedRequest, asked: Asked, *, error: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    zone = timezone.get_current_timezone()
    days = asked.days
    since = working_time.at(days[0], time.min, zone)
    until = working_time.at(days[-1] + ONE_DAY, time.min, zone)
    entries = calendars.entries_of(asked.who, request.user, since=since, until=until, now=now)  # fmt: skip
    plans, away = schedules.schedules_and_absences_of(asked.who, since=since, until=until)  # fmt: skip
    calendars.warn(entries, plans, now=now)
    columns = _columns(asked, plans)
    calendars.name_absences(columns, away, request.user)
    context: dict[str, Any] = {
        "asked": asked,
        "views": [
            (name, label, asked.address(view=name), name == asked.view)
            for name, label in (
                ("day", _("Day")),
                ("week", _("Week")),
                ("month", _("Month")),
                ("agenda", _("List")),
            )
        ],
        "here": asked.address(),
        "before": asked.address(on=asked.before),
        "after": asked.address(on=asked.after),
        "today": asked.address(on=timezone.localdate(now)),
        "columns": columns,
        "team": len(asked.who) > 1,
        "truncated": len(entries) >= calendars.AT_MOST,
        "may_plan": request.user.has_perm("clients.add_activity")
        and (asked.mine or request.user.has_perm("clients.plan_for_others")),
        "planned_for": "" if asked.mine or len(asked.who) > 1 else asked.who[0].pk,
        "error": error,
        "now": now,
        "days": days,
    }
    if asked.view in {"day", "week"}:
        hours = calendars.hours_shown(entries, plans.values(), days)
        for column in columns:
            people = [column.who] if column.who else asked.who
            calendars.fill(
                column,
                [e for e in entries if column.who is None or e["who"] == column.who.pk],
                [plans[person.pk] for person in people],
                hours,
                now=now,
                lanes=DAY_LANES if len(columns) == 1 else TEAM_LANES if asked.view == "day" else WEEK_LANES,
            )  # fmt: skip
        context["hours"] = [
            (f"{hour}:00", f"r{(hour - hours.first) * 4} d4")
            for hour in range(hours.first, hours.last)
        ]
        context["first_hour"], context["grid_rows"] = hours.first, hours.rows
    elif asked.view == "month":
        _fill_days(columns, entries, MONTH_SHOWN)
        context["weeks"] = [columns[n : n + 7] for n in range(0, len(columns), 7)]
    else:
        _fill_days(columns, entries[:AGENDA_SHOWN], AGENDA_SHOWN)
        context["left"] = max(0, len(entries) - AGENDA_SHOWN)
        context["columns"] = [
            c for c in columns if c.entries or c.away or c.on == timezone.localdate(now)
        ]
    return render_part(
        request, "pipeline/plan.html", "calendar", context, status=status
    )


def _columns(asked: Asked, plans: dict[int, Any]) -> list[Column]:
    people: Iterable[User | None] = [None]
    if asked.view == "day" and len(asked.who) > 1:
        people = asked.who
    today = timezone.localdate()
    columns = []
    for day in asked.days:
        for person in people:
            whose = [person] if person else asked.who
            off = all(plans[one.pk].hours_on(day) is None for one in whose)
            columns.append(Column(on=day, who=person, is_today=day == today, is_off=off))  # fmt: skip
    return columns


def _fill_days(columns: list[Column], entries: list[Entry], most: int) -> None:
    """Put entries under the days they begin on; a month shows some of each day and counts the rest."""
    by_day = {column.on: column for column in columns}
    zone = timezone.get_current_timezone()
    for entry in entries:
        column = by_day.get(max(entry["begins"].astimezone(zone).date(), columns[0].on))
        if column is None:
            continue
        if len(column.entries) < most:
            column.entries.append(entry)
        else:
            column.more += 1


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def people(request: SignedRequest) -> HttpResponse:
    """Colleagues to choose from, asked when the chooser is opened."""
    rows = calendars.people_open_to(request.user).select_related("department")
    context = {
        "people": rows.order_by("department__name", "last_name", "first_name", "pk")[:PEOPLE_SHOWN],
        "chosen": {int(pk) for pk in request.GET.getlist("who") if pk.isdecimal()},
        "most": calendars.PEOPLE_AT_ONCE,
    }  # fmt: skip
    return render(request, "pipeline/plan_people.html", context)


# ── one entry ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _activity(request: SignedRequest, pk: int) -> Activity:
    return get_object_or_404(
        Activity.objects.visible_to(request.user).select_related(
            "client__legal_form", "kind", "performer", "created_by", "contact", "occurrence__series"
        ),
        pk=pk,
    )  # fmt: skip


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def entry(request: SignedRequest, pk: int) -> HttpResponse:
    """What stands in the calendar, with all that can be done about it; “Move to…” serves those who do not drag."""
    return _entry(request, _activity(request, pk), None)


def _entry(
    request: SignedRequest, row: Activity, form: MoveForm | None, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    begins = timezone.localtime(row.planned_at or row.done_at)
    minutes = row.minutes or USUAL_MINUTES
    is_planned = row.status == ActivityStatus.PLANNED
    movable = is_planned and _may_move(request, row)
    occurrence = getattr(row, "occurrence", None)
    context = {
        "row": row,
        "begins": begins,
        "ends": begins + timedelta(minutes=minutes),
        "is_planned": is_planned,
        "movable": movable,
        "series": occurrence.series if occurrence else None,
        "card": row.client
        if row.client_id
        and Client.objects.visible_to(request.user).filter(pk=row.client_id).exists()
        else None,
        "v": form.data
        if form
        else {
            "on": begins.date().isoformat(),
            "clock": f"{begins:%H:%M}",
            "minutes": minutes,
        },
        "e": form.errors if form else {},
        "refused": form.non_field_errors()[0] if form and form.non_field_errors() else "",
        "today": timezone.localdate(now),
        "me": request.user,
        "may_plan_for_others": request.user.has_perm("clients.plan_for_others"),
        "may_change": request.user.has_perm("clients.change_activity"),
        "back": _back(request),
    }  # fmt: skip
    return render_part(request, "pipeline/plan_entry.html", "entry", context, status=status)  # fmt: skip


def _back(request: SignedRequest) -> str:
    """The calendar that the reader came from, with its parameters only."""
    asked = request.POST.get("here") or request.GET.get("here", "")
    return asked if asked.startswith(reverse("plan:calendar") + "?") else reverse("plan:calendar")  # fmt: skip


def _may_move(request: SignedRequest, row: Activity) -> bool:
    user = request.user
    return user.has_perm("clients.change_activity") and (
        user.pk in {row.performer_id, row.created_by_id}
        or user.has_perm("clients.change_others_activity")
    )


@require_POST
@permission_required("clients.change_activity", raise_exception=True)
def move(request: SignedRequest, pk: int) -> HttpResponse:
    """Move or stretch: dragged, the calendar comes back (`drag`); from the dialog, the dialog closes."""
    row, at = _activity(request, pk), timezone.now()
    form = MoveForm(request.POST, activity=row, user=request.user, at=at)
    dragged = bool(request.POST.get("drag"))
    if form.is_valid() and form.begins is not None:
        try:
            moved = actions.move(
                activity=row,
                begins=form.begins,
                minutes=form.length,
                performer=form.handed_to,
                by=request.user,
                at=at,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _moved(request, moved, at, dragged=dragged)
    if not dragged:
        return _entry(request, row, form, status=422)
    said = " ".join(str(one) for errors in form.errors.values() for one in errors)
    return _draw(request, _asked(request), error=said, status=422)


def _moved(
    request: SignedRequest, row: Activity, at: datetime, *, dragged: bool
) -> HttpResponse:
    assert row.planned_at is not None
    begins = timezone.localtime(row.planned_at)
    text = _("%(what)s: %(day)s, %(clock)s.") % {
        "what": row,
        "day": f"{begins:%d.%m}",
        "clock": f"{begins.hour}:{begins.minute:02d}",
    }
    found = calendars.conflicts_of(
        row.performer,
        request.user,
        begins=row.planned_at,
        minutes=row.minutes or USUAL_MINUTES,
        now=at,
        but=row.pk,
    )
    text = " ".join([text, *(str(one) for one in _sentences(found))])
    if dragged:
        response = _draw(request, _asked(request))
        response["HX-Trigger"] = json.dumps({"toast": {"text": text}})
        return response
    if not htmx_of(request):
        messages.success(request, text)
        return redirect(_back(request))
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"activities-changed": {}, "close-dialog": {}, "toast": {"text": text}})  # fmt: skip
    return response


def _sentences(found: calendars.Conflicts) -> list[str]:
    """What speaks against a time, in words."""
    said = []
    for one in found.overlaps[:3]:
        said.append(
            _("Overlaps with “%(what)s”, %(since)s–%(until)s.")
            % {"what": one["what"], "since": one["clock"], "until": one["until"]}
        )
    if len(found.overlaps) > 3:
        said.append(_("And %(n)s more at this time.") % {"n": len(found.overlaps) - 3})
    for absence, _interval in found.away[:1]:
        said.append(
            _("The person is away from %(since)s to %(until)s.")
            % {
                "since": f"{absence.since_on:%d.%m}",
                "until": f"{absence.until_on:%d.%m}",
            }
        )
    if found.outside and not found.away:
        said.append(_("This is outside working hours."))
    if found.past:
        said.append(_("This time has passed already."))
    return said


@require_http_methods(["GET"])
@permission_required("clients.view_activity", raise_exception=True)
def check(request: SignedRequest) -> HttpResponse:
    """What speaks against the time in a form, asked while it is typed. A time not yet whole says nothing."""
    asked = request.GET
    said: list[str] = []
    person = request.user
    pk = asked.get("performer", "")
    if pk.isdecimal() and len(pk) < 10 and int(pk) != person.pk:
        person = get_object_or_404(calendars.people_open_to(request.user), pk=int(pk))
    minutes = asked.get("minutes", "")
    try:
        begins = timezone.make_aware(
            datetime.combine(
                date.fromisoformat(asked.get("on", "")),
                time.fromisoformat(asked.get("clock", "")).replace(tzinfo=None),
            )
        )
        length = min(max(int(minutes), 1), 1440) if minutes.isdecimal() and len(minutes) < 6 else USUAL_MINUTES  # fmt: skip
        but = asked.get("but", "")
        if FIRST_DAY <= begins.date() <= LAST_DAY:
            said = _sentences(
                calendars.conflicts_of(
                    person,
                    request.user,
                    begins=begins,
                    minutes=length,
                    now=timezone.now(),
                    but=int(but) if but.isdecimal() and len(but) < 19 else None,
                )
            )
    except ValueError:
        pass
    return render(request, "pipeline/plan_check.html", {"said": said})
