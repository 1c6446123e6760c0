"""How invoices were paid, kept by days of issue, beside plain counting after every kind of change."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from analytics import discipline, kept_paying, rollups
from analytics.models import PayingChange, PayingDay
from clients.actions.joining import merge_clients
from deals.actions.invoices import cancel_invoice
from deals.actions.payments import (  # fmt: skip
    correct_payment,
    record_payment,
    refund,
    reverse_payment,
    use_advance,
)
from deals.models import Allocation, Deal, Invoice, Payment
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = timezone.localdate()
SPANS = [(TODAY - timedelta(a), TODAY - timedelta(b)) for a, b in ((400, -1), (41, 39), (60, 9), (9, 0))]  # fmt: skip


def plainly() -> dict[Any, list[Any]]:
    """Every invoice in Python, by the payments that lie on it."""
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, D(0), 0, 0, 0])
    for invoice in Invoice.objects.filter(corrects=None).exclude(state="cancelled"):
        row = found[invoice.responsible_id or 0, invoice.issued_on, invoice.currency]
        row[0] += 1
        row[1] += invoice.total
        if invoice.state == "paid":
            row[2] += 1
            last = max((part.payment.paid_on for part in invoice.allocations.all()), default=None)  # fmt: skip
            days = (last - invoice.due_on).days if last else 0
            if days > 0:
                row[3] += 1
                row[4] += days
    return dict(found)


def kept() -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, D(0), 0, 0, 0])
    for model in (PayingDay, PayingChange):
        for row in model.objects.all():
            of = found[row.user_id, row.day, row.currency]
            for n, name in enumerate(("issued", "total", "paid", "late", "days_late")):
                of[n] += getattr(row, name)
    return {key: row for key, row in found.items() if any(row)}


def agree() -> None:
    assert kept() == plainly()
    for since, until in SPANS:
        span: dict[str, Any] = {"since": since, "until": until, "on": TODAY}
        assert discipline.paying(Invoice.objects.all(), **span, kept=True) == discipline.paying(Invoice.objects.all(), **span)  # fmt: skip


@pytest.fixture(autouse=True)
def _counted():
    rollups.catch_up()


def _books() -> tuple[Any, ...]:
    anna, boris = UserFactory(), UserFactory()
    client, other = ClientFactory(curator=boris), ClientFactory(curator=anna)
    deal = a_deal(client, responsible=anna, amount=D(3000), margin=D(1000))
    first = an_invoice(deal, "1000.00", issued_on=TODAY - timedelta(40))
    second = an_invoice(deal, "2000.00", issued_on=TODAY - timedelta(8))
    Invoice.objects.filter(pk=first.pk).update(due_on=TODAY - timedelta(30))
    given = {"by": None, "client": client}
    on_deal = record_payment(**given, deal=deal, amount=D("900.01"), paid_on=TODAY - timedelta(31))  # fmt: skip
    free = record_payment(**given, amount=D(1500), paid_on=TODAY - timedelta(5), parts={})  # fmt: skip
    return anna, boris, client, other, deal, first, second, on_deal, free


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_the_books_is_in_the_days_at_once(at_once):
    anna, boris, client, other, deal, first, second, on_deal, free = _books()
    i = Invoice.objects.filter
    pay = Payment.objects.filter
    given: dict[str, Any] = {"by": None, "client": client, "paid_on": TODAY}

    def laid_at_once() -> None:
        # Two parts of one invoice in one statement.
        Allocation.objects.bulk_create([Allocation(payment=payment, invoice=first, amount=D(1)) for payment in (on_deal, free)])  # fmt: skip

    changes: list[Callable[[], object]] = [
        lambda: record_payment(**given, deal=deal, amount=D("99.99"), parts={first.pk: D("99.99")}),
        lambda: i(pk=first.pk).update(due_on=TODAY - timedelta(3)),
        lambda: i(pk=first.pk).update(due_on=TODAY + timedelta(3)),
        lambda: i(pk=first.pk).update(due_on=TODAY - timedelta(33)),
        lambda: i(pk=first.pk).update(responsible=boris),
        lambda: i(client=client).update(responsible=None),
        lambda: i(client=client).update(responsible=anna, issued_on=TODAY - timedelta(41)),
        lambda: i(pk=second.pk).update(total=D(2500)),
        lambda: i(pk=second.pk).update(currency="USD"),
        lambda: i(pk=second.pk).update(currency="RUB"),
        lambda: pay(pk=on_deal.pk).update(paid_on=TODAY - timedelta(2)),
        lambda: Payment.objects.update(paid_on=F("paid_on") - timedelta(4)),
        lambda: Payment.objects.update(paid_on=TODAY - timedelta(1)),
        lambda: Allocation.objects.filter(invoice=first).delete(),
        laid_at_once,
        lambda: pay(pk=free.pk).update(paid_on=TODAY - timedelta(20)),
        lambda: Allocation.objects.filter(payment=free).update(invoice=second),
        lambda: use_advance(second.pk, by=None, amount=D(50)),
        lambda: refund(**given, invoice=second, amount=D(30)),
        lambda: correct_payment(on_deal.pk, by=None, reason="x", amount=D(950)),
        lambda: record_payment(**given, amount=D(10_000)),
        lambda: reverse_payment(pay(kind="receipt", correction=None).order_by("-pk")[0].pk, by=None),
        lambda: record_payment(**given, amount=D(20_000)),
        lambda: merge_clients(survivor=other, loser=client, by=UserFactory(is_superuser=True), at=timezone.now()),
        lambda: cancel_invoice(an_invoice(client=other, total="7.00").pk, by=None, reason="x"),
        lambda: i(pk=second.pk).update(state="cancelled", paid=0),
        lambda: Allocation.objects.all().delete(),
        lambda: (Deal.objects.update(invoiced=0), Invoice.objects.exclude(corrects=None).delete(), Invoice.objects.all().delete()),
    ]  # fmt: skip
    agree()
    for change in changes:
        change()
        agree()
        if at_once:
            kept_paying.catch_up()
            assert not PayingChange.objects.exists()
            agree()
    assert kept_paying.differences() == []


def test_what_changes_nothing_is_not_noted():
    _anna, _boris, client, _other, deal, _first, second, *_rest = _books()
    rollups.catch_up()

    Invoice.objects.update(comment="Иначе")
    Invoice.objects.update(paid=F("paid"), due_on=TODAY + timedelta(90))
    Payment.objects.update(purpose="Иначе")
    # A part of an invoice that is not paid by it says nothing yet.
    record_payment(by=None, client=client, amount=D(10), paid_on=TODAY, deal=deal, parts={second.pk: D(10)})  # fmt: skip

    assert not PayingChange.objects.exists()


@pytest.mark.parametrize("seed", range(4))
def test_days_say_what_books_drawn_at_random_say(seed):
    draw = Random(seed)
    people, firm = [UserFactory() for _n in range(2)], a_firm()
    clients = [ClientFactory(curator=draw.choice(people)) for _n in range(3)]
    invoices = []
    for _n in range(12):
        client, issued = draw.choice(clients), TODAY - timedelta(draw.randint(5, 60))
        invoice = an_invoice(client=client, total=f"{draw.randint(100, 900)}.00", firm=firm, issued_on=issued)  # fmt: skip
        Invoice.objects.filter(pk=invoice.pk).update(due_on=issued + timedelta(draw.randint(0, 30)), responsible=draw.choice([*people, None]))  # fmt: skip
        invoices.append(invoice)
    for _n in range(25):
        record_payment(by=None, client=draw.choice(clients), amount=D(draw.randint(50, 900)), paid_on=TODAY - timedelta(draw.randint(0, 40)))  # fmt: skip
    agree()
    assert kept_paying.rebuild() == PayingDay.objects.count()
    agree()
    assert rollups.verify() == []


def test_a_day_that_was_kept_wrong_is_told_and_until_days_are_counted_the_books_answer():
    anna, *_rest = _books()
    rollups.catch_up()
    PayingDay.objects.filter(day=TODAY - timedelta(8)).update(late=3)

    assert [(d.what, d.user, d.day) for d in rollups.verify()] == [("paying", anna.pk, TODAY - timedelta(8))]  # fmt: skip
    PayingChange.objects.create(user_id=-1, day=date(2000, 1, 1), currency="")
    assert kept_paying.read(*SPANS[0], people=None) is None
    agree_by_books = discipline.paying(Invoice.objects.all(), on=TODAY, kept=True)
    assert agree_by_books == discipline.paying(Invoice.objects.all(), on=TODAY)
    rollups.catch_up()
    assert rollups.verify() == []
