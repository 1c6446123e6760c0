from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from analytics.sums import Extent

Numbers = Mapping[str, Any]
Text = str | Promise


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of a person.

    `value` makes it of his sums (`analytics.sums`), None where nothing can be divided: a dash. `records` says how many
    records `link` opens: what the figure is counted from. `good` is up, down or "" (neither too few nor too many).
    `now`: as things stand now, whatever the period. `monthly`: twice the period has twice of it, so its limits are for a month.
    `below_nought`: whether it can be; `most`: what it never exceeds.
    """

    name: str
    label: Text
    definition: Text
    formula: Text
    unit: Unit
    families: tuple[str, ...]
    value: Callable[[Numbers], Any]
    records: Callable[[Numbers], int]
    link: Callable[[Extent, int], str]
    good: str = "up"
    now: bool = False
    below_nought: bool = False
    most: int | None = None
    permission: str = ""
    monthly: bool = False


def plain(name: str) -> Callable[[Numbers], Any]:
    return lambda numbers: numbers.get(name, 0)


def ratio(
    part: str, whole: tuple[str, ...], percent: bool = False
) -> Callable[[Numbers], Any]:
    """Part by whole, where the whole is the sum of these names; None where it is nought."""

    def value(numbers: Numbers) -> Decimal | None:
        below = sum(numbers.get(name, 0) for name in whole)
        if not below:
            return None
        found = Decimal(numbers.get(part, 0)) / Decimal(below)
        return found * 100 if percent else found

    return value


def added(*names: str) -> Callable[[Numbers], int]:
    return lambda numbers: sum(numbers.get(name, 0) for name in names)
