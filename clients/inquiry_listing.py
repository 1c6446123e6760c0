"""The inbox as one question: filters, search, order and columns read from an address. Page and export ask through it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from clients import inquiry_filters, phones
from clients.list_base import Listing
from salesexpert.core.folding import fold


class InquiryListing(Listing):
    """Who asked leads."""

    ENTITY, NAME, FIRST = "inquiry", "inquiries", "who"
    NEWEST = "received_at"
    SEGMENTS = ("channel", "responsible", "form", "campaign", "source")
    UNTOLD = frozenset({"state"})
    UNPICKED = frozenset(inquiry_filters.HIDDEN)

    def filterset_for(self, params: QueryDict, rows: QuerySet) -> Any:
        return inquiry_filters.filterset(params, rows, user=self.user)

    @cached_property
    def found(self) -> QuerySet:
        rows: QuerySet = self.filterset.narrowed
        numbers = [n.e164.lstrip("+") for n in phones.read(self.typed) if n.e164]
        for words in numbers or fold(self.typed).split():
            rows = rows.filter(folded__contains=words)
        return rows
