"""The list of deals as one question: filters, search, order and columns read from an address.

The page, the board, exports, totals and bulk changes ask through it and so cannot disagree.
"""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from clients import own_fields, searching
from clients.list_base import Listing
from clients.models import Client
from deals import debts, filters
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field

BY_DEBT = ("debt", "debt_days")


class DealListing(Listing):
    """The title leads with its client."""

    ENTITY, NAME, FIRST = "deal", "deals", "title"
    NEWEST = "opened_at"
    SEGMENTS = ("process", "stage", "responsible", "performer", "client")
    UNPICKED = frozenset(filters.HIDDEN)
    SORTS_FEW = gettext_lazy(
        "“%(field)s” sorts at most %(count)s deals: narrow the list by a filter first."
    )

    def filterset_for(self, params: QueryDict, rows: QuerySet) -> Any:
        return filters.filterset(params, rows, user=self.user)

    @cached_property
    def found(self) -> QuerySet:
        rows: QuerySet = self.filterset.narrowed
        words = fold(self.typed)
        if not words:
            return rows
        wanted = Q(folded__contains=words)
        if (query := searching.read_query(self.typed)) is not None:
            clients = searching.matching(Client.objects.all(), query)
            wanted |= Q(client__in=clients.order_by().values("pk"))
        return rows.filter(wanted)

    @property
    def ids_first(self) -> bool:
        """Not for the plain list: the newest deals are nearly all open ones, so its rows are read as they come."""
        return self.is_narrowed or self.sort != f"-{self.NEWEST}"

    @classmethod
    def columns_for(cls, user: User) -> list[Field]:
        return [*super().columns_for(user), *own_fields.registered(cls.ENTITY)]

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    def sortable(self) -> dict[str, Field]:
        return {f.name: f for f in self.columns_for(self.user) if f.order_by}

    def parts(self) -> list[keyset.Part]:
        field, down, _fault = self._order
        if field and own_fields.id_of(field.name):
            return self.by_own(self.found, field, down=down, then=("pk",), rest=("-pk",))  # fmt: skip
        if field is None or field.name not in BY_DEBT:
            return super().parts()
        # Those that owe in the order of what they owe: all their keys are read. The others stand behind them.
        keys = debts.keys_of_deals(self.found, field.name, descends=down)
        others = self.found.exclude(pk__in=debts.owing_deals(late=field.name == "debt_days"))  # fmt: skip
        return [
            keyset.Known(self.found, tuple(field.order_by), keys),
            keyset.Part(others, ("-pk",)),
        ]

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
        deals: Any = self.rows
        without = deals.open().filter(next_step_at=None)
        return keyset.capped_count(without, cap=999)
