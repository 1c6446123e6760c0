"""Moving a deal along its process, ending it, taking it up again: small forms that ask for what is missing."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.actions.activities import plan_activity
from deals import progress
from deals.actions import deals as actions
from deals.actions.errors import (
    Condition,
    ReasonIsRequired,
    RequirementsNotMet,
    SuccessNotReached,
)
from deals.forms.moving import (
    MoveForm,
    PauseForm,
    RefuseForm,
    ReopenForm,
    SucceedForm,
    call_kind,
)
from deals.models import Deal
from deals.rights import on_deal
from deals.success import conditions
from deals.views.common import deal_or_404, dialog
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import done, go_to, htmx_of
from salesexpert.core.registry import registry

VIEW_AND_MOVE = ["deals.view_deal", "deals.move_deal"]
# Who moves a card on the board wants the board told, not the deal's page opened.
FROM_BOARD = "board"


def _movable(request: SignedRequest, pk: int) -> Deal:
    return deal_or_404(request, pk)


def _answer(request: SignedRequest, deal: Deal) -> HttpResponse:
    """Back to where it was done: the board hears an event, the deal's page is loaded anew."""
    if request.POST.get("from") == FROM_BOARD and htmx_of(request):
        return done(request, deal, event="deal-moved")
    return go_to(request, deal)


def _elsewhere(names: list[str]) -> list[str]:
    """What the stage wants and only the page can fill, in words."""
    known = {f.name: f.label for f in registry.fields("deal")}
    more = {
        "lines": _("lines of the deal"),
        "invoices": _("an invoice"),
        "contracts": _("a contract"),
        "offers": _("an offer"),
        "participants": _("participants"),
    }
    return [str(known.get(n) or more.get(n, n)) for n in names]


@require_http_methods(["GET", "POST"])
@permission_required(VIEW_AND_MOVE, raise_exception=True)
def deal_move(request: SignedRequest, pk: int) -> HttpResponse:
    """Move by button, by board (`?to=`), back with a reason. What the stage wants is asked in the same form."""
    deal = _movable(request, pk)
    if deal.stage is None or not on_deal(request.user, deal).move:
        return _ended(request, deal)
    post = request.method == "POST"
    to = request.GET.get("to", "")
    form = MoveForm(
        request.POST if post else None,
        user=request.user,
        deal=deal,
        initial={
            "to": int(to) if to.isascii() and to.isdigit() and len(to) < 19 else progress.next_stage(deal),
            "seen_at": deal.stage_id,
        },
    )  # fmt: skip
    if post and form.is_valid():
        data = form.cleaned_data
        try:
            passage = actions.move(
                deal.pk,
                by=request.user,
                to=data["to"],
                comment=data["comment"],
                values=form.values(),
                checks=form.checks(),
                performer=data["performer"],
                seen_at=data["seen_at"],
            )
        except RequirementsNotMet as refusal:
            _point_at(form, refusal)
        except ReasonIsRequired as refusal:
            form.add_error("comment", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("The deal is at “%(stage)s”, it is with %(person)s.")
                % {"stage": passage.stage, "person": passage.performer},
            )
            return _answer(request, deal)
    context = {
        "form": form,
        "deal": deal,
        "target": form.target,
        "elsewhere": _elsewhere(form.elsewhere),
        "from": request.POST.get("from") or request.GET.get("from", ""),
    }
    return dialog(request, "deals/deal_move.html", context, refused=post)


def _point_at(form: Any, refusal: RequirementsNotMet) -> None:
    """Say beside each field what it wants; the checklist says it for itself."""
    form.add_error(None, str(refusal))
    for name in refusal.fields:
        if name in form.fields:
            form.add_error(name, _("The stage asks for this."))


def _ended(request: SignedRequest, deal: Deal) -> HttpResponse:
    """The dialog of a deal that has ended meanwhile says so instead of offering what cannot be done."""
    if not request.user.has_perm("deals.move_deal"):
        raise PermissionDenied
    return dialog(
        request,
        "deals/deal_ended.html",
        {"deal": deal},
        refused=request.method == "POST",
    )


