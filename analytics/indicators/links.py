"""Addresses that open exactly the records behind an indicator of a person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from analytics.sums import CURRENCY, Extent
from deals import client_figures, figures
from salesexpert.core.addresses import address

Link = Callable[[Extent, int], str]


def at(view: str, *pairs: tuple[str, Any]) -> str:
    return f"{address(view)}?{urlencode(pairs)}"


def deals(figure: str = "", *pairs: tuple[str, Any]) -> Link:
    def link(asked: Extent, person: int) -> str:
        given: list[tuple[str, Any]] = [*pairs, ("responsible", person)]
        if figure:
            given.append(("figure", figures.write(figure, asked.since, asked.until)))
        return at("deals:list", *given)

    return link


def won_in(figure: str = "closed", *pairs: tuple[str, Any]) -> Link:
    return deals(figure, ("state", "won"), ("currency", CURRENCY), *pairs)


def contacts(kind: int | None = None) -> Link:
    def link(asked: Extent, person: int) -> str:
        given: list[tuple[str, Any]] = [
            ("performer", person),
            ("since", asked.since.isoformat()),
            ("to", (asked.until - timedelta(days=1)).isoformat()),
        ]
        return at("analytics:contacts", *given, *([("kind", kind)] if kind else []))

    return link


def invoices(*pairs: tuple[str, Any]) -> Link:
    return lambda asked, person: at("deals:invoices", *pairs, ("responsible", person))


def new_cards(asked: Extent, person: int) -> str:
    figure = client_figures.write("opened", person, asked.since, asked.until)
    return at("clients:list", ("archived", "all"), ("figure", figure))


def clients_in_work(asked: Extent, person: int) -> str:
    return at("clients:list", ("figure", client_figures.write("in_work", person)))


def cards_of_curator(asked: Extent, person: int) -> str:
    return at("clients:list", ("curator", person), ("completeness_from", 0))


def plans(asked: Extent, person: int) -> str:
    return address("analytics:plans")


def overdue_work(asked: Extent, person: int) -> str:
    return at("analytics:overdue", ("performer", person))
