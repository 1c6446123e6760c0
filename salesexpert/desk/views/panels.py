from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from clients.models import Client
from salesexpert.accounts.requests import SignedRequest
from salesexpert.desk import panels


@permission_required("clients.view_client", raise_exception=True)
def card_panels(request: SignedRequest, pk: int) -> HttpResponse:
    """The lower side of a card; `?only=files` draws one panel again."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    drawn = panels.draw(request, client, only=request.GET.get("only", ""))
    return render(request, "desk/panels.html", {"client": client, "drawn": drawn})
