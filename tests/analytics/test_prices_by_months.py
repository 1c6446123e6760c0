"""Competitors' prices kept by months, beside plain counting after every kind of change."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from analytics import kept_prices, rollups
from analytics.models import ChangedPrice, PriceMonth
from clients.models import Product
from deals.competitor_prices import our_price
from deals.models import Competitor, CompetitorPrice, ProductPrice
from tests.factories import UserFactory

D = Decimal
SPANS = [
    (date(2026, 1, 1), date(2026, 5, 1)),
    (date(2026, 2, 1), date(2026, 4, 1)),
    (date(2026, 1, 16), date(2026, 3, 4)),
    (date(2026, 2, 10), date(2026, 2, 20)),
    (date(2026, 2, 1), date(2026, 2, 15)),
    (date(2026, 1, 1), date(2026, 4, 29)),
]


def plainly(since: date, until: date, product: int | None = None) -> Any:
    """Every price in Python, one by one."""
    rows = [p for p in CompetitorPrice.objects.all() if since <= p.seen_on < until and product in (None, p.product_id)]  # fmt: skip
    parts: dict[Any, list[CompetitorPrice]] = defaultdict(list)
    months: dict[date, int] = defaultdict(int)
    for row in rows:
        if row.product_id:
            parts["product", row.product_id, row.currency].append(row)
        parts["competitor", row.competitor_id].append(row)
        months[row.seen_on.replace(day=1)] += 1

    def gap(row: CompetitorPrice) -> Decimal | None:
        ours = our_price(row.product_id, row.currency, row.seen_on) if row.product_id else None  # fmt: skip
        if ours is None:
            return None
        return ((ours - row.price) * 100 / row.price).quantize(D("0.1"), ROUND_HALF_UP)

    def told(rows: list[CompetitorPrice]) -> Any:
        gaps = [g for g in map(gap, rows) if g is not None]
        return len(rows), sum(r.price for r in rows), min(r.price for r in rows), len(gaps), sum(gaps, D(0))  # fmt: skip

    roubles = defaultdict(list)
    for row in rows:
        if row.currency == "RUB":
            roubles[row.seen_on.replace(day=1)].append(row.price)
    means = {month: round(sum(prices) / len(prices), 6) for month, prices in roubles.items()}  # fmt: skip
    return {key: told(of) for key, of in parts.items()}, dict(months), means


def kept(since: date, until: date, product: int | None = None) -> Any:
    found = kept_prices.read(since, until, currency="RUB", product=product)
    parts: dict[Any, Any] = {("product", *key): of for key, of in found.products.items()}  # fmt: skip
    parts |= {("competitor", key): of for key, of in found.competitors.items()}
    means = {month: round(mean, 6) for month, mean in found.means.items()}
    return {key: (of.n, of.total, of.least, of.compared, of.gap) for key, of in parts.items()}, found.months, means  # fmt: skip


def seen(competitor: Any, product: Any, price: Any, on: str, **more: Any) -> CompetitorPrice:  # fmt: skip
    price = CompetitorPrice.objects.create(competitor=competitor, product=product, price=price, seen_on=on, entered_by=UserFactory(), **more)  # fmt: skip
    price.refresh_from_db()
    return price


def agree(*products: Product) -> None:
    for since, until in SPANS:
        for product in (None, *(p.pk for p in products)):
            assert kept(since, until, product) == plainly(since, until, product)


@pytest.mark.django_db
def test_every_change_of_a_price_is_in_the_months_at_once():
    box, can = Product.objects.create(name="Ящик"), Product.objects.create(name="Бак")
    one, two = Competitor.objects.create(name="А"), Competitor.objects.create(name="Б")
    ProductPrice.objects.create(product=box, price=100, since="2026-01-10")
    first = seen(one, box, D("90.50"), "2026-01-05")
    for n, day in enumerate(("01-15", "02-03", "02-12", "03-03", "03-31", "04-28")):
        seen((one, two)[n % 2], (box, can, None)[n % 3], 80 + n, f"2026-{day}")
    last = seen(two, box, 77, "2026-04-30", currency="USD")
    agree(box, can)
    rows = CompetitorPrice.objects.filter
    changes: list[Callable[[], object]] = [
        lambda: seen(one, can, 3, "2026-03-04"),
        lambda: seen(two, None, 5, "2026-02-14"),
        lambda: rows(pk=first.pk).update(price=D("12.34")),
        lambda: rows(pk=first.pk).update(seen_on="2026-02-28"),
        lambda: rows(pk=first.pk).update(product=None),
        lambda: rows(pk=first.pk).update(competitor=two),
        lambda: rows(pk=first.pk).update(product=box, currency="USD"),
        lambda: rows(pk=last.pk).update(currency="RUB", seen_on="2026-01-01"),
        lambda: ProductPrice.objects.create(product=can, price=9, since="2026-02-01"),
        lambda: ProductPrice.objects.create(product=box, price=120, since="2026-02-12"),
        lambda: ProductPrice.objects.filter(price=120).update(price=130),
        lambda: ProductPrice.objects.filter(price=130).update(since="2026-03-01"),
        lambda: ProductPrice.objects.filter(price=9).update(product=box, currency="USD"),
        lambda: ProductPrice.objects.filter(price=100).delete(),
        lambda: rows(pk=last.pk).delete(),
        lambda: CompetitorPrice.objects.update(price=D("55.55")),
        lambda: rows(competitor=two).delete(),
    ]  # fmt: skip
    for change in changes:
        change()
        assert ChangedPrice.objects.exists()
        agree(box, can)
        assert not ChangedPrice.objects.exists()
    assert rollups.verify() == []
    CompetitorPrice.objects.all().delete()
    agree(box, can)
    assert not PriceMonth.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_months_say_what_prices_drawn_at_random_say(seed):
    draw = Random(seed)
    products = [Product.objects.create(name=f"Товар {n}") for n in range(3)]
    rivals = [Competitor.objects.create(name=f"Соперник {n}") for n in range(3)]
    for product in products[:2]:
        for since in draw.sample(["2025-12-01", "2026-01-20", "2026-02-11", "2026-04-02"], draw.randint(0, 4)):  # fmt: skip
            ProductPrice.objects.create(product=product, price=draw.randint(50, 150), since=since, currency=draw.choice(["RUB", "RUB", "USD"]))  # fmt: skip
    for _n in range(40):
        day = f"2026-{draw.randint(1, 5):02d}-{draw.randint(1, 28):02d}"
        seen(draw.choice(rivals), draw.choice([*products, None]), D(draw.randint(1000, 20000)) / 100, day, currency=draw.choice(["RUB", "RUB", "USD"]))  # fmt: skip

    agree(*products)
    assert kept_prices.rebuild() == PriceMonth.objects.count()
    assert kept_prices.differences() == []
    agree(*products)


@pytest.mark.django_db
def test_a_month_that_was_kept_wrong_is_told_and_counted_anew():
    box, one = Product.objects.create(name="Ящик"), Competitor.objects.create(name="А")
    seen(one, box, 90, "2026-01-05")
    kept_prices.count()
    PriceMonth.objects.update(seen=7)

    assert [(d.what, d.user, d.day) for d in rollups.verify()] == [("prices", box.pk, date(2026, 1, 1))]  # fmt: skip
    rollups.rebuild()
    assert rollups.verify() == []


@pytest.mark.django_db(transaction=True)
def test_who_reads_while_another_counts_is_told_what_the_prices_say():
    box, one = Product.objects.create(name="Ящик"), Competitor.objects.create(name="А")
    seen(one, box, 90, "2026-01-05")
    told: list[Any] = []

    def read() -> None:
        told.append(kept(*SPANS[0]))
        connection.close()

    with transaction.atomic():
        kept_prices.count()
        other = Thread(target=read)
        other.start()
        other.join()
    assert told == [plainly(*SPANS[0])]
