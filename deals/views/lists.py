"""The list of deals: page, totals, filter pickers, choice of columns, export."""

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
from django.views.decorators.http import require_GET, require_http_methods

from clients import exports
from clients.list_filters import SHOWING, clean, kept, picker_input, without
from clients.listing import canonical, gathered
from clients.models import Selection
from deals import attention, collecting, discussion, filters
from deals.listing import COUNT_CAP, LIST, DealListing, chosen_columns, columns_for
from deals.models import Deal
from deals.tables import DealTable
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.http import htmx_of, render_part

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def listing_of(request: SignedRequest, params: QueryDict) -> DealListing:
    return DealListing(params, Deal.objects.visible_to(request.user), user=request.user)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_list(request: SignedRequest) -> HttpResponseBase:
    user = request.user
    listing = listing_of(request, request.GET)
    if request.GET.get("format") in TYPES:
        return _export(request, listing)
    page = listing.page(more=DealTable.PATHS)
    selections = list(Selection.objects.usable_by(user).filter(entity="deal"))
    table = DealTable(
        page.rows,
        columns=listing.columns,
        gathered=gathered(listing.columns, page.rows),
        sort=listing.sort,
        may_change=user.has_perm("deals.change_deal"),
        may_hand_over=user.has_perm("deals.change_responsible"),
        user_id=user.pk,
    )
    whole = not page.next and not page.previous
    tabs = _tabs(request, selections, listing)
    here = clean(without(request.GET, *SHOWING))
    context: dict[str, Any] = {
        "listing": listing,
        "table": table,
        "page": page,
        "total": len(page.rows) if whole else listing.count,
        "cap": COUNT_CAP,
        "tabs": tabs,
        "no_step": listing.without_step(),
        "nobody": not page.rows and not listing.is_narrowed,
        "kept": kept(request.GET, "q"),
        "here": here,
        "without_q": listing.without("q"),
        "save": urlencode(
            {"parameters": listing.selection_parameters, "entity": "deal"}
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
    response = render_part(request, "deals/list.html", "list", context)
    if htmx_of(request):
        shown = clean(request.GET)
        response["HX-Push-Url"] = f"{request.path}?{shown}" if shown else request.path
    return response


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


def _tabs(
    request: SignedRequest, selections: list[Selection], listing: DealListing
) -> list[dict[str, Any]]:
    now = QueryDict(listing.selection_parameters, mutable=True)
    now.pop("sort", None)
    shown = now.urlencode()
    tabs: list[dict[str, Any]] = [
        {"name": _("In work"), "parameters": ""},
        {"name": _("Mine"), "parameters": "responsible=me"},
        {"name": _("Without a next step"), "parameters": "next_step=none"},
        {"name": _("Past the norm"), "parameters": "norm=late"},
        {"name": _("Overdue payment"), "parameters": "debt=overdue&state=all"},
        {"name": _("Won"), "parameters": "state=won"},
        {"name": _("Refusals"), "parameters": "state=lost"},
    ]
    for selection in selections:
        tabs.append(
            {
                "name": selection.name,
                "parameters": selection.parameters,
                "pk": selection.pk,
                "own": selection.owner_id == request.user.pk,
                "shared": selection.is_shared,
            }
        )
    for tab in tabs:
        own = QueryDict(tab["parameters"], mutable=True)
        own.pop("sort", None)
        tab["current"] = canonical(own) == shown
    return tabs


def _export(request: SignedRequest, listing: DealListing) -> HttpResponseBase:
    user = request.user
    if not user.has_perm("deals.export_deals"):
        raise PermissionDenied
    kind = request.GET["format"]
    columns = chosen_columns(user)
    if request.GET.get("columns") == "all":
        columns = [f for f in columns_for(user) if f.exportable]
    elif "client" not in {f.name for f in columns}:
        # On the page the client stands below the title; in a file he is a column.
        client = next(f for f in columns_for(user) if f.name == "client")
        columns = [columns[0], client, *columns[1:]]
    journal.record(
        "deals.exported",
        user,
        by=user,
        at=timezone.now(),
        format=kind,
        columns=[f.name for f in columns],
        filters=[name for name, _value in kept(request.GET)],
    )
    rows = exports.values(listing, columns)
    name = f"{_('deals')}-{timezone.localdate():%Y-%m-%d}.{kind}"
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
@permission_required("deals.view_deal", raise_exception=True)
def filter_picker(request: SignedRequest) -> HttpResponse:
    """The list of filters, or with `field=` the form of one; `to=board` sends it to the board instead of the list."""
    name = request.GET.get("field", "")
    board = request.GET.get("to") == "board"
    params = without(request.GET, "to", *SHOWING)
    context: dict[str, Any] = {
        "here": clean(params) + ("&to=board" if board else ""),
        "picker_url": reverse("deals:list_filters"),
        "list_url": reverse("deals:board" if board else "deals:list"),
    }
    if not name:
        context["fields"] = filters.offered(request.user)
        return render(request, "clients/list_filters.html", context)
    field = next((f for f in filters.offered(request.user) if f.name == name), None)
    if field is None:
        raise Http404
    parameters = filters.picker(field)
    form = filters.filterset(params, Deal.objects.none(), user=request.user).form
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
@permission_required("deals.view_deal", raise_exception=True)
def columns(request: SignedRequest) -> HttpResponse:
    """Choose the columns of the list: a popover; saved for the user, then the list is shown anew."""
    user = request.user
    known = [f for f in columns_for(user) if f.name != "title"]
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
        response["HX-Redirect"] = reverse("deals:list") + (f"?{params}" if params else "")  # fmt: skip
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
            "columns_url": reverse("deals:list_columns"),
        },
    )
