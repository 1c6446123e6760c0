"""What a card lacks, shown and mended where the percent stands."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients import completeness, rights
from clients.actions import clients as actions
from clients.actions import drafts
from clients.models import Client
from clients.views.answers import saved
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

FILLED = "card-filled"


def _client_or_404(request: SignedRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_missing(request: SignedRequest, pk: int) -> HttpResponse:
    """The list of what the card lacks; alone to htmx, as a page to a browser without scripts."""
    client = _client_or_404(request, pk)
    return draw_missing(request, client)


def draw_missing(
    request: SignedRequest, client: Client, *, filled: bool = False
) -> HttpResponse:
    """The list; after a value was filled in also the percent beside it, and word to the rest of the page."""
    context: dict[str, Any] = {
        "client": client,
        "missing": completeness.book().missing(client),
        "can": rights.on_card(request.user, client),
        "filled": filled,
        "draft": drafts.find(user=request.user, client=client),
    }
    template = "clients/card_missing.html"
    if not request.headers.get("HX-Request"):
        page = {**context, "part": template, "heading": _("What the card lacks")}
        return render(request, "clients/activity_page.html", page)
    response = render(request, template, context)
    if filled:
        response["HX-Retarget"], response["HX-Reswap"] = "#missing", "outerHTML"
        response["HX-Trigger"] = FILLED
    return response


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_meter(request: SignedRequest, pk: int) -> HttpResponse:
    """The percent alone, after something of the card changed elsewhere on the page."""
    context = {"client": _client_or_404(request, pk)}
    return render(request, "clients/card_meter.html", context)


@require_POST
@permission_required(
    ["clients.view_client", "clients.change_client"], raise_exception=True
)
def card_confirm(request: SignedRequest, pk: int) -> HttpResponse:
    """The card was looked through and is right as it stands."""
    client = _client_or_404(request, pk)
    try:
        actions.confirm_card(client=client, by=request.user, at=timezone.now())
    except DomainError as refusal:
        return saved(request, str(refusal), client.get_absolute_url())
    client.refresh_from_db()
    if request.headers.get("HX-Request"):
        return draw_missing(request, client, filled=True)
    return saved(request, _("Confirmed."), client.get_absolute_url())
