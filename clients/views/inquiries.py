"""The inbox of inquiries: the list with its pickers and export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import inquiry_filters, inquiry_inbox, list_answers
from clients.inquiry_choices import InquiryState
from clients.inquiry_listing import InquiryListing
from clients.inquiry_table import InquiryTable
from clients.list_base import canonical, gathered
from clients.models import Inquiry
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset

TAB_CAP = 999
CHOICES = list_answers.Choices(
    InquiryListing,
    Inquiry,
    inquiry_filters,
    list_url="clients:inquiries",
    picker_url="clients:inquiry_filters",
    columns_url="clients:inquiry_columns",
)


def listing_of(request: SignedRequest) -> InquiryListing:
    visible = Inquiry.objects.visible_to(request.user)
    return InquiryListing(request.GET, visible, user=request.user)


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def inquiry_list(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = listing_of(request)
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, listing)
    page = listing.page(more=InquiryTable.PATHS)
    table = InquiryTable(
        page.rows,
        columns=listing.columns,
        gathered=gathered(listing.columns, page.rows),
        sort=listing.sort,
        may_take=user.has_perm("clients.change_inquiry"),
    )
    plain = canonical(request.GET) in ("", "state=new")
    quiet = None
    if not page.rows and plain:
        seen = Inquiry.objects.visible_to(user)
        quiet = inquiry_inbox.quiet(seen, user, at=timezone.now())
    save = {"parameters": listing.selection_parameters, "entity": "inquiry"}
    context: dict[str, Any] = {
        **list_answers.frame_of(request, listing, _tabs(request, listing)),
        "table": table,
        "page": page,
        "total": listing.total(page),
        "quiet": quiet,
        "narrowed": listing.is_narrowed,
        "save": urlencode(save),
    }
    return list_answers.list_page(request, "clients/inquiries.html", context)


def _tabs(request: SignedRequest, listing: InquiryListing) -> list[list_answers.Tab]:
    def count(state: str) -> int:
        return keyset.capped_count(listing.rows.filter(state=state), cap=TAB_CAP)

    tabs = list_answers.tabs(
        [
            {"name": pgettext("inquiries", "New"), "parameters": "", "n": count(InquiryState.NEW)},
            {"name": pgettext("inquiries", "In work"), "parameters": "state=work", "n": count(InquiryState.WORK)},
            {"name": _("Became deals"), "parameters": "state=converted", "n": count(InquiryState.CONVERTED)},
            {"name": _("Not ours"), "parameters": "state=refused", "n": count(InquiryState.REFUSED)},
            {"name": _("Answer is late"), "parameters": "answer=late&state=all", "n": 0},
            {"name": pgettext("inquiries", "Mine"), "parameters": "responsible=me&state=new&state=work", "n": 0},
        ],
        request.user,
        listing,
    )  # fmt: skip
    for tab in tabs:
        tab["more"] = tab.setdefault("n", 0) > TAB_CAP
    return tabs


def _export(request: SignedRequest, listing: InquiryListing) -> HttpResponseBase:
    return list_answers.export(request, listing, right="clients.export_inquiries", verb="inquiries.exported", name=_("inquiries"))  # fmt: skip


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    return CHOICES.picker(request)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_inquiry", raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    return CHOICES.columns(request)
