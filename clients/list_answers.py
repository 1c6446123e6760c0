"""What the pages of lists answer alike: tabs, files, the picker of filters, the choice of columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Model
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
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from clients import exports
from clients.list_base import Listing, canonical
from clients.list_filters import (
    SHOWING,
    ListFilter,
    clean,
    kept,
    picker_input,
    without,
)
from clients.models import Selection
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.http import htmx_of, render_part
from salesexpert.core.registry import Field

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Tab = dict[str, Any]


def selections_of(user: User, entity: str) -> list[Selection]:
    return list(Selection.objects.usable_by(user).filter(entity=entity))


def tabs(fixed: Iterable[Tab], user: User, listing: Listing) -> list[Tab]:
    """The tabs that everybody has (name and parameters, perhaps more), then the reader's selections; which one is shown."""
    now = QueryDict(listing.selection_parameters, mutable=True)
    now.pop("sort", None)
    shown = now.urlencode()
    own = [
        {
            "name": selection.name,
            "parameters": selection.parameters,
            "pk": selection.pk,
            "own": selection.owner_id == user.pk,
            "shared": selection.is_shared,
        }
        for selection in selections_of(user, listing.ENTITY)
    ]
    made = [*fixed, *own]
    for tab in made:
        asked = QueryDict(tab["parameters"], mutable=True)
        asked.pop("sort", None)
        tab["current"] = canonical(asked) == shown
    return made


def frame_of(
    request: SignedRequest, listing: Listing, tabs: Sequence[Tab]
) -> dict[str, Any]:
    """What the template of any list asks for besides its rows."""
    mine = (tab["pk"] for tab in tabs if tab["current"] and tab.get("own"))
    return {
        "listing": listing,
        "cap": listing.cap,
        "tabs": tabs,
        "own_selection": next(mine, None),
        "kept": kept(request.GET, "q"),
        "here": clean(without(request.GET, *SHOWING)),
        "without_q": listing.without("q"),
        "exports": [
            ("xlsx", False, _("XLSX, these columns")),
            ("csv", False, _("CSV, these columns")),
            ("xlsx", True, _("XLSX, all fields")),
            ("csv", True, _("CSV, all fields")),
        ],
    }


