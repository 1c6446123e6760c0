"""The client list as one question: filters, search, order and columns read from an address.

The page, its exports, saved selections and (later) mailings ask through it and so cannot disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Upper
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients import fields, filters, own_fields, reading, searching
from clients.list_filters import SHOWING, Chosen
from clients.models import Client
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.registry import Field, registry
from salesexpert.core.templatetags.look import number

PAGE_SIZE = 25
COUNT_CAP = 10_000
# So many cards are sorted by an own field in some hundredths of a second.
OWN_SORTED = 5_000
LIST = "clients"
# In what order the entries stand by which the list can be sorted.
ENTRIES_BY = {
    "relationship": ("step", "position", "folded", "pk"),
    "industry": ("position", "folded", "pk"),
    "region": ("position", "folded", "pk"),
    "group": ("position", "folded", "pk"),
    "curator": ("last_name", "first_name", "pk"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force (or misunderstood: `fault` says why it is ignored).

    `field` names its picker, `rest` is the query string without it.
    """

    label: str
    words: str
    field: str
    rest: str
    fault: str = ""


class ClientListing:
    """What `user` sees of `clients` (already narrowed by `visible_to`) under the parameters of an address."""

    def __init__(self, params: QueryDict, clients: QuerySet, *, user: User) -> None:
        self.params = params
        self.user = user
        self.clients = clients
        self.filterset = filters.filterset(params, clients, user=user)
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]
        self.query = searching.read_query(self.typed)

    # ── which ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def found(self) -> QuerySet:
        """All clients that the filters and the search leave, in no order."""
        return searching.matching(self.filterset.narrowed, self.query)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips) or self.query is not None

    @property
    def cap(self) -> int:
        return searching.FEW if self.query else COUNT_CAP

    @cached_property
    def count(self) -> int:
        """Capped: one more than `cap` means “more than that”."""
        if self._is_searched:
            return len(self._hits)
        return keyset.capped_count(self.found, cap=self.cap)

    @property
    def _is_searched(self) -> bool:
        return self.query is not None and not self.query.is_short

    @cached_property
    def _hits(self) -> list[tuple[int, str, int]]:
        if self.query is None:
            return []
        return searching.hits(self.filterset.narrowed, self.query)

    @cached_property
    def chips(self) -> list[Chip]:
        form = self.filterset.form
        form.is_valid()
        chips = []
        for name, given in self.filterset.filters.items():
            label = str(given.label)
            if name in form.errors:
                fault = " ".join(form.errors[name])
                chips.append(Chip(label, "", given.of, self.without(name), fault))
            elif form.cleaned_data.get(name) not in (None, ""):
                words = given.words(form.cleaned_data[name])
                chips.append(Chip(label, words, given.of, self.without(name)))
        if self.sort_fault:
            rest = self.without("sort")
            chips.append(Chip(_("Order"), "", "", rest, self.sort_fault))
        return chips

    def without(self, *names: str) -> str:
        """The query string without some parameters, on its first page."""
        params = self.params.copy()
        for name in (*names, *SHOWING):
            params.pop(name, None)
        return params.urlencode()

    @cached_property
    def selection_parameters(self) -> str:
        """What a saved selection keeps: everything that says which clients and in what order, empty values left out."""
        return canonical(self.params)

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _order(self) -> tuple[Field | None, bool, str]:
        text = self.params.get("sort", "")
        known = {f.name: f for f in registry.columns("client") if f.order_by}
        known |= {f.name: f for f in own_fields.registered("client")}
        field = known.get(text.removeprefix("-"))
        if text and field is None:
            return None, False, _("“%s” cannot be sorted by.") % text[:60]
        if field and own_fields.id_of(field.name) and self._is_long:
            return (
                None,
                False,
                _(
                    "“%(field)s” sorts at most %(count)s clients: narrow the list by a filter first."
                )
                % {"field": field.label, "count": number(OWN_SORTED)},
            )
        return field, text.startswith("-"), ""

    @property
    def _is_long(self) -> bool:
        """Values of own fields stand beside the cards: of many cards no index gives the first page of them in order."""
        return keyset.capped_count(self.found, cap=OWN_SORTED) > OWN_SORTED

    @property
    def sort_fault(self) -> str:
        return self._order[2]

    @property
    def sort(self) -> str:
        """The column sorted by, with a minus when downwards; "" when a search ranks by likeness."""
        field, down, _fault = self._order
        if field is None:
            return "" if self.query else "name"
        return f"-{field.name}" if down else field.name

    def parts(self) -> list[keyset.Part]:
        field, down, _fault = self._order
        narrowed, found = self.filterset.narrowed, self.found
        if self.query is not None and self._is_searched:
            if self.count <= searching.FEW:
                if field is None:
                    by_likeness = ("likeness", "folded", "pk")
                    return [keyset.Known(narrowed, by_likeness, self._hits)]
                found = narrowed.filter(pk__in=[hit[-1] for hit in self._hits])
            elif field is None:
                return [
                    keyset.Part(part, ("folded", "pk"))
                    for part in searching.ranked(narrowed, self.query)
                ]
        order = field.order_by if field else ("folded", "pk")
        sign = "-" if down else ""
        if field and (own := own_fields.id_of(field.name)):
            return _by_own(found, own, sign)
        if order[0] == "city":
            return _by_city(found, sign)
        if Client._meta.get_field(order[0]).is_relation:
            return self._by_entries(found, order[0], sign)
        signed = tuple(f"{sign}{name}" for name in order)
        first = order[0]
        if not Client._meta.get_field(first).null:
            return [keyset.Part(found, signed)]
        # Those without a date come last whichever way; the newest card first among them.
        return [
            keyset.Part(found.filter(**{f"{first}__isnull": False}), signed),
            keyset.Part(found.filter(**{f"{first}__isnull": True}), ("-pk",)),
        ]

    def _by_entries(self, found: QuerySet, name: str, sign: str) -> list[keyset.Part]:
        """Grouped by entries of a dictionary (or people) in their own order, by name within each; the empty ones last.

        Few rows are sorted as they are. Of many each entry is a part, which its index serves; entries without rows are
        left out, so that a page asks for the one or two that it shows.
        """
        field: Any = Client._meta.get_field(name)
        entries = field.related_model._base_manager.order_by(*ENTRIES_BY[name])
        if sign:
            entries = entries.reverse()
        if keyset.capped_count(found, cap=searching.FEW) <= searching.FEW:
            places = {
                pk: n for n, pk in enumerate(entries.values_list("pk", flat=True))
            }
            present = set(found.order_by().values_list(field.attname, flat=True))
            ranked = found.annotate(
                place=Case(
                    *(
                        When(**{field.attname: pk, "then": Value(n)})
                        for pk, n in places.items()
                        if pk in present
                    ),
                    default=Value(len(places)),
                    output_field=IntegerField(),
                )
            )
            return [keyset.Part(ranked, ("place", "folded", "pk"))]
        own = found.order_by().filter(**{field.attname: OuterRef("pk")})
        parts = [
            keyset.Part(found.filter(**{field.attname: pk}), ("folded", "pk"))
            for pk in entries.filter(Exists(own)).values_list("pk", flat=True)
        ]
        if field.null:
            none = found.filter(**{f"{name}__isnull": True})
            parts.append(keyset.Part(none, ("folded", "pk")))
        return parts

    # ── with what columns ────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def columns(self) -> list[Field]:
        """The user's own choice of columns, less those that a filter makes the same in every row."""
        return [f for f in chosen_columns(self.user) if f.name not in self._constant]

    @cached_property
    def _constant(self) -> set[str]:
        self.filterset.form.is_valid()
        cleaned = self.filterset.form.cleaned_data
        return {
            name
            for name in ("relationship", "industry", "region", "group", "curator")
            if isinstance(cleaned.get(name), Chosen) and len(cleaned[name].values) == 1
        }

    def page(self, *, more: Sequence[str] = ()) -> keyset.Page:
        """One page of rows with the paths of its columns (and `more`); what a card has several of is not read yet."""
        return keyset.page(
            self.parts(),
            [*paths_for(self.columns), *more],
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
            ids_first=self.is_narrowed,
        )

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[keyset.Row]]:
        return keyset.chunks(self.parts(), paths_for(columns), size=size)


