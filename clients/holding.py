"""Whoever changes what hangs on many clients takes turns with those who work on one: the clients first, in one order."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from clients.models import Client


def hold_clients(moved: Iterable[QuerySet[Any]]) -> None:
    """Hold the clients of these rows, or these clients, until the end of the transaction.

    Whoever works with a client holds him first, then his deals and his work; whoever took the work first would wait for
    one who waits for him.
    """
    whose: set[int] = set()
    for rows in moved:
        model: Any = rows.model
        name = "pk" if model is Client else "client"
        if name == "pk" or any(f.name == name for f in model._meta.concrete_fields):
            whose.update(pk for pk in rows.values_list(name, flat=True).distinct() if pk)  # fmt: skip
    if whose:
        cards = Client._base_manager.select_for_update(no_key=True, of=["self"])
        list(cards.filter(pk__in=whose).order_by("pk").values_list("pk"))
