"""Deals and their money as rows of the tables."""

import json
from datetime import datetime
from functools import lru_cache
from random import Random

from deals import models as trade
from salesexpert.core.folding import fold
from salesexpert.desk.demo import company
from salesexpert.desk.demo.bargains import Bargain, Bargainer, due_on
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.drafts import Card
from salesexpert.desk.demo.filing import LINE, Files, line_of
from salesexpert.desk.demo.market import Market, rubles
from salesexpert.desk.demo.papering import Papers
from salesexpert.desk.demo.rows import Table
from salesexpert.desk.demo.settling import Settlement, Settler

# Rows one deal may need at most.
_PASSAGES, _LINES, _BILLS, _PAYMENTS = 12, 4, 2, 5
_COMMENTS = (
    "Решали на совещании у директора",
    "Сказали по телефону, письма не прислали",
    "Вернутся к вопросу в следующем году",
    "Просили не беспокоить до осени",
    "Цену сравнивали с тремя поставщиками",
)
_PROMISES = ("Бухгалтер обещала провести", "Директор обещал до конца недели", "Ждут оплату от своего заказчика")  # fmt: skip
_HELP = (
    "помогает с расчётом",
    "ведёт переговоры с производством",
    "представил клиенту",
)

# A few hundred titles serve all deals.
_folded = lru_cache(maxsize=10_000)(fold)


