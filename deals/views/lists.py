"""The list of deals: page, totals, filter pickers, choice of columns, export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients import list_answers
from clients.list_base import gathered
from clients.list_filters import SHOWING, clean, without
from deals import attention, collecting, discussion, filters
from deals.listing import DealListing
from deals.models import Deal
from deals.tables import DealTable
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.registry import Field


def listing_of(request: SignedRequest, params: QueryDict) -> DealListing:
    return DealListing(params, Deal.objects.visible_to(request.user), user=request.user)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_list(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = listing_of(request, request.GET)
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, listing)
    page = listing.page(more=DealTable.PATHS)
    table = DealTable(
        page.rows,
        columns=listing.columns,
        gathered=gathered(listing.columns, page.rows),
        sort=listing.sort,
        may_change=user.has_perm("deals.change_deal"),
        may_hand_over=user.has_perm("deals.change_responsible"),
        user_id=user.pk,
    )
    tabs = list_answers.tabs(
        [
            {"name": _("In work"), "parameters": ""},
            {"name": _("Mine"), "parameters": "responsible=me"},
            {"name": _("Without a next step"), "parameters": "next_step=none"},
            {"name": _("Past the norm"), "parameters": "norm=late"},
            {"name": _("Overdue payment"), "parameters": "debt=overdue&state=all"},
            {"name": _("Won"), "parameters": "state=won"},
            {"name": _("Refusals"), "parameters": "state=lost"},
        ],
        user,
        listing,
    )
    save = {"parameters": listing.selection_parameters, "entity": "deal"}
    context: dict[str, Any] = {
        **list_answers.frame_of(request, listing, tabs),
        "table": table,
        "page": page,
        "total": listing.total(page),
        "no_step": listing.without_step(),
        "nobody": not page.rows and not listing.is_narrowed,
        "save": urlencode(save),
    }
    return list_answers.list_page(request, "deals/list.html", context)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_totals(request: SignedRequest) -> HttpResponse:
    """What the filtered deals come to, per currency: asked after the page, for it reads every row of them."""
    listing = listing_of(request, request.GET)
    return render(request, "deals/totals.html", {"totals": listing.totals()})


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def attention_part(request: SignedRequest) -> HttpResponse:
    """The part of “My day” about the reader's own deals and their money, and the discussions in which he was called."""
    now = timezone.now()
    waiting, count = attention.needs_attention(request.user, at=now)
    context = {
        "now": now,
        "offers": attention.offers(request.user),
        "waiting": waiting,
        "count": count,
        "calls": discussion.calls(request.user),
        "collect": collecting.of_day(request.user, on=timezone.localdate())
        if request.user.has_perm("deals.view_invoice")
        else None,
    }
    return render(request, "deals/attention.html", context)


def _export(request: SignedRequest, listing: DealListing) -> HttpResponseBase:
    def with_client(columns: list[Field]) -> list[Field]:
        """On the page the client stands below the title; in a file he is a column."""
        if "client" in {f.name for f in columns}:
            return columns
        client = next(f for f in listing.columns_for(request.user) if f.name == "client")  # fmt: skip
        return [columns[0], client, *columns[1:]]

    return list_answers.export(request, listing, right="deals.export_deals", verb="deals.exported", name=_("deals"), shaped=with_client)  # fmt: skip


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    """`to=board` sends the form to the board instead of the list."""
    nobody, user = Deal.objects.none(), request.user
    board = request.GET.get("to") == "board"
    here = clean(without(request.GET, "to", *SHOWING))
    return list_answers.picker(
        request,
        offered=filters.offered(user),
        controls=filters.picker,
        form=lambda asked: filters.filterset(asked, nobody, user=user).form,
        here=here + ("&to=board" if board else ""),
        picker_url="deals:list_filters",
        list_url="deals:board" if board else "deals:list",
    )


@require_http_methods(["GET", "POST"])
@permission_required("deals.view_deal", raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    return list_answers.choice_of_columns(
        request, DealListing, list_url="deals:list", columns_url="deals:list_columns"
    )
