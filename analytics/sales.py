"""Sales of a period, and how long open deals have been open: functions from a half-open period and a scope to rows.

A deal belongs to a period by the day on which it closed, in the company's time zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DateField,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.dimensions import NONE, By, dimensions
from deals.choices import DealState
from deals.models import Deal, DealLine
from salesexpert.core.aggregates import DaysBetween, Median
from salesexpert.core.errors import DomainError

WON, LOST = Q(state=DealState.WON), Q(state=DealState.LOST)


class WrongPeriod(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Sales:
    """One part of the sales, in one currency. Cycles are calendar days from opening to closing."""

    of: tuple[str, ...]
    currency: str
    total: int
    won: int
    lost: int
    open: int
    revenue: Decimal
    average: Decimal | None
    win_rate: float | None
    cycle_mean_won: float | None
    cycle_median_won: float | None
    cycle_mean_lost: float | None
    cycle_median_lost: float | None
    cycle_mean_closed: float | None
    cycle_median_closed: float | None


@dataclass(frozen=True, slots=True)
class OpenAge:
    """How many days the open deals of one part have been open; those without a day of opening are left out."""

    of: tuple[str, ...]
    n: int
    min: int | None
    max: int | None
    mean: float | None
    median: float | None
    over_90: int
    over_180: int


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def sales(
    *,
    since: date | None = None,
    until: date | None = None,
    by: Sequence[str] = (),
    scope: QuerySet[Deal] | None = None,
) -> list[Sales]:
    """Deals of `scope` won and lost from `since` to the day before `until`, and those open at `until`; None: no bound.

    One row per part and currency, the largest revenue first. Raises WrongPeriod, UnknownDimension.
    """
    if since and until and since >= until:
        raise WrongPeriod(_("The period ends before it begins: --until is the first day after it."))  # fmt: skip
    zone = timezone.get_default_timezone()
    parts = dimensions(by, zone)
    closed = Q(closed_at__isnull=False)
    still_open = Q(closed_at=None)
    if until:
        end = _midnight(until)
        closed &= Q(closed_at__lt=end)
        still_open = (Q(closed_at=None) | Q(closed_at__gte=end)) & (Q(opened_at=None) | Q(opened_at__lt=end))  # fmt: skip
    if since:
        closed &= Q(closed_at__gte=_midnight(since))
    wanted = closed if any(p.closed_only for p in parts) else closed | still_open
    rows = (Deal.objects.all() if scope is None else scope).filter(wanted)
    found = _grouped(rows, parts, closed, still_open, zone)
    return [Sales(of=of, **row) for of, row in _named(found, parts)]


def totals(**asked: Any) -> list[Sales]:
    """The whole of what `sales` would divide, one row per currency."""
    by = asked.pop("by", ())
    closed_only = any(p.closed_only for p in dimensions(by, None))
    rows = sales(**asked)
    if closed_only:
        rows = [Sales(**(asdict(r) | {"open": 0, "total": r.won + r.lost, "of": ()})) for r in rows]  # fmt: skip
    return [row for row in rows if row.total]


def _grouped(
    rows: QuerySet[Deal], parts: Sequence[By], closed: Q, still_open: Q, zone: Any
) -> list[dict[str, Any]]:
    won, lost = closed & WON, closed & LOST
    days = DaysBetween(TruncDate("closed_at", tzinfo=zone), TruncDate("opened_at", tzinfo=zone))  # fmt: skip
    money: Any = F("amount")
    if any(part.products for part in parts):
        # One row per product of a deal, with what its lines of that product come to.
        rows, money = _by_products(rows)
        parts = [By(p.name, {"by_product": F("of_product")}, p.names) if p.products else p for p in parts]  # fmt: skip
    keys = {name: part for by in parts for name, part in by.parts.items()}
    grouped = rows.annotate(**keys, days=days).values(*keys, "currency").order_by()
    return list(
        grouped.annotate(
            won=Count("pk", filter=won),
            lost=Count("pk", filter=lost),
            open=Count("pk", filter=still_open),
            revenue=Coalesce(Sum(money, filter=won), Decimal(0)),
            cycle_mean_won=Avg("days", filter=won),
            cycle_median_won=Median("days", filter=won),
            cycle_mean_lost=Avg("days", filter=lost),
            cycle_median_lost=Median("days", filter=lost),
            cycle_mean_closed=Avg("days", filter=closed),
            cycle_median_closed=Median("days", filter=closed),
        )
    )


def _by_products(rows: QuerySet[Deal]) -> tuple[QuerySet[Deal], Any]:
    """Deals once for each of their products; a deal without lines once, with its own amount."""
    # The first line of each product stands for it; its money is that of all lines of the product.
    first = DealLine.objects.filter(deal=OuterRef("deal"), product=OuterRef("product")).order_by("pk").values("pk")[:1]  # fmt: skip
    nameless = DealLine.objects.filter(deal=OuterRef("deal"), product=None).order_by("pk").values("pk")[:1]  # fmt: skip
    chosen = DealLine.objects.filter(Q(pk=Subquery(first)) | Q(product=None, pk=Subquery(nameless)))  # fmt: skip
    same = DealLine.objects.filter(deal=OuterRef("pk"), product=OuterRef("lines__product")).order_by().values("deal").annotate(sum=Sum("total")).values("sum")  # fmt: skip
    none = DealLine.objects.filter(deal=OuterRef("pk"), product=None).order_by().values("deal").annotate(sum=Sum("total")).values("sum")  # fmt: skip
    rows = rows.filter(Q(lines=None) | Q(lines__in=chosen)).annotate(
        of_product=F("lines__product")
    )
    return rows, Coalesce(Subquery(same), Subquery(none), F("amount"))


def _named(
    found: list[dict[str, Any]], parts: Sequence[By]
) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    """Rows with the names of their parts, complete with what follows from the counts, the largest revenue first."""
    names: list[dict[Any, str]] = []
    for part in parts:
        names.append(part.names({tuple(row[k] for k in part.parts) for row in found}))
    done = []
    for row in found:
        of = tuple(
            told.get(tuple(row[k] for k in part.parts), NONE)
            for part, told in zip(parts, names, strict=True)
        )
        known = {f.name for f in fields(Sales)}
        row = {name: value for name, value in row.items() if name in known}
        won, ended = row["won"], row["won"] + row["lost"]
        row["total"] = ended + row["open"]
        row["average"] = (row["revenue"] / won).quantize(Decimal("0.000001"), ROUND_HALF_UP) if won else None  # fmt: skip
        row["win_rate"] = round(won / ended, 6) if ended else None
        for name, value in row.items():
            if name.startswith("cycle_") and value is not None:
                row[name] = round(float(value), 6)
        done.append((of, row))
    timed = any(part.closed_only for part in parts)
    done.sort(key=lambda pair: pair[0] if timed else (-pair[1]["revenue"], -pair[1]["total"], pair[0]))  # fmt: skip
    return done


def open_age(
    *, at: date, by: Sequence[str] = (), scope: QuerySet[Deal] | None = None
) -> list[OpenAge]:
    """Ages, in calendar days on the day `at`, of the deals that were open at its end."""
    zone = timezone.get_default_timezone()
    parts = dimensions(by, zone)
    if any(part.closed_only for part in parts):
        raise WrongPeriod(_("Open deals have no month or quarter of closing."))
    end = _midnight(date.fromordinal(at.toordinal() + 1))
    rows = (Deal.objects.all() if scope is None else scope).filter(
        Q(closed_at=None) | Q(closed_at__gte=end), opened_at__lt=end
    )
    if any(part.products for part in parts):
        rows, _money = _by_products(rows)
        parts = [By(p.name, {"by_product": F("of_product")}, p.names) if p.products else p for p in parts]  # fmt: skip
    keys = {name: part for by_ in parts for name, part in by_.parts.items()}
    age = DaysBetween(_day(at), TruncDate("opened_at", tzinfo=zone))
    # Something must be grouped by, or each deal would be a group.
    whole = Value(1, output_field=IntegerField())
    grouped = rows.annotate(**keys, whole=whole, age=age).values("whole", *keys).order_by()  # fmt: skip
    found = list(
        grouped.annotate(
            n=Count("pk"),
            min=Min("age"),
            max=Max("age"),
            mean=Avg("age"),
            median=Median("age"),
            over_90=Count("pk", filter=Q(age__gt=90)),
            over_180=Count("pk", filter=Q(age__gt=180)),
        )
    )
    names = [part.names({tuple(row[k] for k in part.parts) for row in found}) for part in parts]  # fmt: skip
    done = []
    for row in found:
        of = tuple(told.get(tuple(row[k] for k in part.parts), NONE) for part, told in zip(parts, names, strict=True))  # fmt: skip
        own = {f.name: row[f.name] for f in fields(OpenAge) if f.name in row}
        for name in ("mean", "median"):
            own[name] = None if own[name] is None else round(float(own[name]), 6)
        if row["n"]:
            done.append(OpenAge(of=of, **own))
    return sorted(done, key=lambda row: (-row.n, row.of))


def _day(day: date) -> Any:
    return Cast(Value(day), DateField())
