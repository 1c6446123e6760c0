from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients import layout
from salesexpert.accounts.requests import SignedRequest
from salesexpert.desk import panels


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_panels(request: SignedRequest, pk: int) -> HttpResponse:
    """The panels of a card, each for its own place in it; `?only=files` draws one again, `?show=` those of a preview."""
    client = panels.client_of(request.user, pk)
    only = request.GET.get("only", "")
    if only:
        names = [only]
    elif "show" in request.GET:
        names = request.GET["show"].split(",")
    else:
        names = list(layout.shown(layout.for_user(request.user)).panels)
    context = {
        "client": client,
        "drawn": panels.draw(request, client, names=names, again=bool(only)),
        "apart": not only,
    }
    return render(request, "desk/panels.html", context)
