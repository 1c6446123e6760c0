"""Fields that forms of several apps share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format


class SumField(forms.DecimalField):
    """A sum as people type it: “1 234,50”."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
        super().__init__(**{"max_digits": 14, "decimal_places": 2} | given)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"[\s\xa0\u202f]", "", value)
            if value.count(",") == 1 and "." not in value:
                value = value.replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """As people write it, without kopecks where there are none: “7450”, “96,5”."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        whole = value == value.to_integral_value()
        shown = int(value) if whole else Decimal(f"{value.normalize():f}")
        return number_format(shown, use_l10n=True, force_grouping=False)
