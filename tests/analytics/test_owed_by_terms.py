"""What is owed kept by terms beside plain counting after every kind of change; figures and reports of debts are told from it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import cash, discipline, kept_owed, rollups, sums
from analytics.kept_owed import DAYS
from analytics.models import OwedChange, OwedDay
from analytics.sums import Extent
from deals.actions.invoices import cancel_invoice
from deals.actions.payments import (  # fmt: skip
    correct_payment,
    record_payment,
    refund,
    reverse_payment,
)
from deals.models import Invoice, Payment, PlannedReceipt
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.factories import ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = timezone.localdate()
Terms = dict[tuple[int | None, date, date, str], tuple[int, Decimal]]


def plainly() -> Terms:
    """Every open invoice in Python, one by one."""
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, D(0)])
    for i in Invoice.objects.all():
        if i.state in {"issued", "partly"}:
            row = found[i.responsible_id, i.due_on, i.issued_on, i.currency]
            row[0] += 1
            row[1] += i.total - i.paid
    return {key: (row[0], row[1]) for key, row in found.items()}


def kept() -> Terms:
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, D(0)])
    for model in (OwedDay, OwedChange):
        for r in model.objects.all():
            row = found[r.user_id or None, r.due_on, r.issued_on, r.currency]
            row[0] += r.invoices
            row[1] += r.owed
    return {key: (row[0], row[1]) for key, row in found.items() if any(row)}


def agree() -> None:
    plain = plainly()
    assert kept() == plain
    everybody = {person for person, *_rest in plain}
    for on in (TODAY, TODAY + timedelta(7)):
        for since, until in ((None, None), (TODAY - timedelta(20), TODAY)):
            told = {(o.person_id, o.currency): (o.invoices, o.owed, o.late, o.late_owed) for o in kept_owed.of_people(None, on=on, since=since, until=until)}  # fmt: skip
            expected: dict[Any, list[Any]] = defaultdict(lambda: [0, D(0), 0, D(0)])
            for (person, due, issued, currency), (n, rest) in plain.items():
                if (since is None or issued >= since) and (until is None or issued < until):  # fmt: skip
                    late = due < on
                    row = expected[person, currency]
                    for place, more in enumerate((n, rest, n * late, rest * late)):
                        row[place] += more
            assert told == {key: tuple(row) for key, row in expected.items()}
        for person in everybody - {None}:
            invoices, given = Invoice.objects.filter(responsible=person), {"since": TODAY - timedelta(9), "until": TODAY + timedelta(30), "on": on}  # fmt: skip
            nothing = Payment.objects.none(), invoices, PlannedReceipt.objects.none()
            assert cash.cash(*nothing, **given, debts_of=[person]) == cash.cash(*nothing, **given)  # fmt: skip
            assert discipline.paying(invoices, on=on, kept=True, people=[person]) == discipline.paying(invoices, on=on)  # fmt: skip


@pytest.fixture(autouse=True)
def _counted():
    rollups.catch_up()


def figures(reader: User, *people: User) -> sums.Sums:
    return sums.invoices(Extent(reader, [p.pk for p in people], TODAY - timedelta(30), TODAY, timezone.now()))  # fmt: skip


def test_what_is_owed_is_told_of_each_person_and_currency():
    anna, boris = UserFactory(is_superuser=True), UserFactory()
    deal = a_deal(responsible=anna)
    late = an_invoice(deal, "100.00", due=-1)
    an_invoice(deal, "30.00", due=0)
    Invoice.objects.filter(pk=an_invoice(deal, "9.00", due=0).pk).update(currency="USD")  # fmt: skip
    an_invoice(a_deal(responsible=boris), "1000.00", due=-40)
    record_payment(by=None, paid_on=TODAY, client=deal.client, deal=deal, amount=D(40), parts={late.pk: D(40)})  # fmt: skip

    told = figures(anna, anna, boris)

    assert told[anna.pk] == {"owed": D(90), "unpaid": 2, "overdue": 1, "owed.USD": D(9), "unpaid.USD": 1}  # fmt: skip
    assert told[boris.pk] == {"owed": D(1000), "unpaid": 1, "overdue": 1}
    terms = kept_owed.terms([anna.pk], on=TODAY, until=TODAY + timedelta(1))
    assert {(day, currency): rest for day, currency, rest in terms} == {(None, "RUB"): 60, (TODAY, "RUB"): 30, (TODAY, "USD"): 9}  # fmt: skip
    rollups.catch_up()
    assert not OwedChange.objects.exists()
    assert figures(anna, anna, boris) == told


def test_who_sees_a_part_of_the_invoices_is_told_of_that_part():
    role = RoleFactory(permissions=["deals.view_deal", "clients.view_client"], scope=Scope.OWN)  # fmt: skip
    anna, boris = UserFactory(role=role), UserFactory(is_superuser=True)
    mine = an_invoice(a_deal(ClientFactory(curator=anna), responsible=anna), "100.00")
    hidden = an_invoice(a_deal(ClientFactory(curator=boris), responsible=boris), "7.00")
    Invoice.objects.update(responsible=anna)

    assert figures(boris, anna)[anna.pk]["owed"] == mine.total + hidden.total
    seen = Invoice.objects.visible_to(anna)
    assert figures(anna, anna)[anna.pk]["owed"] == sum(i.total for i in seen) < mine.total + hidden.total  # fmt: skip


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_the_invoices_is_in_the_terms_at_once(at_once):
    anna, boris = UserFactory(), UserFactory()
    client = ClientFactory(curator=boris)
    deal = a_deal(client, responsible=anna, amount=D(3000), margin=D(1000))
    first = an_invoice(deal, "1000.00", issued_on=TODAY - timedelta(40))
    second = an_invoice(deal, "2000.00", issued_on=TODAY - timedelta(8))
    given: dict[str, Any] = {"by": None, "client": client, "paid_on": TODAY}
    i = Invoice.objects.filter
    payments: list[Payment] = []
    changes: list[Callable[[], object]] = [
        lambda: payments.append(record_payment(**given, deal=deal, amount=D("99.99"), parts={first.pk: D("99.99")})),
        lambda: payments.append(record_payment(**given, deal=deal, amount=D("900.01"), parts={first.pk: D("900.01")})),
        lambda: reverse_payment(payments[0].pk, by=None),
        lambda: correct_payment(payments[1].pk, by=None, amount=D(100), parts={first.pk: D(100)}),
        lambda: refund(**given, deal=deal, invoice=first, amount=D(5)),
        lambda: i(pk=first.pk).update(due_on=TODAY - timedelta(3)),
        lambda: i(pk=first.pk).update(due_on=TODAY + timedelta(3)),
        lambda: i(pk=first.pk).update(responsible=boris),
        lambda: i(client=client).update(responsible=None),
        lambda: i(client=client).update(responsible=anna, issued_on=TODAY - timedelta(41)),
        lambda: i(pk=second.pk).update(total=D(2500)),
        lambda: i(pk=second.pk).update(currency="USD"),
        lambda: i(pk=second.pk).update(currency="RUB"),
        lambda: an_invoice(deal, "7.77", issued_on=TODAY - timedelta(3)),
        lambda: an_invoice(a_deal(client, responsible=boris), "8.88"),
        lambda: cancel_invoice(second.pk, by=None),
        lambda: i(state="issued").update(due_on=F("due_on") + timedelta(1)),
    ]  # fmt: skip
    agree()
    for change in changes:
        before = plainly()
        change()
        agree()
        if at_once:
            rollups.catch_up()
            assert not OwedChange.objects.exists()
            assert not OwedDay.objects.filter(invoices=0).exists()
            agree()
        else:
            assert plainly() != before
    assert DAYS.differences() == []


def test_a_term_on_which_nothing_is_owed_any_more_takes_no_room():
    deal = a_deal(responsible=UserFactory())
    one, two = an_invoice(deal, "10.00"), an_invoice(deal, "20.00")
    rollups.catch_up()
    assert OwedDay.objects.get().invoices == 2

    for n, invoice in enumerate((one, two)):
        record_payment(by=None, paid_on=TODAY, client=deal.client, deal=deal, amount=invoice.total, parts={invoice.pk: invoice.total})  # fmt: skip
        rollups.catch_up()
        assert OwedDay.objects.count() == 1 - n
    agree()


def test_what_changes_nothing_is_not_noted():
    invoice = an_invoice(a_deal(responsible=UserFactory()), "10.00")
    rollups.catch_up()

    invoice.comment = "Иначе"
    invoice.save()
    Invoice.objects.update(vat_total=0)

    assert not OwedChange.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_terms_say_what_invoices_drawn_at_random_say(seed):
    draw = Random(seed)
    people = [UserFactory() for _ in range(3)]
    a_firm()
    for _ in range(60):
        match draw.randint(0, 5):
            case 0 | 1 | 2:
                an_invoice(a_deal(responsible=draw.choice(people)), f"{draw.randint(1, 999)}.00", due=draw.randint(-9, 9))  # fmt: skip
            case 3:
                invoice = Invoice.objects.exclude(state__in=["paid", "cancelled"]).order_by("?").first()  # fmt: skip
                if invoice:
                    part = draw.choice([invoice.rest, D(1)])
                    record_payment(by=None, paid_on=TODAY, client=invoice.client, deal=invoice.deal, amount=part, parts={invoice.pk: part})  # fmt: skip
            case 4:
                Invoice.objects.filter(pk__in=Invoice.objects.order_by("?")[:2]).update(responsible=draw.choice(people))  # fmt: skip
            case _:
                DAYS.catch_up()
    agree()
    assert DAYS.differences() == []
    before = kept()
    DAYS.rebuild()
    assert not OwedChange.objects.exists()
    assert kept() == before


def test_an_invoice_that_goes_takes_its_debt_with_it():
    invoice = an_invoice(a_deal(responsible=UserFactory()), "10.00")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DELETE FROM deals_invoiceline WHERE invoice_id = %s", [invoice.pk])  # fmt: skip
        cursor.execute("DELETE FROM deals_invoice WHERE id = %s", [invoice.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert kept() == plainly() == {}


def test_a_planted_difference_is_found_and_counted_anew():
    anna = UserFactory()
    an_invoice(a_deal(responsible=anna), "10.00", due=0)
    rollups.catch_up()
    OwedDay.objects.update(owed=F("owed") - D("0.01"))

    with pytest.raises(CommandError, match="1 days differ"):
        call_command("rollups", verify=True, stdout=(out := StringIO()))
    assert f"{TODAY} user {anna.pk}: owed" in out.getvalue()
    call_command("rollups", rebuild=True, stdout=StringIO())
    call_command("rollups", verify=True, stdout=StringIO())
    agree()


def test_invoices_are_not_read_for_figures_of_debts():
    anna = UserFactory(is_superuser=True)
    an_invoice(a_deal(responsible=anna), "10.00")
    with CaptureQueriesContext(connection) as asked:
        figures(anna, anna)

    assert len(asked) == 1
    assert "deals_invoice" not in asked[0]["sql"]