class Trader:
    """The tables of deals and money, with what a deal becomes in each."""

    def __init__(self, calendar: Calendar, staff: company.Staff, market: Market, kind_name: dict[str, str]) -> None:  # fmt: skip
        self.calendar, self.staff, self.market = calendar, staff, market
        self.kind_name = kind_name
        self.random = Random()
        self.files = Files(calendar, staff, market.sellers[0])
        self._open_tables()

    def _open_tables(self) -> None:
        def table(model: type, columns: str, room: int) -> Table:
            return Table(model, columns, room=(0, 0, room))

        self.deal = table(
            trade.Deal,
            "client_id title process_id stage_id state responsible_id performer_id amount currency expected_on priority source_id"
            " campaign_id contact_id opened_at opened_by_id closed_at closed_by_id override_reason reason_id refusal_stage_id"
            " entered_at due_at waits_until norm_days paused next_step_at next_step_title invoiced paid delivered margin folded updated_at",
            1,
        )
        self.interest = table(trade.Deal.interests.through, "deal_id product_id", 1)
        self.participant = table(trade.DealParticipant, "deal_id user_id share role", 1)
        self.passage = table(
            trade.StagePassage,
            "deal_id stage_id performer_id entered_at due_at left_at outcome moved_by_id norm_days percent",
            _PASSAGES,
        )
        self.pause = table(trade.PassagePause, "passage_id since until reason set_by_id", 1)  # fmt: skip
        self.line = table(trade.DealLine, "deal_id cost" + LINE, _LINES)
        self.refusal = table(
            trade.Refusal,
            "deal_id reason_id stage_id comment competitor_id competitor_price currency refused_at refused_by_id",
            1,
        )
        self.rival_price = table(
            trade.CompetitorPrice,
            "competitor_id product_id deal_id price currency seen_on known_from entered_by_id entered_at",
            1,
        )
        self.invoice = table(
            trade.Invoice,
            "client_id deal_id firm_id account_id contract_id basis number year issued_on due_on state total vat_total paid seller buyer"
            " responsible_id made_by_id created_at",
            _BILLS,
        )
        self.invoice_line = table(trade.InvoiceLine, "invoice_id" + LINE, _LINES)
        self.planned = table(
            trade.PlannedReceipt,
            "client_id deal_id invoice_id due_on amount basis days position",
            2,
        )
        self.delivery = table(
            trade.Delivery,
            "client_id deal_id invoice_id firm_id kind number delivered_on total vat_total closed_on made_by_id created_at",
            _BILLS,
        )
        self.delivery_line = table(trade.DeliveryLine, "delivery_id" + LINE, _LINES)
        self.payment = table(
            trade.Payment,
            "client_id deal_id firm_id account_id paid_on amount allocated document_number payer payer_inn purpose made_by_id created_at",
            _PAYMENTS,
        )
        self.allocation = table(
            trade.Allocation, "payment_id invoice_id amount made_at", _PAYMENTS + 1
        )
        self.promise = table(
            trade.PaymentPromise,
            "client_id deal_id invoice_id promised_on amount comment state made_by_id made_at",
            1,
        )
        self.first = [self.deal]
        self.tables = [
            *self.files.tables, self.interest, self.participant, self.passage, self.pause, self.line, self.refusal, self.rival_price, self.invoice,
            self.invoice_line, self.planned, self.delivery, self.delivery_line, self.payment, self.allocation, self.promise,
        ]  # fmt: skip

    def begin(self, random: Random, papers: Random, deals_before: int) -> None:
        """A batch with random numbers of its own; its papers are numbered after those that came before."""
        self.random = random
        self.bargainer = Bargainer(random, self.calendar, self.staff, self.market)
        self.settler = Settler(random, self.calendar, self.market)
        self.first_number = 2 * deals_before
        self.files.begin(papers, 2 * deals_before)

    def deals_of(self, card: Card, wanted: int, opened: int) -> list[Bargain]:
        return self.bargainer.deals_of(card, wanted, opened)

    def write(self, bargains: list[Bargain]) -> None:
        """All deals of a batch in the order in which they were opened, with everything that hangs on them."""
        bargains.sort(key=lambda b: b.opened)
        settled = [(b, self.settler.settle(b)) for b in bargains]
        self._number(settled)
        files = self.files.plan(settled)
        for (bargain, settlement), papers in zip(settled, files, strict=True):
            self._deal_row(bargain, settlement)
            self._course_rows(bargain)
            self.files.write(bargain, settlement, papers)
            if settlement.sums:
                for place, line in enumerate(settlement.sums):
                    self.line.add(bargain.pk, rubles(line.cost), *line_of(line, place))
            if settlement.bills:
                self._money_rows(bargain, settlement, papers)

    def _number(self, settled: list[tuple[Bargain, Settlement]]) -> None:
        """Numbers in the order of the days, one series per firm and year."""
        bills = [(bill, s.seller) for _, s in settled for bill in s.bills]
        bills.sort(key=lambda pair: pair[0].place)
        last: dict[tuple[int, int], int] = {}
        for bill, seller in bills:
            key = seller.pk, self.calendar.days[bill.place].year
            last[key] = last.get(key, self.first_number) + 1
            bill.number = f"{seller.prefix}{last[key]}"

    def _deal_row(self, bargain: Bargain, money: Settlement) -> None:
        draw, calendar, card, belt = self.random.random, self.calendar, bargain.card, bargain.belt  # fmt: skip
        is_open = bargain.state == "open"
        last = bargain.last
        opened_at, closed_at = self._span(bargain)
        amount = money.total or bargain.estimate
        self.reason = None
        if bargain.state == "lost":
            share = last.place / max(1, len(belt.stages) - 1)
            weights = self.market.reason_weights[0 if share < 0.34 else 1 if share < 0.7 else 2]  # fmt: skip
            self.reason = self.market.reasons[self.bargainer._weighed(weights)]
        due = due_on(calendar, bargain, last)
        plans = []
        if is_open:
            plans = [d for d in card.deeds if d.status == "planned" and d.deal is None]
            if len(plans) > 1 and draw() < 0.3:
                plans = plans[:1]
        soon = min(plans, key=lambda d: (d.feed_at, d.created_at), default=None)
        title = f"{bargain.title}"[:200]
        bargain.pk = self.deal.add(
            card.pk,
            title,
            belt.pk,
            belt.stages[last.place],
            bargain.state,
            bargain.responsible,
            last.performer,
            rubles(amount) if amount else None,
            bargain.currency,
            calendar.days[bargain.expected],
            bargain.priority,
            card.source,
            card.campaign if draw() < 0.5 else None,
            card.people[0].pk if card.people else None,
            opened_at,
            bargain.responsible,
            closed_at,
            None if is_open else bargain.responsible,
            money.override,
            self.reason,
            belt.stages[last.place] if bargain.state == "lost" else None,
            max(calendar.moment(last.entered), opened_at) if is_open else None,
            calendar.end_of(due) if is_open and due else None,
            calendar.days[bargain.pause[1]] if bargain.pause else None,
            belt.norms[last.place] if is_open else None,
            bool(bargain.pause),
            soon.planned_at if soon else None,
            (soon.title or self.kind_name[soon.kind])[:200] if soon else "",
            rubles(sum(b.total for b in money.bills)),
            rubles(sum(p.amount for p in money.payments)),
            rubles(sum(s.bill.total for s in money.shipments)),
            _signed(money.margin) if money.sums else None,
            _folded(title)[:200],
            closed_at or max(calendar.moment(last.entered), opened_at),
        )
        for deed in plans:
            deed.deal = bargain.pk
        for deed in bargain.deeds:
            deed.deal = bargain.pk
            if deed.done_at is not None:
                x = calendar.x_of(deed.done_at)
                deed.stage = belt.stages[next((p.place for p in reversed(bargain.passages) if p.entered <= x), 0)]  # fmt: skip

    def _span(self, bargain: Bargain) -> tuple[datetime, datetime | None]:
        """When it was opened and closed; the deal of a card made today ends no sooner than it begins."""
        opened_at = max(self.calendar.moment(bargain.opened), bargain.card.created_at)
        if bargain.closed is None:
            return opened_at, None
        return opened_at, max(self.calendar.moment(bargain.closed), opened_at)

    def _course_rows(self, bargain: Bargain) -> None:
        draw, calendar, belt = self.random.random, self.calendar, bargain.belt
        start, _ = self._span(bargain)
        for passage in bargain.passages:
            due = due_on(calendar, bargain, passage)
            entered = max(calendar.moment(passage.entered), start)
            pk = self.passage.add(
                bargain.pk,
                belt.stages[passage.place],
                passage.performer,
                entered,
                calendar.end_of(due) if due else None,
                None if passage.left is None else max(calendar.moment(passage.left), entered),
                passage.outcome,
                passage.moved_by,
                belt.norms[passage.place],
                belt.percents[passage.place],
            )  # fmt: skip
        if bargain.pause:
            since, until, reason = bargain.pause
            self.pause.add(pk, calendar.days[since], calendar.days[until], reason, bargain.responsible)  # fmt: skip
        if bargain.machine and draw() < 0.7:
            self.interest.add(bargain.pk, self.market.wares[bargain.machine].pk)
        if draw() < 0.07:
            others = [pk for pk in self.staff.sellers if pk != bargain.responsible]
            if others:
                self.participant.add(bargain.pk, others[int(draw() * len(others))], 10 + int(draw() * 5) * 10, _HELP[int(draw() * 3)])  # fmt: skip
        if bargain.state == "lost":
            self._refusal_rows(bargain)

    def _refusal_rows(self, bargain: Bargain) -> None:
        draw, market = self.random.random, self.market
        opened_at, closed_at = self._span(bargain)
        at = closed_at or opened_at
        rival = price = None
        ware = market.wares.get(bargain.machine)
        if self.reason in market.to_rivals or draw() < 0.05:
            rival = market.rivals[int(draw() * len(market.rivals))]
            if ware and draw() < 0.8:
                ours = ware.price(at.date())[0]
                price = rubles(int(ours * (0.84 + draw() * 0.2)) // 100_00 * 100_00)
        self.refusal.add(
            bargain.pk,
            self.reason,
            bargain.belt.stages[bargain.last.place],
            _COMMENTS[int(draw() * len(_COMMENTS))] if draw() < 0.35 else "",
            rival,
            price,
            bargain.currency,
            at,
            bargain.responsible,
        )
        if rival and price and ware:
            self.rival_price.add(rival, ware.pk, bargain.pk, price, "RUB", at.date(), "Отказ по сделке", bargain.responsible, at)  # fmt: skip

    def _money_rows(self, bargain: Bargain, money: Settlement, papers: Papers) -> None:  # fmt: skip
        calendar, card, seller = self.calendar, bargain.card, money.seller
        assistant = self.staff.assistants[bargain.pk % len(self.staff.assistants)]
        buyer = _json(_buyer(card))
        for bill in money.bills:
            day = calendar.days[bill.place]
            pact = papers.pact if papers.pact and papers.pact.place <= bill.place else None  # fmt: skip
            basis = f"Договор № {pact.number} от {calendar.days[pact.place]:%d.%m.%Y}" if pact else ""  # fmt: skip
            bill.pk = self.invoice.add(
                card.pk, bargain.pk, seller.pk, seller.account, pact and pact.pk, basis, bill.number, day.year, day, bill.due, bill.state, rubles(bill.total),
                rubles(bill.vat), rubles(bill.paid), seller.printed, buyer, bargain.responsible, assistant,
                calendar.at(bill.place, 600 + bargain.pk % 400),
            )  # fmt: skip
            for place, line in enumerate(bill.sums):
                self.invoice_line.add(bill.pk, *line_of(line, place))
        for place, (bill, due, amount, basis, days) in enumerate(money.expected):
            self.planned.add(card.pk, bargain.pk, bill.pk, due, rubles(amount), basis, days, place)  # fmt: skip
        for shipment in money.shipments:
            day = calendar.days[shipment.place]
            bill = shipment.bill
            pk = self.delivery.add(
                card.pk, bargain.pk, bill.pk, seller.pk, shipment.kind, f"{bill.number}/1", day, rubles(bill.total), rubles(bill.vat),
                calendar.days[shipment.closed] if shipment.closed is not None else None, assistant,
                calendar.at(shipment.place, 660 + bargain.pk % 300),
            )  # fmt: skip
            for place, line in enumerate(shipment.sums):
                self.delivery_line.add(pk, *line_of(line, place))
        for number, payment in enumerate(money.payments):
            at = calendar.at(payment.place, 610 + (bargain.pk + number) % 420)
            on_bills = sum(part for _, part in payment.parts)
            numbers = ", ".join(bill.number for bill, _ in payment.parts)
            pk = self.payment.add(
                card.pk, bargain.pk, seller.pk, seller.account, calendar.days[payment.place], rubles(payment.amount), rubles(on_bills),
                str(1 + (bargain.pk * 7 + number) % 997), _payer(card), card.inn, f"Оплата по счёту № {numbers}", assistant, at,
            )  # fmt: skip
            for bill, part in payment.parts:
                self.allocation.add(pk, bill.pk, rubles(part), at)
        self._promise_row(bargain, money)

    def _promise_row(self, bargain: Bargain, money: Settlement) -> None:
        draw, calendar = self.random.random, self.calendar
        today = calendar.days[calendar.today]
        late = [b for b in money.bills if b.paid < b.total and b.due < today]
        if not late or draw() > 0.4:
            return
        bill = late[0]
        place = calendar.today - int(draw() * 8) + int(draw() * 12)
        made = max(bill.place, min(place, calendar.today - 1) - 3)
        state = "waiting" if place >= calendar.today - 2 else "broken"
        self.promise.add(
            bargain.card.pk, bargain.pk, bill.pk, calendar.days[place], rubles(bill.total - bill.paid),
            _PROMISES[int(draw() * len(_PROMISES))], state, bargain.responsible, calendar.at(made, 700),
        )  # fmt: skip


def _signed(kopecks: int) -> str:
    return rubles(kopecks) if kopecks >= 0 else f"-{rubles(-kopecks)}"


def _payer(card: Card) -> str:
    return card.name if card.is_person else f"{card.form} {card.name}".strip()


def _buyer(card: Card) -> dict[str, object]:
    name = _payer(card)
    return {
        "id": card.pk, "name": name, "full_name": name, "is_person": card.is_person, "inn": card.inn, "kpp": card.kpp, "ogrn": "",
        "address": card.city.name, "phone": card.phones[0][0] if card.phones else "", "email": f"info@{card.host}", "account": "",
        "bank": "", "bic": "", "correspondent": "",
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
