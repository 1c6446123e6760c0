"""What a paper is filled with: plain mappings of texts, as they are printed. It is kept with the paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clients.models import Client, Contact, Unit
from deals.choices import DocumentKind, PaymentKind, TaxRegime
from deals.lines import NOUGHT, Totals, totals
from deals.models import (
    Contract,
    Deal,
    Delivery,
    FirmAccount,
    Invoice,
    Offer,
    OwnFirm,
    Payment,
)
from deals.papers.formats import (
    CODES,
    SIGNS,
    day_in_words,
    money,
    percent,
    percents_of,
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


def line_values(lines: Iterable[Any], codes: dict[str, str], language: str = "ru") -> list[dict[str, str]]:  # fmt: skip
    def sum_of(amount: Decimal) -> str:
        return money(amount, language)

    return [
        {
            "n": str(number),
            "name": line.name,
            "unit": line.unit,
            "unit_code": codes.get(line.unit, ""),
            "quantity": quantity(line.quantity, language),
            "price": sum_of(line.price),
            "net_price": sum_of((line.total - line.vat) / line.quantity),
            "discount": percents_of(quantity(line.discount, language), language)
            if line.discount
            else "",
            "vat_percent": percent(line.vat_percent, language),
            "vat": percent(None, language).replace("Б", "б")
            if line.vat_percent is None
            else sum_of(line.vat),
            "net": sum_of(line.total - line.vat),
            "total": sum_of(line.total),
        }
        for number, line in enumerate(lines, 1)
    ]


def vat_rows(sums: Totals, seller: dict[str, Any], language: str = "ru") -> list[tuple[str, str]]:  # fmt: skip
    """What is taxed at each percent: words and sum; or one row, the ground on which there is no tax."""
    taxed = [s for s in sums.shares if s.percent is not None]
    if not taxed:
        if language == "en":
            return [("VAT is not charged", "")]
        simplified = seller.get("tax_regime", TaxRegime.GENERAL) != TaxRegime.GENERAL
        ground = " (упрощённая система налогообложения, ст. 346.11 НК РФ)"
        return [(f"Без налога (НДС){ground if simplified else ''}", "")]
    word = "Including VAT" if language == "en" else "В том числе НДС"
    return [(f"{word} {percent(s.percent, language)}", money(s.vat, language)) for s in taxed]  # fmt: skip


def totals_values(sums: Totals, currency: str, seller: dict[str, Any], language: str) -> dict[str, Any]:  # fmt: skip
    rows = vat_rows(sums, seller, language)
    return {
        "count": str(sums.count),
        "total": money(sums.total, language),
        "vat": money(sums.vat, language),
        "net": money(sums.net, language),
        "discount": money(sums.discount, language) if sums.discount > 0 else "",
        "vat_rows": rows,
        # “В том числе НДС 22%: 385 902,00”
        "vat_sentence": _one_sentence(
            f"{words}: {vat}" if vat else words for words, vat in rows
        ),
        "words": sum_in_words(sums.total, currency, language),
        "has_vat": sums.has_vat,
    }


def _one_sentence(parts: Iterable[str]) -> str:
    first, *others = [*parts] or [""]
    return "; ".join([first, *(part[:1].lower() + part[1:] for part in others)])


_ENGLISH = ("name", "address", "director", "director_position", "bank")


def seller_values(snapshot: dict[str, Any], language: str) -> dict[str, Any]:
    """Our firm as the paper names it: in English by its English requisites, where they are entered."""
    values = {k: "" if v is None else v for k, v in snapshot.items()}
    if language == "en":
        for name in _ENGLISH:
            values[name] = values.get(f"{name}_en") or values.get(name, "")
        values["full_name"] = values["name"]
        values["accountant"] = ""
    return values | called(values)


def called(side: dict[str, Any]) -> dict[str, Any]:
    """How a contract names a side: “ООО …, именуемое”, “ИП Петров …, именуемый”, “ИП Петрова …, именуемая”."""
    inn, words = str(side.get("inn", "")), str(side.get("full_name", "")).split()
    person = bool(side.get("is_person")) or (len(inn) == 12 and not side.get("kpp"))
    ending = "ое" if not person else "ая" if words and words[-1].endswith(("вна", "чна")) else "ый"  # fmt: skip
    return {"is_entrepreneur": person, "called": f"именуем{ending}"}


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
            "date": short_day(dated_on, language),
            "date_words": day_in_words(dated_on, language),
            "version": str(version),
        },
        "seller": seller_values(seller, language),
        "buyer": {
            **{k: "" if v is None else v for k, v in buyer.items()},
            **_represented(ground),
            **called(buyer),
        },
        "contract": {
            "number": contract.number if contract else "",
            "date": short_day(contract.dated_on, language) if contract else "",
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
        "lines": line_values(lines, codes, language),
        "totals": totals_values(sums, ground.currency, seller, language)
        if lines
        else {
            "count": "0",
            "total": money(total, language),
            "vat": "",
            "net": "",
            "discount": "",
            "vat_rows": [],
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
            "before": _paid_before(ground, kind, dated_on),
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


def _paid_before(ground: Ground, kind: str, dated_on: date) -> str:
    """Row 5 of a счёт-фактура: the payment orders by which the goods were paid for beforehand."""
    if ground.invoice is None or kind not in (DocumentKind.VAT_INVOICE, DocumentKind.UPD):  # fmt: skip
        return ""
    rows = Payment.objects.filter(allocations__invoice=ground.invoice, kind=PaymentKind.RECEIPT)  # fmt: skip
    rows = rows.filter(paid_on__lt=dated_on).exclude(document_number="")
    found = rows.order_by("paid_on", "pk").values_list("document_number", "paid_on").distinct()  # fmt: skip
    return ", ".join(f"№ {number} от {short_day(day)}" for number, day in found)


def _represented(ground: Ground) -> dict[str, str]:
    """The contact person of the deal: who the offer is addressed to."""
    contact: Contact | None = ground.deal.contact if ground.deal else None
    return {"contact": str(contact) if contact else ""}
