"""Answers and reports of undelivered letters, read from a real IMAP server (Dovecot)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Activity, ContactLink
from mailing import dead_addresses
from mailing.actions import incoming
from mailing.incoming import mailboxes, reading
from mailing.models import Incoming, Mailbox, SingleLetter
from salesexpert.core.secrets_at_rest import seal
from salesexpert.notices.models import Notice
from salesexpert.outbox import actions as outbox
from salesexpert.outbox import return_path
from salesexpert.outbox.models import Letter, MailAccount
from tests.factories import ClientFactory, ContactLinkFactory, UserFactory
from tests.mailing import dovecot

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def imap():
    if not dovecot.PROGRAM:
        pytest.skip("Dovecot is not installed: `make test` installs dovecot-imapd where it may")  # fmt: skip
    with dovecot.running() as server:
        yield server


@pytest.fixture
def letter():
    """A letter that a seller wrote to a person of a firm, taken by the mail server."""
    now = timezone.now()
    seller = UserFactory()
    link = ContactLinkFactory(client=ClientFactory(curator=seller))
    link.contact.emails.create(address="Petrov@obrazec.example")
    account = MailAccount.objects.create(name="x", from_address="sales@firm.example", host="h", bounce_address="bounces@firm.example", created_at=now)  # fmt: skip
    sent = outbox.queue_letter(to="petrov@obrazec.example", subject="Счёт № 17", text="…", kind="single", account=account, at=now)  # fmt: skip
    Letter.objects.filter(pk=sent.pk).update(status="sent", sent_at=now)
    SingleLetter.objects.create(letter=sent, client=link.client, contact=link.contact, written_by=seller, written_at=now)  # fmt: skip
    sent.refresh_from_db()
    return sent


def message(body, *, name, subject="Re: Счёт № 17", sender="Петров <petrov@obrazec.example>", **headers):  # fmt: skip
    lines = [f"From: {sender}", "To: sales@firm.example", f"Subject: {subject}", f"Message-ID: <{name}@obrazec.example>"]  # fmt: skip
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body]).encode()  # fmt: skip


def report(letter, *, status="5.1.1", to="sales@firm.example", action="failed", name="r1", with_letter=True):  # fmt: skip
    inner = f"\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {letter.message_id}\nSubject: x\n" if with_letter else ""  # fmt: skip
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered Mail\nMessage-ID: <{name}@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSorry.\n'
        "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; petrov@obrazec.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} User unknown\n{inner}\n--b--\n"
    ).encode()


def test_a_mailbox_gives_answers_and_reports_and_other_mail_is_left_alone(imap, letter):
    mailbox = Mailbox.objects.create(
        name="Ответы", host="127.0.0.1", port=imap.port, security="none", username="replies",
        password_sealed=seal(dovecot.PASSWORD), created_at=timezone.now(),
    )  # fmt: skip
    answer = message("Оплатим завтра.\n\nОн писал:\n> Счёт № 17", name="a1", In_Reply_To=letter.message_id)  # fmt: skip
    imap.put("replies", message("Только тебе", name="p1", subject="Личное"))
    imap.put("replies", answer)
    imap.put("replies", b"\xff\xfe\x00 broken \n\n")
    imap.put("replies", message("Я в отпуске", name="o1", subject="Автоответ: Счёт № 17", In_Reply_To=letter.message_id))  # fmt: skip
    assert mailboxes.read(mailbox.pk) == 2

    row = Incoming.objects.get(kind="reply")
    assert row.text == "Оплатим завтра." and row.contact == letter.single_letter.contact
    entry = Activity.objects.get()
    assert entry.client == letter.single_letter.client and entry.direction == "in"
    assert "Оплатим завтра." in entry.summary and "Личное" not in entry.summary
    assert Notice.objects.get().user == letter.single_letter.written_by
    assert Incoming.objects.filter(kind="auto_reply").count() == 1
    assert imap.unseen("replies") == 4  # looked at without a trace

    assert mailboxes.read(mailbox.pk) == 0
    imap.count_anew("replies")  # new numbers: nothing is entered twice
    imap.put("replies", report(letter))
    assert mailboxes.read(mailbox.pk) == 1
    letter.refresh_from_db()
    assert (letter.status, letter.bounce_status) == ("bounced", "5.1.1")
    assert dead_addresses.dead(["PETROV@obrazec.example", "b@obrazec.example"]) == {"PETROV@obrazec.example"}  # fmt: skip
    assert Activity.objects.count() == 1

    Mailbox.objects.update(password_sealed=seal("wrong"))
    assert mailboxes.read(mailbox.pk) == 0
    mailbox.refresh_from_db()
    assert mailbox.failure


def test_an_administrator_adds_a_mailbox_and_tries_it_out(imap, sign_in):
    admin = sign_in(UserFactory(preset="administrator"))
    typed = {"name": "Ящик", "host": "127.0.0.1", "port": imap.port, "security": "none", "username": "trial", "password": dovecot.PASSWORD, "folder": "INBOX", "is_active": "on"}  # fmt: skip
    bad = admin.post("/settings/mailboxes/new/", {**typed, "host": "a b", "port": 0, "folder": 'x"'})  # fmt: skip
    assert bad.status_code == 422 and set(bad.context["form"].errors) == {"host", "port", "folder"}  # fmt: skip
    admin.post("/settings/mailboxes/new/", typed)
    mailbox = Mailbox.objects.get()
    assert dovecot.PASSWORD not in mailbox.password_sealed
    path = f"/settings/mailboxes/{mailbox.pk}/"
    page = admin.post(f"{path}trial/", follow=True)
    assert [m.level_tag for m in page.context["messages"]][-1] == "success"
    admin.post(path, {**typed, "password": "wrong"})
    page = admin.post(f"{path}trial/", follow=True)
    assert [m.level_tag for m in page.context["messages"]][-1] == "error"

    dead_addresses.note("a@obrazec.example", status="5.1.1", words="", at=timezone.now())  # fmt: skip
    assert admin.post("/settings/mailboxes/", {"address": "b@obrazec.example"}).status_code == 422  # fmt: skip
    admin.post("/settings/mailboxes/", {"address": "A@obrazec.example"})
    assert not dead_addresses.dead(["a@obrazec.example"])


def taken(raw):
    return incoming.take(reading.read(raw), mailbox=None, at=timezone.now())


def test_a_report_without_the_letter_is_known_by_the_address_it_came_to(letter):
    to = return_path.return_address(letter, letter.account)
    taken(report(letter, status="5.2.2", to=to, with_letter=False))

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == ("bounced", "returned")
    assert not dead_addresses.dead([letter.to])  # a full mailbox is not a dead one


def test_a_delay_is_no_bounce_and_a_forged_report_is_nobodys(letter):
    assert taken(report(letter, action="delayed", status="4.4.1")).kind == "delay"
    forged = f"bounces+{letter.pk}-0123456789@firm.example"
    assert taken(report(letter, to=forged, with_letter=False, name="r2")) is None
    letter.refresh_from_db()
    assert letter.status == "sent"


def test_an_answer_without_references_is_known_by_its_sender_and_subject(letter):
    assert taken(message("Да", name="a2", subject="Re: Re: счёт № 17")).letter == letter
    assert taken(message("Да", name="a3", subject="Счёт № 17")) is None
    assert taken(message("Да", name="a4", sender="other@obrazec.example")) is None
    Letter.objects.update(queued_at=timezone.now() - timedelta(days=100))
    assert taken(message("Да", name="a5")) is None


def test_an_answer_to_a_letter_of_no_client_is_not_taken(letter):
    SingleLetter.objects.all().delete()
    ContactLink.objects.all().delete()
    assert taken(message("Да", name="a6", In_Reply_To=letter.message_id)) is None
    assert not Activity.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"\x00", b"From: \xff\nSubject: =?x?q?=ff?=\nReferences: " + b"<a@b> " * 9999, b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nx"])  # fmt: skip
def test_what_is_no_letter_at_all_changes_nothing(db, raw):
    assert taken(raw) is None
