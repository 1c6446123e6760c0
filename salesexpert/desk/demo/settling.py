"""The money of one deal: its lines in kopecks, invoices, payments, deliveries and what was expected when."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from salesexpert.desk.demo.bargains import Bargain, Item
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.market import Market, Seller

_PARTS = (10, 25, 28, 22, 15)  # how usual 1, 2 … 5 payments are
_TERMS = (3, 5, 5, 10, 10, 15)
_OVERRIDES = (
    "Постоянный клиент, остаток заплатит по графику",
    "Гарантийное письмо от клиента есть, ждём остаток",
    "Удержание до подписания акта, согласовано",
)


@dataclass(slots=True)
class Sum:
    """A line worked out, all money in kopecks."""

    item: Item
    price: int
    cost: int
    percent: int | None
    total: int
    vat: int


@dataclass(slots=True, eq=False)
class Bill:
    place: int
    due: date
    sums: list[Sum]
    total: int
    vat: int
    paid: int = 0
    pk: int = 0
    number: str = ""

    @property
    def state(self) -> str:
        return "paid" if self.paid == self.total else "partly" if self.paid else "issued"  # fmt: skip


@dataclass(slots=True)
class Money:
    """A payment with the parts that lie on invoices."""

    place: int
    amount: int
    parts: list[tuple[Bill, int]]


@dataclass(slots=True)
class Shipment:
    place: int
    kind: str
    sums: list[Sum]
    bill: Bill
    closed: int | None


@dataclass(slots=True, eq=False)
class Settlement:
    """`expected` are planned receipts: invoice, day, kopecks, counted from, working days after."""

    seller: Seller
    sums: list[Sum] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    payments: list[Money] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    expected: list[tuple[Bill, date, int, str, int]] = field(default_factory=list)
    override: str = ""

    @property
    def total(self) -> int:
        return sum(s.total for s in self.sums)

    @property
    def margin(self) -> int:
        return sum(s.total - s.vat - s.cost * s.item.quantity for s in self.sums)


def worked_out(item: Item, price: int, cost: int, percent: int | None) -> Sum:
    total = (item.quantity * price * (100 - item.discount) * 2 + 100) // 200
    vat = (2 * total * percent + 100 + percent) // (2 * (100 + percent)) if percent else 0  # fmt: skip
    return Sum(item, price, cost, percent, total, vat)


class Settler:
    def __init__(self, random: Random, calendar: Calendar, market: Market) -> None:
        self.random = random
        self.calendar = calendar
        self.market = market

    def settle(self, bargain: Bargain) -> Settlement:
        draw = self.random.random
        own = self.market.sellers
        result = Settlement(own[bargain.belt.is_supply and draw() < 0.4])
        belt = bargain.belt
        billed = bargain.entered(belt.billing)
        day = self.calendar.days[int(bargain.opened if billed is None else billed)]
        result.sums = [self._sum(item, day, result.seller) for item in bargain.items]
        if not result.sums or bargain.state == "lost" or billed is None:
            return result
        if bargain.state == "open" and bargain.last.place == belt.billing and draw() < 0.4:  # fmt: skip
            return result
        self._bill(bargain, result, billed)
        self._ship(bargain, result)
        self._pay(bargain, result)
        return result

    def _sum(self, item: Item, day: date, seller: Seller) -> Sum:
        price, cost = item.ware.price(day)
        return worked_out(item, price, cost, seller.percent and seller.percent[day.year >= 2026])  # fmt: skip

    def _end(self, bargain: Bargain) -> float:
        return float(self.calendar.today) if bargain.closed is None else bargain.closed

    def _bill(self, bargain: Bargain, result: Settlement, billed: float) -> None:
        draw = self.random.random
        end = self._end(bargain)
        stay = (bargain.entered(bargain.belt.shipping) or end) - billed
        place = min(int(billed + min(stay, 3) * draw() * 0.6), self.calendar.today - 1)
        due = self.calendar.term(place, _TERMS[int(draw() * len(_TERMS))])
        halves = [result.sums]
        if len(result.sums) > 1 and draw() < 0.14:
            halves = [result.sums[:1], result.sums[1:]]
        for sums in halves:
            result.bills.append(Bill(place, due, sums, sum(s.total for s in sums), sum(s.vat for s in sums)))  # fmt: skip

    def _ship(self, bargain: Bargain, result: Settlement) -> None:
        draw = self.random.random
        shipped = bargain.entered(bargain.belt.shipping)
        beyond = bargain.entered(bargain.belt.shipping + 1)
        if shipped is None or (bargain.state == "open" and beyond is None):
            return
        end = self._end(bargain)
        first = max(int(shipped), result.bills[0].place)
        until = max(first, int(beyond or end))
        for bill in result.bills:
            place = min(first + int(draw() * (until - first + 1)), self.calendar.today - 1)  # fmt: skip
            closed = None
            if (bargain.state == "won" and draw() < 0.9) or draw() < 0.2:
                closed = place + int(draw() * (int(end) - place + 1))
            service = all(s.item.ware.unit == "усл. ед" for s in bill.sums)
            kind = "act" if service else "upd" if draw() < 0.75 else "torg12"
            result.shipments.append(Shipment(place, kind, bill.sums, bill, closed))

    def _pay(self, bargain: Bargain, result: Settlement) -> None:
        draw, calendar = self.random.random, self.calendar
        whole, begin = result.total, result.bills[0].place
        end = int(self._end(bargain)) if bargain.closed is not None else calendar.today - 1  # fmt: skip
        advance = (30, 50, 100)[int(draw() * 3)]
        self._expect(result, advance)
        count = self._count()
        first = whole * advance // 100 if count > 1 else whole
        if count > 1 and first == whole:
            first = whole // 2
        amounts = [first]
        for left in range(count - 1, 0, -1):
            rest = whole - sum(amounts)
            amounts.append(rest if left == 1 else rest // left // 100_00 * 100_00 or rest // left)  # fmt: skip
        if bargain.state == "won":
            if draw() < 0.045 and end > calendar.today - 330 and len(amounts) > 1:
                del amounts[-1 - (draw() < 0.3 and len(amounts) > 2) :]
                result.override = _OVERRIDES[int(draw() * len(_OVERRIDES))]
        else:
            share = 0.35 if bargain.last.place == bargain.belt.billing else 0.75
            kept = sum(draw() < share for _ in amounts)
            amounts = amounts[:kept]
        span = max(0, end - begin)
        places = sorted(begin + int(draw() * (span + 1)) for _ in amounts)
        if places and bargain.state == "won" and not result.override and draw() < 0.7:
            places[-1] = end
        bills = iter(result.bills)
        bill = next(bills)
        for place, amount in zip(places, amounts, strict=True):
            if amount <= 0 or place > end:
                continue
            money = Money(place, amount, [])
            left = amount
            while left:
                part = min(left, bill.total - bill.paid)
                if part:
                    bill.paid += part
                    left -= part
                    money.parts.append((bill, part))
                if left:
                    bill = next(bills)
            result.payments.append(money)
        if result.payments and bargain.state == "won" and not result.override and draw() < 0.004:  # fmt: skip
            # Paid a little too much: the rest is the client's advance.
            result.payments[-1].amount += 1_000_00 + int(draw() * 40) * 100_00

    def _expect(self, result: Settlement, advance: int) -> None:
        calendar = self.calendar
        bill = result.bills[0]
        due = calendar.term(bill.place, 5)
        if advance == 100 or len(result.bills) > 1:
            result.expected = [(b, due, b.total, "invoice", 5) for b in result.bills]
            return
        first = bill.total * advance // 100
        shipped = result.shipments[0].place if result.shipments else min(bill.place + 12, len(calendar.days) - 1)  # fmt: skip
        result.expected = [
            (bill, due, first, "invoice", 5),
            (bill, calendar.term(shipped, 5), bill.total - first, "delivery", 5),
        ]

    def _count(self) -> int:
        left = self.random.random() * 100
        for number, weight in enumerate(_PARTS, 1):
            left -= weight
            if left < 0:
                return number
        return len(_PARTS)
