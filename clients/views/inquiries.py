"""The inbox of inquiries: the list with its pickers and export."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import exports, inquiry_filters, inquiry_inbox
from clients.inquiry_choices import InquiryState
from clients.inquiry_listing import (
    COUNT_CAP,
    FIRST,
    LIST,
    InquiryListing,
    chosen_columns,
    columns_for,
)
from clients.inquiry_table import InquiryTable
from clients.list_filters import SHOWING, clean, kept, picker_input, without
from clients.listing import canonical, gathered
from clients.models import Inquiry, Selection
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core import keyset
from salesexpert.core.http import htmx_of, render_part

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TAB_CAP = 999


def listing_of(request: SignedRequest, params: QueryDict) -> InquiryListing:
    return InquiryListing(
        params, Inquiry.objects.visible_to(request.user), user=request.user
    )


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def inquiry_list(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = listing_of(request, request.GET)
    if request.GET.get("format") in TYPES:
        return _export(request, listing)
    page = listing.page(more=InquiryTable.PATHS)
    table = InquiryTable(
        page.rows,
        columns=listing.columns,
        gathered=gathered(listing.columns, page.rows),
        sort=listing.sort,
        may_take=user.has_perm("clients.change_inquiry"),
    )
    whole = not page.next and not page.previous
    selections = list(Selection.objects.usable_by(user).filter(entity="inquiry"))
    tabs = _tabs(request, selections, listing)
    plain = canonical(request.GET) in ("", "state=new")
    context: dict[str, Any] = {
        "listing": listing,
        "table": table,
        "page": page,
        "total": len(page.rows) if whole else listing.count,
        "cap": COUNT_CAP,
        "tabs": tabs,
        "quiet": inquiry_inbox.quiet(listing.inquiries, user, at=timezone.now())
        if not page.rows and plain
        else None,
        "narrowed": listing.is_narrowed,
        "kept": kept(request.GET, "q"),
        "here": clean(without(request.GET, *SHOWING)),
        "without_q": listing.without("q"),
        "save": urlencode(
            {"parameters": listing.selection_parameters, "entity": "inquiry"}
        ),
        "own_selection": next(
            (t["pk"] for t in tabs if t["current"] and t.get("own")), None
        ),
        "exports": [
            ("xlsx", False, _("XLSX, these columns")),
            ("csv", False, _("CSV, these columns")),
            ("xlsx", True, _("XLSX, all fields")),
            ("csv", True, _("CSV, all fields")),
        ],
    }
    response = render_part(request, "clients/inquiries.html", "list", context)
    if htmx_of(request):
        shown = clean(request.GET)
        response["HX-Push-Url"] = f"{request.path}?{shown}" if shown else request.path
    return response


def _tabs(
    request: SignedRequest, selections: list[Selection], listing: InquiryListing
) -> list[dict[str, Any]]:
    now = QueryDict(listing.selection_parameters, mutable=True)
    now.pop("sort", None)
    shown = now.urlencode()
    seen = listing.inquiries

    def count(state: str) -> int:
        return keyset.capped_count(seen.filter(state=state), cap=TAB_CAP)

    tabs: list[dict[str, Any]] = [
        {"name": pgettext("inquiries", "New"), "parameters": "", "n": count(InquiryState.NEW)},
        {"name": pgettext("inquiries", "In work"), "parameters": "state=work", "n": count(InquiryState.WORK)},
        {"name": _("Became deals"), "parameters": "state=converted", "n": count(InquiryState.CONVERTED)},
        {"name": _("Not ours"), "parameters": "state=refused", "n": count(InquiryState.REFUSED)},
        {"name": _("Answer is late"), "parameters": "answer=late&state=all", "n": 0},
        {"name": pgettext("inquiries", "Mine"), "parameters": "responsible=me&state=new&state=work", "n": 0},
    ]  # fmt: skip
    tabs += [
        {
            "name": selection.name,
            "parameters": selection.parameters,
            "pk": selection.pk,
            "own": selection.owner_id == request.user.pk,
            "shared": selection.is_shared,
            "n": 0,
        }
        for selection in selections
    ]
    for tab in tabs:
        own = QueryDict(tab["parameters"], mutable=True)
        own.pop("sort", None)
        tab["current"] = canonical(own) == shown
        tab["more"] = tab["n"] > TAB_CAP
    return tabs


def _export(request: SignedRequest, listing: InquiryListing) -> HttpResponseBase:
    user = request.user
    if not user.has_perm("clients.export_inquiries"):
        raise PermissionDenied
    kind = request.GET["format"]
    columns = chosen_columns(user)
    if request.GET.get("columns") == "all":
        columns = [f for f in columns_for(user) if f.exportable]
    journal.record(
        "inquiries.exported",
        user,
        by=user,
        at=timezone.now(),
        format=kind,
        columns=[f.name for f in columns],
        filters=[name for name, _value in kept(request.GET)],
    )
    rows = exports.values(listing, columns)
    name = f"{_('inquiries')}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(
            exports.xlsx_file(columns, rows),
            as_attachment=True,
            filename=name,
            content_type=TYPES[kind],
        )
    response = StreamingHttpResponse(
        exports.in_readers_language(lambda: exports.csv_lines(columns, rows)),
        content_type=TYPES[kind],
    )
    response["Content-Disposition"] = (
        content_disposition_header(True, name) or "attachment"
    )
    return response


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    """The list of filters, or with `field=` the form of one."""
    name = request.GET.get("field", "")
    params = without(request.GET, *SHOWING)
    context: dict[str, Any] = {
        "here": clean(params),
        "picker_url": reverse("clients:inquiry_filters"),
        "list_url": reverse("clients:inquiries"),
    }
    if not name:
        context["fields"] = inquiry_filters.offered()
        return render(request, "clients/list_filters.html", context)
    field = next((f for f in inquiry_filters.offered() if f.name == name), None)
    if field is None:
        raise Http404
    parameters = inquiry_filters.picker(field)
    form = inquiry_filters.filterset(params, Inquiry.objects.none(), user=request.user).form  # fmt: skip
    context |= {
        "field": field,
        "inputs": [
            picker_input(request.GET, request.user, form, parameter, given)
            for parameter, given in parameters.items()
        ],
        "kept": kept(params, *parameters),
    }
    return render(request, "clients/list_filters.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_inquiry", raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    """Choose the columns of the list: a popover; saved for the user, then the list is shown anew."""
    user = request.user
    known = [f for f in columns_for(user) if f.name != FIRST]
    if request.method == "POST":
        names = {f.name for f in known}
        chosen = [
            n for n in dict.fromkeys(request.POST.getlist("column")) if n in names
        ]
        if "reset" in request.POST:
            chosen = []
        user.list_columns = {**user.list_columns, LIST: chosen}
        user.save(update_fields=["list_columns"])
        params = clean(QueryDict(request.POST.get("here", "")[:4000]))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("clients:inquiries") + (f"?{params}" if params else "")  # fmt: skip
        return response
    now = [f.name for f in chosen_columns(user)]
    ordered = sorted(
        known, key=lambda f: now.index(f.name) if f.name in now else len(known)
    )
    return render(
        request,
        "clients/list_columns.html",
        {
            "columns": [(f, f.name in now) for f in ordered],
            "here": clean(without(request.GET, *SHOWING)),
            "columns_url": reverse("clients:inquiry_columns"),
        },
    )
