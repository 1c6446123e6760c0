"""Kept questions on the start page, brought after it: what is counted already at once, each of the others by itself."""

import json

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analytics.actions import queries as actions
from analytics.models import SavedQuery
from analytics.queries import tiles
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

may_ask = permission_required("deals.view_deal", raise_exception=True)


@require_GET
@may_ask
def all_of_mine(request: SignedRequest) -> HttpResponse:
    now = timezone.now()
    shown = [tiles.tile_of(q, request.user, at=now, count=False) for q in tiles.pinned(request.user)]  # fmt: skip
    return render(request, "analytics/query_tiles.html", {"tiles": shown})


@require_GET
@may_ask
def one(request: SignedRequest, pk: int) -> HttpResponse:
    query = get_object_or_404(SavedQuery.objects.visible_to(request.user), pk=pk)
    shown = tiles.tile_of(query, request.user, at=timezone.now(), count=True)
    return render(request, "analytics/query_tiles.html", {"tiles": [shown]})


@require_POST
@may_ask
def pin(request: SignedRequest, pk: int) -> HttpResponse:
    """Put on the start page, or take from there."""
    query = get_object_or_404(SavedQuery.objects.visible_to(request.user), pk=pk)
    fault = ""
    try:
        stands = actions.pin(query=query, by=request.user)
    except DomainError as error:
        stands, fault = False, str(error)
    response = render(request, "analytics/query_pin.html", {"query": query, "pinned": stands})  # fmt: skip
    if fault:
        response["HX-Trigger"] = json.dumps({"toast": {"text": fault, "bad": True}})
    return response
