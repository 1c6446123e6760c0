"""A base drawn at random: deals on their way through stages, work, invoices, planned receipts and payments of two sellers.

Moments crowd around midnights of the company, where UTC is still on the day before; the bin, currencies, sums and days
that are missing, stages out of use and deals that count in no norm are all there.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from clients.choices import BinKind
from clients.models import Activity, ActivityKind, BinEntry, Client
from deals.models import (
    CheckMark,
    Deal,
    Invoice,
    Payment,
    PlannedReceipt,
    RefusalReason,
    StagePassage,
)
from pipeline.book import forget
from pipeline.models import Process, Stage, StageCheck
from salesexpert.accounts.models import User
from tests.deals.money import a_firm
from tests.factories import ClientFactory, UserFactory

ZONE = timezone.get_default_timezone()
# Half an hour into the 16th of the company; of UTC it is still the 15th.
NOW = datetime(2026, 3, 16, 0, 30, tzinfo=ZONE)
TODAY = NOW.date()
CURRENCIES = ["RUB", "RUB", "RUB", "USD"]


@dataclass
class Drawn:
    chance: Random
    people: list[User]
    director: User
    clients: list[Client]
    stages: list[Stage]
    deals: list[Deal]

    def moment(self, first: date, last: date) -> datetime:
        """Of a day between them: often its first or last moments."""
        day = first + timedelta(days=self.chance.randint(0, (last - first).days))
        at = self.chance.choice([time(0, 0), time(0, 0, 1), time(2, 59), time(3, 0), time(23, 59, 59), time(12, 0), time(17, 30)])  # fmt: skip
        return datetime.combine(day, at, tzinfo=ZONE)

    def sum(self) -> Decimal:
        return Decimal(self.chance.randint(1, 5_000_000)) / 100


def a_drawn_base(seed: int, *, deals: int, oldest: int = 440) -> Drawn:
    """Two sellers with `deals`, the first of them opened so many days ago, and a director; every chance is of the seed."""
    chance = Random(seed)
    people = [UserFactory(username=name, first_name=name, last_name="Пробный") for name in ("mara", "nils")]  # fmt: skip
    director = UserFactory(username="director", preset="director")
    process = Process.objects.create(name="Путь", position=9)
    stages = [
        Stage.objects.create(process=process, name=name, position=n, percent=percent, retired_at=NOW if name == "C" else None)
        for n, (name, percent) in enumerate((("A", 10), ("B", 25), ("C", 40), ("D", 60), ("E", 80)), 1)
    ]  # fmt: skip
    for stage, names in zip(stages, ("ab", "c", "", "d", "e"), strict=True):
        for name in names:
            StageCheck.objects.create(stage=stage, name=name, required=False, retired_at=NOW if name == "b" else None)  # fmt: skip
    forget()
    clients = [ClientFactory(curator=who) for who in [*people, *people, None]]
    base = Drawn(chance, people, director, clients, stages, [])
    _deals(base, process, deals, oldest)
    return base


def _deals(base: Drawn, process: Process, count: int, oldest: int) -> None:
    chance, reason = base.chance, RefusalReason.objects.create(name="проба")
    ways: list[list[dict[str, Any]]] = []
    for n in range(count):
        opened = base.moment(TODAY - timedelta(days=oldest), TODAY - timedelta(days=20))
        way, state, closed = _way(base, opened)
        last = way[-1]
        deal = Deal(
            client=chance.choice(base.clients), title=f"r{n}", folded=f"r{n}", process=process, stage=last["stage"], state=state,
            responsible=chance.choice(base.people), opened_at=chance.choice([opened, opened, opened, None]), closed_at=closed,
            entered_at=last["entered_at"] if state == "open" and chance.random() < 0.9 else None,
            amount=chance.choice([None, Decimal(0), *(base.sum() for _ in range(8))]), currency=chance.choice(CURRENCIES),
            expected_on=chance.choice([None, TODAY, TODAY + timedelta(days=chance.randint(-40, 460)), TODAY + timedelta(days=chance.randint(-1, 40))]),
            next_step_at=NOW if chance.random() < 0.6 else None, in_norms=chance.random() < 0.9,
            override_reason="так решили" if chance.random() < 0.3 else "", reason=reason if state == "lost" else None,
        )  # fmt: skip
        base.deals.append(deal)
        ways.append(way)
    Deal.objects.bulk_create(base.deals)
    StagePassage.objects.bulk_create(StagePassage(deal=deal, percent=0, **stay) for deal, way in zip(base.deals, ways, strict=True) for stay in way)  # fmt: skip
    points = list(StageCheck.objects.filter(stage__in=base.stages))
    CheckMark.objects.bulk_create(CheckMark(deal=deal, check_line=point, marked_by=base.people[0]) for deal in base.deals for point in points if chance.random() < 0.6)  # fmt: skip
    thrown = [deal for deal in base.deals if chance.random() < 0.08]
    for deal in thrown:
        entry = BinEntry.objects.create(kind=BinKind.DEAL, model="deal", object_id=deal.pk, put_at=NOW, purge_on=TODAY)  # fmt: skip
        Deal.with_bin.filter(pk=deal.pk).update(bin=entry)
        deal.bin = entry


def _way(base: Drawn, opened: datetime) -> tuple[list[dict[str, Any]], str, datetime | None]:  # fmt: skip
    """Stays one after another, on, over a stage or back, and how and when it ended."""
    chance, place, entered, way = base.chance, base.chance.randint(0, 2), opened, []
    while True:
        left = min(entered + chance.choice([timedelta(0), timedelta(seconds=1), timedelta(days=1), timedelta(days=chance.randint(1, 60), hours=chance.randint(0, 23))]), NOW)  # fmt: skip
        to = place + chance.choice([-1, -1, 1, 1, 2, 2, 3])
        end = "won" if to >= len(base.stages) else chance.choice(["", "", "", "lost", "open", "won"])  # fmt: skip
        if left == NOW or to < 0:
            end = "open"
        stay = {"stage": base.stages[place], "entered_at": entered, "left_at": left, "outcome": end}  # fmt: skip
        way.append(stay)
        if end == "open":
            return [*way[:-1], stay | {"left_at": None, "outcome": ""}], end, None
        if end:
            return way, end, left
        stay["outcome"] = "back" if to < place else "forward"
        place, entered = to, left


def draw_work(base: Drawn, count: int) -> None:
    chance = base.chance
    kinds = list(ActivityKind.objects.filter(code__in=["call", "meeting", "note"]))
    rows = []
    for _ in range(count):
        done = chance.random() < 0.8
        at = base.moment(TODAY - timedelta(days=100), TODAY + timedelta(days=5))
        rows.append(Activity(
            client=chance.choice([*base.clients, None]), kind=chance.choice(kinds), performer=chance.choice([*base.people, base.director]),
            status="done" if done else "planned", done_at=at if done else None, planned_at=None if done else at, feed_at=at,
            summary=chance.choice(["", "Договорились."]), created_at=at, created_by=base.director,
        ))  # fmt: skip
    Activity.objects.bulk_create(rows)
    for row in rows[:5]:
        entry = BinEntry.objects.create(kind=BinKind.ACTIVITY, model="activity", object_id=row.pk, put_at=NOW, purge_on=TODAY)  # fmt: skip
        Activity.with_bin.filter(pk=row.pk).update(bin=entry)


def draw_money(base: Drawn, count: int) -> None:
    """`count` of each: invoices, planned receipts, payments. A deal in the bin has receipts planned, never invoices."""
    chance, firm = base.chance, a_firm()
    standing = [deal for deal in base.deals if deal.bin is None]

    def day() -> date:
        return TODAY + timedelta(days=chance.choice([-1, 0, 1, chance.randint(-150, 150)]))  # fmt: skip

    def whose() -> dict[str, Any]:
        deal = chance.choice([None, *chance.sample(standing, 2)])
        return {"deal": deal, "client": deal.client if deal else chance.choice(base.clients)}  # fmt: skip

    invoices = []
    for n in range(count):
        of, total, state = whose(), base.sum() + 1, chance.choice(["issued", "partly", "paid", "cancelled"])  # fmt: skip
        paid = {"issued": Decimal(0), "partly": Decimal("0.37"), "paid": total, "cancelled": Decimal(0)}[state]  # fmt: skip
        due = day()
        invoices.append(Invoice.objects.create(
            **of, firm=firm, number=str(n), year=2026, issued_on=due - timedelta(days=9), due_on=due, total=total, paid=paid, state=state,
            currency=chance.choice(CURRENCIES), responsible=of["deal"].responsible if of["deal"] else of["client"].curator,
        ))  # fmt: skip
    for n, cancelled in enumerate(i for i in invoices if i.state == "cancelled"):
        given = {f: getattr(cancelled, f) for f in ("deal", "client", "firm", "issued_on", "due_on", "total", "currency", "responsible")}  # fmt: skip
        Invoice.objects.create(**given, number=f"с{n}", year=2026, corrects=cancelled, state="cancelled")  # fmt: skip
    deals = chance.choices(base.deals, k=count)
    PlannedReceipt.objects.bulk_create(
        PlannedReceipt(deal=deal, client=deal.client, due_on=day(), amount=base.sum(), currency=deal.currency, invoice=chance.choice([None, None, invoices[0]]))
        for deal in deals
    )  # fmt: skip
    for _ in range(count):
        kind, currency = chance.choice(["receipt", "receipt", "receipt", "refund"]), chance.choice(CURRENCIES)  # fmt: skip
        made = Payment.objects.create(**whose(), firm=firm, kind=kind, paid_on=day(), amount=base.sum(), currency=currency)  # fmt: skip
        if chance.random() < 0.15:
            Payment.objects.create(client=made.client, deal=made.deal, firm=firm, kind="reversal", paid_on=day(), amount=made.amount, currency=currency, corrects=made)  # fmt: skip
