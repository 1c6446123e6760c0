"""Limits of an indicator as a person types them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.indicators import Indicator, Unit
from analytics.limits import Limit
from analytics.panel import label_of
from salesexpert.core.form_fields import no_number, number_of

LARGEST = Decimal(10) ** 13
LONGEST = 40


def read(one: Indicator, low: str, high: str) -> tuple[Limit, str]:
    """The limit, and the first thing that keeps it from being one."""
    (least, fault), (most, other) = _side(one, low), _side(one, high)
    if not (fault or other) and least is not None and most is not None and least > most:
        fault = _("The least is above the most.")
    return Limit(least, most), fault or other


def _side(one: Indicator, typed: str) -> tuple[Decimal | None, str]:
    text = typed.strip()
    if not text:
        return None, ""
    value = number_of(text.removesuffix("%") if one.unit == Unit.PERCENT else text)
    if value is None:
        return None, no_number(text)
    if value < 0 and not one.below_nought:
        return None, _("This figure is never below nought.")
    if one.most is not None and value > one.most:
        return None, _("A percent is at most 100.")
    if abs(value) >= LARGEST:
        return None, _("This is more than can be kept.")
    if value != (kept := value.quantize(Decimal("0.01"))):
        return None, _("Two digits of a fraction are enough.")
    return kept, ""


def worded(value: Decimal | None) -> str:
    """A side of a limit as its field shows it."""
    if value is None:
        return ""
    return f"{int(value)}" if value == int(value) else f"{value:f}"


def label(one: Indicator) -> str:
    """The indicator with the unit that its limits are typed in."""
    return f"{one.label}, %" if one.unit == Unit.PERCENT else label_of(one)
