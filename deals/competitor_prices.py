"""What competitors ask beside what we ask: the gap of each price, the latest of each competitor, the trend to draw."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from deals.models import CompetitorPrice, ProductPrice

# The drawing in its own units, and how much of the past it holds.
WIDTH, HEIGHT, DAYS = 720, 180, 730
# More lines than this tangle: the competitors seen last are drawn.
LINES = 5
MOST_POINTS = 500


def with_ours(rows: QuerySet[CompetitorPrice]) -> QuerySet[Any]:
    """Each price with `ours`: that of our catalogue on the same day, or the amount of the deal in whose talks it came."""
    of_day = ProductPrice.objects.filter(
        product=OuterRef("product"),
        currency=OuterRef("currency"),
        since__lte=OuterRef("seen_on"),
    ).order_by("-since")
    amount = CompetitorPrice.objects.filter(
        pk=OuterRef("pk"), product=None, deal__currency=F("currency")
    ).values("deal__amount")
    return rows.annotate(
        ours=Coalesce(Subquery(of_day.values("price")[:1]), Subquery(amount[:1]))
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """How much more we ask than he: negative, we are cheaper."""

    amount: Decimal
    percent: Decimal

    @property
    def size(self) -> Decimal:
        return abs(self.percent)


def gap(ours: Decimal | None, theirs: Decimal) -> Gap | None:
    if ours is None or theirs <= 0:
        return None
    amount = ours - theirs
    return Gap(amount, (amount * 100 / theirs).quantize(Decimal("0.1")))


def latest(product_id: int, currency: str, today: date) -> list[dict[str, Any]]:
    """The last price of each competitor for a product, beside ours of today; the cheapest first."""
    ours = our_price(product_id, currency, today)
    rows = (
        CompetitorPrice.objects.filter(product=product_id, currency=currency)
        .order_by("competitor_id", "-seen_on", "-pk")
        .distinct("competitor_id")
        .select_related("competitor")
    )
    found = [{"price": row, "gap": gap(ours, row.price)} for row in rows]
    return sorted(found, key=lambda row: row["price"].price)


def our_price(product_id: int, currency: str, on: date) -> Decimal | None:
    rows = ProductPrice.objects.filter(product=product_id, currency=currency, since__lte=on)  # fmt: skip
    return rows.order_by("-since").values_list("price", flat=True).first()


def our_prices(products: Collection[int], on: date) -> dict[tuple[int, str], Decimal]:
    """{(product, currency): price of that day}: one query for all of them."""
    rows = ProductPrice.objects.filter(product__in=products, since__lte=on)
    newest = rows.order_by("product", "currency", "-since").distinct("product", "currency")  # fmt: skip
    return {(product, currency): price for product, currency, price in newest.values_list("product", "currency", "price")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One competitor (or we, `number` 0): his polyline and points in units of the drawing."""

    name: str
    number: int
    points: str
    dots: Sequence[tuple[float, float, date, Decimal]]


@dataclass(frozen=True, slots=True)
class Trend:
    lines: list[Line]
    highest: Decimal
    lowest: Decimal
    since: date
    until: date


def trend(product_id: int, currency: str, today: date) -> Trend | None:
    """Prices of the last two years as lines; None where fewer than two of them could make one."""
    since = today - timedelta(days=DAYS)
    seen: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = list(
        CompetitorPrice.objects.filter(
            product=product_id, currency=currency, seen_on__gte=since
        )
        .order_by("-seen_on", "-pk")
        .select_related("competitor")[:MOST_POINTS]
    )
    for row in rows:
        seen[str(row.competitor)].append((row.seen_on, row.price))
    if len(rows) < 2:
        return None
    theirs = [(name, list(reversed(points))) for name, points in list(seen.items())[:LINES]]  # fmt: skip
    begins = min(points[0][0] for _name, points in theirs)
    ours = _ours(product_id, currency, begins, today)
    prices = [p for _n, points in [*theirs, ("", ours)] for _d, p in points]
    low, high = min(prices), max(prices)
    days = max((today - begins).days, 1)
    span = high - low or Decimal(1)

    def place(day: date, price: Decimal) -> tuple[float, float]:
        x = WIDTH * (day - begins).days / days
        y = HEIGHT - float((price - low) / span) * HEIGHT
        return round(x, 1), round(y, 1)

    def line(name: str, number: int, points: list[tuple[date, Decimal]]) -> Line:
        dots = [(*place(day, price), day, price) for day, price in points]
        return Line(name, number, " ".join(f"{x},{y}" for x, y, *_rest in dots), dots)

    lines = [line(name, n, points) for n, (name, points) in enumerate(theirs, start=1)]
    if ours:
        lines.insert(0, line("", 0, ours))
    return Trend(lines, high, low, begins, today)


def _ours(
    product_id: int, currency: str, since: date, today: date
) -> list[tuple[date, Decimal]]:
    """Our price as steps: it holds until the day before the next one."""
    rows = list(
        ProductPrice.objects.filter(
            product=product_id, currency=currency, since__lte=today
        )
        .order_by("since")
        .values_list("since", "price")
    )
    before = [row for row in rows if row[0] <= since]
    held = ([(since, before[-1][1])] if before else []) + [r for r in rows if r[0] > since]  # fmt: skip
    steps: list[tuple[date, Decimal]] = []
    for day, price in held:
        if steps:
            steps.append((day, steps[-1][1]))
        steps.append((day, price))
    if steps:
        steps.append((today, steps[-1][1]))
    return steps
