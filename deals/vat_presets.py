"""The rates of VAT that Russian law has known since the papers we may be asked to print, each with its first day."""

from datetime import date
from decimal import Decimal
from typing import Any

# kind, percent (None: without VAT), from
RATES: list[tuple[str, int | None, date]] = [
    ("main", 18, date(2004, 1, 1)),
    ("main", 20, date(2019, 1, 1)),
    ("main", 22, date(2026, 1, 1)),
    ("reduced", 10, date(2004, 1, 1)),
    ("zero", 0, date(2004, 1, 1)),
    ("simplified_5", 5, date(2025, 1, 1)),
    ("simplified_7", 7, date(2025, 1, 1)),
    ("exempt", None, date(2004, 1, 1)),
]
# name, name in English, code by the classifier of units (ОКЕИ)
UNITS: list[tuple[str, str, str]] = [
    ("шт", "pcs", "796"),
    ("усл. ед", "service", "876"),
    ("ч", "h", "356"),
    ("мес", "month", "362"),
    ("компл", "set", "839"),
    ("упак", "pack", "778"),
    ("кг", "kg", "166"),
    ("т", "t", "168"),
    ("л", "l", "112"),
    ("м", "m", "006"),
    ("м²", "m²", "055"),
    ("м³", "m³", "113"),
]


def load(apps: Any) -> None:
    """Add what is missing; a rate that an administrator has changed stays as he left it."""
    from salesexpert.core.folding import fold

    rates = apps.get_model("deals", "VatRate")
    known = set(rates.objects.values_list("kind", "since"))
    rates.objects.bulk_create(
        rates(kind=kind, since=since, percent=None if percent is None else Decimal(percent))
        for kind, percent, since in RATES
        if (kind, since) not in known
    )  # fmt: skip
    units = apps.get_model("clients", "Unit")
    if not units.objects.exists():
        units.objects.bulk_create(
            units(name=name, name_en=english, code=code, folded=fold(name), position=position)
            for position, (name, english, code) in enumerate(UNITS)
        )  # fmt: skip
