"""The list of deals."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render

from deals.models import Deal
from salesexpert.accounts.requests import SignedRequest


@permission_required("deals.view_deal", raise_exception=True)
def deal_list(request: SignedRequest) -> HttpResponse:
    rows = Deal.objects.visible_to(request.user).select_related(
        "client__legal_form", "stage", "responsible"
    )
    return render(request, "deals/list.html", {"deals": rows[:50]})
