"""Money recorded, laid on invoices, given back and corrected: sums always agree with rows."""

import os
import threading
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deals import debts
from deals.actions import contracts, deliveries, ground, invoices, payments, receipts
from deals.actions.ground import NotPossible
from deals.choices import InvoiceState, PaymentKind, PromiseState
from deals.models import Allocation, Contract, Deal, Invoice, Payment
from salesexpert.audit.models import JournalEntry
from salesexpert.core.money import line_total, vat_inside
from salesexpert.core.working_days import add_working_days
from tests.deals.money import a_deal, a_firm, a_schedule, an_invoice, today
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


def pay(client, amount, **given):
    given.setdefault("paid_on", today())
    return payments.record_payment(by=None, client=client, amount=D(amount), **given)


def sums_agree():
    """Everything that repeats rows says what they say."""
    laid = Sum("allocations__amount", default=0)
    for model, kept in ((Invoice, "paid"), (Payment, "allocated")):
        rows = model.objects.annotate(laid=laid).values_list("pk", kept, "laid")
        assert [row for row in rows if row[1] != row[2]] == [], model
    true = Deal.objects.annotate(**{f"true_{k}": v for k, v in ground.sums_of_deals().items()})  # fmt: skip
    for name in ("invoiced", "paid", "delivered"):
        told = true.values_list("pk", name, f"true_{name}")
        assert [row for row in told if row[1] != row[2]] == [], name


def test_a_part_payment_leaves_the_rest_owed():
    deal = a_deal()
    invoice = an_invoice(deal)

    pay(deal.client, "400.50", deal=deal)

    invoice.refresh_from_db()
    deal.refresh_from_db()
    assert (invoice.state, invoice.paid) == (InvoiceState.PARTLY_PAID, D("400.50"))
    assert (deal.invoiced, deal.paid) == (D(1000), D("400.50"))
    assert debts.debts_of_deals([deal.pk])[deal.pk].amount == D("599.50")


def test_one_payment_pays_several_invoices_the_oldest_due_first_and_the_rest_is_an_advance():
    client = ClientFactory()
    later, earlier = an_invoice(client=client, due=9), an_invoice(client=client, due=-9)

    payment = pay(client, "2500")

    parts = dict(Allocation.objects.filter(payment=payment).values_list("invoice", "amount"))  # fmt: skip
    assert parts == {earlier.pk: D(1000), later.pk: D(1000)}
    assert ground.advance_of(client.pk, "RUB") == D(500)
    assert debts.advances([client.pk]) == {client.pk: {"RUB": D(500)}}


def test_the_advance_pays_the_next_invoice():
    client = ClientFactory()
    a_firm()
    pay(client, "300")
    pay(client, "900")
    invoice = an_invoice(client=client)

    assert payments.use_advance(invoice.pk, by=None) == D(1000)

    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.PAID
    assert ground.advance_of(client.pk, "RUB") == D(200)
    sums_agree()


def test_a_person_says_which_invoice_is_paid():
    client = ClientFactory()
    first, second = an_invoice(client=client, due=1), an_invoice(client=client, due=2)

    pay(client, "700", parts={second.pk: D(600)})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.paid, second.paid) == (0, D(600))
    assert ground.advance_of(client.pk, "RUB") == D(100)


def test_more_than_an_invoice_owes_is_refused_and_nothing_recorded():
    client = ClientFactory()
    invoice = an_invoice(client=client)

    with pytest.raises(NotPossible, match=str(invoice.number)):
        pay(client, "5000", parts={invoice.pk: D("1000.01")})

    assert not Payment.objects.exists()


def test_another_clients_invoice_is_not_paid():
    invoice = an_invoice(client=ClientFactory())

    with pytest.raises(NotPossible):
        pay(ClientFactory(), "1000", parts={invoice.pk: D(1000)})


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_a_payment_is_a_sum_in_kopecks_above_nought(amount):
    a_firm()
    with pytest.raises(NotPossible):
        pay(ClientFactory(), amount)


def test_money_does_not_come_in_the_future():
    a_firm()
    with pytest.raises(NotPossible):
        pay(ClientFactory(), "5", paid_on=today() + timedelta(days=1))


def test_another_currency_is_not_mixed_in():
    deal = a_deal(currency="USD")
    an_invoice(deal)

    with pytest.raises(NotPossible, match="USD"):
        pay(deal.client, "1000", deal=deal)


