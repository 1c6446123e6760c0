"""Settings pages: what a card must contain, what moves clients up the ladder, and the recount that follows."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import recounting
from clients.actions import completeness as actions
from clients.choices import RecountState
from clients.forms.completeness import LadderForm, RulesForm
from clients.models import Recount
from salesexpert.accounts.requests import SignedRequest

may_manage = permission_required("clients.manage_completeness", raise_exception=True)
LIVE = (RecountState.QUEUED, RecountState.RUNNING)


@require_http_methods(["GET", "POST"])
@may_manage
def rules(request: SignedRequest) -> HttpResponse:
    form = RulesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recount = actions.change_rules(
            rules=form.rule_changes(),
            policies=form.policy_changes(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(
            request,
            _("Saved. All cards are being counted anew.")
            if recount
            else _("Nothing was changed."),
        )
        return redirect("clients:rules")
    context = {"form": form, **_progress(recounting.COMPLETENESS)}
    status = 422 if form.is_bound else 200
    return render(request, "clients/rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
@may_manage
def ladder_rules(request: SignedRequest) -> HttpResponse:
    form = LadderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_ladder(
            settings=form.settings(),
            results=form.chosen_results(),
            by=request.user,
            at=timezone.now(),
            for_all=form.cleaned_data["for_all"],
        )
        messages.success(request, _("Saved."))
        return redirect("clients:ladder_rules")
    context = {"form": form, **_progress(recounting.LADDER)}
    status = 422 if form.is_bound else 200
    return render(request, "clients/rules_ladder.html", context, status=status)


@require_POST
@may_manage
def count_again(request: SignedRequest) -> HttpResponse:
    actions.count_again(by=request.user, at=timezone.now())
    return redirect("clients:rules")


@never_cache
@require_GET
@may_manage
def progress(request: SignedRequest, kind: str) -> HttpResponse:
    """How far the recount is; the page asks each second while one is under way."""
    return render(request, "clients/rules_progress.html", _progress(kind))


def _progress(kind: str) -> dict[str, Any]:
    recount: Recount | None = recounting.latest(kind)
    percent = 0
    if recount and recount.cards_total:
        percent = min(100, 100 * recount.cards_done // recount.cards_total)
    return {
        "recount": recount,
        "percent": percent,
        "live": recount is not None and recount.state in LIVE,
        "kind": kind,
    }
