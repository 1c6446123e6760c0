"""Indicators by which a head reads how each manager is doing: declared once, asked for all people at once.

Each says what it counts and how, which way is good, and the address that opens exactly the records behind it.
`docs/indicators.md` tells the same; a test compares both.
"""

from analytics.indicators.known import BY_NAME, DEFAULT, INDICATORS, by_kind, offered
from analytics.indicators.one import Indicator, Unit

__all__ = ["BY_NAME", "DEFAULT", "INDICATORS", "Indicator", "Unit", "by_kind", "offered"]  # fmt: skip
