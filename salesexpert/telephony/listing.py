"""The list of calls as one question: filters, number, order and columns read from an address. Page and export ask it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from clients.list_base import Listing
from clients.list_filters import Chosen
from salesexpert.telephony import filters, numbers


class CallListing(Listing):
    """When it was leads. What is typed is a number or its end."""

    ENTITY, NAME, FIRST = "call", "calls", "began_at"
    NEWEST = "began_at"
    SEGMENTS = ("client", "person", "direction", "connection")
    UNTOLD = frozenset({filters.SHOW})
    UNPICKED = frozenset(filters.HIDDEN)

    def filterset_for(self, params: QueryDict, rows: QuerySet) -> Any:
        return filters.filterset(params, rows, user=self.user)

    @cached_property
    def found(self) -> QuerySet:
        rows: QuerySet = self.filterset.narrowed
        if not self.typed:
            return rows
        if number := numbers.e164(self.typed):
            return rows.filter(number=number)
        digits = "".join(c for c in self.typed if c.isdigit())
        return rows.filter(number__endswith=digits) if len(digits) >= 4 else rows.none()

    @property
    def show(self) -> str:
        """The tab that is shown."""
        self.filterset.form.is_valid()
        chosen = self.filterset.form.cleaned_data.get(filters.SHOW)
        return str(chosen.values[0]) if isinstance(chosen, Chosen) else ""

    @property
    def is_narrowed(self) -> bool:
        return super().is_narrowed or bool(self.show)

    @cached_property
    def _constant(self) -> set[str]:
        # Those that wait for a résumé are the reader's own.
        return super()._constant | ({"person"} if self.show == filters.WAITS else set())