def paths_for(columns: Sequence[Field]) -> list[str]:
    return list(dict.fromkeys(p for f in columns for p in reading.paths_of(f)))


def _by_own(found: QuerySet, field_id: int, sign: str) -> list[keyset.Part]:
    """By the value of an own field; cards without one behind them."""
    name = own_fields.ORDER
    keyed = own_fields.ordered_by(found, own_fields.book().fields[field_id])
    order = (f"{sign}{name}", f"{sign}folded", f"{sign}pk")
    return [
        keyset.Part(keyed.filter(**{f"{name}__isnull": False}), order),
        keyset.Part(keyed.filter(**{f"{name}__isnull": True}), ("folded", "pk")),
    ]


def _by_city(found: QuerySet, sign: str) -> list[keyset.Part]:
    """Cities from A, or from the last letter; cards without one behind them."""
    order = (f"{sign}city_key", f"{sign}folded", f"{sign}pk")
    keyed = found.exclude(city="").annotate(city_key=Upper("city"))
    return [
        keyset.Part(keyed, order),
        keyset.Part(found.filter(city=""), ("folded", "pk")),
    ]


def gathered(
    columns: Sequence[Field], rows: Sequence[Mapping[str, Any]]
) -> dict[str, dict[int, Sequence[Any]]]:
    """For columns of several values and own fields: {column: {id: texts}}, one query a column however many rows."""
    ids = [row["pk"] for row in rows]
    found: dict[str, Any] = {}
    together: dict[Any, list[Field]] = {}
    for field in columns if ids else ():
        if field.together:
            together.setdefault(field.together, []).append(field)
        elif field.gather:
            found[field.name] = dict(field.gather(ids))
    for gather, several in together.items():
        values = gather(several, ids)
        found |= {f.name: values.get(f.name, {}) for f in several}
    return found


def chosen_columns(user: User) -> list[Field]:
    """The columns that `user` chose for the client list, or the default ones; the name always leads."""
    names = user.list_columns.get(LIST) or []
    known = {
        f.name: f
        for f in registry.columns("client")
        if not f.permission or user.has_perm(f.permission)
    }
    if any(str(name).startswith(fields.DIMENSION_PREFIX) for name in names):
        own = [n for n in names if str(n).startswith(fields.DIMENSION_PREFIX)]
        known |= {f.name: f for f in filters.own_dimensions(own)}
    known |= {f.name: f for f in own_fields.registered("client")}
    chosen = [known[name] for name in names if name in known and name != "name"]
    if not chosen:
        chosen = [f for f in known.values() if f.default_column and f.name != "name"]
    return [known["name"], *chosen]


def canonical(params: QueryDict) -> str:
    """Parameters in one spelling: sorted, without empty values and without those that only say how to show."""
    kept = QueryDict(mutable=True)
    for name in sorted(params):
        if name not in SHOWING:
            values: list[Any] = [v for v in params.getlist(name) if v.strip()]
            if values:
                kept.setlist(name, values)
    return kept.urlencode()


def nobody_yet(clients: QuerySet) -> bool:
    """Whether the reader has no cards at all, archived ones included."""
    return not clients.filter(Q(pk__gt=0)).exists()
