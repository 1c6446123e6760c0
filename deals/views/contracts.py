"""Contracts: the list, a contract with the course of its agreement, the deeds of the assistant and the lawyer."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from deals.actions import contracts as actions
from deals.choices import ContractState
from deals.firms import default_firm
from deals.forms.documents import CommentForm, ContractForm, SignForm, SubmitForm
from deals.models import Contract, Document
from deals.views.common import deal_or_404
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

PAGE = 100
sees = permission_required("deals.view_contract", raise_exception=True)
CHANGED = "contracts-changed"


def _contract(request: SignedRequest, pk: int) -> Contract:
    return get_object_or_404(
        Contract.objects.visible_to(request.user).select_related(
            "client__legal_form", "deal", "firm", "lawyer", "made_by"
        ),
        pk=pk,
    )


def steps_for(contract: Contract, request: SignedRequest) -> list[tuple[str, str]]:
    """The deeds that the reader may do next, with their words."""
    words = {
        ContractState.IN_REVIEW: _("Send to the lawyer"),
        ContractState.APPROVED: _("Approve"),
        ContractState.RETURNED: _("Return"),
        ContractState.SIGNED: _("Record the signing"),
        ContractState.ENDED: _("End the contract"),
    }
    return [(str(to), word) for to, word in words.items() if actions.may_step(contract, to, request.user)]  # fmt: skip


@require_GET
@sees
def contracts(request: SignedRequest) -> HttpResponse:
    """All contracts one may read, by state, found by number or client, the newest first."""
    state = request.GET.get("state", "")
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    rows = Contract.objects.visible_to(request.user).select_related("client__legal_form", "firm", "lawyer", "deal")  # fmt: skip
    if state in ContractState.values:
        rows = rows.filter(state=state)
    elif state == "mine":
        rows = rows.filter(Q(lawyer=request.user) | Q(lawyer=None), state=ContractState.IN_REVIEW)  # fmt: skip
    elif state == "ending":
        today = timezone.localdate()
        rows = rows.filter(state=ContractState.SIGNED, ends_on__gte=today, ends_on__lte=today + timedelta(days=30))  # fmt: skip
    if typed:
        rows = rows.filter(Q(number__icontains=typed) | Q(client__folded__icontains=typed.casefold()) | Q(subject__icontains=typed))  # fmt: skip
    rows = rows.order_by("-dated_on", "-pk")
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        last = Contract.objects.filter(pk=after).first()
        if last:
            rows = rows.filter(Q(dated_on__lt=last.dated_on) | Q(dated_on=last.dated_on, pk__lt=last.pk))  # fmt: skip
    found = list(rows[: PAGE + 1])
    tabs = [("", _("All")), ("mine", _("Wait for a lawyer")), *((s.value, s.label) for s in ContractState if s != ContractState.IN_REVIEW), ("ending", _("End within 30 days"))]  # fmt: skip
    context = {
        "contracts": found[:PAGE],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "state": state,
        "tabs": tabs,
        "q": typed,
        "today": timezone.localdate(),
    }
    return render_part(request, "deals/contracts.html", "contracts", context)


@require_GET
@sees
def contract(request: SignedRequest, pk: int) -> HttpResponse:
    kept = _contract(request, pk)
    context = {
        "contract": kept,
        "steps": kept.steps.select_related("made_by"),
        "deeds": steps_for(kept, request),
        "may_change": request.user.has_perm("deals.change_contract") and kept.state in (ContractState.DRAFT, ContractState.RETURNED),
        "papers": Document.objects.visible_to(request.user).filter(contract=kept).defer("context", "content"),
    }  # fmt: skip
    return render(request, "deals/contract.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("deals.add_contract", raise_exception=True)
def contract_new(request: SignedRequest, pk: int) -> HttpResponse:
    """Prepare a contract for a deal."""
    deal = deal_or_404(request, pk)
    firm = default_firm()
    if firm is None:
        return done(request, _("Enter your own firm in the settings first: papers carry its requisites."), deal.get_absolute_url())  # fmt: skip
    form = ContractForm(
        request.POST or None,
        instance=Contract(client=deal.client, deal=deal, currency=deal.currency),
        initial={"firm": firm, "dated_on": timezone.localdate(), "amount": deal.amount, "subject": deal.title},
    )  # fmt: skip
    return _saved(request, form, _("New contract"), deal.get_absolute_url())


@require_http_methods(["GET", "POST"])
@permission_required("deals.change_contract", raise_exception=True)
def contract_edit(request: SignedRequest, pk: int) -> HttpResponse:
    kept = _contract(request, pk)
    form = ContractForm(request.POST or None, instance=kept)
    return _saved(request, form, str(kept), reverse("deals:contract", args=[pk]))


def _saved(request: SignedRequest, form: ContractForm, title: str, back: str) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_contract(contract=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error("number", str(error))
        else:
            return done(request, _("Contract No. %s is prepared.") % made, reverse("deals:contract", args=[made.pk]))  # fmt: skip
    return ask(request, form, title=title, submit=_("Save the contract"), back=back)


@require_http_methods(["GET", "POST"])
@sees
def contract_step(request: SignedRequest, pk: int, to: str) -> HttpResponse:
    """One deed of the agreement, with its words."""
    kept = _contract(request, pk)
    if to not in ContractState.values:
        raise Http404
    if not actions.may_step(kept, to, request.user):
        raise PermissionDenied
    form: Any
    if to == ContractState.SIGNED:
        form = SignForm(request.POST or None, initial={"signed_on": timezone.localdate()})  # fmt: skip
    elif to == ContractState.IN_REVIEW:
        form = SubmitForm(request.POST or None, initial={"lawyer": kept.lawyer_id})
    else:
        form = CommentForm(request.POST or None, required=to == ContractState.RETURNED)
    if request.method == "POST" and form.is_valid():
        try:
            actions.step(contract=kept, to=to, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The contract is “%s” now.") % ContractState(to).label, reverse("deals:contract", args=[pk]))  # fmt: skip
    title = dict(steps_for(kept, request)).get(to, kept.get_state_display())
    return ask(request, form, title=f"{title}: {kept}", submit=title, back=reverse("deals:contract", args=[pk]))  # fmt: skip


@require_http_methods(["GET", "POST"])
@sees
def contract_remark(request: SignedRequest, pk: int) -> HttpResponse:
    kept = _contract(request, pk)
    if not request.user.has_perms(["deals.change_contract"]):
        raise PermissionDenied
    form = CommentForm(request.POST or None)
    back = reverse("deals:contract", args=[pk])
    if request.method == "POST" and form.is_valid():
        actions.remark(contract=kept, comment=form.cleaned_data["comment"], by=request.user, at=timezone.now())  # fmt: skip
        return done(request, _("The remark is kept."), back)
    return ask(request, form, title=_("Remark"), submit=_("Keep the remark"), back=back)
