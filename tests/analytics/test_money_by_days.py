"""Money kept by days on a base whose answer is written out, and beside plain counting after every kind of change."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import fulfilment, kept_money, rollups, sums
from analytics.models import MoneyChange, MoneyDay, SalesPlan
from analytics.money_sql import SUMS
from analytics.scope import scope_of
from clients.actions.joining import merge_clients
from clients.models import Client
from deals.actions.invoices import cancel_invoice
from deals.actions.payments import (  # fmt: skip
    correct_payment,
    record_payment,
    refund,
    reverse_payment,
    use_advance,
)
from deals.models import Allocation, Deal, Invoice, Payment
from salesexpert.core import preferences
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
Days = dict[tuple[int, date, str], list[Decimal]]
TODAY = timezone.localdate()


def plainly() -> Days:
    """Every row of the books in Python, one by one."""
    found: Days = defaultdict(lambda: [D(0)] * len(SUMS))

    def add(person: int | None, day: date, currency: str, name: str, amount: Decimal) -> None:  # fmt: skip
        if person is not None:
            row = found[person, day, currency]
            row[SUMS.index(name)] += amount

    def share(amount: Decimal, deal: Deal | None) -> Decimal:
        if deal is None or deal.margin is None or not deal.amount:
            return D(0)
        return (amount * deal.margin / deal.amount).quantize(D("0.01"), ROUND_HALF_UP)

    deals = {deal.pk: deal for deal in Deal.with_bin.all()}
    for part in Allocation.objects.select_related("payment", "invoice"):
        invoice, payment = part.invoice, part.payment
        where = invoice.responsible_id, payment.paid_on, payment.currency
        add(*where, "paid", part.amount)
        add(*where, "paid_margin", share(part.amount, deals.get(invoice.deal_id)))
        add(where[0], max(payment.paid_on, invoice.issued_on), where[2], "settled", part.amount)  # fmt: skip
    for invoice in Invoice.objects.filter(corrects=None).exclude(state="cancelled"):
        where = invoice.responsible_id, invoice.issued_on, invoice.currency
        add(*where, "issued", invoice.total)
        add(*where, "issued_margin", share(invoice.total, deals.get(invoice.deal_id)))
    curators = dict(Client.objects.values_list("pk", "curator"))
    for payment in Payment.objects.filter(correction=None).exclude(kind="reversal"):
        person = deals[payment.deal_id].responsible_id if payment.deal_id else curators[payment.client_id]  # fmt: skip
        sign = -1 if payment.kind == "refund" else 1
        add(person, payment.paid_on, payment.currency, "received", sign * payment.amount)  # fmt: skip
    return {key: row for key, row in found.items() if any(row)}


def kept() -> Days:
    found: Days = defaultdict(lambda: [D(0)] * len(SUMS))
    for model in (MoneyDay, MoneyChange):
        for row in model.objects.all():
            of = found[row.user_id, row.day, row.currency]
            for n, name in enumerate(SUMS):
                of[n] += getattr(row, name)
    return {key: row for key, row in found.items() if any(row)}


def asked(name: str, whose: Any, since: date = date(2020, 1, 1), until: date = TODAY + timedelta(1), currency: str = "RUB") -> Decimal:  # fmt: skip
    return kept_money.read(name, since, until, currency=currency, people=[whose.pk]).get(whose.pk, D(0))  # fmt: skip


def test_what_money_came_to_is_told_of_each_day_person_and_currency():
    anna, boris = UserFactory(), UserFactory()
    client = ClientFactory(curator=boris)
    deal = a_deal(client, responsible=anna, amount=D(3000), margin=D(1000))
    first = an_invoice(deal, "1000.00", issued_on=TODAY - timedelta(9))
    second = an_invoice(deal, "2000.00", issued_on=TODAY - timedelta(8))
    third = an_invoice(client=client, total="500.00", currency="USD")
    other = a_deal(client, responsible=boris, amount=D(700))
    an_invoice(other, "700.00")

    def paid(amount: int, days: int, **given: Any) -> Payment:
        return record_payment(by=None, client=client, amount=D(amount), paid_on=TODAY - timedelta(days), **given)  # fmt: skip

    paid(100, 3, deal=deal, parts={first.pk: D(100)})
    # Two invoices and 50 that lie on none.
    paid(150, 2, deal=deal, parts={first.pk: D(30), second.pk: D(70)})
    # Of no deal: the curator's.
    paid(40, 2, parts={})
    paid(500, 1, currency="USD", parts={third.pk: D(500)})

    # 100 × 1000 ÷ 3000, and 30 and 70 of it: 33.33 + 10.00 + 23.33.
    assert (asked("paid", anna), asked("paid_margin", anna), asked("received", anna)) == (200, D("66.66"), 250)  # fmt: skip
    assert asked("paid", anna, TODAY - timedelta(2), TODAY) == 100
    assert (asked("issued", anna), asked("issued_margin", anna)) == (3000, 1000)
    # Without a deal an invoice is the curator's.
    assert (asked("received", boris), asked("paid", boris), asked("paid", boris, currency="USD")) == (40, 0, 500)  # fmt: skip
    assert (asked("issued", boris), asked("issued_margin", boris), asked("issued", boris, currency="USD")) == (700, 0, 500)  # fmt: skip
    assert kept() == plainly()
    waiting = {(row.user_id, row.day) for row in MoneyChange.objects.all()}
    assert rollups.catch_up() >= len(waiting)
    assert not MoneyChange.objects.exists()
    assert kept() == plainly()
    assert asked("paid", anna) == 200


def _books() -> tuple[Any, ...]:
    anna, boris = UserFactory(), UserFactory()
    client, other = ClientFactory(curator=boris), ClientFactory(curator=anna)
    deal = a_deal(client, responsible=anna, amount=D(3000), margin=D(1000))
    first = an_invoice(deal, "1000.00", issued_on=TODAY - timedelta(40))
    second = an_invoice(deal, "2000.00", issued_on=TODAY - timedelta(8))
    given = {"by": None, "client": client}
    on_deal = record_payment(**given, deal=deal, amount=D("1700.01"), paid_on=TODAY - timedelta(30))  # fmt: skip
    free = record_payment(**given, amount=D(90), paid_on=TODAY - timedelta(5), parts={})
    return anna, boris, client, other, deal, first, second, on_deal, free


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_the_books_is_in_the_days_at_once(at_once):
    anna, boris, client, other, deal, first, second, on_deal, free = _books()
    d, i = Deal.objects.filter(pk=deal.pk), Invoice.objects.filter
    given: dict[str, Any] = {"by": None, "client": client, "paid_on": TODAY}
    changes: list[Callable[[], object]] = [
        lambda: d.update(responsible=boris),
        lambda: d.update(margin=D("999.99"), amount=D(2999)),
        lambda: d.update(margin=None),
        lambda: d.update(margin=D("-70.07")),
        lambda: d.update(amount=D(0)),
        lambda: d.update(amount=D("1234.56")),
        lambda: d.update(responsible=anna, margin=D(5), amount=D(7)),
        lambda: i(pk=first.pk).update(responsible=boris),
        lambda: i(client=client).update(responsible=None),
        lambda: i(client=client).update(responsible=anna, deal=None),
        lambda: i(client=client).update(deal=deal, issued_on=TODAY - timedelta(1)),
        lambda: i(client=client).update(issued_on=TODAY - timedelta(35)),
        lambda: i(pk=second.pk).update(total=D(2500)),
        lambda: i(pk=second.pk).update(currency="USD"),
        lambda: i(pk=second.pk).update(currency="RUB"),
        lambda: Client.objects.filter(pk=client.pk).update(curator=anna),
        lambda: Client.objects.filter(pk=client.pk).update(curator=None),
        lambda: Client.objects.update(curator=boris),
        lambda: refund(**given, amount=D(20)),
        lambda: use_advance(second.pk, by=None, amount=D(50)),
        lambda: refund(**given, invoice=second, amount=D(300)),
        lambda: Allocation.objects.filter(invoice=first).update(amount=F("amount") - 100),
        lambda: Allocation.objects.filter(invoice=first).update(amount=F("amount") + 100),
        lambda: Payment.objects.filter(pk=on_deal.pk).update(paid_on=TODAY - timedelta(2)),
        lambda: Payment.objects.filter(pk=free.pk).update(currency="USD"),
        lambda: Payment.objects.filter(pk=free.pk).update(currency="RUB", amount=D(91)),
        lambda: Payment.objects.filter(pk=free.pk).update(deal=deal),
        lambda: record_payment(**given, amount=D(500), parts={}),
        lambda: correct_payment(on_deal.pk, by=None, reason="x", amount=D(1600)),
        lambda: reverse_payment(Payment.objects.filter(kind="receipt", correction=None, deal=deal).order_by("-pk")[0].pk, by=None),
        # What is corrected counts nowhere, whatever becomes of it.
        lambda: (d.update(responsible=boris), Client.objects.filter(pk=other.pk).update(curator=anna), Payment.objects.filter(client=client).update(client=other)),
        lambda: Payment.objects.filter(client=other).update(client=client),
        lambda: record_payment(**given, amount=D(10_000)),
        lambda: cancel_invoice(first.pk, by=None, reason="x"),
        lambda: merge_clients(survivor=other, loser=client, by=UserFactory(is_superuser=True), at=timezone.now()),
        lambda: Payment.objects.filter(kind="reversal").order_by("pk")[0].delete(),
        lambda: Allocation.objects.all().delete(),
    ]  # fmt: skip
    for change in changes:
        before = plainly()
        change()
        assert kept() == plainly()
        assert plainly() != before
        if at_once:
            kept_money.catch_up()
            assert not MoneyChange.objects.exists()
            assert kept() == plainly()
    assert kept_money.differences() == []


def test_what_changes_nothing_is_not_noted():
    _anna, _boris, client, _other, deal, first, *_rest = _books()
    rollups.catch_up()

    deal.title, first.comment, client.name = "Иначе", "Иначе", "Иначе"
    for thing in (deal, first, client):
        thing.save()
    Deal.objects.update(paid=0, invoiced=1)
    Invoice.objects.update(due_on=TODAY + timedelta(90))

    assert not MoneyChange.objects.exists()


def test_many_changes_drawn_by_lot_leave_the_days_as_the_books_are():
    chance = Random(11)
    people = [UserFactory() for _ in range(3)]
    clients = [ClientFactory(curator=chance.choice([*people, None])) for _ in range(3)]
    a_firm()
    deals = [a_deal(chance.choice(clients), responsible=chance.choice(people), amount=D(chance.randint(0, 9999)), margin=chance.choice([None, D(chance.randint(-500, 5000)) / 3])) for _ in range(6)]  # fmt: skip
    for deal in deals:
        deal.refresh_from_db()
    for _ in range(60):
        deal, amount = chance.choice(deals), D(chance.randint(1, 200_000)) / 100
        day = TODAY - timedelta(chance.randint(0, 3))
        match chance.randint(0, 6):
            case 0 | 1:
                an_invoice(deal, amount, issued_on=day, due=9)
            case 2 | 3:
                record_payment(by=None, client=deal.client, amount=amount, paid_on=day, deal=chance.choice([deal, None]))  # fmt: skip
            case 4:
                Deal.objects.filter(pk=deal.pk).update(responsible=chance.choice(people), margin=amount)  # fmt: skip
            case 5:
                Invoice.objects.filter(deal=deal).update(responsible=chance.choice(people))  # fmt: skip
            case _:
                kept_money.catch_up()
    before = kept()

    assert before == plainly()
    assert kept_money.differences() == []
    kept_money.rebuild()
    assert kept() == before


def test_a_planted_difference_is_found_and_counted_anew():
    anna, *_rest = _books()
    rollups.catch_up()
    day = MoneyDay.objects.filter(user_id=anna.pk, paid__gt=0).first()
    MoneyDay.objects.filter(pk=day.pk).update(paid_margin=day.paid_margin + D("0.01"))
    invented = MoneyDay.objects.create(user_id=anna.pk, day=date(2001, 2, 3), currency="RUB", received=5)  # fmt: skip

    with pytest.raises(CommandError, match="2 days differ"):
        call_command("rollups", verify=True, stdout=(out := StringIO()))
    assert f"{day.day} user {anna.pk}: money" in out.getvalue()
    call_command("rollups", rebuild=True, stdout=StringIO())
    call_command("rollups", verify=True, stdout=StringIO())

    assert kept() == plainly()
    assert not MoneyDay.objects.filter(pk=invented.pk).exists()


@pytest.mark.parametrize("way", ["paid", "issued", "closed"])
def test_the_plan_of_a_year_costs_as_many_queries_whoever_asks_of_how_many(way):
    preferences.put(plan_counts_by=way)
    director = UserFactory(preset="director")
    year = TODAY.replace(month=1, day=1)

    def cost() -> tuple[int, dict[int, Any]]:
        whose = sums.Extent(director, scope_of(director).people, year, year.replace(year=year.year + 1), timezone.now())  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            found = sums.plan(whose)
        return len(queries), found

    people = []
    costs = []
    for _ in range(3):
        people.append(UserFactory())
        for month in range(1, 4):
            SalesPlan.objects.create(user=people[-1], span="month", since=year.replace(month=month), measure="turnover", amount=100)  # fmt: skip
        deal = a_deal(responsible=people[-1], amount=D(600))
        an_invoice(deal, "600.00")
        record_payment(by=None, client=deal.client, deal=deal, amount=D(150), paid_on=TODAY)  # fmt: skip
        Deal.objects.filter(pk=deal.pk).update(state="won", closed_at=timezone.now())
        rollups.catch_up()
        n, found = cost()
        costs.append(n)
        reached = {"paid": 150, "issued": 600, "closed": 600}[way]
        assert found == {p.pk: {"planned": 300, "reached": reached} for p in people}

    # The first of all asks for the setting too.
    assert costs[1] == costs[2] <= 5
    month = TODAY.replace(day=1)
    everybody = fulfilment.facts("turnover", month, TODAY + timedelta(1))
    assert everybody == {p.pk: reached for p in people}


@pytest.mark.django_db(transaction=True)
def test_who_changes_what_another_multiplies_by_waits_for_him():
    """A payment is being booked while the margin of its deal and the seller of its invoice change."""
    anna, boris = UserFactory(), UserFactory()
    deal = a_deal(responsible=anna, amount=D(1000), margin=D(100))
    invoice = an_invoice(deal, "1000.00")
    waits = [
        lambda: Deal.objects.filter(pk=deal.pk).update(margin=D(500)),
        lambda: Invoice.objects.filter(pk=invoice.pk).update(responsible=boris),
    ]

    def apart(deed: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                deed()
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    for amount, change in zip((100, 200), waits, strict=True):
        with transaction.atomic():
            payment = Payment.objects.create(client=deal.client, deal=deal, firm=invoice.firm, paid_on=TODAY, amount=D(amount))  # fmt: skip
            Allocation.objects.create(payment=payment, invoice=invoice, amount=D(amount))  # fmt: skip
            thread = apart(change)
            thread.join(0.5)
            assert thread.is_alive()
        thread.join(10)

    assert kept() == plainly()
    assert asked("paid", boris) == 300
    assert asked("paid_margin", boris) == 150


# Statements that take away what was reversed, laid on invoices or both, in orders that no action takes.
GOING = {
    "a payment with its reversal": "DELETE FROM deals_payment WHERE id IN (%(payment)s, %(reversal)s)",
    "a payment before its reversal": "DELETE FROM deals_payment WHERE id = %(payment)s; DELETE FROM deals_payment WHERE id = %(reversal)s",
    "a reversal within the statement of its payment": (
        "WITH gone AS (DELETE FROM deals_payment WHERE id = %(reversal)s) DELETE FROM deals_payment WHERE id = %(payment)s"
    ),
    "a payment with what lies on invoices": (
        "WITH gone AS (DELETE FROM deals_allocation WHERE payment_id = %(laid)s) DELETE FROM deals_payment WHERE id = %(laid)s"
    ),
    "a payment before what lies on invoices": (
        "DELETE FROM deals_payment WHERE id = %(laid)s; DELETE FROM deals_allocation WHERE payment_id = %(laid)s"
    ),
    "an invoice with what lies on it": (
        "WITH gone AS (DELETE FROM deals_allocation WHERE invoice_id = %(invoice)s) DELETE FROM deals_invoice WHERE id = %(invoice)s"
    ),
    "everything of a client, himself first": (
        "DELETE FROM clients_client WHERE id = %(client)s; DELETE FROM deals_deal WHERE client_id = %(client)s;"
        "DELETE FROM deals_payment WHERE client_id = %(client)s; DELETE FROM deals_invoice WHERE client_id = %(client)s; DELETE FROM deals_allocation"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", GOING)
def test_money_that_goes_is_taken_away_once_in_whatever_order_it_goes(way):
    *_, client, _other, _deal, first, _second, on_deal, free = _books()
    reversal = reverse_payment(free.pk, by=None)
    before = plainly()
    given = {"payment": free.pk, "reversal": reversal.pk, "laid": on_deal.pk, "invoice": first.pk, "client": client.pk}  # fmt: skip

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GOING[way], given)
        assert kept_money.differences() == []
        assert (kept() == before) is ("reversal" in way)
        # Lines and papers of the deal are left behind here: nothing of it is to stay.
        transaction.set_rollback(True)


def test_a_reversal_that_is_put_right_corrects_the_other_payment():
    *_, on_deal, free = _books()
    reversal = reverse_payment(free.pk, by=None)

    Payment.objects.filter(pk=reversal.pk).update(corrects=on_deal)

    assert kept() == plainly()
