"""What the demo company needs to sell: its firms, prices, processes, reasons of refusals, rivals.

What every new company has already (a process, reasons, units, rates of VAT) is used as it stands; the rest is added.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from clients import models as base
from deals import models as trade
from deals.choices import TaxRegime
from pipeline import process_presets
from pipeline.choices import SuccessCondition
from pipeline.models import Process, Stage
from salesexpert.core.folding import fold
from salesexpert.desk.demo import catalog, company, names

_ACCOUNT_WEIGHTS = (7, 1, 3) * 7 + (7, 1)
_BIC = "040000999"

# Russian, English, percent, norm in working days, what to do next in Russian and English
SUPPLY_STAGES = (
    ("Заявка", "Request", 10, 2, "Уточнить состав и количество", "Make sure of the list and quantities"),
    ("Счёт", "Invoice", 40, 3, "Выставить счёт и напомнить об оплате", "Issue the invoice and remind of it"),
    ("Отгрузка", "Shipment", 70, 5, "Отгрузить и передать документы", "Ship and hand the papers over"),
    ("Оплата", "Payment", 90, 7, "Получить оплату", "Get the payment"),
)  # fmt: skip

# group, its English; reasons with English and how usual each is at the first, middle and last stages
REASONS = (
    ("Цена", "Price", (
        ("Дорого", "Too expensive", (1, 6, 7)),
        ("Конкурент предложил дешевле", "A competitor offered less", (1, 4, 6)),
        ("Не устроили условия оплаты", "Terms of payment did not suit", (0, 1, 5)),
    )),
    ("Выгоды не поняты", "Benefits not understood", (
        ("Не увидели выгоды", "Saw no benefit", (3, 3, 0)),
        ("Нет времени разбираться", "No time to look into it", (4, 1, 0)),
    )),
    ("Товар не нужен", "Product not needed", (
        ("Нет потребности", "No need", (9, 2, 0)),
        ("Уже купили у другого", "Bought elsewhere already", (3, 3, 2)),
        ("Сделают своими силами", "Will do it themselves", (3, 3, 1)),
    )),
    ("Качество или свойства", "Quality or properties", (
        ("Не хватает свойств", "Properties are missing", (0, 4, 1)),
        ("Сомнения в качестве", "Doubts about quality", (0, 2, 1)),
    )),
    ("Сроки", "Terms", (
        ("Долгая поставка", "Delivery takes too long", (0, 2, 5)),
        ("Отложили на будущее", "Put off for later", (4, 4, 3)),
    )),
)  # fmt: skip
TO_RIVALS = ("Конкурент предложил дешевле", "Уже купили у другого")

UNITS = (("шт", "pcs", "796"), ("л", "l", "112"), ("усл. ед", "service", "876"))
SHELVES = (
    ("Машины", "Machines", ("ПМ-", "ПД-", "РМ-", "ПВ-")),
    ("Расходные материалы", "Supplies", ("ЩТ-", "ПАД", "ВС-", "ХЩ-", "ХК-", "ХП-", "АКБ", "ЗУ-")),
    ("Услуги", "Services", ("УСЛ-",)),
)  # fmt: skip
PRICES = catalog.PRICES | {
    "ПВ-40": 41_300,
    "ПВ-80": 63_900,
    "ЩТ-2": 7_450,
    "ЩТ-3": 8_120,
    "ПАД": 1_180,
    "ВС-1": 5_640,
    "ХЩ-10": 3_290,
    "ХК-10": 3_570,
    "ХП-5": 2_860,
    "АКБ-24": 58_400,
    "ЗУ-24": 31_700,
    "УСЛ-1": 24_000,
    "УСЛ-2": 68_000,
    "УСЛ-3": 39_500,
}
_LITRES = ("ХЩ-", "ХК-", "ХП-")


@dataclass(frozen=True, slots=True)
class Seller:
    """An own firm as invoices name it. `percent` is its VAT before and from 2026 on, None without VAT."""

    pk: int
    account: int
    prefix: str
    printed: str
    """Its requisites as JSON."""
    percent: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Ware:
    """A product: its name on papers, unit, price (kopecks, VAT included) and cost by the day they hold from."""

    pk: int
    name: str
    unit: str
    prices: tuple[tuple[date, int, int], ...]

    def price(self, day: date) -> tuple[int, int]:
        """Price and cost of one on a day; before the first day those of the first."""
        found = self.prices[0]
        for known in self.prices:
            if known[0] <= day:
                found = known
        return found[1], found[2]


@dataclass(frozen=True, slots=True)
class Belt:
    """A process as deals pass it."""

    pk: int
    stages: tuple[int, ...]
    percents: tuple[int, ...]
    norms: tuple[int | None, ...]
    is_supply: bool
    billing: int
    """The stage in which the invoice is issued; `shipping` that in which the goods go."""
    shipping: int

    def place(self, share: float) -> int:
        """The stage at a share of the way, 0 the first and 1 the last."""
        return round(share * (len(self.stages) - 1))


class Market:
    """Ids and figures of all that deals name."""

    def __init__(self, until: date, staff: company.Staff, words: company.Words) -> None:
        self.until = until
        self.sellers = _sellers()
        self._catalogue(until, words, staff.director)
        self.main = _belt(_main_process(), is_supply=False)
        self.supply = _belt(_supply_process(), is_supply=True)
        self._reasons()
        self.rivals = [c.pk for c in _missing(trade.Competitor, [
            {"name": name, "site": f"https://rival-{number}.example"} for number, name in enumerate(catalog.RIVALS, 1)
        ])]  # fmt: skip

    def _catalogue(self, until: date, words: company.Words, by: int) -> None:
        units = {u.name: u for u in _missing(base.Unit, [
            {"name": ru, "name_en": en, "code": code} for ru, en, code in UNITS
        ])}  # fmt: skip
        shelves = _missing(
            base.ProductCategory, [{"name": r, "name_en": e} for r, e, _ in SHELVES]
        )
        days = [until - timedelta(days=n) for n in (760, 400, 120)]
        self.wares: dict[str, Ware] = {}
        products = base.Product.objects.in_bulk(words.product.values())
        terms, prices = [], []
        for code, pk in words.product.items():
            product = products[pk]
            product.category = next(
                shelf
                for shelf, (_, _, starts) in zip(shelves, SHELVES, strict=True)
                if code.startswith(starts)
            )
            service = code.startswith("УСЛ-")
            unit = "усл. ед" if service else "л" if code.startswith(_LITRES) else "шт"
            product.unit = units[unit]
            terms.append({"product_id": pk, "is_service": service})
            rows = []
            for day, factor in zip(days, (90, 96, 100), strict=True):
                price = PRICES[code] * factor
                cost = price * (40 if service else 58 + pk % 9) // 100
                rows.append((day, price, cost))
                prices.append(
                    {"product_id": pk, "since": day, "set_by_id": by, "price": rubles(price), "cost": rubles(cost)}
                )  # fmt: skip
            self.wares[code] = Ware(pk, product.name, unit, tuple(rows))
        base.Product.objects.bulk_update(products.values(), ["category", "unit"])
        company._add(trade.ProductTerms, terms)
        company._add(trade.ProductPrice, prices)

    def _reasons(self) -> None:
        tops = _missing(
            trade.RefusalReason, [{"name": ru, "name_en": en} for ru, en, _ in REASONS]
        )
        rows: list[dict[str, Any]] = []
        weights: list[tuple[int, int, int]] = []
        for top, (_, _, reasons) in zip(tops, REASONS, strict=True):
            for ru, en, weight in reasons:
                rows.append({"name": ru, "name_en": en, "parent": top})
                weights.append(weight)
        made = _missing(trade.RefusalReason, rows)
        self.reasons = [r.pk for r in made]
        self.reason_weights = list(zip(*weights, strict=True))
        self.to_rivals = {r.pk for r in made if r.name in TO_RIVALS}


def rubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def _missing(model: Any, rows: list[dict[str, Any]]) -> list[Any]:
    """Entries by their names: those that are there already, the others made."""
    there = {e.folded: e for e in model.objects.filter(folded__in=[fold(r["name"])[:160] for r in rows])}  # fmt: skip
    new = [row for row in rows if fold(row["name"])[:160] not in there]
    there |= {e.folded: e for e in company._entries(model, new)}
    return [there[fold(row["name"])[:160]] for row in rows]


def _main_process() -> Process:
    """The first process of the company, which every new one has."""
    process_presets.load(apps)
    return Process.objects.in_use().order_by("position", "pk")[0]


def _supply_process() -> Process:
    return _process("Расходные материалы и сервис", "Supplies and service", SUPPLY_STAGES, 90)  # fmt: skip


def _process(name: str, name_en: str, stages: Any, position: int) -> Process:
    process = company._add(
        Process,
        [
            {
                "name": name,
                "name_en": name_en,
                "position": position,
                "success_condition": SuccessCondition.PAID_AND_DELIVERED,
            }
        ],
    )[0]
    company._add(
        Stage,
        (
            {
                "process": process,
                "position": place,
                "name": ru,
                "name_en": en,
                "percent": percent,
                "norm_days": norm,
                "hint": hint,
                "hint_en": hint_en,
            }
            for place, (ru, en, percent, norm, hint, hint_en) in enumerate(stages, 1)
        ),
    )
    return process


def _belt(process: Process, *, is_supply: bool) -> Belt:
    stages = list(Stage.objects.in_use().filter(process=process).order_by("position"))
    last = len(stages) - 1
    return Belt(
        process.pk,
        tuple(s.pk for s in stages),
        tuple(s.percent for s in stages),
        tuple(s.norm_days for s in stages),
        is_supply,
        1 if is_supply else round(0.71 * last),
        2 if is_supply else round(0.857 * last),
    )


def _sellers() -> list[Seller]:
    firms = company._add(
        trade.OwnFirm,
        [
            {
                "name": f"ООО «{company.NAME}»",
                "full_name": f"Общество с ограниченной ответственностью «{company.NAME}»",
                "inn": names.inn_of_firm(9_000_001),
                "kpp": "000001001",
                "ogrn": names.ogrn_of_firm(9_000_001, 2009),
                "address": "150000, Ярославль, Образцовая ул., д. 1",
                "phone": "+7 (4852) 00-00-10",
                "email": f"info@{company.DOMAIN}",
                "tax_regime": TaxRegime.GENERAL,
                "director": "Титулов Ф. А.",
                "director_position": "Директор",
                "director_genitive": "директора Титулова Фёдора Андреевича",
                "director_basis": "Устава",
                "accountant": "Счётова М. В.",
                "is_default": not trade.OwnFirm.objects.filter(is_default=True).exists(),
            },
            {
                "name": "ИП Эталонов Н. П.",
                "full_name": "Индивидуальный предприниматель Эталонов Николай Петрович",
                "inn": names.inn_of_person(9_000_002),
                "ogrn": names.ogrn_of_person(9_000_002, 2015),
                "address": "150000, Ярославль, Примерная ул., д. 2",
                "phone": "+7 (4852) 00-00-12",
                "email": f"service@{company.DOMAIN}",
                "tax_regime": TaxRegime.SIMPLIFIED_EXEMPT,
                "director": "Эталонов Н. П.",
                "director_position": "Индивидуальный предприниматель",
                "director_genitive": "Эталонова Николая Петровича",
                "director_basis": "свидетельства о регистрации",
                "number_prefix": "С-",
            },
        ],
    )  # fmt: skip
    accounts = company._add(
        trade.FirmAccount,
        (
            {
                "firm": firm,
                "number": _account(body),
                "bank": bank,
                "bic": _BIC,
                "correspondent": "30101810000000000999",
                "is_default": first,
            }
            for firm, body, bank, first in (
                (firms[0], "407028100000000000", "Макет-Банк", True),
                (firms[0], "407028104000000000", "Макет-Банк", False),
                (firms[1], "408028100000000000", "Макет-Банк", True),
            )
        ),
    )
    sellers = []
    for firm, percent in zip(firms, ((20, 22), None), strict=True):
        account = next(a for a in accounts if a.firm_id == firm.pk and a.is_default)
        snapshot = {"id": firm.pk} | {
            name: getattr(firm, name)
            for name in (
                "name", "full_name", "inn", "kpp", "ogrn", "address", "phone", "email", "tax_regime", "director",
                "director_position", "director_genitive", "director_basis", "accountant",
            )
        }  # fmt: skip
        snapshot |= {"account": account.number, "bank": account.bank, "bic": account.bic}  # fmt: skip
        snapshot["correspondent"] = account.correspondent
        sellers.append(Seller(firm.pk, account.pk, firm.number_prefix, json.dumps(snapshot, ensure_ascii=False), percent))  # fmt: skip
    return sellers


def _account(body: str) -> str:
    """Twenty digits out of eighteen, with the key by which banks check an account of this BIC."""
    for key in range(10):
        number = f"{body[:8]}{key}{body[8:]}1"
        if not sum(int(d) * w for d, w in zip(_BIC[-3:] + number, _ACCOUNT_WEIGHTS, strict=True)) % 10:  # fmt: skip
            return number
    raise AssertionError("One of ten keys always fits.")
