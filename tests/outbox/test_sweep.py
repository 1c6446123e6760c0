from datetime import timedelta

from django.db import connection
from django.utils import timezone

from salesexpert.outbox import actions, delivery
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.models import Letter


def _abandon(letter, *, handed_over=False, interrupted=0):
    """As a killed worker leaves it."""
    taken = timezone.now() - timedelta(minutes=11)
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.SENDING,
        claimed_at=taken,
        beat_at=taken,
        attempts=1,
        interrupted=interrupted,
        handed_over_at=taken if handed_over else None,
    )


def test_a_letter_whose_worker_died_before_handing_it_over_goes_out(queue, mail_server):
    letter = queue()
    _abandon(letter)

    actions.settle_abandoned(at=timezone.now())
    delivery.deliver(letter.pk)

    assert Letter.objects.get().status == LetterStatus.SENT
    assert len(mail_server.raw) == 1


def test_a_letter_whose_worker_died_waiting_for_the_answer_goes_once_more_as_the_same(
    queue, mail_server
):
    letter = queue()
    _abandon(letter, handed_over=True)
    actions.settle_abandoned(at=timezone.now())
    delivery.deliver(letter.pk)

    assert mail_server.last()["Message-ID"] == letter.message_id
    assert Letter.objects.get().status == LetterStatus.SENT


def test_a_letter_whose_workers_die_there_again_and_again_is_left_to_a_person(queue):
    letter = queue()
    _abandon(letter, handed_over=True, interrupted=3)
    actions.settle_abandoned(at=timezone.now())

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, Trouble.UNSURE)


def test_a_letter_that_kills_its_workers_is_given_up(queue):
    letter = queue()
    _abandon(letter, interrupted=8)

    actions.settle_abandoned(at=timezone.now())

    letter.refresh_from_db()
    assert (letter.status, letter.trouble) == (LetterStatus.FAILED, Trouble.INTERRUPTED)


def test_a_letter_in_a_living_worker_s_hand_is_left_alone(queue):
    letter = queue()
    now = timezone.now()
    Letter.objects.update(
        status=LetterStatus.SENDING,
        claimed_at=now - timedelta(minutes=4),
        beat_at=now - timedelta(seconds=20),
    )

    actions.settle_abandoned(at=timezone.now())

    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENDING


def test_the_sweep_rings_for_what_is_due_and_for_nothing_else(queue):
    queue()
    queue(at=timezone.now() + timedelta(hours=1))
    Letter.objects.filter(pk=queue().pk).update(
        status=LetterStatus.FAILED, trouble=Trouble.RECIPIENT
    )

    assert actions.ring_due(at=timezone.now()) == 1


def test_the_questions_of_the_sweep_are_answered_by_indexes(queue):
    queue()
    due = Letter.objects.due(at=timezone.now()).filter(account=None)
    in_hand = Letter.objects.lost(before=timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    # Of a handful of rows any index will do.
    for asked in (due, in_hand):
        assert "Index Scan" in asked.explain()
        assert "Seq Scan" not in asked.explain()
