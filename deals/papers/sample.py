"""Plainly invented values by which a template is looked at: worked out as those of a real paper are."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from deals.lines import calculate, totals
from deals.papers.context import called, line_values, seller_values, totals_values
from deals.papers.formats import CODES, SIGNS, day_in_words, short_day

_SELLER: dict[str, Any] = {
    "name": "ООО «Образец»", "full_name": "Общество с ограниченной ответственностью «Образец»",
    "inn": "7707083893", "kpp": "770701001", "ogrn": "1027700132195",
    "address": "101000, г. Москва, ул. Примерная, д. 1", "phone": "+7 495 000-00-00", "email": "info@obrazec.example",
    "tax_regime": "general", "account": "40702810938000000001", "bank": "АО «Банк-Пример»", "bic": "044525225",
    "correspondent": "30101810400000000225", "director": "Образцова О. П.", "director_position": "Генеральный директор",
    "director_genitive": "генерального директора Образцовой Ольги Петровны", "director_basis": "Устава", "accountant": "Счетова М. И.",
    "name_en": "Obrazets LLC", "address_en": "1 Primernaya St., Moscow 101000, Russia", "director_en": "O. Obraztsova",
    "director_position_en": "Director General", "bank_en": "Primer Bank JSC, Moscow", "swift": "PRIMRUMM",
}  # fmt: skip
_BUYER: dict[str, dict[str, Any]] = {
    "ru": {
        "name": "ООО «Пример-Снаб»", "full_name": "Общество с ограниченной ответственностью «Пример-Снаб»",
        "inn": "7702070139", "kpp": "770201001", "address": "150000, г. Ярославль, ул. Пробная, д. 2",
        "phone": "+7 4852 00-00-00", "contact": "Заготовкина Лидия Витальевна",
    },
    "en": {
        "name": "Sample Supplies Ltd", "full_name": "Sample Supplies Ltd", "inn": "", "kpp": "",
        "address": "2 Trial Road, Sampletown", "phone": "+44 1632 960000", "contact": "Lydia Draft",
    },
}  # fmt: skip
_NOTHING = dict.fromkeys(("ogrn", "email", "account", "bank", "bic", "correspondent"), "")  # fmt: skip
_TERMS = {
    "ru": "Предоплата 50 %, остаток в течение 5 дней после приёмки.",
    "en": "50% in advance, the rest within 5 days of acceptance.",
}
_WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "machine": "Поломоечная машина ПМ-50", "service": "Пусконаладка и обучение", "pcs": "шт", "unit": "усл. ед",
        "subject": "поставка оборудования", "deal": "Машины для трёх цехов", "basis": "Договор № 51-2026 от 12.01.2026",
        "by": "Анна Образцова", "currency": "RUB",
    },
    "en": {
        "machine": "Scrubber dryer PM-50", "service": "Commissioning and training", "pcs": "pcs", "unit": "service",
        "subject": "supply of equipment", "deal": "Machines for three workshops", "basis": "Contract No. 51-2026 of 12 January 2026",
        "by": "Anna Obraztsova", "currency": "USD",
    },
}  # fmt: skip


def _line(name: str, unit: str, quantity: int, price: int, discount: int, vat: int) -> Any:  # fmt: skip
    return calculate(
        SimpleNamespace(
            name=name, unit=unit, quantity=Decimal(quantity), price=Decimal(price), discount=Decimal(discount),
            vat_percent=Decimal(vat), total=Decimal(0), vat=Decimal(0),
        )
    )  # fmt: skip


def sample(language: str = "ru") -> dict[str, Any]:
    language = language if language in _WORDS else "ru"
    words, currency = _WORDS[language], _WORDS[language]["currency"]
    english = language == "en"
    vat, of = (0, 100) if english else (22, 1)
    lines = [
        _line(words["machine"], words["pcs"], 3, 548_000 // of, 4, vat),
        _line(words["service"], words["unit"], 1, 126_000 // of, 0, vat),
    ]
    sums = totals(lines)
    buyer = _NOTHING | _BUYER[language] | {"is_person": False}

    def day(month: int, day: int) -> str:
        return day_in_words(date(2026, month, day), language)

    return {
        "document": {"kind": "", "number": "15", "date": short_day(date(2026, 3, 2), language), "date_words": day(3, 2), "version": "1"},
        "seller": seller_values(_SELLER, language),
        "buyer": buyer | called(buyer),
        "contract": {
            "number": "51-2026", "date": short_day(date(2026, 1, 12), language), "date_words": day(1, 12), "starts": day(1, 12),
            "ends": day(12, 31), "subject": words["subject"],
        },
        "deal": {"title": words["deal"]},
        "offer": {"number": "124", "valid_until": day(3, 31), "terms": _TERMS[language]},
        "invoice": {"number": "15", "date_words": day(3, 2), "due": day(3, 16), "basis": words["basis"], "comment": ""},
        "delivery": {"number": "3318", "date_words": day(3, 5)},
        "responsible": {"name": words["by"], "phone": "+7 495 000-00-01", "email": "anna@obrazec.example"},
        "lines": line_values(lines, {"шт": "796", "усл. ед": "876"}, language),
        "totals": totals_values(sums, currency, _SELLER, language),
        "currency": {"code": currency, "sign": currency if english else SIGNS[currency], "name": CODES[currency]},
        "payment": {"purpose": "Оплата по счёту № 15 от 02.03.2026", "amount": str(sums.total), "before": ""},
    }  # fmt: skip
