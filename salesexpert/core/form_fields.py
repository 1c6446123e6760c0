"""Fields that forms of several apps share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")
# “1,234,567” and “1.234.567” are the same in any language.
_GROUPED_TWICE = re.compile(r"[-+]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})")


def plain_number(text: str) -> str:
    """What a person typed or pasted as a number, as Python reads it: “1 234,50 ₽”, “1,234.50” and “1.234,50” are 1234.50.

    The last of both signs parts the hundredths. “1,234” is a thousand to an English reader and one and some to a Russian.
    """
    text = re.sub(r"[\s\xa0\u202f₽]", "", text).replace("−", "-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace("," if comma < point else ".", "")
    elif _GROUPED_TWICE.fullmatch(text):
        text = text.replace(",", "").replace(".", "")
    elif _GROUPED.fullmatch(text) and not (get_language() or "ru").startswith("ru"):
        text = text.replace(",", "")
    return text.replace(",", ".") if text.count(",") == 1 else text


_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)", re.ASCII)
# Digits parted by anything else than thousands are several numbers, as a pasted row or column has them.
_SEVERAL = re.compile(r"\d\s+[-−+]?\d")
_THOUSANDS = re.compile(r"[-−+]?\d{1,3}([ \xa0\u202f]\d{3})+([.,]\d+)?\s*[₽%]?")


def _is_several(text: str) -> bool:
    return bool(_SEVERAL.search(text)) and not _THOUSANDS.fullmatch(text.strip())


def number_of(text: str) -> Decimal | None:
    """What a person typed: “1 200 000,50”, in English also “1,200,000.50”. None for what is no number, or several."""
    plain = plain_number(text)
    return Decimal(plain) if _NUMBER.fullmatch(plain) and not _is_several(text) else None  # fmt: skip


def no_number(text: str) -> str:
    """What is to be said of a text of which `number_of` makes nothing."""
    if _is_several(text):
        return _("Here stand several numbers: each belongs in a field of its own.")
    return _("“%s” is no number.") % text[:40]


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
