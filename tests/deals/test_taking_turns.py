"""People and long jobs work on the same clients at once: nobody waits in a circle, and the kept sums stay those of the facts."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from analytics import rollups
from clients.actions import activities, bin, dictionaries, joining
from clients.actions import bulk as bulk_actions
from clients.choices import ActivityStatus
from clients.entry_moves import go_on
from clients.models import Activity, ActivityKind, BinEntry, ClientMerge, EntryMerge
from deals.actions import deals, ending, handovers, invoices, moving, payments
from deals.bulk_ways import DEALS, PLAIN
from deals.choices import DealState, HandoverState
from deals.handing.contents import Wanted
from deals.models import Deal, Handover, Invoice, RefusalReason
from pipeline.models import Process, Stage
from salesexpert.core.errors import DomainError
from tests.deals.money import a_firm, an_invoice
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, DEEDS = 2, 8


class Work:
    """Clients of two people with deals, invoices and plans; each method is one deed on some of it."""

    def __init__(self) -> None:
        self.head = UserFactory(preset="director")
        self.sellers = [UserFactory(preset="head_of_sales") for _ in range(2)]
        self.clients = [ClientFactory(curator=self.sellers[n % 2]) for n in range(4)]
        self.process = Process.objects.create(name="Проверка", success_condition="none", position=0)  # fmt: skip
        self.stages = [Stage.objects.create(process=self.process, position=n, percent=30 * n, name=f"Этап {n}", norm_days=5) for n in range(3)]  # fmt: skip
        self.kinds = [ActivityKind.objects.get(code="call"), ActivityKind.objects.create(name="Звонок в цех", is_contact=True)]  # fmt: skip
        self.reason = RefusalReason.objects.first()
        self.firm = a_firm()
        self.fill()

    def fill(self) -> None:
        for n in range(8):
            client, seller = self.clients[n % 4], self.sellers[n % 2]
            deal = deals.open_deal(by=seller, client=client, process=self.process, title=f"Сделка {n}", at=timezone.now() - timedelta(days=40))  # fmt: skip
            an_invoice(deal, 1000)
            self.record(random.Random(n), deal)
            self.plan(random.Random(n), deal)

    def deal(self, chance: random.Random, **narrowed: object) -> Deal:
        return chance.choice(Deal.objects.filter(**narrowed).order_by("pk"))

    def record(self, chance: random.Random, deal: Deal | None = None) -> None:
        deal = deal or self.deal(chance)
        at = timezone.now() - timedelta(days=chance.randrange(60))
        activities.record_activity(client=deal.client, deal_id=deal.pk, stage_id=deal.stage_id, kind=chance.choice(self.kinds), summary="Поговорили", direction="out", by=chance.choice(self.sellers), at=timezone.now(), done_at=at)  # fmt: skip

    def plan(self, chance: random.Random, deal: Deal | None = None) -> None:
        deal = deal or self.deal(chance)
        activities.plan_activity(client=deal.client, deal_id=deal.pk, kind=chance.choice(self.kinds), planned_at=timezone.now() + timedelta(days=1), by=chance.choice(self.sellers), at=timezone.now())  # fmt: skip

    def finish(self, chance: random.Random) -> None:
        planned = chance.choice(Activity.objects.planned().order_by("pk"))
        activities.complete_activity(activity=planned, summary="Сделано", by=self.head, at=timezone.now())  # fmt: skip

    def pay(self, chance: random.Random) -> None:
        client = chance.choice(self.clients)
        payments.record_payment(client=client, amount=Decimal(chance.randrange(100, 2500)), paid_on=timezone.localdate(), by=self.head)  # fmt: skip

    def cancel(self, chance: random.Random) -> None:
        invoice = chance.choice(Invoice.objects.order_by("pk"))
        invoices.cancel_invoice(invoice.pk, by=self.head)

    def invoice(self, chance: random.Random) -> None:
        an_invoice(self.deal(chance, state=DealState.OPEN), chance.randrange(100, 900))

    def win(self, chance: random.Random) -> None:
        ending.succeed(self.deal(chance, state=DealState.OPEN).pk, by=self.head, override_reason="Проверка")  # fmt: skip

    def refuse(self, chance: random.Random) -> None:
        ending.refuse(self.deal(chance, state=DealState.OPEN).pk, by=self.head, reason=self.reason, comment="Проверка")  # fmt: skip

    def reopen(self, chance: random.Random) -> None:
        deal = chance.choice(Deal.objects.exclude(state=DealState.OPEN).order_by("pk"))
        ending.reopen(deal.pk, by=self.head, comment="Проверка")

    def move(self, chance: random.Random) -> None:
        moving.move(self.deal(chance, state=DealState.OPEN).pk, by=self.head, to=chance.choice(self.stages), comment="Проверка")  # fmt: skip

    def hand_over(self, chance: random.Random) -> None:
        giver, to = chance.sample(self.sellers, 2)
        done = Handover.objects.filter(state=HandoverState.DONE).order_by("-pk").first()
        if done and chance.random() < 0.3:
            handovers.give_back(done, by=self.head)
        else:
            handovers.hand_over(handovers.person_subject(giver, Wanted()), to=[to], note="Отпуск", by=self.head, impose=True)  # fmt: skip

    def give_many(self, chance: random.Random) -> None:
        to = chance.choice(self.sellers)
        change = bulk_actions.preview(cards=Deal.objects.open(), way=PLAIN["responsible"], value=str(to.pk), by=self.head, at=timezone.now(), about=DEALS)  # fmt: skip
        bulk_actions.begin(change=change, by=self.head, at=timezone.now())

    def join(self, chance: random.Random) -> None:
        record = ClientMerge.objects.filter(undone_at=None).order_by("-pk").first()
        if record:
            joining.undo_client_merge(record=record, by=self.head, at=timezone.now())
        else:
            one, other = chance.sample(self.clients, 2)
            joining.merge_clients(survivor=one, loser=other, by=self.head, at=timezone.now())  # fmt: skip

    def throw_away(self, chance: random.Random) -> None:
        entry = BinEntry.objects.order_by("-pk").first()
        if entry and chance.random() < 0.5:
            bin.take_back(entry=entry, by=self.head, at=timezone.now())
        else:
            thing = chance.choice(Activity.objects.filter(status=ActivityStatus.DONE).order_by("pk"))  # fmt: skip
            bin.throw_away(thing=thing, by=self.head, at=timezone.now())

    def merge_kinds(self, chance: random.Random) -> None:
        """Half of the history gets another kind, and is given it back."""
        merge = EntryMerge.objects.filter(undo_asked_at=None, model="activitykind").order_by("-pk").first()  # fmt: skip
        if merge is None:
            dictionaries.merge_entries(source=self.kinds[1], target=self.kinds[0], by=self.head, at=timezone.now())  # fmt: skip
            return
        dictionaries.ask_undo(merge=merge, by=self.head, at=timezone.now())
        while not go_on(merge.pk, at=timezone.now()):
            pass


@pytest.fixture
def work() -> Work:
    return Work()


def slowly(chance: random.Random) -> Callable[..., object]:
    def pause(execute, sql, params, many, context):
        if chance.random() < 0.3:
            time.sleep(chance.random() / 250)
        return execute(sql, params, many, context)

    return pause


def at_once(work: Work, names: list[str], seed: int) -> list[str]:
    """Everybody does his deed again and again; who waited in a circle."""
    circles = []
    start = threading.Barrier(len(names))

    def person(number: int, name: str) -> None:
        chance = random.Random(f"{seed} {number}")
        try:
            start.wait(10)
            with connection.execute_wrapper(slowly(chance)):
                for _ in range(DEEDS):
                    try:
                        getattr(work, name)(chance)
                    except (DomainError, IndexError):
                        continue  # another was quicker, or there is nothing to do
                    except OperationalError as error:
                        circles.append(f"{name}: {error}")
                    except Exception as error:  # noqa: BLE001  (told by the test itself)
                        circles.append(f"{name}: {error!r}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=person, args=each) for each in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return circles


CREWS = {
    "payments": ["pay", "cancel", "invoice", "pay"],
    "ends": ["win", "refuse", "reopen", "move"],
    "work": ["record", "finish", "plan", "record"],
    "many at once": ["give_many", "hand_over", "win", "finish"],
    "joined cards": ["join", "pay", "win", "record"],
    "the bin": ["throw_away", "win", "refuse", "finish"],
    "dictionaries": ["merge_kinds", "win", "move", "finish"],
}


@pytest.mark.parametrize("crew", CREWS.values(), ids=CREWS)
def test_who_hands_over_and_who_works_on_the_same_clients_wait_for_each_other(work, crew):  # fmt: skip
    rollups.rebuild()
    for seed in range(ROUNDS):
        work.fill()
        assert at_once(work, ["hand_over", *crew], seed) == []
        rollups.catch_up()
    assert rollups.verify() == []
