"""The list of clients: page, its filter pickers, choice of columns, export."""

from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
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

from clients import exports, fields, filters, own_fields, searching
from clients.list_filters import clean, kept, picker_input, without
from clients.listing import (
    LIST,
    SHOWING,
    ClientListing,
    canonical,
    chosen_columns,
    gathered,
    nobody_yet,
)
from clients.models import Client, Selection
from clients.querysets import ClientQuerySet
from clients.tables import ClientTable
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.http import htmx_of, render_part
from salesexpert.core.registry import Field, registry

MINE = "curator=me"
SILENT = "curator=me&last_contact_at_days=30"
WAITING = "contact_due=late&curator=me"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _user(request: HttpRequest) -> User:
    """Who asks; the middleware lets nobody unknown in."""
    return cast(User, request.user)


def _visible(request: HttpRequest) -> ClientQuerySet:
    return Client.objects.visible_to(_user(request))


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def client_list(request: HttpRequest) -> HttpResponseBase:
    listing = ClientListing(request.GET, _visible(request), user=_user(request))
    if request.GET.get("format") in TYPES:
        return _export(request, listing)
    page = listing.page(more=ClientTable.PATHS)
    suggestion = ""
    if not page.rows and listing.query:
        suggestion = _other_layout(request, listing)
    selections = list(
        Selection.objects.usable_by(_user(request)).filter(entity="client")
    )
    # The rail of the page shows them too and need not ask again (`desk.context_processors`).
    context: dict[str, Any] = {
        "listing": listing,
        "table": ClientTable(
            page.rows,
            columns=listing.columns,
            gathered=gathered(listing.columns, page.rows),
            sort=listing.sort,
            may_plan=_user(request).has_perm("clients.add_activity"),
        ),
        "page": page,
        "total": _total(listing, page),
        "cap": listing.cap,
        "tabs": _tabs(_user(request), selections, listing),
        "suggestion": suggestion,
        "nobody": not page.rows
        and not listing.is_narrowed
        and nobody_yet(listing.clients),
        "kept": kept(request.GET, "q"),
        "here": clean(without(request.GET, *SHOWING)),
        "without_q": listing.without("q"),
        "save": urlencode({"parameters": listing.selection_parameters}),
        "new_name": urlencode({"name": listing.typed}),
        "root": request.path,
        "exports": [
            ("xlsx", False, _("XLSX, these columns")),
            ("csv", False, _("CSV, these columns")),
            ("xlsx", True, _("XLSX, all fields")),
            ("csv", True, _("CSV, all fields")),
        ],
    }
    context["tabbed"] = any(tab["current"] for tab in context["tabs"])
    context["own_selection"] = next(
        (tab["pk"] for tab in context["tabs"] if tab["current"] and tab.get("own")),
        None,
    )
    if suggestion:
        meant = without(request.GET, *SHOWING)
        meant["q"] = suggestion
        context["suggested"] = meant.urlencode()
    response = render_part(request, "clients/list.html", "list", context)
    if htmx_of(request):
        # The address people copy and reload: without the empty fields of the picker's form.
        shown = clean(request.GET)
        response["HX-Push-Url"] = f"{request.path}?{shown}" if shown else request.path
    return response


def _total(listing: ClientListing, page: Any) -> int:
    """A page that holds everything need not be counted."""
    if not page.next and not page.previous:
        return len(page.rows)
    return listing.count


def _other_layout(request: HttpRequest, listing: ClientListing) -> str:
    """What was perhaps meant by words typed with the keyboard in the other language, if it finds anything."""
    meant = searching.other_layout(listing.typed)
    query = searching.read_query(meant)
    if (
        query is None
        or not searching.matching(_visible(request).live(), query).exists()
    ):
        return ""
    return meant


