"""The reports counted again the plain way: all rows are read, and Python goes over them one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils import timezone

from clients.models import Activity
from deals.choices import InvoiceState
from deals.models import (  # fmt: skip
    Allocation,
    Deal,
    Invoice,
    Payment,
    PaymentPromise,
    PlannedReceipt,
    StagePassage,
)

NOUGHT = Decimal(0)
OPEN_INVOICES = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)


def day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def least(values: Iterable[int], percent: int) -> int | None:
    """The least value that at least so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1] if ordered else None


@dataclass
class Plain:
    since: date
    until: date
    on: date

    def __post_init__(self) -> None:
        self.deals = list(Deal.objects.select_related("stage"))
        self.closed = [d for d in self.deals if d.closed_at and self.holds(d.closed_at)]
        self.passages = list(StagePassage.objects.order_by("entered_at", "pk"))
        rows = Activity.objects.select_related("kind", "relationship", "result", "deal")
        self.work = [a for a in rows if a.status == "done" and a.kind.is_contact and a.client_id]  # fmt: skip
        self.contacts = [a for a in self.work if a.done_at and self.holds(a.done_at)]

    def holds(self, moment: datetime) -> bool:
        return self.since <= day(moment) < self.until

    def within(self, on: date | None) -> bool:
        return on is not None and self.since <= on < self.until

    def deal_rows(self) -> dict[int, tuple[Any, ...]]:
        """{seller: won, lost, roubles, half of the won took so many days, of the lost}."""
        found = {}
        for person in {d.responsible_id for d in self.closed}:
            mine = [d for d in self.closed if d.responsible_id == person]
            won, lost = ([d for d in mine if d.state == state] for state in ("won", "lost"))  # fmt: skip
            took = [[(day(d.closed_at) - day(d.opened_at)).days for d in part if d.opened_at] for part in (won, lost)]  # fmt: skip
            revenue = sum((d.amount or NOUGHT for d in won if d.currency == "RUB"), NOUGHT)  # fmt: skip
            found[person] = (len(won), len(lost), revenue, least(took[0], 50), least(took[0], 90), least(took[1], 50))  # fmt: skip
        return found

    def refusals(self) -> dict[int, int]:
        return Counter(d.reason_id for d in self.closed if d.state == "lost")

    def stalled(self, at: datetime) -> dict[int, int]:
        return Counter(d.responsible_id for d in self.deals if d.state == "open" and d.due_at and d.due_at < at)  # fmt: skip

    def funnel(self, process: int, positions: dict[int, int]) -> dict[int, tuple[int, int, int, int]]:  # fmt: skip
        """{stage: came for the first time in the period, of them on, lost, neither}."""
        deals = {d.pk: d for d in self.deals if d.process_id == process and d.in_norms}
        entries: dict[int, dict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))  # fmt: skip
        for p in self.passages:
            if p.deal_id in deals and p.stage_id in positions:
                entries[p.deal_id][p.stage_id].append(p.entered_at)
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for pk, of in entries.items():
            for stage, moments in of.items():
                if not self.holds(moments[0]):
                    continue
                higher = [m for other, them in of.items() if positions[other] > positions[stage] for m in them]  # fmt: skip
                on = deals[pk].state == "won" or any(m >= moments[0] for m in higher)
                lost = not on and deals[pk].state == "lost"
                for place, counts in enumerate((True, on, lost, not on and not lost)):
                    found[stage][place] += counts
        return {stage: tuple(row) for stage, row in found.items()}  # type: ignore[misc]

    def late_on_stage(self, process: int) -> dict[int, tuple[int, int]]:
        """{stage: deals that left it in the period and had a term, those that outstayed it}."""
        deals = {d.pk for d in self.deals if d.process_id == process and d.in_norms}
        left = [p for p in self.passages if p.deal_id in deals and p.left_at and self.holds(p.left_at)]  # fmt: skip
        normed, late = defaultdict(set), defaultdict(set)
        for p in left:
            if p.due_at:
                normed[p.stage_id].add(p.deal_id)
                if p.left_at > p.due_at:
                    late[p.stage_id].add(p.deal_id)
        return {stage: (len(normed[stage]), len(late[stage])) for stage in normed}

    def best_forecast(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = defaultdict(Decimal)
        for d in self.deals:
            if d.state == "open" and d.amount is not None:
                found[d.currency] += d.amount
        return dict(found)

    def cash(self) -> dict[str, tuple[Decimal, Decimal, Decimal, Decimal]]:
        """{currency: planned, came, expected on invoices, expected without one}."""
        found: dict[str, list[Decimal]] = defaultdict(lambda: [NOUGHT] * 4)
        for r in PlannedReceipt.objects.select_related("deal").filter(deal__bin=None):
            if self.within(r.due_on):
                found[r.currency][0] += r.amount
                if r.invoice_id is None and r.deal.state == "open" and r.due_on >= self.on:  # fmt: skip
                    found[r.currency][3] += r.amount
        corrected = set(Payment.objects.exclude(corrects=None).values_list("corrects", flat=True))  # fmt: skip
        for p in Payment.objects.all():
            if self.within(p.paid_on) and p.kind != "reversal" and p.pk not in corrected:  # fmt: skip
                found[p.currency][1] += -p.amount if p.kind == "refund" else p.amount
        for i in self.standing():
            if i.state in OPEN_INVOICES and i.due_on >= self.on and self.within(i.due_on):  # fmt: skip
                found[i.currency][2] += i.total - i.paid
        return {currency: tuple(sums) for currency, sums in found.items()}  # type: ignore[misc]

    def standing(self) -> list[Invoice]:
        return [i for i in Invoice.objects.all() if i.corrects_id is None and i.state != "cancelled"]  # fmt: skip

    def paying(self) -> dict[tuple[int | None, str], tuple[int, int, int, int, int]]:
        """{(seller, currency): issued, paid in time, late, overdue, waiting}."""
        paid_on: dict[int, date] = {}
        for a in Allocation.objects.select_related("payment"):
            paid_on[a.invoice_id] = max(paid_on.get(a.invoice_id, date.min), a.payment.paid_on)  # fmt: skip
        found: dict[Any, list[int]] = defaultdict(lambda: [0] * 5)
        for i in self.standing():
            if not self.within(i.issued_on):
                continue
            if i.state == "paid":
                place = 2 if paid_on.get(i.pk, date.min) > i.due_on else 1
            else:
                place = 3 if i.due_on < self.on else 4
            found[i.responsible_id, i.currency][0] += 1
            found[i.responsible_id, i.currency][place] += 1
        return {key: tuple(row) for key, row in found.items()}  # type: ignore[misc]

    def promises(self) -> dict[int, Counter[str]]:
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for p in PaymentPromise.objects.all():
            if self.within(p.promised_on):
                found[p.made_by_id][p.state] += 1
        return found

    def effort(self) -> dict[int, tuple[int, int, int, int]]:
        """{seller: contacts, minutes, deals won, all contacts ever made on them}."""
        won = [d for d in self.closed if d.state == "won"]
        on_deal = Counter(a.deal_id for a in self.work if a.deal_id)
        people = {a.performer_id for a in self.contacts} | {d.responsible_id for d in won}  # fmt: skip
        return {
            person: (
                sum(a.performer_id == person for a in self.contacts),
                sum((a.minutes if a.minutes is not None else a.kind.default_minutes or 0) for a in self.contacts if a.performer_id == person),
                sum(d.responsible_id == person for d in won),
                sum(on_deal[d.pk] for d in won if d.responsible_id == person),
            )
            for person in people
        }  # fmt: skip

    def cold_calls(self) -> dict[int, tuple[int, int, int]]:
        """{seller: cold calls, of them with interest, followed by a deal within ninety days}."""
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        opened: dict[int, list[datetime]] = defaultdict(list)
        for d in self.deals:
            if d.opened_at:
                opened[d.client_id].append(d.opened_at)
        for a in self.contacts:
            if a.kind.code == "call" and a.direction == "out" and a.relationship and a.relationship.step == 1:  # fmt: skip
                row, ends = found[a.performer_id], a.done_at + timedelta(days=90)
                row[0] += 1
                row[1] += bool(a.result and a.result.shows_interest)
                row[2] += any(a.done_at <= moment < ends for moment in opened[a.client_id])  # fmt: skip
        return {person: tuple(row) for person, row in found.items()}  # type: ignore[misc]

    def procedure(self) -> dict[int, tuple[int, int, int, int, int, int]]:
        """{seller: deals moved, successes by exception, contacts, silent ones, open deals, those without a step}."""
        moved = {p.deal_id for p in self.passages if p.left_at and self.holds(p.left_at)}  # fmt: skip
        counts: dict[int, list[int]] = defaultdict(lambda: [0] * 6)
        for d in self.deals:
            row = counts[d.responsible_id]
            row[0] += d.pk in moved and d.in_norms
            row[4] += d.state == "open"
            row[5] += d.state == "open" and d.next_step_at is None
        for d in self.closed:
            counts[d.responsible_id][1] += d.state == "won" and bool(d.override_reason)
        for a in self.contacts:
            counts[a.performer_id][2] += 1
            counts[a.performer_id][3] += not a.summary
        return {person: tuple(row) for person, row in counts.items() if any(row)}  # type: ignore[misc]
