"""The card of a client: its page, its side, and what becomes of it."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from clients import about, feed, people
from clients.models import Client


def client_or_404(request: HttpRequest, pk: int) -> Client:
    """The client by id if the signed-in user may read him; a stranger's card is as absent as one that never was."""
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


@permission_required("clients.view_client", raise_exception=True)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Head, promises, history and the people; what lies lower comes in one further request to the desk."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).for_card(), pk=pk
    )
    context: dict[str, Any] = {
        **feed.feed_context(request, client),
        "people": people.people_of(client, on=timezone.localdate()),
        "props": about.props_of(client),
        "now": timezone.now(),
    }
    return render(request, "clients/card.html", context)
