"""The list of deals as one question: filters, search, order and columns read from an address.

The page, the board, exports, totals and bulk changes ask through it and so cannot disagree.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients import searching
from clients.list_filters import SHOWING, Chosen
from clients.listing import Chip, canonical, paths_for
from clients.models import Client
from deals import filters
from deals.models import Deal
from deals.querysets import DealQuerySet
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, registry

PAGE_SIZE = 25
COUNT_CAP = 10_000
LIST = "deals"


class DealListing:
    """What `user` sees of `deals` (already narrowed by `visible_to`) under the parameters of an address."""

    def __init__(self, params: QueryDict, deals: DealQuerySet, *, user: User) -> None:  # fmt: skip
        self.params, self.user, self.deals = params, user, deals
        self.filterset = filters.filterset(params, deals, user=user)
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]

    @cached_property
    def found(self) -> QuerySet:
        """All deals that the filters and the search leave, in no order."""
        rows = self.filterset.narrowed
        words = fold(self.typed)
        if not words:
            return rows
        wanted = Q(folded__contains=words)
        if (query := searching.read_query(self.typed)) is not None:
            clients = searching.matching(Client.objects.all(), query)
            wanted |= Q(client__in=clients.order_by().values("pk"))
        return rows.filter(wanted)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips) or bool(self.typed)

    @cached_property
    def count(self) -> int:
        return keyset.capped_count(self.found, cap=COUNT_CAP)

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
                of = "" if given.of in filters.HIDDEN else given.of
                chips.append(Chip(label, words, of, self.without(name)))
        if self.sort_fault:
            chips.append(Chip(_("Order"), "", "", self.without("sort"), self.sort_fault))  # fmt: skip
        return chips

    def without(self, *names: str) -> str:
        params = self.params.copy()
        for name in (*names, *SHOWING):
            params.pop(name, None)
        return params.urlencode()

    @cached_property
    def selection_parameters(self) -> str:
        return canonical(self.params)

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _order(self) -> tuple[Field | None, bool, str]:
        text = self.params.get("sort", "")
        known = {f.name: f for f in registry.columns("deal") if f.order_by}
        field = known.get(text.removeprefix("-"))
        if text and field is None:
            return None, False, _("“%s” cannot be sorted by.") % text[:60]
        return field, text.startswith("-"), ""

    @property
    def sort_fault(self) -> str:
        return self._order[2]

    @property
    def sort(self) -> str:
        field, down, _fault = self._order
        if field is None:
            return "-opened_at"
        return f"-{field.name}" if down else field.name

    def parts(self) -> list[keyset.Part]:
        """Those with a value first, in its order; those without behind them, the newest first."""
        field, down, _fault = self._order
        order = field.order_by if field else ("opened_at", "pk")
        sign = "-" if down or field is None else ""
        signed = tuple(f"{sign}{name}" for name in order)
        first = order[0]
        if not Deal._meta.get_field(first).null:
            return [keyset.Part(self.found, signed)]
        return [
            keyset.Part(self.found.filter(**{f"{first}__isnull": False}), signed),
            keyset.Part(self.found.filter(**{f"{first}__isnull": True}), ("-pk",)),
        ]

    # ── with what columns ────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def columns(self) -> list[Field]:
        return [f for f in chosen_columns(self.user) if f.name not in self._constant]

    @cached_property
    def _constant(self) -> set[str]:
        self.filterset.form.is_valid()
        cleaned = self.filterset.form.cleaned_data
        return {
            name
            for name in ("process", "stage", "responsible", "performer", "client")
            if isinstance(cleaned.get(name), Chosen) and len(cleaned[name].values) == 1
        }

    def page(self, *, more: Sequence[str] = ()) -> keyset.Page:
        return keyset.page(
            self.parts(),
            [*paths_for(self.columns), *more],
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
            ids_first=True,
        )

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[keyset.Row]]:
        return keyset.chunks(self.parts(), paths_for(columns), size=size)

    # ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────

    def totals(self) -> list[dict[str, Any]]:
        """Per currency: how many deals, their amount, the same by probability, invoiced, paid, still owed."""
        zero = Value(Decimal(0), output_field=DecimalField())
        percent = Coalesce(F("stage__percent"), Value(0))
        rows = (
            self.found.order_by()
            .values("currency")
            .annotate(
                count=Count("pk"),
                total=Coalesce(Sum("amount"), zero),
                likely=Coalesce(
                    Sum(
                        F("amount") * percent / Value(Decimal(100)),
                        output_field=DecimalField(max_digits=20, decimal_places=2),
                    ),
                    zero,
                ),
                received=Coalesce(Sum("paid"), zero),
                owed=Coalesce(Sum(F("invoiced") - F("paid")), zero),
            )
        )
        return sorted(rows, key=lambda row: (row["currency"] != "RUB", row["currency"]))

    def without_step(self) -> int:
        """How many of the open deals that the reader sees have no next step, whatever the filters; capped."""
        rows = self.deals.open().filter(next_step_at=None)
        return keyset.capped_count(rows, cap=999)


def columns_for(user: User) -> list[Field]:
    return [
        f
        for f in registry.columns("deal")
        if not f.permission or user.has_perm(f.permission)
    ]


def chosen_columns(user: User) -> list[Field]:
    """The columns that `user` chose, or the default ones; the title leads with its client."""
    names = user.list_columns.get(LIST) or []
    known = {f.name: f for f in columns_for(user)}
    chosen = [known[name] for name in names if name in known and name != "title"]
    if not chosen:
        chosen = [f for f in known.values() if f.default_column and f.name != "title"]
    return [known["title"], *chosen]
