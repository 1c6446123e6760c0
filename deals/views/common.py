"""What the views of a deal share: finding it, and answering a dialog."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from clients.querysets import sees_all
from deals.models import Deal
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.http import render_part

SAID = "client__legal_form", "process", "stage", "responsible"


def deal_or_404(request: SignedRequest, pk: int) -> Deal:
    """The deal by id if the signed-in user may read it, with what a head and a dialog say of it."""
    if sees_all(request.user) and pk < 2**63:
        for found in _known.records(pk=pk):
            return found
        raise Http404
    visible = Deal.objects.visible_to(request.user).select_related(*SAID)
    return get_object_or_404(visible, pk=pk)


@CompiledRecords
def _known(pk: int) -> QuerySet[Deal]:
    return Deal.objects.filter(pk=pk).select_related(*SAID)


def of_deal_or_404[Row: models.Model](
    request: SignedRequest, rows: models.QuerySet[Row], pk: int
) -> Row:
    """A row that belongs to a deal (its `deal`), if the signed-in user may read that deal; the deal comes with it."""
    readable = rows.filter(deal__in=Deal.objects.visible_to(request.user))
    return get_object_or_404(
        readable.select_related(
            "deal__client__legal_form",
            "deal__process",
            "deal__stage",
            "deal__responsible",
        ),
        pk=pk,
    )


def dialog(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """A form in the page's dialog; a page of its own to a browser without scripts. 422 where it was refused."""
    return render_part(
        request, template, "dialog", context, status=422 if refused else 200
    )