def test_a_correction_makes_the_invoice_owed_again_and_keeps_both_rows():
    deal = a_deal()
    invoice = an_invoice(deal)
    payment = pay(deal.client, "1000", deal=deal)

    reversal = payments.reverse_payment(payment.pk, by=None, reason="Чужой платёж")

    invoice.refresh_from_db()
    deal.refresh_from_db()
    assert (reversal.kind, reversal.corrects) == (PaymentKind.REVERSAL, payment)
    assert (invoice.state, invoice.paid, deal.paid) == (InvoiceState.ISSUED, 0, 0)
    assert ground.advance_of(deal.client_id, "RUB") == 0
    with pytest.raises(NotPossible):
        payments.reverse_payment(payment.pk, by=None)


def test_a_payment_is_recorded_anew_with_another_sum():
    client = ClientFactory()
    invoice = an_invoice(client=client)
    payment = pay(client, "100", document_number="77")

    new = payments.correct_payment(payment.pk, by=None, amount=D(1000))

    invoice.refresh_from_db()
    assert (new.document_number, invoice.state) == ("77", InvoiceState.PAID)
    assert Payment.objects.count() == 3
    sums_agree()


def test_a_refund_takes_from_the_advance_and_then_from_the_invoice_named():
    deal = a_deal()
    invoice = an_invoice(deal)
    pay(deal.client, "1200", deal=deal)

    payments.refund(by=None, client=deal.client, amount=D(500), paid_on=today(), invoice=invoice)  # fmt: skip

    invoice.refresh_from_db()
    deal.refresh_from_db()
    assert (invoice.paid, deal.paid) == (D(700), D(700))
    assert ground.advance_of(deal.client_id, "RUB") == 0
    with pytest.raises(NotPossible):
        payments.refund(by=None, client=deal.client, amount=D(1), paid_on=today())
    sums_agree()


def test_money_given_back_is_not_reversed_away():
    client = ClientFactory()
    a_firm()
    payment = pay(client, "100")
    payments.refund(by=None, client=client, amount=D(60), paid_on=today())

    with pytest.raises(NotPossible):
        payments.reverse_payment(payment.pk, by=None)

    assert ground.advance_of(client.pk, "RUB") == D(40)


def test_a_cancelled_invoice_owes_nothing_and_its_money_is_an_advance():
    deal = a_deal()
    invoice = an_invoice(deal)
    pay(deal.client, "400", deal=deal)

    correction = invoices.cancel_invoice(invoice.pk, by=None, reason="Ошибка в составе")

    invoice.refresh_from_db()
    deal.refresh_from_db()
    assert invoice.state == correction.state == InvoiceState.CANCELLED
    assert (correction.corrects, correction.total) == (invoice, invoice.total)
    assert (deal.invoiced, deal.paid) == (0, D(400))
    assert ground.advance_of(deal.client_id, "RUB") == D(400)
    assert not debts.debts_of_deals([deal.pk])
    with pytest.raises(NotPossible):
        invoices.cancel_invoice(invoice.pk, by=None)


def test_an_invoice_is_a_snapshot_of_seller_buyer_and_lines():
    deal = a_deal()
    deal.lines.create(name="Краска", quantity=3, price=D("99.99"), discount=10, vat_percent=22, total=0)  # fmt: skip
    firm = a_firm(inn="7702070139")

    invoice = invoices.issue_invoice(by=None, deal=deal)
    deal.lines.update(name="Другое", price=1)
    firm.name = "Иное"
    firm.save()

    invoice.refresh_from_db()
    (line,) = invoice.lines.all()
    assert (line.name, line.total, line.vat) == ("Краска", D("269.97"), D("48.68"))
    assert (invoice.total, invoice.vat_total) == (D("269.97"), D("48.68"))
    assert invoice.seller["name"] == "ООО «Образец-Торг»"
    assert invoice.buyer["name"] == str(deal.client)


def test_a_delivery_counts_in_the_deal_and_starts_its_term():
    deal = a_deal(amount=D(1000))
    schedule = a_schedule((30, "invoice", 0), (70, "delivery", 5))
    receipts.plan_by_schedule(deal, schedule, by=None)
    a_firm()

    delivery = deliveries.record_delivery(
        by=None, deal=deal, kind="upd", number="У-15", delivered_on=today(), total=D(1000)
    )  # fmt: skip

    deal.refresh_from_db()
    first, second = deal.planned_receipts.order_by("position")
    assert deal.delivered == D(1000)
    assert (first.amount, second.amount) == (D(300), D(700))
    assert second.due_on > today()
    deliveries.cancel_delivery(delivery.pk, by=None)
    deal.refresh_from_db()
    assert deal.delivered == 0


