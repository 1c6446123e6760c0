"""What a paper is filled with: plain mappings of texts, as they are printed. It is kept with the paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clients.models import Client, Contact, Unit
from deals.choices import DocumentKind, TaxRegime
from deals.lines import NOUGHT, Totals, totals
from deals.models import (
    Contract,
    Deal,
    Delivery,
    FirmAccount,
    Invoice,
    Offer,
    OwnFirm,
)
from deals.papers.formats import (
    CODES,
    SIGNS,
    day_in_words,
    money,
    percent,
    quantity,
    short_day,
)
from deals.papers.words import sum_in_words
from deals.requisites import buyer_snapshot, seller_snapshot
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Ground:
    """What a paper is made of. `lines` are those of the most precise source: delivery, invoice, offer, deal."""

    client: Client
    firm: OwnFirm
    account: FirmAccount | None = None
    deal: Deal | None = None
    contract: Contract | None = None
    offer: Offer | None = None
    invoice: Invoice | None = None
    delivery: Delivery | None = None

    @property
    def source(self) -> Any:
        return self.delivery or self.invoice or self.offer or self.deal

    @property
    def currency(self) -> str:
        source = self.source or self.contract
        return str(source.currency) if source else "RUB"

    def lines(self) -> list[Any]:
        """The lines of the most precise source; an act of a delivery without lines takes those of its invoice."""
        for source in (self.delivery, self.invoice, self.offer, self.deal):
            if source is not None and (found := list(source.lines.all())):
                return found
        return []


def line_values(lines: Iterable[Any], codes: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "n": str(number),
            "name": line.name,
            "unit": line.unit,
            "unit_code": codes.get(line.unit, ""),
            "quantity": quantity(line.quantity),
            "price": money(line.price),
            "net_price": money((line.total - line.vat) / line.quantity),
            "discount": f"{quantity(line.discount)}%" if line.discount else "",
            "vat_percent": percent(line.vat_percent),
            "vat": "без НДС" if line.vat_percent is None else money(line.vat),
            "net": money(line.total - line.vat),
            "total": money(line.total),
        }
        for number, line in enumerate(lines, 1)
    ]


def vat_sentence(sums: Totals, seller: dict[str, Any], language: str = "ru") -> str:
    """“В том числе НДС 22%: 385 902,00” or the ground on which there is none."""
    taxed = [s for s in sums.shares if s.percent is not None]
    if not taxed:
        if language == "en":
            return "VAT is not charged"
        simplified = seller.get("tax_regime", TaxRegime.GENERAL) != TaxRegime.GENERAL
        ground = " (упрощённая система налогообложения, ст. 346.11 НК РФ)"
        return f"Без налога (НДС){ground if simplified else ''}"
    word = "including VAT" if language == "en" else "В том числе НДС"
    return "; ".join(f"{word} {percent(s.percent)}: {money(s.vat)}" for s in taxed)


def totals_values(sums: Totals, currency: str, seller: dict[str, Any], language: str) -> dict[str, Any]:  # fmt: skip
    return {
        "count": str(sums.count),
        "total": money(sums.total),
        "vat": money(sums.vat),
        "net": money(sums.net),
        "discount": money(sums.discount) if sums.discount > 0 else "",
        "vat_sentence": vat_sentence(sums, seller, language),
        "words": sum_in_words(sums.total, currency, language),
        "has_vat": sums.has_vat,
    }


def build(
    ground: Ground,
    *,
    kind: str,
    number: str,
    dated_on: date,
    by: User,
    language: str = "ru",
    version: int = 1,
) -> dict[str, Any]:
    """The values of a paper. An invoice keeps the requisites it was issued with."""
    invoice, offer, contract, deal = ground.invoice, ground.offer, ground.contract, ground.deal  # fmt: skip
    issued = kind == DocumentKind.INVOICE and invoice is not None
    seller = (invoice.seller if issued and invoice else None) or seller_snapshot(ground.firm, ground.account)  # fmt: skip
    buyer = (invoice.buyer if issued and invoice else None) or buyer_snapshot(ground.client)  # fmt: skip
    lines = ground.lines()
    sums = totals(lines)
    codes = {u.name: u.code for u in Unit.objects.exclude(code="")}
    total = sums.total if lines else _amount(ground)
    return {
        "document": {
            "kind": str(kind),
            "number": number,
            "date": short_day(dated_on),
            "date_words": day_in_words(dated_on, language),
            "version": str(version),
        },
        "seller": {k: "" if v is None else v for k, v in seller.items()},
        "buyer": {
            **{k: "" if v is None else v for k, v in buyer.items()},
            **_represented(ground),
        },
        "contract": {
            "number": contract.number if contract else "",
            "date": short_day(contract.dated_on) if contract else "",
            "date_words": day_in_words(contract.dated_on, language) if contract else "",
            "starts": day_in_words(contract.starts_on, language) if contract else "",
            "ends": day_in_words(contract.ends_on, language) if contract else "",
            "subject": contract.subject if contract else "",
        },
        "deal": {"title": deal.title if deal else ""},
        "offer": {
            "number": offer.number if offer else "",
            "valid_until": day_in_words(offer.valid_until, language) if offer else "",
            "terms": offer.terms if offer else "",
        },
        "invoice": {
            "number": invoice.number if invoice else "",
            "date_words": day_in_words(invoice.issued_on, language) if invoice else "",
            "due": day_in_words(invoice.due_on, language) if invoice else "",
            "basis": invoice.basis if invoice else "",
            "comment": invoice.comment if invoice else "",
        },
        "delivery": {
            "number": ground.delivery.number if ground.delivery else "",
            "date_words": day_in_words(ground.delivery.delivered_on, language)
            if ground.delivery
            else "",
        },
        "responsible": {
            "name": by.get_full_name() or by.get_username(),
            "phone": getattr(by, "phone", "") or "",
            "email": by.email or "",
        },
        "lines": line_values(lines, codes),
        "totals": totals_values(sums, ground.currency, seller, language)
        if lines
        else {
            "count": "0",
            "total": money(total),
            "vat": "",
            "net": "",
            "discount": "",
            "vat_sentence": "",
            "words": sum_in_words(total, ground.currency, language),
            "has_vat": False,
        },
        "currency": {
            "code": ground.currency,
            "sign": SIGNS.get(ground.currency, ground.currency)
            if language == "ru"
            else ground.currency,
            "name": CODES.get(ground.currency, ground.currency),
        },
        "payment": {
            "purpose": _purpose(ground, number, dated_on, sums),
            "amount": str(total),
        },
    }


def _amount(ground: Ground) -> Decimal:
    for value in (ground.contract and ground.contract.amount, ground.deal and ground.deal.amount):  # fmt: skip
        if value:
            return value
    return NOUGHT


def _purpose(ground: Ground, number: str, dated_on: date, sums: Totals) -> str:
    paper = ground.invoice.number if ground.invoice else number
    issued = ground.invoice.issued_on if ground.invoice else dated_on
    vat = f"В т.ч. НДС {money(sums.vat)}" if sums.has_vat else "Без НДС"
    return f"Оплата по счёту № {paper} от {short_day(issued)}. {vat}"


def _represented(ground: Ground) -> dict[str, str]:
    """The contact person of the deal: who the offer is addressed to."""
    contact: Contact | None = ground.deal.contact if ground.deal else None
    return {"contact": str(contact) if contact else ""}


def sample() -> dict[str, Any]:
    """Plainly invented values by which a template is looked at."""
    seller = {
        "name": "ООО «Образец»", "full_name": "Общество с ограниченной ответственностью «Образец»",
        "inn": "7707083893", "kpp": "770701001", "ogrn": "1027700132195",
        "address": "101000, г. Москва, ул. Примерная, д. 1", "phone": "+7 495 000-00-00", "email": "info@obrazec.example",
        "tax_regime": "general", "account": "40702810938000000001", "bank": "АО «Банк-Пример»", "bic": "044525225",
        "correspondent": "30101810400000000225", "director": "Образцова О. П.", "director_position": "Генеральный директор",
        "director_genitive": "генерального директора Образцовой Ольги Петровны", "director_basis": "Устава", "accountant": "Счетова М. И.",
    }  # fmt: skip
    buyer = {
        "name": "ООО «Пример-Снаб»", "full_name": "Общество с ограниченной ответственностью «Пример-Снаб»",
        "inn": "7702070139", "kpp": "770201001", "ogrn": "", "address": "150000, г. Ярославль, ул. Пробная, д. 2",
        "phone": "+7 4852 00-00-00", "email": "", "account": "", "bank": "", "bic": "", "correspondent": "",
        "contact": "Заготовкина Лидия Витальевна", "is_person": False,
    }  # fmt: skip
    row = {
        "n": "1", "name": "Поломоечная машина ПМ-50", "unit": "шт", "unit_code": "796", "quantity": "3",
        "price": "548\xa0000,00", "net_price": "431\xa0213,11", "discount": "4%", "vat_percent": "22%",
        "vat": "284\xa0600,66", "net": "1\xa0293\xa0639,34", "total": "1\xa0578\xa0240,00",
    }  # fmt: skip
    service = {
        **row, "n": "2", "name": "Пусконаладка и обучение", "unit": "усл. ед", "unit_code": "876", "quantity": "1",
        "price": "126\xa0000,00", "net_price": "103\xa0278,69", "discount": "", "vat": "22\xa0721,31", "net": "103\xa0278,69", "total": "126\xa0000,00",
    }  # fmt: skip
    return {
        "document": {"kind": "", "number": "15", "date": "02.03.2026", "date_words": "2 марта 2026\xa0г.", "version": "1"},
        "seller": seller, "buyer": buyer,
        "contract": {"number": "51-2026", "date": "12.01.2026", "date_words": "12 января 2026\xa0г.", "starts": "12 января 2026\xa0г.", "ends": "31 декабря 2026\xa0г.", "subject": "поставка оборудования"},
        "deal": {"title": "Машины для трёх цехов"},
        "offer": {"number": "124", "valid_until": "31 марта 2026\xa0г.", "terms": "Предоплата 50 %, остаток в течение 5 дней после приёмки."},
        "invoice": {"number": "15", "date_words": "2 марта 2026\xa0г.", "due": "16 марта 2026\xa0г.", "basis": "Договор № 51-2026 от 12.01.2026", "comment": ""},
        "delivery": {"number": "3318", "date_words": "5 марта 2026\xa0г."},
        "responsible": {"name": "Анна Образцова", "phone": "+7 495 000-00-01", "email": "anna@obrazec.example"},
        "lines": [row, service],
        "totals": {"count": "2", "total": "1\xa0704\xa0240,00", "vat": "307\xa0321,97", "net": "1\xa0396\xa0918,03", "discount": "65\xa0760,00", "vat_sentence": "В том числе НДС 22%: 307\xa0321,97", "words": "Один миллион семьсот четыре тысячи двести сорок рублей 00 копеек", "has_vat": True},
        "currency": {"code": "RUB", "sign": "руб.", "name": "Российский рубль, 643"},
        "payment": {"purpose": "Оплата по счёту № 15 от 02.03.2026", "amount": "1704240.00"},
    }  # fmt: skip
