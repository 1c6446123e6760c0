"""The catalogue: what is sold, at which price on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from clients.models import Product, ProductCategory
from deals.models import ProductPrice
from salesexpert.core.folding import fold

FOUND = 12


def priced(day: date, currency: str = "RUB") -> QuerySet[Product]:
    """Products with `price_now`, `cost_now` and `priced_since`: the price of `day` in `currency`, None where there is none."""
    of_day = ProductPrice.objects.filter(
        product=OuterRef("pk"), currency=currency, since__lte=day
    ).order_by("-since")
    return Product.objects.select_related("category", "unit", "terms").annotate(
        price_now=Subquery(of_day.values("price")[:1]),
        cost_now=Subquery(of_day.values("cost")[:1]),
        priced_since=Subquery(of_day.values("since")[:1]),
    )


def matching(products: QuerySet[Product], typed: str) -> QuerySet[Product]:
    """Those whose name or article holds every typed word."""
    for word in fold(typed).split()[:6]:
        products = products.filter(
            Q(folded__contains=word) | Q(code__icontains=word) | Q(name_en__icontains=word)
        )  # fmt: skip
    return products


def offered(typed: str, *, day: date, currency: str = "RUB") -> list[Any]:
    """What a seller is offered while he types a product into a line."""
    found = priced(day, currency).filter(retired_at=None, merged_into=None)
    return list(matching(found, typed).order_by("folded", "pk")[:FOUND])


@dataclass(slots=True)
class Shelf:
    category: ProductCategory
    depth: int
    ids: list[int]


def shelves() -> list[Shelf]:
    """The categories as a tree drawn flat; `ids` are those of a category and all below it."""
    below: dict[int | None, list[ProductCategory]] = {}
    for category in ProductCategory.objects.filter(merged_into=None):
        below.setdefault(category.parent_id, []).append(category)
    drawn: list[Shelf] = []

    def put(parent: int | None, depth: int, above: tuple[Shelf, ...]) -> None:
        for category in below.get(parent, []):
            shelf = Shelf(category, depth, [category.pk])
            for one in above:
                one.ids.append(category.pk)
            drawn.append(shelf)
            put(category.pk, depth + 1, (*above, shelf))

    put(None, 0, ())
    return drawn


def prices_of(
    products: Iterable[int], day: date, currency: str
) -> dict[int, ProductPrice]:
    """The price of the day of each product, by its id."""
    rows = ProductPrice.objects.filter(
        product__in=products, currency=currency, since__lte=day
    ).order_by("product_id", "-since")
    return {row.product_id: row for row in rows.distinct("product_id")}
