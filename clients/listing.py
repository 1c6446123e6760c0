"""The client list as one question: filters, search, order and columns read from an address.

The page, its exports, saved selections and (later) mailings ask through it and so cannot disagree.
"""

from collections.abc import Sequence
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
from django.utils.translation import gettext_lazy

from clients import fields, filters, own_fields, searching
from clients.list_base import COUNT_CAP, PAGE_SIZE, Listing
from clients.models import Client
from clients.querysets import sees_all
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.registry import Field

# In what order the entries stand by which the list can be sorted.
ENTRIES_BY = {
    "relationship": ("step", "position", "folded", "pk"),
    "industry": ("position", "folded", "pk"),
    "region": ("position", "folded", "pk"),
    "group": ("position", "folded", "pk"),
    "curator": ("last_name", "first_name", "pk"),
}


class ClientListing(Listing):
    """The name leads; a search ranks by likeness."""

    ENTITY, NAME, FIRST = "client", "clients", "name"
    SEGMENTS = ("relationship", "industry", "region", "group", "curator")
    SORTS_FEW = gettext_lazy(
        "“%(field)s” sorts at most %(count)s clients: narrow the list by a filter first."
    )

    def __init__(self, params: QueryDict, rows: QuerySet, *, user: User) -> None:
        super().__init__(params, rows, user=user)
        self.query = searching.read_query(self.typed)
        self._paths: tuple[str, ...] = ()

    def filterset_for(self, params: QueryDict, rows: QuerySet) -> Any:
        return filters.filterset(params, rows, user=self.user)

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
        if self.query is not None and not self.query.is_short:
            if self._is_whole and searching.many_named(self.filterset.narrowed, self.query):  # fmt: skip
                return searching.FEW + 1
            return len(self._hits)
        return keyset.capped_count(self.found, cap=self.cap)

    @property
    def _is_whole(self) -> bool:
        """Whether nothing but the search narrows the list: all live cards are asked."""
        return not self.chips and sees_all(self.user)

    @property
    def _is_searched(self) -> bool:
        return self.query is not None and not self.query.is_short

    @cached_property
    def _hits(self) -> list[tuple[int, str, int]]:
        if self.query is None:
            return []
        if self._met:
            return [(row["likeness"], row["folded"], row["pk"]) for row in self._met.values()]  # fmt: skip
        return searching.hits(self.filterset.narrowed, self.query)

    @cached_property
    def _met(self) -> dict[int, keyset.Row]:
        """Matches with all that a row shows, by their ids, where few are expected and a page is asked for."""
        if self.query is None or not self._paths or not searching.are_few(self.query):
            return {}
        rows = searching.hits_with(self.filterset.narrowed, self.query, self._paths)
        return {row["pk"]: row for row in rows}

    def page(self, *, more: Sequence[str] = ()) -> keyset.Page:
        self._paths = tuple(self.asked(more))
        return super().page(more=more)

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    def sortable(self) -> dict[str, Field]:
        own = {f.name: f for f in own_fields.registered("client")}
        return super().sortable() | own

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
                    return [keyset.Known(narrowed, by_likeness, self._hits, self._met)]  # fmt: skip
                found = narrowed.filter(pk__in=[hit[-1] for hit in self._hits])
            elif field is None:
                walk = self._is_whole and searching.walks(self.query, size=PAGE_SIZE)
                return [
                    keyset.Part(part, ("folded", "pk"))
                    for part in searching.ranked(narrowed, self.query, walk=walk)
                ]
        order = field.order_by if field else ("folded", "pk")
        sign = "-" if down else ""
        if field and own_fields.id_of(field.name):
            return self.by_own(found, field, down=down, then=("folded", "pk"), rest=("folded", "pk"))  # fmt: skip
        if order[0] == "city":
            return _by_city(found, sign)
        if Client._meta.get_field(order[0]).is_relation:
            return self._by_entries(found, order[0], sign)
        return self.dated(found, order, down=down)

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

    @classmethod
    def columns_for(cls, user: User) -> list[Field]:
        """With the company's own fields, and those of its dimensions that the user chose."""
        names = [str(name) for name in user.list_columns.get(cls.NAME) or []]
        own = [name for name in names if name.startswith(fields.DIMENSION_PREFIX)]
        return [
            *super().columns_for(user),
            *(filters.own_dimensions(own) if own else ()),
            *own_fields.registered("client"),
        ]

    @property
    def ids_first(self) -> bool:
        return self.is_narrowed


def _by_city(found: QuerySet, sign: str) -> list[keyset.Part]:
    """Cities from A, or from the last letter; cards without one behind them."""
    order = (f"{sign}city_key", f"{sign}folded", f"{sign}pk")
    keyed = found.exclude(city="").annotate(city_key=Upper("city"))
    return [
        keyset.Part(keyed, order),
        keyset.Part(found.filter(city=""), ("folded", "pk")),
    ]


def nobody_yet(clients: QuerySet) -> bool:
    """Whether the reader has no cards at all, archived ones included."""
    return not clients.filter(Q(pk__gt=0)).exists()
