"""Who is away when, and who works which hours."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pipeline import schedules
from pipeline.actions import absences as actions
from pipeline.choices import AbsenceKind, AbsenceState
from pipeline.models import Absence, WorkingHours
from pipeline.plan_forms import AbsenceForm, HoursForm
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.teams import team_of
from salesexpert.core.errors import DomainError
from salesexpert.core.http import done, render_part

SHOWN, PEOPLE_SHOWN = 300, 500
PAST = timedelta(days=365)


def _led_by(user: User) -> Any:
    """People whose absences and hours `user` sets: himself always."""
    active = User.objects.filter(is_active=True)
    if not user.has_perm("pipeline.manage_absences"):
        return active.filter(pk=user.pk)
    if user.scope == "all" or user.has_perm("clients.view_all_clients"):
        return active
    return active.filter(pk__in=team_of(user).values("pk"))


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def listing(request: SignedRequest) -> HttpResponse:
    """Coming absences; with `?show=past` those of the last year."""
    today = timezone.localdate()
    past = request.GET.get("show") == "past"
    rows = Absence.objects.visible_to(request.user).select_related("user", "decided_by")
    if past:
        rows = rows.filter(until_on__lt=today, until_on__gte=today - PAST)
        rows = rows.order_by("-until_on", "-pk")
    else:
        rows = rows.filter(until_on__gte=today).order_by("since_on", "pk")
    context = {
        "rows": list(rows[:SHOWN]),
        "past": past,
        "today": today,
        "leads": request.user.has_perm("pipeline.manage_absences"),
    }
    return render_part(request, "pipeline/absences.html", "rows", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_activity", raise_exception=True)
def add(request: SignedRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_activity", raise_exception=True)
def edit(request: SignedRequest, pk: int) -> HttpResponse:
    return _edit(request, _absence(request, pk))


def _absence(request: SignedRequest, pk: int) -> Absence:
    return get_object_or_404(
        Absence.objects.visible_to(request.user).select_related("user"), pk=pk
    )


def _edit(request: SignedRequest, absence: Absence | None) -> HttpResponse:
    post = request.method == "POST"
    form = AbsenceForm(request.POST if post else None)
    led = _led_by(request.user)
    if post and form.is_valid():
        cleaned = form.cleaned_data
        pk = cleaned.pop("user") or request.user.pk
        person = absence.user if absence else led.filter(pk=pk).first() if pk < 2**31 else None  # fmt: skip
        if person is None:
            form.add_error("user", _("Choose from the list."))
        else:
            try:
                actions.set_absence(user=person, absence=absence, by=request.user, at=timezone.now(), **cleaned)  # fmt: skip
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return done(request, reverse("plan:absences"), event="absences-changed")
    today = timezone.localdate()
    v: Any = form.data if post else {"kind": AbsenceKind.HOLIDAY, "since_on": today.isoformat()}  # fmt: skip
    if absence and not post:
        v = {
            "kind": absence.kind,
            "since_on": absence.since_on.isoformat(),
            "until_on": absence.until_on.isoformat(),
            "begins": f"{absence.begins:%H:%M}" if absence.begins else "",
            "ends": f"{absence.ends:%H:%M}" if absence.ends else "",
            "note": absence.note,
        }
    context = {
        "absence": absence,
        "form": form,
        "v": v,
        "e": form.errors if post else {},
        "kinds": AbsenceKind.choices,
        "people": []
        if absence or not request.user.has_perm("pipeline.manage_absences")
        else led.order_by("last_name", "first_name", "pk")[:PEOPLE_SHOWN],
        "me": request.user,
    }
    return render_part(request, "pipeline/absence.html", "absence", context, status=422 if post else 200)  # fmt: skip


@require_POST
@permission_required("clients.view_activity", raise_exception=True)
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        actions.remove(absence=_absence(request, pk), by=request.user, at=timezone.now())  # fmt: skip
    except DomainError as error:
        messages.error(request, str(error))
    return done(request, reverse("plan:absences"), event="absences-changed")


@require_POST
@permission_required("pipeline.manage_absences", raise_exception=True)
def decide(request: SignedRequest, pk: int) -> HttpResponse:
    approve = request.POST.get("state") == AbsenceState.APPROVED
    try:
        actions.decide(absence=_absence(request, pk), approve=approve, by=request.user, at=timezone.now())  # fmt: skip
    except DomainError as error:
        messages.error(request, str(error))
    return done(request, reverse("plan:absences"), event="absences-changed")


# ── working hours ────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_activity", raise_exception=True)
def my_hours(request: SignedRequest) -> HttpResponse:
    return _hours(request, request.user)


@require_http_methods(["GET", "POST"])
@permission_required("pipeline.manage_absences", raise_exception=True)
def hours(request: SignedRequest, pk: int) -> HttpResponse:
    return _hours(request, get_object_or_404(_led_by(request.user), pk=pk))


@require_http_methods(["GET", "POST"])
@permission_required("accounts.manage_company", raise_exception=True)
def company_hours(request: SignedRequest) -> HttpResponse:
    return _hours(request, None)


def _hours(request: SignedRequest, person: User | None) -> HttpResponse:
    now, post = timezone.now(), request.method == "POST"
    here = request.path
    if post and request.POST.get("reset") and person is not None:
        actions.remove_hours(user=person, by=request.user, at=now)
        messages.success(request, _("The company's hours hold again."))
        return redirect(here)
    form = HoursForm(request.POST if post else None)
    if post and form.is_valid():
        try:
            actions.set_hours(user=person, valid_from=form.cleaned_data["valid_from"], week=form.week, by=request.user, at=now)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(here)
    today = timezone.localdate(now)
    sets = list(
        WorkingHours.objects.filter(user=person)
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .distinct()[:10]
    )
    heads = {
        "begins": pgettext("hours", "From"),
        "ends": pgettext("hours", "Until"),
        "lunch_begins": _("Lunch from"),
        "lunch_ends": _("Lunch until"),
    }
    rows = []
    for n, of_day in enumerate(_week(person, today)):
        row: dict[str, Any] = {"name": WEEKDAYS[n], "n": n, "fields": []}
        for name, head in heads.items():
            key = f"{name}_{n}"
            held = getattr(of_day, name) if of_day else None
            row["fields"].append(
                {
                    "key": key,
                    "head": head,
                    "value": form.data.get(key, "") if post else f"{held:%H:%M}" if held else "",
                    "error": form.errors.get(key, [""])[0] if post else "",
                }
            )  # fmt: skip
        rows.append(row)
    context = {
        "person": person,
        "form": form,
        "heads": list(heads.values()),
        "rows": rows,
        "valid_from": form.data.get("valid_from", "") if post else today.isoformat(),
        "valid_from_error": form.errors.get("valid_from", [""])[0] if post else "",
        "sets": sets,
        "others": _led_by(request.user).order_by("last_name", "first_name", "pk")[:PEOPLE_SHOWN]
        if person is not None and request.user.has_perm("pipeline.manage_absences")
        else [],
    }  # fmt: skip
    return render(request, "pipeline/hours.html", context, status=422 if post else 200)


def _week(person: User | None, on: Any) -> Any:
    if person is not None:
        now = timezone.now()
        return schedules.schedule_of(person, since=now, until=now).week_on(on)
    return schedules.company_week(on)
