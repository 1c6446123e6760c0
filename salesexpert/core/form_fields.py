"""Fields that forms of several apps share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import get_language

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def plain_number(text: str) -> str:
    """What a person typed or pasted as a number, as Python reads it: “1 234,50 ₽”, “1,234.50” and “1.234,50” are 1234.50.

    The last of both signs parts the hundredths. “1,234” is a thousand to an English reader and one and some to a Russian.
    """
    text = re.sub(r"[\s\xa0\u202f₽]", "", text).replace("−", "-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace("," if comma < point else ".", "")
    elif _GROUPED.fullmatch(text) and not (get_language() or "ru").startswith("ru"):
        text = text.replace(",", "")
    return text.replace(",", ".") if text.count(",") == 1 else text


class SumField(forms.DecimalField):
    """A sum as people type it: “1 234,50”."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
        super().__init__(**{"max_digits": 14, "decimal_places": 2} | given)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = plain_number(value)
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """As people write it, without kopecks where there are none: “7450”, “96,5”."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        whole = value == value.to_integral_value()
        shown = int(value) if whole else Decimal(f"{value.normalize():f}")
        return number_format(shown, use_l10n=True, force_grouping=False)
