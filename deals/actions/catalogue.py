"""Products and their prices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from clients.actions.dictionaries import save_entry
from clients.dictionaries import BY_SLUG
from clients.models import Product
from deals.models import ProductPrice, ProductTerms
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def save_product(
    *, product: Product, terms: dict[str, Any], by: User, at: datetime
) -> Product:
    """Save a product with its terms of sale. Raises `clients.actions.dictionaries.NameIsTaken`."""
    save_entry(dictionary=BY_SLUG["products"], entry=product, by=by, at=at)
    ProductTerms.objects.update_or_create(product=product, defaults=terms)
    return product


@transaction.atomic
def set_price(
    *,
    product: Product,
    price: Decimal,
    since: date,
    by: User,
    at: datetime,
    cost: Decimal | None = None,
    currency: str = "RUB",
) -> ProductPrice:
    """Set the price from a day on; the same day's price is corrected, the days before keep theirs."""
    row, _created = ProductPrice.objects.update_or_create(
        product=product,
        currency=currency,
        since=since,
        defaults={"price": price, "cost": cost, "set_by": by},
    )
    journal.record("product.priced", product, by=by, at=at, price=str(price), since=since.isoformat())  # fmt: skip
    return row
