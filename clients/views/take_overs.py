"""Requests to take over a client: asking, and the page on which they are decided."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import take_overs
from clients.actions import take_over as actions
from clients.choices import TakeOverState
from clients.forms.take_over import AskForm, RefuseForm
from clients.models import Client, TakeOverRequest
from clients.views.parts import done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

READ = "clients.view_client"
PAGE_SIZE = 25
WAITING, MINE, SETTLED = "waiting", "mine", "settled"


def _known_to(request: SignedRequest, pk: int) -> Client:
    """A client whose card the person reads, or whose name and curator the product has told him itself."""
    cards = Client.objects.select_related("legal_form", "curator")
    seen = request.GET.get("seen") or request.POST.get("seen", "")
    if take_overs.is_pass(seen, request.user, pk):
        return get_object_or_404(cards, pk=pk)
    return get_object_or_404(cards.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def take_over_ask(request: SignedRequest, pk: int) -> HttpResponse:
    """The dialog of the card and of the warning while a new client is typed."""
    client = _known_to(request, pk)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(
                client=client,
                by=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("The head will decide about %(client)s.") % {"client": client},
            )
            return done(request, "clients:take_overs", reload=True)
    context = {
        "client": client,
        "form": form,
        "seen": request.GET.get("seen") or request.POST.get("seen", ""),
    }
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/take_over_ask.html", "dialog", context, status=status
    )


@require_GET
@permission_required(READ, raise_exception=True)
def take_over_list(request: SignedRequest) -> HttpResponse:
    """What waits for the reader's word, what he asked for himself, and what is settled."""
    user = request.user
    decides = user.has_perm(take_overs.RIGHT)
    show = request.GET.get("show", "")
    if show not in {WAITING, MINE, SETTLED}:
        show = WAITING if decides else MINE
    every = TakeOverRequest.objects.visible_to(user)
    found = {
        WAITING: take_overs.waiting_for(user),
        MINE: TakeOverRequest.objects.filter(asker=user),
        SETTLED: every.exclude(state=TakeOverState.OPEN),
    }[show]
    page = keyset.page(
        [keyset.Part(found, ("-asked_at", "-pk"))],
        [],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    ids = [row["pk"] for row in page.rows]
    rows = (
        TakeOverRequest.objects.filter(pk__in=ids)
        .select_related("client__legal_form", "asker", "curator", "decided_by")
        .order_by("-asked_at", "-pk")
    )
    listed = list(rows)
    readable = set(
        Client.objects.visible_to(user)
        .filter(pk__in=[row.client_id for row in listed])
        .values_list("pk", flat=True)
    )
    tabs = [(MINE, _("Asked by me")), (SETTLED, pgettext("requests", "Settled"))]
    if decides:
        tabs.insert(0, (WAITING, _("Wait for a decision")))
    context = {
        "rows": listed,
        "readable": readable,
        "show": show,
        "tabs": tabs,
        "page": page,
        "decides": decides,
    }
    return render(request, "clients/take_over_list.html", context)


def _request(request: SignedRequest, pk: int) -> TakeOverRequest:
    found = TakeOverRequest.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("client__legal_form", "asker", "curator"), pk=pk
    )


def _to_decide(request: SignedRequest, pk: int) -> TakeOverRequest:
    asked = _request(request, pk)
    if not take_overs.may_decide(request.user, asked):
        raise PermissionDenied
    return asked


@require_POST
@permission_required(READ, raise_exception=True)
def take_over_withdraw(request: SignedRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    if asked.asker_id != request.user.pk:
        raise Http404
    try:
        actions.withdraw(request=asked, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The request is withdrawn."))
    return go_to(request, "clients:take_overs")


@require_POST
@permission_required([READ, take_overs.RIGHT], raise_exception=True)
def take_over_accept(request: SignedRequest, pk: int) -> HttpResponse:
    asked = _to_decide(request, pk)
    try:
        actions.accept(request=asked, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("%(client)s is now led by %(who)s.")
            % {"client": asked.client, "who": asked.asker},
        )
    return go_to(request, "clients:take_overs")


@require_http_methods(["GET", "POST"])
@permission_required([READ, take_overs.RIGHT], raise_exception=True)
def take_over_refuse(request: SignedRequest, pk: int) -> HttpResponse:
    asked = _to_decide(request, pk)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse(
                request=asked,
                by=request.user,
                note=form.cleaned_data["note"],
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The curator stays. Both have been told."))
            return done(request, "clients:take_overs", reload=True)
    context: dict[str, Any] = {"asked": asked, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/take_over_refuse.html", "dialog", context, status=status
    )