def list_page(
    request: SignedRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page or its list alone; the address that people copy and reload is without the empty fields of the picker's form."""
    response = render_part(request, template, "list", context)
    if htmx_of(request):
        shown = clean(request.GET)
        response["HX-Push-Url"] = f"{request.path}?{shown}" if shown else request.path
    return response


def file(
    kind: str,
    name: str,
    columns: Sequence[Any],
    rows: Callable[[], Iterator[list[Any]]],
) -> HttpResponseBase:
    """`rows` under the labels of `columns` as a file of today, of the kind "csv" or "xlsx"."""
    name = f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        book = exports.xlsx_file(columns, rows())
        return FileResponse(book, as_attachment=True, filename=name, content_type=TYPES[kind])  # fmt: skip
    lines = exports.in_readers_language(lambda: exports.csv_lines(columns, rows()))
    response = StreamingHttpResponse(lines, content_type=TYPES[kind])
    disposition = content_disposition_header(True, name)
    response["Content-Disposition"] = disposition or "attachment"
    return response


def export(
    request: SignedRequest,
    listing: Listing,
    *,
    right: str,
    verb: str,
    name: str,
    known: Sequence[Field] | None = None,
    shaped: Callable[[list[Field]], list[Field]] = list,
) -> HttpResponseBase:
    """The list as a file, in the columns that are shown (`shaped` for a file) or in all of `known`; the journal keeps it as `verb`."""
    user = request.user
    if not user.has_perm(right):
        raise PermissionDenied
    kind = request.GET["format"]
    if request.GET.get("columns") == "all":
        of_list = listing.columns_for(user) if known is None else known
        columns = [f for f in of_list if f.exportable]
    else:
        columns = shaped(listing.chosen_columns(user))
    journal.record(
        verb,
        user,
        by=user,
        at=timezone.now(),
        format=kind,
        columns=[f.name for f in columns],
        # What was typed into the search box may be a person's name: only its presence is kept.
        filters=[name for name, _value in kept(request.GET)],
    )
    return file(kind, name, columns, lambda: exports.values(listing, columns))


class Filters(Protocol):
    """A module of the filters of one list."""

    def offered(self) -> Sequence[Field]: ...
    def picker(self, field: Field, /) -> Mapping[str, ListFilter]: ...
    def filterset(self, data: QueryDict, queryset: Any, *, user: User) -> Any: ...


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen on the page of a list beside its rows: the picker of filters and the choice of columns, by names of addresses."""

    listing: type[Listing]
    model: type[Model]
    filters: Filters
    list_url: str
    picker_url: str
    columns_url: str

    def picker(self, request: SignedRequest) -> HttpResponse:
        nobody: Any = self.model._default_manager.none()
        return picker(
            request,
            offered=self.filters.offered(),
            controls=self.filters.picker,
            form=lambda asked: self.filters.filterset(asked, nobody, user=request.user).form,
            here=clean(without(request.GET, *SHOWING)),
            picker_url=self.picker_url,
            list_url=self.list_url,
        )  # fmt: skip

    def columns(self, request: SignedRequest) -> HttpResponse:
        return choice_of_columns(
            request,
            self.listing,
            list_url=self.list_url,
            columns_url=self.columns_url,
        )


def picker(
    request: SignedRequest,
    *,
    offered: Sequence[Field],
    controls: Callable[[Field], Mapping[str, ListFilter]],
    form: Callable[[QueryDict], Any],
    here: str,
    picker_url: str,
    list_url: str,
) -> HttpResponse:
    """The list of filters, or with `field=` the form of one; either keeps what the address already says."""
    name = request.GET.get("field", "")
    context: dict[str, Any] = {
        "here": here,
        "picker_url": reverse(picker_url),
        "list_url": reverse(list_url),
    }
    if not name:
        context["fields"] = offered
        return render(request, "clients/list_filters.html", context)
    field = next((f for f in offered if f.name == name), None)
    if field is None:
        raise Http404
    asked = without(request.GET, "to", *SHOWING)
    parameters = controls(field)
    bound = form(asked)
    context |= {
        "field": field,
        "inputs": [
            picker_input(request.GET, request.user, bound, parameter, given)
            for parameter, given in parameters.items()
        ],
        "kept": kept(asked, *parameters),
    }
    return render(request, "clients/list_filters.html", context)


def choice_of_columns(
    request: SignedRequest,
    listing: type[Listing],
    *,
    list_url: str,
    columns_url: str,
    known: Sequence[Field] | None = None,
) -> HttpResponse:
    """Choose the columns of the list: a popover; saved for the user, then the list is shown anew."""
    user = request.user
    offered = [
        f
        for f in (listing.columns_for(user) if known is None else known)
        if f.name != listing.FIRST
    ]
    if request.method == "POST":
        names = {f.name for f in offered}
        chosen = [
            n for n in dict.fromkeys(request.POST.getlist("column")) if n in names
        ]
        if "reset" in request.POST:
            chosen = []
        user.list_columns = {**user.list_columns, listing.NAME: chosen}
        user.save(update_fields=["list_columns"])
        params = clean(QueryDict(request.POST.get("here", "")[:4000]))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse(list_url) + (f"?{params}" if params else "")
        return response
    now = [f.name for f in listing.chosen_columns(user)]
    # Those in use first, in their order; the rest as declared.
    ordered = sorted(
        offered, key=lambda f: now.index(f.name) if f.name in now else len(offered)
    )
    return render(
        request,
        "clients/list_columns.html",
        {
            "columns": [(f, f.name in now) for f in ordered],
            "here": clean(without(request.GET, *SHOWING)),
            "columns_url": reverse(columns_url),
        },
    )
