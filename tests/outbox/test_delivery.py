from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from salesexpert.audit.models import JournalEntry
from salesexpert.outbox import actions, delivery
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.models import Letter
from tests.outbox.conftest import mailers_for
from tests.outbox.mail_server import HANG_UP, HANG_UP_AFTER_KEEPING


def test_a_letter_goes_out_as_it_was_queued(queue, mail_server):
    letter = queue(
        subject="Счёт № 17 для «Ромашки» — " + "очень длинная тема " * 12,
        text="Первая строка\n.строка с точкой\nFrom конца\n",
        html="<p>Здравствуйте</p>",
        reply_to="anna@obrazec.example",
        headers={"List-Unsubscribe": "<https://obrazec.example/u/1>"},
        attachments=[
            ("Счёт № 17.pdf", b"%PDF-1.7\r\n.\r\n\x00\xff", "application/pdf"),
            ("прайс.csv", "имя;цена\n".encode("cp1251"), "text/csv"),
        ],
    )

    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT and letter.sent_at and not letter.failure
    (sent,) = mail_server.letters
    assert sent["Subject"] == letter.subject
    assert sent["To"] == "client@obrazec.example"
    assert sent["Reply-To"] == "anna@obrazec.example"
    assert sent["Message-ID"] == letter.message_id
    assert sent["List-Unsubscribe"] == "<https://obrazec.example/u/1>"
    plain = sent.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert plain == "Первая строка\n.строка с точкой\nFrom конца\n"
    assert "Здравствуйте" in sent.get_body(["html"]).get_content()
    files = {
        a.get_filename(): a.get_payload(decode=True) for a in sent.iter_attachments()
    }
    assert files == {
        "Счёт № 17.pdf": b"%PDF-1.7\r\n.\r\n\x00\xff",
        "прайс.csv": "имя;цена\n".encode("cp1251"),
    }
    assert mail_server.raw[0].isascii()


def test_a_russian_domain_is_written_as_the_network_spells_it(queue, mail_server):
    delivery.deliver(queue(to="info@почта.рф").pk)

    assert mail_server.recipients == ["info@xn--80a1acny.xn--p1ai"]
    assert Letter.objects.get().to == "info@почта.рф"


def test_delivering_twice_sends_once(queue, mail_server):
    letter = queue()

    delivery.deliver(letter.pk)
    delivery.deliver(letter.pk)

    assert len(mail_server.raw) == 1


def test_a_letter_that_is_not_there_is_no_trouble(db):
    delivery.deliver(999_999_999)


@pytest.mark.django_db(transaction=True)
def test_of_six_workers_at_once_one_sends(queue, mail_server):
    letter = queue()
    together = Barrier(6)

    def work(_):
        together.wait()
        _deliver_in_a_thread(letter.pk)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert len(mail_server.raw) == 1
    assert mail_server.connections == 1


@pytest.mark.parametrize(
    ("step", "answer", "trouble"),
    [
        ("MAIL", "451 try later", Trouble.PUT_OFF),
        ("RCPT", "450 greylisted", Trouble.PUT_OFF),
        ("DATA", "452 disk full", Trouble.PUT_OFF),
        ("MAIL", HANG_UP, Trouble.CUT_OFF),
        ("RCPT", HANG_UP, Trouble.CUT_OFF),
    ],
)
def test_what_may_pass_is_tried_again_later(queue, mail_server, step, answer, trouble):
    letter = queue()
    mail_server.answers[step] = answer
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.QUEUED, trouble)
    assert letter.attempt_at > timezone.now() + timedelta(seconds=50)
    assert answer == HANG_UP or letter.failure == answer

    delivery.deliver(letter.pk)  # the doorbell rings too early
    assert Letter.objects.get().attempts == 1

    mail_server.answers.clear()
    Letter.objects.update(attempt_at=timezone.now())
    delivery.deliver(letter.pk)
    assert Letter.objects.get().status == LetterStatus.SENT
    assert len(mail_server.raw) == 1


