"""Months and quarters as the days they begin with."""

from datetime import date
from fractions import Fraction


def first_of(day: date) -> date:
    return day.replace(day=1)


def following(month: date, by: int = 1) -> date:
    """The first day `by` months after the month of `month`; before it if negative."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def ends_quarter(month: date) -> bool:
    return month.month % 3 == 0


def covered(since: date, until: date) -> Fraction:
    """How many months the half-open days make: of a month begun the part that its days are."""
    found, month = Fraction(0), first_of(since)
    while month < until:
        after = following(month)
        days = (min(until, after) - max(since, month)).days
        found += Fraction(days, (after - month).days)
        month = after
    return found
