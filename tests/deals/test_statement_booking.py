"""A long bank statement is taken in and booked by a worker: as a short one would be, seen on its page, each line once
whoever falls."""

import os
import signal
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from deals.actions import statement_booking, statements
from deals.bank import booking, taking_in
from deals.choices import LineState
from deals.models import (
    FirmAccount,
    Payment,
    StatementBooking,
    StatementFile,
    StatementLine,
)
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.deals.test_bank_statements import INN, OTHER, OURS, document, statement
from tests.factories import ClientFactory, UserFactory


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(statement_booking, "AT_ONCE", 3)
    monkeypatch.setattr(booking, "CHUNK", 2)
    monkeypatch.setattr(taking_in, "CHUNK", 3)


def owing(count):
    FirmAccount.objects.create(firm=a_firm(), number=OURS)
    deal = a_deal(ClientFactory(inn=INN))
    return [an_invoice(deal, 1000 + n) for n in range(count)]


def paying(invoice, number, purpose="счет", **given):
    return document(number, str(invoice.total), f"{purpose} {invoice.number}", **given)


def booked():
    rows = StatementLine.objects.filter(state=LineState.BOOKED)
    return set(rows.values_list("number", "payment__allocations__invoice", "amount"))


@pytest.mark.django_db
def test_a_long_statement_gives_what_a_short_one_gives():
    first, second, third = owing(3)
    data = statement(
        paying(third, "6", ДатаПоступило="14.11.2026"),
        # Perhaps no payment for goods: a person looks, and no later line may count on what it names.
        paying(first, "1", "счет", ВидОплаты="06"),
        paying(second, "2"),
        document("3", "5.00"),
        paying(first, "4", ДатаПоступило="12.11.2026"),
        document("5", "7.00", ПлательщикИНН="1"),
    )
    with transaction.atomic():
        whole = statements.load_statement(data, by=None, whole=True)
        at_once, claimed = booked(), whole.unmatched
        transaction.set_rollback(True)
    assert {number for number, _i, _a in at_once} == {"2", "6"}

    done = statements.load_statement(data, by=None)
    assert (done.booking.total, StatementLine.objects.count()) == (6, 0)
    # A short file with one of the same documents comes first: it is a line once.
    statements.load_statement(statement(document("3", "5.00")), by=None)
    assert booking.run(done.booking.pk)
    assert booking.run(done.booking.pk)

    done.statement.refresh_from_db()
    assert booked() == at_once
    figures = done.statement.figures
    assert (figures["matched"], figures["unmatched"], figures["repeated"]) == (2, claimed - 1, 1)  # fmt: skip
    assert (Payment.objects.count(), StatementLine.objects.count()) == (2, 6)
    assert not StatementFile.objects.exists()
    assert statements.load_statement(data, by=None).statement is None


@pytest.mark.django_db
def test_the_page_shows_how_far_it_is_stops_and_goes_on(sign_in, monkeypatch):
    http = sign_in(UserFactory(preset="director", language="en"))
    bills = owing(5)
    data = statement(*(paying(bill, str(n)) for n, bill in enumerate(bills)))
    refused = http.post(reverse("deals:statements"), {"file": SimpleUploadedFile("a.txt", data[:-9])})  # fmt: skip
    assert (refused.status_code, StatementLine.objects.count()) == (422, 0)

    page = http.post(reverse("deals:statements"), {"file": SimpleUploadedFile("a.txt", data)}).url  # fmt: skip
    row = StatementBooking.objects.get()
    at, stop, on = (reverse(f"deals:statement_{name}", args=[row.statement_id]) for name in ("progress", "stop", "go_on"))  # fmt: skip
    assert 'role="progressbar"' in http.get(page).text
    monkeypatch.setattr(booking, "SHIFT_SECONDS", -1)
    assert not booking.run(row.pk)
    assert "3 of 5 documents taken in" in http.get(f"{at}?in").text
    assert "still being taken in" in http.post(stop, follow=True).text
    assert not booking.run(row.pk)
    assert http.get(f"{at}?in", headers={"HX-Request": "true"})["HX-Redirect"] == page
    # What a worker goes through is not asked of people yet.
    assert "Decide" not in http.get(reverse("deals:statements")).text
    assert "2 of 5 payments looked at" in http.get(at).text

    http.post(stop)
    booking.run(row.pk)
    stopped = http.get(page).text
    assert ("Go on booking" in stopped, stopped.count("Decide"), Payment.objects.count()) == (True, 3, 2)  # fmt: skip
    http.post(on)
    while not booking.run(row.pk):
        pass
    assert http.get(at, headers={"HX-Request": "true"})["HX-Redirect"] == page
    assert Payment.objects.count() == 5
    assert 'role="progressbar"' not in http.get(page).text


@pytest.mark.django_db
def test_an_account_named_by_very_many_lines_is_booked_by_a_worker_too():
    invoices = owing(5)
    FirmAccount.objects.update(number=OTHER)
    data = statement(*(paying(bill, str(n)) for n, bill in enumerate(invoices)))
    statements.load_statement(data, by=None, whole=True)

    assert statements.add_own_account(OURS, firm=a_firm(), by=UserFactory()) is None
    booking.run(StatementBooking.objects.get().pk)

    assert Payment.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_taken_up_within_a_minute_and_no_line_is_booked_twice():
    invoices = owing(5)
    data = statement(*(paying(bill, str(n)) for n, bill in enumerate(invoices)))
    row = statements.load_statement(data, by=None).booking
    told, tell = os.pipe()
    worker = os.fork()
    if not worker:
        _book_three_and_hang(row.pk, tell)
    os.close(tell)
    assert os.read(told, 1), "the worker fell by itself"
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    with transaction.atomic():
        # The server gives the row free as soon as it sees that the worker is gone.
        row = StatementBooking.objects.select_for_update().get()
    assert (row.state, row.taken_in, row.done, Payment.objects.count()) == ("running", None, 2, 2)  # fmt: skip

    now = timezone.now()
    statement_booking.take_up_abandoned(at=now)
    assert booking.run(row.pk) and Payment.objects.count() == 2
    statement_booking.take_up_abandoned(at=now + timedelta(seconds=30))
    assert booking.run(row.pk)

    row.refresh_from_db()
    assert (row.state, row.done, row.booked) == ("done", 5, 5)
    assert Payment.objects.count() == StatementLine.objects.filter(state=LineState.BOOKED).count() == 5  # fmt: skip
    assert {bill.allocations.count() for bill in invoices} == {1}


def _book_three_and_hang(pk, tell):
    """What a worker does until it is killed in the middle of its second chunk. Never returns."""
    try:
        # The parent's connection stays the parent's.
        kept, connection.connection = connection.connection, None  # noqa: F841
        book, times = booking.book, []

        def book_and_hang(*args, **more):
            payment = book(*args, **more)
            times.append(1)
            if len(times) == 3:
                os.write(tell, b"!")
                signal.pause()
            return payment

        booking.book = book_and_hang
        booking.run(pk)
    finally:
        os._exit(1)


@pytest.mark.django_db
def test_a_statement_that_fells_workers_again_and_again_is_left_to_people():
    data = statement(*(document(str(n), f"{n + 1}.00") for n in range(4)))
    row = statements.load_statement(data, by=None).booking
    at = timezone.now()
    for _time in range(5):
        StatementBooking.objects.filter(state="queued").update(state="running")
        at += timedelta(seconds=30)
        statement_booking.take_up_abandoned(at=at)

    row.refresh_from_db()
    assert row.state == "stopped"
