"""The discussion of a deal and of a client: written, taken away, marked as read when it was seen."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from clients.models import Client
from deals import discussion
from deals.actions import discussion as actions
from deals.models import Deal, Remark
from deals.views.common import deal_or_404
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of


@require_POST
@permission_required("deals.view_deal", raise_exception=True)
def say_on_deal(request: SignedRequest, pk: int) -> HttpResponse:
    deal = deal_or_404(request, pk)
    return _say(request, deal.client, deal)


@require_POST
@permission_required("clients.view_client", raise_exception=True)
def say_on_client(request: SignedRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    return _say(request, client, None)


def _say(request: SignedRequest, client: Client, deal: Deal | None) -> HttpResponse:
    text, error = request.POST.get("text", "").replace("\x00", ""), ""
    if "seen" in request.POST:
        actions.note_seen(by=request.user, client=client, deal=deal)
        return HttpResponse(status=204)
    try:
        actions.say(by=request.user, text=text, client=client, deal=deal)
    except DomainError as refusal:
        error = str(refusal)
    return _draw(request, client, deal, error=error)


@require_POST
@permission_required("clients.view_client", raise_exception=True)
def take_away(request: SignedRequest, pk: int) -> HttpResponse:
    remark = get_object_or_404(
        Remark.objects.visible_to(request.user).select_related("client", "deal"), pk=pk
    )
    error = ""
    try:
        actions.take_away(remark.pk, by=request.user)
    except DomainError as refusal:
        error = str(refusal)
    return _draw(request, remark.client, remark.deal, error=error)


def _draw(
    request: SignedRequest, client: Client, deal: Deal | None, *, error: str
) -> HttpResponse:
    if not htmx_of(request):
        return go_to(request, deal or client)
    context = {
        **discussion.read(client, deal, request.user),
        "client": client,
        "deal": deal,
        "said_error": error,
    }
    return render(
        request,
        "deals/sections/discussion.html",
        context,
        status=422 if error else 200,
    )
