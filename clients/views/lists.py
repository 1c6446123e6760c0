"""The list of clients: page, its filter pickers, choice of columns, export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients import fields, filters, list_answers, own_fields, searching
from clients.list_base import gathered
from clients.list_filters import SHOWING, clean, without
from clients.listing import ClientListing, nobody_yet
from clients.models import Client
from clients.querysets import ClientQuerySet
from clients.tables import ClientTable
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.registry import registry

MINE = "curator=me"
SILENT = "curator=me&last_contact_at_days=30"
WAITING = "contact_due=late&curator=me"


def _visible(request: SignedRequest) -> ClientQuerySet:
    return Client.objects.visible_to(request.user)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def client_list(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = ClientListing(request.GET, _visible(request), user=user)
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, listing)
    page = listing.page(more=ClientTable.PATHS)
    suggestion = ""
    if not page.rows and listing.query:
        suggestion = _other_layout(request, listing)
    tabs = list_answers.tabs(
        [
            {"name": _("All"), "parameters": ""},
            {"name": _("Mine"), "parameters": MINE},
            {"name": _("No contact for 30 days"), "parameters": SILENT},
            {"name": _("Wait for a contact"), "parameters": WAITING},
        ],
        user,
        listing,
    )
    empty = not page.rows and not listing.is_narrowed
    context: dict[str, Any] = {
        **list_answers.frame_of(request, listing, tabs),
        "table": ClientTable(
            page.rows,
            columns=listing.columns,
            gathered=gathered(listing.columns, page.rows),
            sort=listing.sort,
            may_plan=user.has_perm("clients.add_activity"),
        ),
        "page": page,
        "total": listing.total(page),
        "tabbed": any(tab["current"] for tab in tabs),
        "suggestion": suggestion,
        "nobody": empty and nobody_yet(listing.rows),
        "save": urlencode({"parameters": listing.selection_parameters}),
        "new_name": urlencode({"name": listing.typed}),
        "root": request.path,
    }
    if suggestion:
        meant = without(request.GET, *SHOWING)
        meant["q"] = suggestion
        context["suggested"] = meant.urlencode()
    return list_answers.list_page(request, "clients/list.html", context)


def _other_layout(request: SignedRequest, listing: ClientListing) -> str:
    """What was perhaps meant by words typed with the keyboard in the other language, if it finds anything."""
    meant = searching.other_layout(listing.typed)
    query = searching.read_query(meant)
    if (
        query is None
        or not searching.matching(_visible(request).live(), query).exists()
    ):
        return ""
    return meant


def _export(request: SignedRequest, listing: ClientListing) -> HttpResponseBase:
    user = request.user
    known = [
        f
        for f in fields.client_fields()
        if f.name != "addresses" and (not f.permission or user.has_perm(f.permission))
    ]
    return list_answers.export(request, listing, right="clients.export_clients", verb="clients.exported", name=_("clients"), known=known)  # fmt: skip


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    user = request.user
    return list_answers.picker(
        request,
        offered=[
            f
            for f in fields.client_fields()
            if f.filterable and (not f.permission or user.has_perm(f.permission))
        ],
        controls=filters.picker,
        form=lambda asked: ClientListing(asked, _visible(request), user=user).filterset.form,
        here=clean(without(request.GET, *SHOWING)),
        picker_url="clients:list_filters",
        list_url="clients:list",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_client", raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    user = request.user
    own = (fields.DIMENSION_PREFIX, own_fields.PREFIX)
    return list_answers.choice_of_columns(
        request,
        ClientListing,
        known=[
            *(
                f
                for f in registry.columns("client")
                if not f.permission or user.has_perm(f.permission)
            ),
            *(f for f in fields.client_fields() if f.name.startswith(own)),
        ],
        list_url="clients:list",
        columns_url="clients:list_columns",
    )
