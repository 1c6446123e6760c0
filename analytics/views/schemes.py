"""Schemes of pay: their rules and versions, who is paid by which, and how a draft would have paid in the past."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import earnings, explaining, pay_scope, trials
from analytics.actions import schemes as actions
from analytics.choices import VersionState
from analytics.forms.schemes import (
    AssignForm,
    PublishForm,
    RuleForms,
    SchemeForm,
    TrialForm,
    VersionForm,
    initial_of,
)
from analytics.models import Scheme, SchemeAssignment, SchemeVersion
from analytics.months import following
from analytics.paying import NOUGHT
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

manages = permission_required("analytics.manage_schemes", raise_exception=True)
TRIED_AT_ONCE = 60


def _scheme_or_404(pk: int) -> Scheme:
    found = Scheme.objects.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _version_or_404(pk: int) -> SchemeVersion:
    found = SchemeVersion.objects.select_related("scheme").filter(pk=pk).first() if pk < 2**63 else None  # fmt: skip
    if found is None:
        raise Http404
    return found


def _words(version: SchemeVersion) -> list[str]:
    rules = version.rules.select_related("category", "activity_kind")
    return [explaining.rule_words(rule, version.scheme.currency) for rule in rules]


@require_GET
@manages
def scheme_list(request: SignedRequest) -> HttpResponse:
    return _list(request, AssignForm(people=pay_scope.people(request.user)))


def _in_force(versions: list[SchemeVersion], now: date) -> tuple[SchemeVersion | None, SchemeVersion | None]:  # fmt: skip
    """The version that pays this month, and the next one that will."""
    by_month = sorted((v.since, v.number, v) for v in versions if v.state == VersionState.ACTIVE and v.since)  # fmt: skip
    begun = [v for since, _number, v in by_month if since <= now]
    coming = [v for since, _number, v in by_month if since > now]
    return (begun[-1] if begun else None), (coming[0] if coming else None)


def _list(request: SignedRequest, form: AssignForm, status: int = 200) -> HttpResponse:
    now = earnings.this_month()
    schemes = list(Scheme.objects.order_by("retired_at", "name").prefetch_related("versions__rules__category", "versions__rules__activity_kind"))  # fmt: skip
    rows = []
    for scheme in schemes:
        versions = list(scheme.versions.all())
        active, coming = _in_force(versions, now)
        shown = active or coming or (versions[0] if versions else None)
        rows.append({
            "scheme": scheme,
            "active": active,
            "coming": coming,
            "has_draft": any(v.state == VersionState.DRAFT for v in versions),
            "words": [explaining.rule_words(r, scheme.currency) for r in shown.rules.all()] if shown else [],
        })  # fmt: skip
    assigned = SchemeAssignment.objects.filter(user__in=pay_scope.people(request.user)).exclude(until__lte=now)  # fmt: skip
    context = {
        "rows": rows,
        "assignments": list(assigned.select_related("user", "scheme").order_by("user__last_name", "since")),
        "form": form,
    }  # fmt: skip
    return render(request, "analytics/schemes.html", context, status=status)


@require_http_methods(["GET", "POST"])
@manages
def scheme_new(request: SignedRequest) -> HttpResponse:
    form = SchemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.add_scheme(by=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("name", _("There is a scheme with this name."))
        else:
            return redirect("analytics:scheme_version", version.pk)
    context = {"form": form, "title": _("New scheme of pay")}
    return render(request, "analytics/scheme_new.html", context, status=422 if form.errors else 200)  # fmt: skip


@require_GET
@manages
def scheme(request: SignedRequest, pk: int) -> HttpResponse:
    """The scheme with all its versions."""
    found = _scheme_or_404(pk)
    rows = list(found.versions.prefetch_related("rules__category", "rules__activity_kind").select_related("published_by", "made_by"))  # fmt: skip
    active, _coming = _in_force(rows, earnings.this_month())
    versions = [
        {"version": v, "pays": v == active, "will": bool(v.since and v.since > earnings.this_month()), "words": [explaining.rule_words(r, found.currency) for r in v.rules.all()]}
        for v in rows
    ]  # fmt: skip
    return render(request, "analytics/scheme.html", {"scheme": found, "versions": versions})  # fmt: skip


@require_POST
@manages
def draft(request: SignedRequest, pk: int) -> HttpResponse:
    made = actions.draft_of(_scheme_or_404(pk), by=request.user)
    return redirect("analytics:scheme_version", made.pk)


@require_POST
@manages
def retire(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        actions.retire(_scheme_or_404(pk), by=request.user)
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("analytics:schemes")


@require_http_methods(["GET", "POST"])
@manages
def version(request: SignedRequest, pk: int) -> HttpResponse:
    """The rules of a draft, to be changed; of a version in force, to be read."""
    found = _version_or_404(pk)
    if found.state != VersionState.DRAFT:
        if request.method == "POST":
            messages.error(request, _("A version in force is not changed: make a new one."))  # fmt: skip
        return redirect("analytics:scheme", found.scheme_id)
    return _draft_page(request, found, PublishForm())


def _draft_page(
    request: HttpRequest, found: SchemeVersion, publishing: PublishForm, status: int = 200
) -> HttpResponse:  # fmt: skip
    is_saved = request.method == "POST" and not publishing.is_bound
    form = VersionForm(request.POST if is_saved else None, initial={"with_vat": found.with_vat})  # fmt: skip
    rules: Any = RuleForms(request.POST if is_saved else None, prefix="r", initial=initial_of(list(found.rules.all())))  # fmt: skip
    if is_saved:
        if form.is_valid() and rules.is_valid():
            try:
                actions.set_rules(found, rules.rules())
            except DomainError as refused:
                messages.error(request, str(refused))
            else:
                found.with_vat = form.cleaned_data["with_vat"]
                found.save(update_fields=["with_vat"])
                messages.success(request, _("The draft is saved."))
            # Below stands in words what it pays now, and where it is tried.
            return redirect(
                f"{reverse('analytics:scheme_version', args=[found.pk])}#pays"
            )
        status = 422
    last = following(earnings.this_month(), -1)
    context: dict[str, Any] = {
        "version": found,
        "form": form,
        "rules": rules,
        "words": _words(found),
        "publishing": publishing,
        "trial": TrialForm(initial={"since": following(last, -2), "until": last}),
    }
    return render(request, "analytics/scheme_version.html", context, status=status)


@require_POST
@manages
def publish(request: SignedRequest, pk: int) -> HttpResponse:
    found = _version_or_404(pk)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            actions.publish(found, by=request.user, **form.cleaned_data)
        except DomainError as refused:
            form.add_error("since", str(refused))
        else:
            messages.success(request, _("Version %(number)s is in force from %(month)s.") % {"number": found.number, "month": f"{form.cleaned_data['since']:%m.%Y}"})  # fmt: skip
            return redirect("analytics:scheme", found.scheme_id)
    return _draft_page(request, found, form, status=422)


@require_http_methods(["GET", "POST"])
@manages
def assign(request: SignedRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect("analytics:schemes")
    form = AssignForm(request.POST, people=pay_scope.people(request.user))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.assign(data["user"], data["scheme"], since=data["since"], by=request.user)  # fmt: skip
        except DomainError as refused:
            form.add_error("since", str(refused))
        else:
            messages.success(request, _("%(person)s: saved.") % {"person": data["user"]})  # fmt: skip
            return redirect("analytics:schemes")
    return _list(request, form, status=422)


@require_GET
@manages
def trial(request: SignedRequest, pk: int) -> HttpResponse:
    """What this version would have paid in months of the past, beside what was paid."""
    found = _version_or_404(pk)
    last = following(earnings.this_month(), -1)
    asked = {"since": request.GET.get("since") or f"{following(last, -2):%Y-%m}", "until": request.GET.get("until") or f"{last:%Y-%m}"}  # fmt: skip
    form = TrialForm(asked)
    rows: list[trials.Trial] = []
    if form.is_valid():
        rows = trials.try_on(found, _sellers(request.user), **form.cleaned_data)
    actual = [r.actual for r in rows if r.actual is not None]
    paid = sum(actual, start=NOUGHT) if actual else None
    tried = sum((r.tried for r in rows), start=NOUGHT)
    won = sum((r.won for r in rows), start=NOUGHT)
    won_by_paid = sum((r.won for r in rows if r.actual is not None), start=NOUGHT)
    context = {
        "version": found,
        "form": form,
        "rows": rows,
        "words": _words(found),
        "tried": tried,
        "tried_per_rouble": trials.kopecks_per_rouble(tried, won),
        "actual": paid,
        "actual_per_rouble": trials.kopecks_per_rouble(paid, won_by_paid),
        # Of those of whom both are known.
        "difference": sum(
            (r.difference for r in rows if r.difference is not None), start=0
        )
        if actual
        else None,
        "won": won,
        "months": form.cleaned_data if form.is_valid() else None,
    }
    return render(request, "analytics/scheme_trial.html", context, status=422 if form.errors else 200)  # fmt: skip


def _sellers(user: User) -> list[User]:
    """Those one may see who are on a scheme, or who answer for deals."""
    people = pay_scope.people(user).filter(is_active=True)
    paid = set(SchemeAssignment.objects.values_list("user", flat=True))
    found = [p for p in people.select_related("role") if p.pk in paid or (p.role and p.role.code == "seller")]  # fmt: skip
    return found[:TRIED_AT_ONCE]
