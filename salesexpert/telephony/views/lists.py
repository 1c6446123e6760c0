"""The list of calls with its pickers and export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import list_answers
from clients.list_base import gathered
from clients.models import Client
from salesexpert.accounts.requests import SignedRequest
from salesexpert.telephony import filters
from salesexpert.telephony.fields import ENTITY
from salesexpert.telephony.listing import CallListing
from salesexpert.telephony.models import Call, Connection
from salesexpert.telephony.tables import CallTable

READ = "telephony.view_call"
EXPORT = "clients.export_clients"
CHOICES = list_answers.Choices(
    CallListing,
    Call,
    filters,
    list_url="telephony:calls",
    picker_url="telephony:call_filters",
    columns_url="telephony:call_columns",
)


@require_GET
@permission_required(READ, raise_exception=True)
def calls(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = CallListing(request.GET, Call.objects.visible_to(user), user=user)
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, listing)
    page = listing.page(more=CallTable.PATHS)
    ids = {row["client_id"] for row in page.rows if row["client_id"]}
    readable = Client.objects.visible_to(user).filter(pk__in=ids) if ids else Client.objects.none()  # fmt: skip
    table = CallTable(
        page.rows,
        readable=set(readable.values_list("pk", flat=True)),
        user_id=user.pk,
        columns=listing.columns,
        gathered=gathered(listing.columns, page.rows),
        sort=listing.sort,
    )
    save = {"parameters": listing.selection_parameters, "entity": ENTITY}
    context: dict[str, Any] = {
        **list_answers.frame_of(request, listing, _tabs(request, listing)),
        "table": table,
        "page": page,
        "total": listing.total(page),
        "is_connected": bool(page.rows) or Connection.objects.filter(retired_at=None).exists(),
        "may_export": user.has_perm(EXPORT),
        "save": urlencode(save),
    }  # fmt: skip
    return list_answers.list_page(request, "telephony/calls.html", context)


def _tabs(request: SignedRequest, listing: CallListing) -> list[list_answers.Tab]:
    shows = [{"name": word, "parameters": f"{filters.SHOW}={value}"} for value, word in filters.TabFilter.WORDS]  # fmt: skip
    return list_answers.tabs(
        [
            {"name": pgettext("calls", "All"), "parameters": ""},
            {"name": pgettext("calls", "Mine"), "parameters": "person=me"},
            *shows,
        ],
        request.user,
        listing,
    )


def _export(request: SignedRequest, listing: CallListing) -> HttpResponseBase:
    return list_answers.export(request, listing, right=EXPORT, verb="calls.exported", name=_("calls"))  # fmt: skip


@require_GET
@permission_required(READ, raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    return CHOICES.picker(request)


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    return CHOICES.columns(request)
