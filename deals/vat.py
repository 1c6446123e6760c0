"""VAT by date: the percent of a kind on a day, from a table that the administrator keeps."""

from datetime import date
from decimal import Decimal

from deals.choices import TaxRegime, VatKind
from deals.models import OwnFirm, VatRate
from salesexpert.core.held import Held

# What a firm of a regime puts on its papers whatever the product is taxed by; the general regime looks at the product.
_OF_REGIME = {
    TaxRegime.SIMPLIFIED_EXEMPT: VatKind.EXEMPT,
    TaxRegime.SIMPLIFIED_5: VatKind.SIMPLIFIED_5,
    TaxRegime.SIMPLIFIED_7: VatKind.SIMPLIFIED_7,
}
_OWN_TO_SIMPLIFIED = {VatKind.SIMPLIFIED_5, VatKind.SIMPLIFIED_7}


def _load() -> dict[str, list[tuple[date, Decimal | None]]]:
    rates: dict[str, list[tuple[date, Decimal | None]]] = {}
    for kind, since, percent in VatRate.objects.order_by("-since").values_list(
        "kind", "since", "percent"
    ):
        rates.setdefault(kind, []).append((since, percent))
    return rates


_rates: Held[dict[str, list[tuple[date, Decimal | None]]]] = Held("vat-rates", _load)


def watch() -> None:
    _rates.watch([VatRate])


def percent_on(kind: str, day: date) -> Decimal | None:
    """The percent of a kind of VAT on `day`: the main rate is 20 on 31.12.2025 and 22 the day after.

    None: without VAT, which is not the same as 0 %; so is a kind of which the table says nothing on that day.
    """
    for since, percent in _rates.get().get(kind, []):
        if since <= day:
            return percent
    return None


def kind_for(kind: str, firm: OwnFirm | None) -> str:
    """What a product of a kind is taxed by when `firm` sells it: a simplified firm has one kind for everything but 0 %."""
    if firm is None:
        return kind
    if firm.tax_regime == TaxRegime.GENERAL:
        return VatKind.MAIN if kind in _OWN_TO_SIMPLIFIED else kind
    own = _OF_REGIME[TaxRegime(firm.tax_regime)]
    return kind if kind in (VatKind.ZERO, VatKind.EXEMPT) and own != VatKind.EXEMPT else own  # fmt: skip


def percent_for(kind: str, firm: OwnFirm | None, day: date) -> Decimal | None:
    """The percent that `firm` puts on its paper of `day` for a product of `kind`."""
    return percent_on(kind_for(kind, firm), day)


def percents_offered(day: date) -> list[Decimal | None]:
    """The percents that a line may have on `day`, the highest first, without VAT last."""
    found = {percent_on(kind, day) for kind in VatKind.values}
    return [*sorted((p for p in found if p is not None), reverse=True), None]
