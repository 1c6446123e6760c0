"""Planned receipts kept by days beside plain counting after every kind of change; a cash report reads them and nothing else."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from analytics import kept_planned, rollups
from analytics.kept_planned import DAYS
from analytics.models import PlannedChange, PlannedDay
from clients.actions.bin import take_back, throw_away
from clients.models import BinEntry
from deals.models import Deal, PlannedReceipt
from tests.deals.money import a_deal, an_invoice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
Days = dict[tuple[int, date, str], tuple[Decimal, Decimal]]
TODAY = timezone.localdate()


def plainly() -> Days:
    """Every receipt in Python, one by one."""
    found: dict[tuple[int, date, str], list[Decimal]] = defaultdict(lambda: [D(0), D(0)])  # fmt: skip
    deals = {deal.pk: deal for deal in Deal.with_bin.all()}
    for receipt in PlannedReceipt.objects.all():
        deal = deals[receipt.deal_id]
        if deal.bin_id is None:
            row = found[deal.responsible_id, receipt.due_on, receipt.currency]
            row[0] += receipt.amount
            if deal.state == "open" and receipt.invoice_id is None:
                row[1] += receipt.amount
    return {key: (row[0], row[1]) for key, row in found.items() if any(row)}


def kept() -> Days:
    people = {row.user_id for model in (PlannedDay, PlannedChange) for row in model.objects.all()}  # fmt: skip
    return {
        (person, day, currency): (planned, awaited)
        for person in people
        for day, currency, planned, awaited in kept_planned.days(date.min, date.max, people=[person])
    }  # fmt: skip


def a_receipt(deal: Deal, amount: int | str, days: int, **given: object) -> PlannedReceipt:  # fmt: skip
    return PlannedReceipt.objects.create(deal=deal, client=deal.client, due_on=TODAY + timedelta(days), amount=D(amount), **{"currency": "RUB", **given})  # fmt: skip


def test_what_is_planned_and_waits_is_told_of_each_day_person_and_currency():
    anna, boris = UserFactory(), UserFactory()
    open_, won = a_deal(responsible=anna), a_deal(responsible=anna)
    Deal.objects.filter(pk=won.pk).update(state="won", closed_at=timezone.now())
    a_receipt(open_, 100, 5)
    a_receipt(open_, 30, 5, invoice=an_invoice(open_, "30.00"))
    a_receipt(won, 7, 5)
    a_receipt(won, 9, 6, currency="USD")
    a_receipt(a_deal(responsible=boris), 1000, 5)
    day = TODAY + timedelta(5)

    told = kept_planned.days(TODAY, TODAY + timedelta(9), people=[anna.pk])

    assert sorted(told) == [(day, "RUB", 137, 100), (day + timedelta(1), "USD", 9, 0)]
    assert kept_planned.days(day, day + timedelta(1), people=[anna.pk, boris.pk]) == [(day, "RUB", 1137, 1100)]  # fmt: skip
    assert rollups.catch_up()
    assert not PlannedChange.objects.exists()
    assert sorted(kept_planned.days(TODAY, TODAY + timedelta(9), people=[anna.pk])) == sorted(told)  # fmt: skip


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_receipts_and_their_deals_is_in_the_days_at_once(at_once):
    anna, boris = UserFactory(is_superuser=True), UserFactory()
    entries: list[BinEntry] = []
    deal, other = a_deal(responsible=anna), a_deal(responsible=boris)
    first, second = a_receipt(deal, "100.10", 3), a_receipt(deal, 50, -3)
    a_receipt(other, 70, 3)
    invoice = an_invoice(deal, "100.00")
    d, r = Deal.objects.filter(pk=deal.pk), PlannedReceipt.objects.filter
    changes: list[Callable[[], object]] = [
        lambda: d.update(responsible=boris),
        lambda: d.update(state="won", closed_at=timezone.now()),
        lambda: d.update(state="open", closed_at=None, responsible=anna),
        lambda: r(pk=first.pk).update(invoice=invoice),
        lambda: d.update(state="won", closed_at=timezone.now(), responsible=boris),
        lambda: d.update(state="open", closed_at=None, responsible=anna),
        lambda: r(pk=first.pk).update(invoice=None),
        lambda: r(deal=deal).update(due_on=TODAY + timedelta(9)),
        lambda: r(pk=second.pk).update(currency="USD"),
        lambda: r(pk=second.pk).update(amount=F("amount") + D("0.01")),
        lambda: r(pk=second.pk).update(deal=other),
        lambda: a_receipt(other, 5, 9),
        lambda: entries.append(throw_away(thing=other, by=anna, at=timezone.now())),
        lambda: (r(deal=other).update(amount=F("amount") + 1), take_back(entry=entries[0], by=anna, at=timezone.now())),
        lambda: r(pk=second.pk).delete(),
        lambda: r(deal=other).delete(),
    ]  # fmt: skip
    for change in changes:
        before = plainly()
        change()
        assert kept() == plainly()
        assert plainly() != before
        if at_once:
            DAYS.catch_up()
            assert not PlannedChange.objects.exists()
            assert kept() == plainly()
    assert DAYS.differences() == []


def test_what_changes_nothing_is_not_noted():
    deal = a_deal(responsible=UserFactory())
    receipt = a_receipt(deal, 100, 3)
    rollups.catch_up()

    for thing in (deal, receipt):
        thing.comment = "Иначе"
        thing.save()
    Deal.objects.update(paid=0, amount=5)
    PlannedReceipt.objects.update(days=3)

    assert not PlannedChange.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM deals_plannedreceipt WHERE deal_id = %(deal)s; DELETE FROM deals_deal WHERE id = %(deal)s",
        "WITH gone AS (DELETE FROM deals_plannedreceipt WHERE deal_id = %(deal)s) DELETE FROM deals_deal WHERE id = %(deal)s",
    ],
)
def test_a_deal_that_goes_takes_its_receipts_with_it_once(statement):
    deal = a_deal(responsible=UserFactory())
    a_receipt(deal, 100, 3)
    a_receipt(deal, 10, 3)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, {"deal": deal.pk})
    assert kept() == plainly() == {}


def test_many_changes_drawn_by_lot_leave_the_days_as_the_receipts_are():
    chance = Random(7)
    people = [UserFactory() for _ in range(3)]
    deals = [a_deal(responsible=chance.choice(people)) for _ in range(6)]
    for _ in range(80):
        deal = chance.choice(deals)
        match chance.randint(0, 6):
            case 0 | 1 | 2:
                a_receipt(deal, chance.randint(1, 99_999), chance.randint(-2, 2))
            case 3:
                state = chance.choice(["open", "won"])
                Deal.objects.filter(pk=deal.pk).update(responsible=chance.choice(people), state=state, closed_at=None if state == "open" else timezone.now())  # fmt: skip
            case 4:
                PlannedReceipt.objects.filter(deal=deal).update(amount=F("amount") + 1)
            case 5:
                PlannedReceipt.objects.filter(pk__in=PlannedReceipt.objects.filter(deal=deal)[:1]).delete()  # fmt: skip
            case _:
                DAYS.catch_up()
    before = kept()

    assert before == plainly()
    assert DAYS.differences() == []
    DAYS.rebuild()
    assert kept() == before


def test_a_planted_difference_is_found_and_counted_anew():
    anna = UserFactory()
    a_receipt(a_deal(responsible=anna), 100, 3)
    rollups.catch_up()
    PlannedDay.objects.update(awaited=F("awaited") - D("0.01"))

    with pytest.raises(CommandError, match="1 days differ"):
        call_command("rollups", verify=True, stdout=(out := StringIO()))
    assert f"{TODAY + timedelta(3)} user {anna.pk}: planned" in out.getvalue()
    call_command("rollups", rebuild=True, stdout=StringIO())
    call_command("rollups", verify=True, stdout=StringIO())
    assert kept() == plainly()


@pytest.mark.django_db(transaction=True)
def test_who_changes_a_deal_waits_for_who_plans_its_receipts():
    anna, boris = UserFactory(), UserFactory()
    deal = a_deal(responsible=anna)

    def hand_over() -> None:
        try:
            Deal.objects.filter(pk=deal.pk).update(responsible=boris)
        finally:
            connection.close()

    with transaction.atomic():
        a_receipt(deal, 100, 3)
        thread = threading.Thread(target=hand_over)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)

    assert kept() == plainly()
    assert [key[0] for key in kept()] == [boris.pk]
