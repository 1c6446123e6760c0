"""What the base does for cards holds for their money: joining and parting, erasure, the bin, the journal."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from clients import erasure_work
from clients.actions import bin as binning
from clients.actions import erasure
from clients.actions import joining as cards
from clients.bonds import _pairs
from clients.joining import relations
from clients.models import Client
from clients.persons import Person
from deals import debts
from deals.actions import (
    contracts,
    deliveries,
    documents,
    payments,
    receipts,
    statements,
)
from deals.choices import DocumentKind, LineState
from deals.models import (  # fmt: skip
    Contract,
    Deal,
    Document,
    DocumentTemplate,
    FirmAccount,
    Invoice,
    Payment,
    StatementLine,
)
from deals.papers.context import Ground
from salesexpert.audit.models import JournalEntry
from tests.deals.money import a_deal, a_firm, a_schedule, an_invoice, today
from tests.deals.test_bank_statements import INN, OURS, document, statement
from tests.deals.test_payments import pay, sums_agree
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME = "Щеглова-Тестова Аделаида Поликарповна"


@pytest.fixture
def head():
    return UserFactory(is_superuser=True)


@pytest.fixture
def books(head):
    """A deal with one row of every kind of paper and money; 600 of 1000 paid by the bank, 100 of them given back."""
    firm = a_firm()
    FirmAccount.objects.create(firm=firm, number=OURS)
    deal = a_deal(ClientFactory(name=NAME, is_person=True, inn=INN), amount=D(1000), title="Щётки")  # fmt: skip
    now = timezone.now()
    contract = contracts.save_contract(contract=Contract(client=deal.client, deal=deal, firm=firm, dated_on=today()), by=head, at=now)  # fmt: skip
    receipts.plan_by_schedule(deal, a_schedule((30, "invoice", 0), (70, "delivery", 5)), by=head)  # fmt: skip
    invoice = an_invoice(deal, "1000", due=-10, contract=contract, by=head)
    statements.load_statement(statement(document(amount="600.00", purpose="по договору")), by=head)  # fmt: skip
    statements.book_line(StatementLine.objects.get().pk, by=head, client=deal.client)
    payments.refund(by=head, client=deal.client, amount=D(100), paid_on=today(), invoice=invoice)  # fmt: skip
    deliveries.record_delivery(by=head, deal=deal, kind="upd", number="У-1", delivered_on=today(), total=D(1000), invoice=invoice)  # fmt: skip
    receipts.promise(by=head, client=deal.client, invoice=invoice, promised_on=today())
    deal.lines.create(name="Щётка", quantity=1, price=D(1000), total=D(1000))
    template = DocumentTemplate.objects.filter(kind=DocumentKind.ACT).first()
    documents.make_document(template=template, ground=Ground(client=deal.client, deal=deal, firm=firm), dated_on=today(), by=head, at=now)  # fmt: skip
    return deal


def money_of(client) -> dict[str, set[int]]:
    return {
        r.key: set(r.rows(client).values_list("pk", flat=True))
        for r in relations(Client)
        if r.model._meta.app_label == "deals" and r.rows(client).exists()
    }


def owed(client) -> D:
    return sum((d.amount for d in debts.debts_of_clients([client.pk]).get(client.pk, [])), D(0))  # fmt: skip


def nothing_is_torn():
    back = {r.model: set(r.model._base_manager.values_list("pk", flat=True)) for r in relations(Client)}  # fmt: skip
    whose = {
        (model, pk): client
        for model, ids in back.items()
        if model._meta.get_fields() and any(f.name == "client" for f in model._meta.fields)
        for pk, client in model._base_manager.filter(pk__in=ids).values_list("pk", "client")
    }  # fmt: skip
    for one, other in _pairs(back):
        if one in whose and other in whose:
            assert whose[one] == whose[other], (one, other)


def test_the_money_of_a_joined_card_moves_is_owed_by_the_other_and_comes_back(books, head):  # fmt: skip
    other, client = ClientFactory(), books.client
    before, debt = money_of(client), owed(client)
    assert len(before) >= 8
    assert debt == D(500)

    record = cards.merge_clients(survivor=other, loser=client, by=head, at=timezone.now())  # fmt: skip

    assert (owed(client), owed(other), money_of(other)) == (0, debt, before)
    undone = cards.undo_client_merge(record=record, by=head, at=timezone.now())
    assert undone.kept_back == []
    assert (owed(client), owed(other), money_of(client)) == (debt, 0, before)
    sums_agree()


@pytest.mark.parametrize("since", ["paid", "contracted", "planned"])
def test_what_was_paid_or_written_since_keeps_the_whole_deal_with_the_other_card(books, head, since):  # fmt: skip
    other, client = ClientFactory(), books.client
    untouched = a_deal(client, title="Другая")
    free = an_invoice(untouched, "70", by=head)
    record = cards.merge_clients(survivor=other, loser=client, by=head, at=timezone.now())  # fmt: skip
    books.refresh_from_db()
    if since == "paid":
        pay(other, "10", parts={books.invoices.get().pk: D(10)})
    elif since == "contracted":
        contracts.save_contract(contract=Contract(client=other, deal=books, firm=a_firm(), dated_on=today()), by=head, at=timezone.now())  # fmt: skip
    else:
        receipts.plan_receipt(books, by=head, due_on=today(), amount=D(5))

    undone = cards.undo_client_merge(record=record, by=head, at=timezone.now())

    nothing_is_torn()
    sums_agree()
    assert {d.pk: d.client_id for d in Deal.objects.all()} == {books.pk: other.pk, untouched.pk: client.pk}  # fmt: skip
    assert Invoice.objects.get(pk=free.pk).client == client
    assert Payment.objects.filter(client=client).count() == 0
    assert {"changed", "bound"} & {row["why"] for row in undone.kept_back}


def test_papers_and_money_outlive_the_erasure_of_the_person(books, head):
    bill, paper = books.invoices.get(), Document.objects.get()
    Document.objects.filter(pk=paper.pk).update(sent_to="a.shcheglova@primer.example", content=f"Акт. {NAME}")  # fmt: skip
    Payment.objects.update(purpose=f"оплата, {NAME}")
    line = StatementLine.objects.get()
    person = Person(books.client)
    made = erasure.decide(person=person, ground="demand", chosen=erasure.Chosen(), by=head, at=timezone.now())  # fmt: skip
    assert erasure_work.carry_out(made.pk)

    books.client.refresh_from_db()
    assert books.client.name == f"№ {books.client_id}"
    again = Invoice.objects.get(pk=bill.pk)
    assert (again.buyer, again.total, again.paid) == (bill.buyer, bill.total, bill.paid)
    assert NAME in again.buyer["name"]
    assert all(NAME in p.purpose for p in Payment.objects.all())
    assert StatementLine.objects.get().payer == line.payer
    assert NAME in Document.objects.get().content
    assert owed(books.client) == D(500)
    sums_agree()


def test_a_deal_with_money_is_not_thrown_away_and_a_card_with_money_is_archived(books, head):  # fmt: skip
    with pytest.raises(binning.StillInUse):
        binning.throw_away(thing=books, by=head, at=timezone.now())
    bare = a_deal(books.client, title="Пустая", amount=D(10))
    receipts.plan_receipt(bare, by=head, due_on=today(), amount=D(10))
    entry = binning.throw_away(thing=bare, by=head, at=timezone.now())
    assert not Deal.objects.filter(pk=bare.pk).exists()
    binning.take_back(entry=entry, by=head, at=timezone.now())
    assert bare.planned_receipts.count() == 1


def test_the_journal_tells_each_deed_by_whom(books, head, sign_in):
    verbs = set(JournalEntry.objects.filter(by=head).values_list("verb", flat=True))
    assert {"contract.prepared", "invoice.issued", "payment.recorded", "payment.refunded", "delivery.recorded", "payment.promised", "statement.loaded", "document.made", "deal.receipts_planned"} <= verbs  # fmt: skip
    http = sign_in(head)
    assert "600" in http.get("/journal/").text
    assert http.get(f"/deals/{books.pk}/journal/").status_code == 200
    line = StatementLine.objects.get()
    for payment in Payment.objects.filter(kind__in=["refund", "receipt"]).order_by(
        "-pk"
    ):
        payments.reverse_payment(payment.pk, by=head)
    line.refresh_from_db()
    assert line.state == LineState.WAITING