def test_a_promise_is_kept_by_the_payment():
    invoice = an_invoice(client=ClientFactory(), due=-3)
    promise = receipts.promise(by=UserFactory(), client=invoice.client, invoice=invoice, promised_on=today())  # fmt: skip
    assert promise.amount == D(1000)

    pay(invoice.client, "999")
    promise.refresh_from_db()
    assert promise.state == PromiseState.WAITING

    pay(invoice.client, "1")
    promise.refresh_from_db()
    assert promise.state == PromiseState.KEPT


def test_the_journal_names_the_deeds():
    client = ClientFactory()
    an_invoice(client=client)
    payment = pay(client, "10")
    payments.reverse_payment(payment.pk, by=None)

    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"invoice.issued", "payment.recorded", "payment.reversed"} <= verbs


deeds = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "pay", "pay_deal", "refund", "refund_invoice", "reverse", "cancel", "advance", "correct", "deliver"]),
        st.decimals("0.01", "3000", places=2),
        st.integers(0, 20),
    ),
    max_size=10,
)  # fmt: skip


def test_whatever_is_done_no_kopeck_is_lost():
    """Stories of one client, each told in a transaction that is taken back: others in each run, as many as STORIES says."""
    deal = a_deal()
    client = deal.client
    first = an_invoice(deal)

    @settings(
        max_examples=int(os.environ.get("STORIES", "40")),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(deeds)
    def tell(story):
        with transaction.atomic():
            _tell(story, deal, client, first)
            transaction.set_rollback(True)

    tell()


def _tell(story, deal, client, first):
    issued = [first]
    came = back = D(0)
    for deed, amount, number in story:
        invoice = issued[number % len(issued)]
        rows = list(Payment.objects.filter(correction=None).exclude(kind="reversal").order_by("pk"))  # fmt: skip
        try:
            with transaction.atomic():
                if deed == "invoice":
                    issued.append(an_invoice(deal if number % 2 else None, amount, client=client, due=number - 9))  # fmt: skip
                elif deed == "pay":
                    pay(client, amount)
                    came += amount
                elif deed == "pay_deal":
                    pay(client, amount, deal=deal)
                    came += amount
                elif deed.startswith("refund"):
                    payments.refund(by=None, client=client, amount=amount, paid_on=today(), invoice=invoice if deed != "refund" else None)  # fmt: skip
                    back += amount
                elif deed == "reverse" and rows:
                    row = rows[number % len(rows)]
                    payments.reverse_payment(row.pk, by=None)
                    if row.kind == "receipt":
                        came -= row.amount
                    else:
                        back -= row.amount
                elif deed == "correct" and rows:
                    row = rows[number % len(rows)]
                    payments.correct_payment(row.pk, by=None, amount=amount)
                    came += amount - row.amount
                elif deed == "deliver":
                    deliveries.record_delivery(by=None, deal=deal, kind="upd", number="1", delivered_on=today(), total=amount)  # fmt: skip
                elif deed == "cancel":
                    invoices.cancel_invoice(invoice.pk, by=None)
                elif deed == "advance":
                    payments.use_advance(invoice.pk, by=None, amount=amount)
        except NotPossible:
            pass
    sums_agree()
    on_invoices = Allocation.objects.aggregate(s=Sum("amount", default=D(0)))["s"]
    advance = ground.advance_of(client.pk, "RUB")
    assert advance >= 0
    assert on_invoices + advance == came - back
    owed = debts.debts_of_clients([client.pk]).get(client.pk, [])
    aged = debts.aged(Invoice.objects.all(), by="client", on=today())
    assert [d.amount for d in owed] == [a.total for a in aged]
    assert all(sum(a.ages.values()) == a.total for a in aged)
    assert all(a.total - a.ages["not_due"] == a.overdue for a in aged)
    _debts_are_those_of_the_rows(client)


def _debts_are_those_of_the_rows(client):
    """What the grouped questions answer is what one counts by hand over the invoices."""
    open_ones = [i for i in Invoice.objects.filter(client=client) if i.rest > 0]
    by_age = {name: D(0) for name, _first in debts.AGES}
    for invoice in open_ones:
        by_age[debts.age_of(invoice.due_on, today())] += invoice.rest
    (aged,) = debts.aged(Invoice.objects.all(), on=today()) or [None]
    assert (aged.ages if aged else dict.fromkeys(by_age, D(0))) == by_age
    for name, amount in by_age.items():
        found = debts.of_age(debts.open_invoices(), name, on=today())
        assert sum((i.rest for i in found), D(0)) == amount
    shown = debts.debts_of_deals(Deal.objects.values_list("pk", flat=True))
    for deal in debts.with_debt(Deal.objects.all()):
        debt = shown.get(deal.pk)
        assert deal.debt == (debt.amount if debt else 0)
        assert deal.overdue_since == (debt.since if debt else None)


sold = st.lists(
    st.tuples(
        st.decimals("0.001", "999", places=3),
        st.decimals("0", "99999", places=2),
        st.decimals("0", "100", places=2),
        st.sampled_from([None, D(0), D(5), D(10), D(20), D(22)]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(sold, st.integers(1, 99))
def test_an_issued_invoice_and_its_plan_add_up_to_their_lines(rows, share):
    with transaction.atomic():
        deal, firm = a_deal(), a_firm()
        lines = [invoices.TypedLine("Образец", price, quantity=quantity, discount=discount, vat_percent=vat) for quantity, price, discount, vat in rows]  # fmt: skip
        try:
            made = invoices.issue_invoice(by=None, deal=deal, lines=lines, issued_on=today(), due_on=today(), firm=firm)  # fmt: skip
        except NotPossible:
            assert sum(line_total(q, p, d) for q, p, d, _vat in rows) <= 0
            transaction.set_rollback(True)
            return
        kept = Invoice.objects.get(pk=made.pk)
        written = list(kept.lines.order_by("position", "pk"))
        assert [x.total for x in written] == [line_total(q, p, d) for q, p, d, _vat in rows]  # fmt: skip
        assert [x.vat for x in written] == [vat_inside(x.total, x.vat_percent) for x in written]  # fmt: skip
        assert (kept.total, kept.vat_total) == (sum(x.total for x in written), sum(x.vat for x in written))  # fmt: skip

        plan = receipts.plan_by_schedule(deal, a_schedule((share, "invoice", 0), (100 - share, "delivery", 5)), by=None, amount=kept.total)  # fmt: skip
        assert sum(row.amount for row in plan) == kept.total
        cancelled = invoices.cancel_invoice(kept.pk, by=None)
        assert (cancelled.total, cancelled.vat_total) == (kept.total, kept.vat_total)
        sums_agree()
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_the_second_payment_at_once_waits_and_no_rouble_is_paid_twice():
    client = ClientFactory()
    invoice = an_invoice(client=client)
    recorded, waited = threading.Event(), []

    def second():
        try:
            recorded.wait(10)
            pay(client, "1000")
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        pay(client, "1000")
        recorded.set()
        waited.append(_somebody_waits())
    thread.join(20)

    invoice.refresh_from_db()
    assert waited == [True]
    assert invoice.paid == D(1000)
    assert Allocation.objects.count() == 1
    assert ground.advance_of(client.pk, "RUB") == D(1000)


def _somebody_waits() -> bool:
    """Whether another transaction comes to wait for a lock of ours, asked until it does."""
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity"
                " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[1]:
                return True
            cursor.execute("SELECT pg_sleep(0.005)")
    return False


def test_signing_the_first_contract_of_a_deal_starts_the_term_counted_from_it():
    lawyer, firm = UserFactory(is_superuser=True), a_firm()
    deal = a_deal(amount=D(1000))
    receipts.plan_by_schedule(deal, a_schedule((30, "contract", 0), (70, "delivery", 5)), by=None)  # fmt: skip

    def signed(day):
        contract = Contract(client=deal.client, deal=deal, firm=firm, dated_on=today())
        contracts.save_contract(contract=contract, by=lawyer, at=timezone.now())
        for state in ("in_review", "approved"):
            contracts.step(contract=contract, to=state, by=lawyer, at=timezone.now())
        contracts.step(contract=contract, to="signed", by=lawyer, at=timezone.now(), signed_on=day)  # fmt: skip
        return deal.planned_receipts.order_by("position").first().due_on

    day = add_working_days(today() - timedelta(days=30), 0)
    assert signed(day) == day
    assert signed(today()) == day
