"""Arithmetic of the lines of a paper: sums, VAT and margin, to the kopeck. Pure functions.

A line is anything with `quantity`, `price` (VAT included), `discount` and `vat_percent`; its `total` and `vat` are
rounded once each, and a paper's totals are the sums of its lines, so what is printed adds up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from salesexpert.core.money import HUNDRED, kopecks, line_total, spread, vat_inside

NOUGHT = Decimal("0.00")


class Priced(Protocol):
    quantity: Decimal
    price: Decimal
    discount: Decimal
    vat_percent: Decimal | None
    total: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class VatShare:
    """What of a paper is taxed at one percent (None: without VAT)."""

    percent: Decimal | None
    total: Decimal
    vat: Decimal

    @property
    def net(self) -> Decimal:
        return self.total - self.vat


@dataclass(frozen=True, slots=True)
class Totals:
    """`list_total` is what the lines would cost without discounts; `shares` has the highest percent first."""

    count: int
    total: Decimal
    vat: Decimal
    list_total: Decimal
    shares: tuple[VatShare, ...]

    @property
    def net(self) -> Decimal:
        """The sum without VAT."""
        return self.total - self.vat

    @property
    def discount(self) -> Decimal:
        return self.list_total - self.total

    @property
    def has_vat(self) -> bool:
        """Whether any line is taxed, were it at 0 %."""
        return any(share.percent is not None for share in self.shares)


def calculate[L: Priced](line: L) -> L:
    """Set the line's `total` and `vat` from its quantity, price, discount and percent; the line itself is returned."""
    line.total = line_total(line.quantity, line.price, line.discount)
    line.vat = vat_inside(line.total, line.vat_percent)
    return line


def totals(lines: Iterable[Any]) -> Totals:
    """The sums of calculated lines."""
    shares: dict[Decimal | None, list[Decimal]] = {}
    count, list_total = 0, NOUGHT
    for line in lines:
        count += 1
        list_total += kopecks(line.quantity * line.price)
        share = shares.setdefault(line.vat_percent, [NOUGHT, NOUGHT])
        share[0] += line.total
        share[1] += line.vat
    ordered = sorted(shares, key=lambda p: (p is None, -(p or 0)))
    return Totals(
        count=count,
        total=sum((s[0] for s in shares.values()), NOUGHT),
        vat=sum((s[1] for s in shares.values()), NOUGHT),
        list_total=list_total,
        shares=tuple(VatShare(p, *shares[p]) for p in ordered),
    )


def margin(lines: Iterable[Any]) -> Decimal | None:
    """What the lines bring above their cost: sum less VAT less cost. None while the cost of any line is not known.

    `cost` is that of one unit, without VAT. Negative when sold at a loss.
    """
    brought = NOUGHT
    for line in lines:
        if line.cost is None:
            return None
        brought += line.total - line.vat - kopecks(line.cost * line.quantity)
    return brought


def margin_percent(margin: Decimal | None, net: Decimal) -> Decimal | None:
    """The margin in percent of the sum without VAT, to a tenth; None where there is nothing to divide."""
    if margin is None or not net:
        return None
    return (margin * HUNDRED / net).quantize(Decimal("0.1"))


def part_of(lines: list[Any], total: Decimal) -> list[Decimal]:
    """`total` spread over the lines by their sums, to the kopeck: an advance or a common discount, line by line."""
    return spread(total, [line.total for line in lines])