@require_http_methods(["GET", "POST"])
@permission_required(VIEW_AND_MOVE, raise_exception=True)
def deal_succeed(request: SignedRequest, pk: int) -> HttpResponse:
    """End in success; where the condition does not hold the form says what is missing, and a head may override it."""
    deal = _movable(request, pk)
    can = on_deal(request.user, deal)
    if not can.move:
        return _ended(request, deal)
    post = request.method == "POST"
    form = SucceedForm(request.POST if post else None, user=request.user, deal=deal)
    needed: list[Condition] = conditions(deal)
    if post and form.is_valid():
        try:
            actions.succeed(
                deal.pk,
                by=request.user,
                override_reason=form.cleaned_data["override_reason"],
                values=form.values(),
                checks=form.checks(),
            )
        except SuccessNotReached as refusal:
            needed = refusal.conditions
            form.add_error(None, str(refusal))
        except RequirementsNotMet as refusal:
            _point_at(form, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Success. The client moved up, if sales say so."))  # fmt: skip
            return _answer(request, deal)
    context = {
        "form": form,
        "deal": deal,
        "conditions": needed,
        "holds": all(c.met for c in needed),
        "can": can,
        "elsewhere": _elsewhere(form.elsewhere),
        "from": request.POST.get("from") or request.GET.get("from", ""),
    }
    return dialog(request, "deals/deal_succeed.html", context, refused=post)


@require_http_methods(["GET", "POST"])
@permission_required(VIEW_AND_MOVE, raise_exception=True)
def deal_refuse(request: SignedRequest, pk: int) -> HttpResponse:
    """Close as lost: the stage is frozen, the reason chosen from the tree, the way back to the client planned."""
    deal = _movable(request, pk)
    if not on_deal(request.user, deal).move:
        return _ended(request, deal)
    post = request.method == "POST"
    form = RefuseForm(request.POST if post else None, deal=deal)
    if post and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                actions.refuse(
                    deal.pk,
                    by=request.user,
                    reason=data["reason"],
                    comment=data["comment"],
                    competitor=form.chosen_competitor(),
                    competitor_price=data["competitor_price"],
                )
                if data["come_back"]:
                    _come_back(request, deal, data["come_back_on"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The deal is closed as a refusal."))
            return _answer(request, deal)
    context = {
        "form": form,
        "deal": deal,
        "days": progress.now_days(progress.stays_of(deal), at=timezone.now()),
        "from": request.POST.get("from") or request.GET.get("from", ""),
    }
    return dialog(request, "deals/deal_refuse.html", context, refused=post)


def _come_back(request: SignedRequest, deal: Deal, on: Any) -> None:
    kind = call_kind()
    if kind is None:
        return
    plan_activity(
        client=deal.client,
        kind=kind,
        planned_at=timezone.make_aware(datetime.combine(on, time(10))),
        title=_("Come back after the refusal: %(deal)s") % {"deal": deal.title[:150]},
        contact=deal.contact,
        by=request.user,
        at=timezone.now(),
    )


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.reopen_deal"], raise_exception=True)
def deal_reopen(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    return _asked(
        request,
        deal,
        ReopenForm(request.POST if request.method == "POST" else None),
        "deals/deal_reopen.html",
        lambda data: actions.reopen(deal.pk, by=request.user, comment=data["comment"]),
        _("The deal is in work again."),
    )


@require_http_methods(["GET", "POST"])
@permission_required(VIEW_AND_MOVE, raise_exception=True)
def deal_pause(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).move:
        return _ended(request, deal)
    return _asked(
        request,
        deal,
        PauseForm(request.POST if request.method == "POST" else None),
        "deals/deal_pause.html",
        lambda data: actions.pause(
            deal.pk, by=request.user, until=data["until"], reason=data["reason"]
        ),
        _("The clock stands still until the client answers."),
    )


@require_POST
@permission_required(VIEW_AND_MOVE, raise_exception=True)
def deal_resume(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    try:
        actions.resume(deal.pk, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The clock runs again."))
    return go_to(request, deal)


def _asked(
    request: SignedRequest,
    deal: Deal,
    form: Any,
    template: str,
    act: Callable[[dict[str, Any]], Any],
    said: str,
) -> HttpResponse:
    """A dialog with one form and one deed."""
    post = request.method == "POST"
    if post and form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return _answer(request, deal)
    return dialog(request, template, {"form": form, "deal": deal}, refused=post)
