"""Whose money it is: a payment belongs to the responsible of its deal, without a deal to the client's curator."""

from collections.abc import Collection

from django.db.models import Q, QuerySet


def of_people(rows: QuerySet, people: Collection[int]) -> QuerySet:
    """Payments or the like (they name a client and may name a deal) that belong to these people."""
    mine = list(people)
    return rows.filter(Q(deal__responsible__in=mine) | Q(deal=None, client__curator__in=mine))  # fmt: skip