def _tabs(
    user: Any, selections: list[Selection], listing: ClientListing
) -> list[dict[str, Any]]:
    now = QueryDict(listing.selection_parameters, mutable=True)
    now.pop("sort", None)
    shown = now.urlencode()
    tabs: list[dict[str, Any]] = [
        {"name": _("All"), "parameters": ""},
        {"name": _("Mine"), "parameters": MINE},
        {"name": _("No contact for 30 days"), "parameters": SILENT},
        {"name": _("Wait for a contact"), "parameters": WAITING},
    ]
    for selection in selections:
        tabs.append(
            {
                "name": selection.name,
                "parameters": selection.parameters,
                "pk": selection.pk,
                "own": selection.owner_id == user.pk,
                "shared": selection.is_shared,
            }
        )
    for tab in tabs:
        own = QueryDict(tab["parameters"], mutable=True)
        own.pop("sort", None)
        tab["current"] = canonical(own) == shown
    return tabs


# ── export ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _export(request: HttpRequest, listing: ClientListing) -> HttpResponseBase:
    if not _user(request).has_perm("clients.export_clients"):
        raise PermissionDenied
    kind = request.GET["format"]
    columns: list[Field] = chosen_columns(_user(request))
    if request.GET.get("columns") == "all":
        columns = [
            f
            for f in fields.client_fields()
            if f.exportable
            and f.name != "addresses"
            and (not f.permission or _user(request).has_perm(f.permission))
        ]
    now = timezone.now()
    journal.record(
        "clients.exported",
        _user(request),
        by=_user(request),
        at=now,
        format=kind,
        columns=[f.name for f in columns],
        # What was typed into the search box may be a person's name: only its presence is kept.
        filters=[name for name, _value in kept(request.GET)],
    )
    rows = exports.values(listing, columns)
    name = f"{_('clients')}-{timezone.localdate():%Y-%m-%d}.{kind}"
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
    disposition = content_disposition_header(True, name)
    response["Content-Disposition"] = disposition or "attachment"
    return response


# ── pickers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def filter_picker(request: HttpRequest) -> HttpResponse:
    """The list of filters, or with `field=` the form of one; either keeps what the address already says."""
    name = request.GET.get("field", "")
    every = [
        f
        for f in fields.client_fields()
        if f.filterable and (not f.permission or _user(request).has_perm(f.permission))
    ]
    context: dict[str, Any] = {
        "here": clean(without(request.GET, *SHOWING)),
        "picker_url": reverse("clients:list_filters"),
        "list_url": reverse("clients:list"),
    }
    if not name:
        context["fields"] = every
        return render(request, "clients/list_filters.html", context)
    field = next((f for f in every if f.name == name), None)
    if field is None:
        raise Http404
    parameters = filters.picker(field)
    listing = ClientListing(request.GET, _visible(request), user=_user(request))
    context |= {
        "field": field,
        "inputs": [
            picker_input(
                request.GET, _user(request), listing.filterset.form, parameter, given
            )
            for parameter, given in parameters.items()
        ],
        "kept": kept(request.GET, *parameters),
    }
    return render(request, "clients/list_filters.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_client", raise_exception=True)
def columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns of the list: a popover; saved for the user, then the list is shown anew."""
    known = [
        f
        for f in [
            *(
                f
                for f in registry.columns("client")
                if not f.permission or _user(request).has_perm(f.permission)
            ),
            *(
                f
                for f in fields.client_fields()
                if f.name.startswith((fields.DIMENSION_PREFIX, own_fields.PREFIX))
            ),
        ]
        if f.name != "name"
    ]
    if request.method == "POST":
        names = {f.name for f in known}
        chosen = [
            n for n in dict.fromkeys(request.POST.getlist("column")) if n in names
        ]
        if "reset" in request.POST:
            chosen = []
        user = _user(request)
        user.list_columns = {**user.list_columns, LIST: chosen}
        user.save(update_fields=["list_columns"])
        params = clean(QueryDict(request.POST.get("here", "")[:4000]))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("clients:list") + (
            f"?{params}" if params else ""
        )
        return response
    chosen_now = [f.name for f in chosen_columns(_user(request))]
    # Those in use first, in their order; the rest as declared.
    ordered = sorted(
        known,
        key=lambda f: chosen_now.index(f.name) if f.name in chosen_now else len(known),
    )
    return render(
        request,
        "clients/list_columns.html",
        {
            "columns": [(f, f.name in chosen_now) for f in ordered],
            "here": clean(without(request.GET, *SHOWING)),
        },
    )
