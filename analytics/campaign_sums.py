"""Arithmetic of campaigns: what one of something cost, what came back. Pure."""

from decimal import ROUND_HALF_UP, Decimal

KOPECK, PERCENT = Decimal("0.01"), Decimal("0.0001")


def cost_of_one(spent: Decimal, number: Decimal | int) -> Decimal | None:
    """`spent` ÷ `number` to the kopeck; None where there is nothing to divide by, or nothing was spent."""
    if not number or not spent:
        return None
    return (spent / Decimal(number)).quantize(KOPECK, rounding=ROUND_HALF_UP)


def returned(spent: Decimal, came: Decimal) -> Decimal | None:
    """(what came − what was spent) ÷ what was spent, as a part: 1.5 is 150 %. None without costs.

    Costs of 100 000 ₽ and 250 000 ₽ paid: 1.5; 40 000 ₽ paid: −0.6.
    """
    if not spent:
        return None
    return ((came - spent) / spent).quantize(PERCENT, rounding=ROUND_HALF_UP)
