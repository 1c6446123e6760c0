"""Many letters by one server: one connection, limits, and servers that behave badly."""

import socket
from datetime import timedelta

import dkim as verifier
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from salesexpert.core.secrets_at_rest import seal
from salesexpert.outbox import actions, delivery, dkim, gates, return_path, wires
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.models import Letter, MailAccount, SigningKey
from tests.outbox.mail_server import HANG_UP, HANG_UP_AFTER_KEEPING


@pytest.fixture
def account(db, mail_server):
    return MailAccount.objects.create(
        name="Почта", from_address="Отдел продаж <sales@firm.example>", host="127.0.0.1", port=mail_server.port,
        security="none", timeout=1, created_at=timezone.now(), bounce_address="bounces@firm.example",
    )  # fmt: skip


@pytest.fixture
def queue_many(account):
    def queued(number, **more):
        new = [actions.NewLetter(to=f"c{n}@obrazec.example", subject="Новинки", text="Да") for n in range(number)]  # fmt: skip
        return actions.queue_letters(new, kind="mailing", at=timezone.now(), account=account, **more)  # fmt: skip

    return queued


def states():
    return sorted(Letter.objects.values_list("status", flat=True))


def test_a_batch_goes_over_one_connection_each_with_a_return_address_of_its_own(
    queue_many, mail_server, account
):
    letters = queue_many(7)
    assert not delivery.deliver_due(account.pk)

    assert states() == ["sent"] * 7 and mail_server.connections == 1
    assert len(set(mail_server.senders)) == 7
    assert {return_path.letter_id(x) for x in mail_server.senders} == {x.pk for x in letters}  # fmt: skip
    assert mail_server.last()["From"] == account.from_address
    assert mail_server.last()["Message-ID"].endswith("@firm.example>")
    assert return_path.letter_id("bounces+17-0000000000@firm.example") is None


def test_limits_a_minute_and_a_day_hold_whoever_sends(queue_many, account):
    MailAccount.objects.update(per_minute=3, per_day=5)
    queue_many(9)

    for _ring in range(3):
        delivery.deliver_due(account.pk)
    assert states().count("sent") == 3
    MailAccount.objects.update(minute_at=timezone.now() - timedelta(minutes=1))
    delivery.deliver_due(account.pk)
    assert states().count("sent") == 5


def test_one_bad_address_spoils_no_other_letter(queue_many, mail_server, account):
    mail_server.refuses = {"c1@obrazec.example": "550 5.1.1 no such user", "c2@obrazec.example": "451 later"}  # fmt: skip
    queue_many(5)
    delivery.deliver_due(account.pk)

    assert states() == ["failed", "queued", "sent", "sent", "sent"]
    assert mail_server.connections == 1
    account.refresh_from_db()
    assert not account.trouble


def test_a_server_that_asks_everybody_to_come_later_is_left_alone(
    queue_many, mail_server, account
):
    mail_server.answers["RCPT"] = "451 busy for an hour"
    queue_many(20)
    delivery.deliver_due(account.pk)
    account.refresh_from_db()

    assert states() == ["queued"] * 20 and account.trouble == Trouble.PUT_OFF
    assert Letter.objects.filter(attempts=1).count() == delivery.BAD_IN_A_ROW
    assert account.rests_until > timezone.now()
    delivery.deliver_due(account.pk)  # nobody knocks while it rests
    assert mail_server.connections == 1

    mail_server.answers.clear()
    MailAccount.objects.update(rests_until=None)
    Letter.objects.update(attempt_at=timezone.now())
    delivery.deliver_due(account.pk)
    account.refresh_from_db()
    assert states() == ["sent"] * 20 and len(mail_server.raw) == 20
    assert (account.strikes, account.trouble) == (0, "")


def test_a_server_that_hangs_up_in_the_middle_gets_each_letter_once(
    queue_many, mail_server, account
):
    mail_server.hang_up_after = 2
    queue_many(4)
    delivery.deliver_due(account.pk)
    mail_server.hang_up_after = None
    Letter.objects.update(attempt_at=timezone.now())
    delivery.deliver_due(account.pk)

    assert states() == ["sent"] * 4
    assert sorted(mail_server.recipients) == [f"c{n}@obrazec.example" for n in range(4)]


def test_a_server_that_never_answers_holds_nobody(queue_many, mail_server, account):
    MailAccount.objects.update(timeout=1)
    mail_server.hold = "EHLO"
    queue_many(3)
    delivery.deliver_due(account.pk)

    assert states() == ["queued"] * 3
    assert MailAccount.objects.get().trouble == Trouble.NO_CONNECTION


def test_a_server_that_hangs_up_after_the_dot_is_not_given_the_letter_again(
    queue_many, mail_server, account
):
    queue_many(2)
    mail_server.answers["DATA"] = HANG_UP
    delivery.deliver_due(account.pk)

    assert set(Letter.objects.values_list("status", "trouble")) == {
        (LetterStatus.FAILED, Trouble.UNSURE)
    }


