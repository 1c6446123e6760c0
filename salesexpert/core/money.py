"""Arithmetic of money: exact decimals, rounded half up to the kopeck, nothing lost and nothing invented."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

KOPECK = Decimal("0.01")
HUNDRED = Decimal(100)


def kopecks(amount: Decimal) -> Decimal:
    """`amount` to the kopeck, halves away from nought: as papers are rounded."""
    return amount.quantize(KOPECK, rounding=ROUND_HALF_UP)


def trimmed(number: Decimal) -> Decimal:
    """`number` without needless noughts, and, unlike `normalize()`, never with an exponent: 100, not 1E+2."""
    return Decimal(f"{number.normalize():f}")


def line_total(quantity: Decimal, price: Decimal, discount: Decimal) -> Decimal:
    """The sum of a line, VAT included: quantity × price less `discount` percent, rounded once at the end."""
    return kopecks(quantity * price * (HUNDRED - discount) / HUNDRED)


def vat_inside(total: Decimal, percent: Decimal | None) -> Decimal:
    """The VAT in a sum that contains it: S·r/(100+r). Nought where there is none (`percent` None) or it is 0 %."""
    if not percent:
        return Decimal("0.00")
    return kopecks(total * percent / (HUNDRED + percent))


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total` divided by `weights`, to the kopeck, so that the parts add up to it: what rounding leaves goes to the last
    part that weighs anything.

    Raises ValueError if no weight is positive.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("Something must weigh, and nothing less than nought.")
    parts = [Decimal("0.00")] * len(weights)
    given = weighed = Decimal(0)
    for number, weight in enumerate(weights):
        if weight:
            # Rounding what was weighed so far, not each part, keeps every part within a kopeck of its share.
            weighed += weight
            parts[number] = kopecks(total * weighed / whole) - given
            given += parts[number]
    return parts
