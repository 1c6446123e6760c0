"""The list of calls with its pickers and export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import exports, list_answers
from clients.list_base import gathered
from clients.list_filters import SHOWING, clean, kept, without
from clients.models import Client
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.telephony import filters
from salesexpert.telephony.fields import ENTITY
from salesexpert.telephony.listing import CallListing
from salesexpert.telephony.models import Call, Connection
from salesexpert.telephony.tables import CallTable

READ = "telephony.view_call"
EXPORT = "clients.export_clients"


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
    user = request.user
    if not user.has_perm(EXPORT):
        raise PermissionDenied
    kind = request.GET["format"]
    columns = listing.chosen_columns(user)
    if request.GET.get("columns") == "all":
        columns = [f for f in listing.columns_for(user) if f.exportable]
    journal.record(
        "calls.exported",
        user,
        by=user,
        at=timezone.now(),
        format=kind,
        columns=[f.name for f in columns],
        filters=[name for name, _value in kept(request.GET)],
    )
    return list_answers.file(kind, _("calls"), columns, lambda: exports.values(listing, columns))  # fmt: skip


@require_GET
@permission_required(READ, raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    nobody, user = Call.objects.none(), request.user
    return list_answers.picker(
        request,
        offered=filters.offered(),
        controls=filters.picker,
        form=lambda asked: filters.filterset(asked, nobody, user=user).form,
        here=clean(without(request.GET, *SHOWING)),
        picker_url="telephony:call_filters",
        list_url="telephony:calls",
    )


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    return list_answers.choice_of_columns(
        request,
        CallListing,
        list_url="telephony:calls",
        columns_url="telephony:call_columns",
    )