def test_a_server_that_hangs_up_after_every_dot_is_left_alone_before_a_person_has_thousands_to_decide(queue_many, mail_server, account):  # fmt: skip
    mail_server.answers["DATA"] = HANG_UP_AFTER_KEEPING
    queue_many(20)
    delivery.deliver_due(account.pk)
    account.refresh_from_db()

    assert states() == ["failed"] * delivery.BAD_IN_A_ROW + ["queued"] * (20 - delivery.BAD_IN_A_ROW)  # fmt: skip
    assert account.trouble == Trouble.UNSURE and account.rests_until > timezone.now()
    mail_server.answers.clear()
    MailAccount.objects.update(rests_until=None)
    Letter.objects.update(attempt_at=timezone.now())
    delivery.deliver_due(account.pk)
    account.refresh_from_db()
    assert states() == ["failed"] * delivery.BAD_IN_A_ROW + ["sent"] * 15
    assert (account.strikes, account.trouble) == (0, "")
    assert len(mail_server.raw) == 20  # none of them twice


def test_letters_put_off_do_not_make_a_server_that_is_away_look_well(queue_many, mail_server, account):  # fmt: skip
    MailAccount.objects.update(strikes=2, trouble=Trouble.NO_CONNECTION, failure="timed out")  # fmt: skip
    mail_server.answers["RCPT"] = "451 later"
    queue_many(2)
    delivery.deliver_due(account.pk)
    account.refresh_from_db()
    assert (account.strikes, account.trouble) == (2, Trouble.NO_CONNECTION)


def test_who_asked_for_no_more_letters_gets_none_of_those_that_wait(
    queue_many, mail_server, account, monkeypatch
):
    monkeypatch.setitem(gates._gates, "mailing", lambda letters: {letters[0].pk})
    queue_many(2)
    delivery.deliver_due(account.pk)

    assert states() == ["sent", "suppressed"] and len(mail_server.raw) == 1


def test_a_letter_that_came_back_is_no_longer_sent(queue_many, mail_server, account):
    letter = queue_many(1)[0]
    delivery.deliver_due(account.pk)
    said = {"status": "5.1.1", "failure": "no such user", "for_good": True}
    assert actions.note_bounced(letter.pk, at=timezone.now(), **said)
    assert not actions.note_bounced(letter.pk, at=timezone.now(), **said)

    letter.refresh_from_db()
    assert (letter.status, letter.bounce_status) == ("bounced", "5.1.1")


def test_letters_are_signed_so_that_another_program_finds_the_signature_good(
    queue_many, mail_server, account
):
    private, public = dkim.new_key()
    SigningKey.objects.create(domain="firm.example", selector="se1", private_sealed=seal(private), public=public, is_active=True, created_at=timezone.now())  # fmt: skip
    dkim.forget()
    new = actions.NewLetter(
        to="a@obrazec.example", subject="Очень длинная тема " * 9, text="Строка  \n\n.точка\n\n\n", html="<p>Да</p>",
        headers={"List-Unsubscribe": "<https://crm.example/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )  # fmt: skip
    actions.queue_letters([new], kind="mailing", at=timezone.now(), account=account)
    delivery.deliver_due(account.pk)
    raw = mail_server.raw[-1]

    def record(name, timeout=5):
        assert name == b"se1._domainkey.firm.example."
        return f"v=DKIM1; k=rsa; p={public}".encode()

    assert verifier.verify(raw, dnsfunc=record)
    covered = raw.split(b"h=")[1].split(b";")[0]
    assert b"list-unsubscribe:" in covered and b"list-unsubscribe-post" in covered
    assert not verifier.verify(raw.replace(b"crm.example", b"evil.example"), dnsfunc=record)  # fmt: skip
    assert not verifier.verify(b"Subject: x\r\n" + raw, dnsfunc=record)


def test_a_letter_of_a_batch_costs_one_statement_and_no_farewell(queue_many, mail_server, account):  # fmt: skip
    def statements(letters):
        queue_many(letters)
        with CaptureQueriesContext(connection) as asked:
            delivery.deliver_due(account.pk)
        return len(asked)

    statements(1)  # keys of signatures and the like are read once
    assert statements(12) - statements(2) == 10
    assert set(states()) == {"sent"}
    assert not Letter.objects.filter(handed_over_at=None).exists()


def test_a_server_that_hangs_up_between_two_letters_is_called_again_for_the_next(queue_many, mail_server, account, monkeypatch):  # fmt: skip
    queue_many(3)
    sent = Letter.objects.note_sent
    lines = []
    monkeypatch.setattr(wires, "_open", lambda mailer, open=wires._open: lines.append(open(mailer)) or lines[-1])  # fmt: skip

    def hung_up(*given, **more):
        noted = sent(*given, **more)
        lines[-1].sock.shutdown(socket.SHUT_RDWR)
        return noted

    monkeypatch.setattr(Letter.objects, "note_sent", hung_up)
    delivery.deliver_due(account.pk)

    assert states() == ["sent"] * 3
    assert mail_server.connections == 3
    assert len(mail_server.raw) == 3
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_letter_noted_with_the_one_before_is_asked_for_again_when_the_server_was_slow(queue_many, mail_server, account, monkeypatch):  # fmt: skip
    queue_many(2)
    sent = Letter.objects.note_sent
    monkeypatch.setattr(delivery, "BEAT_EVERY", 0)

    def taken_away(*given, **more):
        noted = sent(*given, **more)
        actions.settle_abandoned(at=timezone.now() + timedelta(hours=1))
        return noted

    monkeypatch.setattr(Letter.objects, "note_sent", taken_away)
    delivery.deliver_due(account.pk)

    assert states() == ["queued", "sent"]
    assert len(mail_server.raw) == 1
