"""Deals opened, copied and changed; a field in its place, the whole form with others' edits merged."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from clients.searching import suggested
from deals import deal_state
from deals.actions import deals as actions
from deals.actions.errors import MayNotHandOver
from deals.forms.deals import (
    CopyForm,
    DealForm,
    NewDealForm,
    ParticipantRow,
    fill_form,
)
from deals.rights import on_deal
from deals.views.common import deal_or_404, dialog
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import done, go_to, htmx_of

PARTICIPANT_ROWS = 8


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.add_deal"], raise_exception=True)
def deal_new(request: SignedRequest) -> HttpResponse:
    """Open a deal in one step from the card; without `?client=` the client is looked for in the same form."""
    asked = _number(request.POST.get("client_id") or request.GET.get("client", ""))
    readable = Client.objects.visible_to(request.user).live()
    client = readable.select_related("legal_form", "curator").filter(pk=asked).first()
    if asked is not None and client is None and "client" in request.GET:
        raise Http404
    post = request.method == "POST"
    form = NewDealForm(
        request.POST if post else None,
        user=request.user,
        client=client or Client(),
        initial=_proposed(request, client),
    )
    error = ""
    if post and client is None:
        error = _("Choose a client from the list.")
        form.is_valid()
    elif post and client is not None and form.is_valid():
        try:
            deal = actions.open_deal(
                by=request.user,
                client=client,
                interests=form.cleaned_data["interests"],
                own=form.own_values(),
                **form.values(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The deal is open."))
            return go_to(request, deal)
    typed = request.POST.get("q", "")
    context = {
        "form": form,
        "client": client,
        "client_error": error,
        "q": typed,
        "found": suggested(request.user, typed) if error else None,
    }
    return dialog(request, "deals/deal_new.html", context, refused=post)


def _proposed(request: SignedRequest, client: Client | None) -> dict[str, Any]:
    if client is None:
        return {"responsible": request.user.pk}
    return {
        "responsible": client.curator_id or request.user.pk,
        "interests": list(
            client.product_links.filter(kind="interest").values_list(
                "product", flat=True
            )
        ),
    }


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.change_deal"], raise_exception=True)
def deal_edit(request: SignedRequest, pk: int) -> HttpResponse:
    """Edits that meet another's are merged; what both changed is shown side by side, and nothing typed is lost."""
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).change:
        raise PermissionDenied
    state = deal_state.read(deal)
    post = request.method == "POST"
    form = DealForm(
        request.POST if post else None,
        user=request.user,
        client=deal.client,
        deal=deal,
        initial=state,
    )
    base, clashes = state, []
    if post:
        base = deal_state.load(request.POST.get("base", "")) or {}
        if form.is_valid():
            typed = deal_state.typed(form, base)
            for name in {*deal_state.FIELDS, *state, *typed}:
                if request.POST.get(f"keep:{name}") == "theirs":
                    typed[name] = state.get(name)
            try:
                deal_state.change(deal.pk, by=request.user, base=base, typed=typed)
            except deal_state.EditsClash as clash:
                clashes = deal_state.in_words(clash, form)
                base = clash.theirs
            except MayNotHandOver as refusal:
                form.add_error("responsible", str(refusal))
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return go_to(request, deal)
    context = {
        "form": form,
        "deal": deal,
        "client": deal.client,
        "base": deal_state.dump(base),
        "clashes": clashes,
    }
    return render(request, "deals/deal_form.html", context, status=422 if post else 200)


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.change_deal"], raise_exception=True)
def deal_fill(request: SignedRequest, pk: int, field: str) -> HttpResponse:
    """One field changed where it stands; the responsible in a dialog."""
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).change:
        raise PermissionDenied
    post = request.method == "POST"
    state, key = deal_state.read(deal), deal_state.key_of(field)
    try:
        form = fill_form(field, request.POST if post else None, user=request.user, deal=deal, state=state)  # fmt: skip
    except KeyError:
        raise Http404 from None
    error = ""
    if post and form.is_valid():
        base = dict(state)
        was = request.POST.get("was")
        if was is not None and was != _said(state, key):
            # Another saved it meanwhile: what he sees in its place is not what it was opened on.
            base[key] = was
        value = deal_state.plain(form.cleaned_data[field])
        try:
            deal_state.change(deal.pk, by=request.user, base=base, typed={**base, key: value})  # fmt: skip
        except deal_state.EditsClash as clash:
            state = clash.theirs
            error = _(
                "Somebody has just set here: %(value)s. Save again to put yours instead."
            ) % {"value": deal_state.word(state, key)}
        except DomainError as refusal:
            error = str(refusal)
        else:
            event = "deal-changed" if key == field else "deal-changed own-changed"
            return done(request, deal, event=event)
    context = {
        "deal": deal,
        "form": form,
        "field": field,
        "bound": form[field],
        "error": error,
        "was": _said(state, key),
        "in_dialog": field in {"responsible", "title"},
    }
    part = "dialog" if context["in_dialog"] else "inplace"
    name = "deals/deal_fill.html"
    return render(
        request,
        f"{name}#{part}" if htmx_of(request) else name,
        context,
        status=422 if post else 200,
    )


def _said(state: Mapping[str, Any], key: str) -> str:
    value = state.get(key)
    return "" if value is None else str(value)


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.add_deal"], raise_exception=True)
def deal_copy(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).copy:
        raise PermissionDenied
    post = request.method == "POST"
    form = CopyForm(request.POST if post else None, initial={"title": deal.title})
    if post and form.is_valid():
        try:
            copy = actions.copy_deal(
                deal.pk, by=request.user, title=form.cleaned_data["title"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The repeat order is open as a deal."))
            return go_to(request, copy)
    return dialog(
        request, "deals/deal_copy.html", {"form": form, "deal": deal}, refused=post
    )


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.change_deal"], raise_exception=True)
def deal_participants(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).change:
        raise PermissionDenied
    people = User.objects.filter(is_active=True).order_by(
        "last_name", "first_name", "username"
    )
    now = list(deal.participants.select_related("user"))
    people = (people | User.objects.filter(pk__in=[p.user_id for p in now])).distinct()
    post = request.method == "POST"
    rows = [
        ParticipantRow(
            request.POST if post else None,
            prefix=f"p{n}",
            people=people,
            initial={"user": now[n].user_id, "share": now[n].share, "role": now[n].role}
            if n < len(now)
            else None,
        )
        for n in range(max(len(now) + 2, 4) if not post else PARTICIPANT_ROWS)
    ]
    error = ""
    if post and all(row.is_valid() for row in rows):
        chosen = [r.cleaned_data for r in rows if r.cleaned_data.get("user")]
        ids = [c["user"].pk for c in chosen]
        if len(ids) != len(set(ids)):
            error = _("One person stands here twice.")
        elif sum(c["share"] or 0 for c in chosen) > 100:
            error = _("The shares make more than 100%.")
        else:
            try:
                actions.set_participants(
                    deal.pk,
                    by=request.user,
                    rows=[
                        (c["user"], c["share"] or Decimal(0), c["role"]) for c in chosen
                    ],
                )
            except DomainError as refusal:
                error = str(refusal)
            else:
                return done(request, deal, event="participants-changed")
    context = {"deal": deal, "rows": rows, "error": error}
    return dialog(request, "deals/participants.html", context, refused=post)