@pytest.mark.parametrize(
    ("step", "answer", "trouble"),
    [
        ("MAIL", "550 relaying denied", Trouble.SENDER),
        ("RCPT", "550 no such mailbox", Trouble.RECIPIENT),
        ("DATA", "554 looks like spam", Trouble.CONTENT),
    ],
)
def test_a_refusal_for_good_is_not_repeated(queue, mail_server, step, answer, trouble):
    mail_server.answers[step] = answer
    letter = queue()
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, trouble)
    assert letter.failure == answer


def test_a_server_that_is_away_costs_an_attempt_and_no_letter(
    queue, mail_server, settings
):
    mail_server.stop()
    letter = queue()
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (
        LetterStatus.QUEUED,
        Trouble.NO_CONNECTION,
    )
    assert letter.handed_over_at is None


def test_a_server_that_says_nothing_is_left_after_the_timeout(
    queue, mail_server, settings
):
    settings.MAILERS = mailers_for(mail_server.port, timeout=0.3)
    mail_server.hold = "RCPT"
    letter = queue()
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.QUEUED, Trouble.CUT_OFF)


def test_a_refused_password_keeps_letters_until_it_is_mended(
    queue, mail_server, settings
):
    settings.MAILERS = mailers_for(mail_server.port, username="we", password="wrong")
    letter = queue()
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == LetterStatus.QUEUED
    assert letter.trouble in {Trouble.LOGIN, Trouble.NO_CONNECTION}


def test_after_the_last_attempt_the_letter_has_failed_with_the_last_reason(
    queue, mail_server
):
    mail_server.answers["RCPT"] = "450 mailbox busy"
    letter = queue()
    waits = []
    for _attempt in range(8):
        Letter.objects.update(attempt_at=timezone.now())
        delivery.deliver(letter.pk)
        waits.append(Letter.objects.get().attempt_at - timezone.now())

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, Trouble.PUT_OFF)
    assert letter.attempts == 8
    assert waits[:7] == sorted(waits[:7])
    assert waits[6] > timedelta(hours=11)


def test_a_letter_taken_without_a_word_is_not_sent_twice(queue, mail_server):
    mail_server.answers["DATA"] = HANG_UP_AFTER_KEEPING
    letter = queue()
    delivery.deliver(letter.pk)
    mail_server.answers.clear()
    actions.settle_abandoned(at=timezone.now() + timedelta(hours=1))
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, Trouble.UNSURE)
    assert len(mail_server.raw) == 1


def test_a_person_may_send_a_failed_letter_again_under_its_own_message_id(
    queue, mail_server, user
):
    mail_server.answers["DATA"] = HANG_UP_AFTER_KEEPING
    letter = queue()
    delivery.deliver(letter.pk)
    mail_server.answers.clear()
    letter.refresh_from_db()

    actions.send_again(letter=letter, by=user, at=timezone.now())
    with pytest.raises(actions.NothingToRepeat):
        actions.send_again(letter=letter, by=user, at=timezone.now())
    delivery.deliver(letter.pk)

    first, second = mail_server.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert Letter.objects.get().status == LetterStatus.SENT
    noted = JournalEntry.objects.get(verb="letter.sent_again")
    assert (noted.by, noted.detail) == (user, {"letter": letter.pk})


def test_what_no_letter_can_be_made_of_fails_with_a_reason(queue, mail_server):
    letter = queue()
    Letter.objects.update(to="Иван <ivan")
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, Trouble.MALFORMED)
    assert mail_server.raw == []


@pytest.mark.django_db(transaction=True)
def test_a_late_worker_does_not_send_what_the_sweep_took_from_it(queue, mail_server):
    letter = queue()
    mail_server.hold = "RCPT"
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(_deliver_in_a_thread, letter.pk)
        assert mail_server.held.wait(10)
        actions.settle_abandoned(at=timezone.now() + timedelta(hours=1))
        mail_server.release.set()
        late.result()

    letter.refresh_from_db()
    assert letter.status == LetterStatus.QUEUED
    assert mail_server.raw == []


def _deliver_in_a_thread(letter_id):
    try:
        delivery.deliver(letter_id)
    finally:
        connection.close()


def test_django_s_other_mail_backends_work_too(queue, mailoutbox):
    letter = queue()
    delivery.deliver(letter.pk)

    assert [m.subject for m in mailoutbox] == ["Приглашение"]
    assert Letter.objects.get(pk=letter.pk).status == LetterStatus.SENT
