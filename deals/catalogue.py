"""The catalogue: what is sold, at which price on a day."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from clients.models import Product, ProductCategory
from deals.choices import VatKind
from deals.models import OwnFirm, ProductPrice
from deals.vat import percent_for
from salesexpert.core.folding import fold
from salesexpert.core.money import trimmed

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


@dataclass(frozen=True, slots=True)
class Offered:
    """A product as it would stand in a line: `price` None where the day has none, `vat` None without VAT."""

    product: Product
    unit: str
    price: Decimal | None
    vat: Decimal | None

    @property
    def fill(self) -> str:
        """What the fields of the line become, as JSON."""
        return json.dumps(
            {
                "unit": self.unit,
                "price": "" if self.price is None else str(self.price),
                "vat_percent": "" if self.vat is None else str(trimmed(self.vat)),
            },
            ensure_ascii=False,
        )


def for_lines(typed: str, *, day: date, currency: str, firm: OwnFirm | None) -> list[Offered]:  # fmt: skip
    """Products that fit what is typed, with the price of `day` and the VAT that `firm` puts on its papers of `day`."""
    found = []
    for product in offered(typed, day=day, currency=currency):
        terms = getattr(product, "terms", None)
        found.append(
            Offered(
                product,
                product.unit.name if product.unit else "",
                product.price_now,
                percent_for(terms.vat_kind if terms else VatKind.MAIN, firm, day),
            )
        )
    return found


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
