"""Delivering one letter: claim, wire, result.

**What is promised.** A letter is sent again by itself only while the mail server surely does not have it: it could not
be reached, asked to come later, or broke off before the dot that ends the letter. From that dot on only the server
knows. If it never confirms (it hangs up, our worker is killed, the power goes), the letter becomes *failed* with the
reason "it may have arrived", and a person decides. So everybody gets a letter at most once unless a person says so; a
letter is never silently lost; and the window in which a person is needed is the server's answer to one dot. A letter
sent again by hand keeps its Message-ID, which mail programs and servers take for the same letter.

The other choice, to repeat what was not confirmed, would send a client the same offer two to eight times whenever a
filter behind the mail server hangs up without a word. See `docs/decisions/0004-letters-at-most-once.md`.
"""

from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from salesexpert.outbox import wires
from salesexpert.outbox.choices import Trouble
from salesexpert.outbox.models import Letter

AT_ONCE = 50
logger = structlog.get_logger(__name__)

# Waits after the first, second, … attempt that did not deliver: eight attempts in 22 hours outlast greylisting and a
# night's outage; the row holds the moment, no task waits for it.
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720)]


def deliver(letter_id: int) -> None:
    """Send the letter if it is queued and due and nobody else has it; else do nothing."""
    claimed_at = timezone.now()
    if not Letter.objects.claim(letter_id, at=claimed_at):
        return
    letter = Letter.objects.get(pk=letter_id)

    def note_handed_over() -> None:
        if not Letter.objects.note_handed_over(
            letter_id, claimed_at=claimed_at, at=timezone.now()
        ):
            raise wires.TemporarilyUndeliverable(Trouble.CUT_OFF)

    try:
        wires.send(wires.message_of(letter), before_last_byte=note_handed_over)
    except wires.TemporarilyUndeliverable as error:
        _put_off(letter, error, claimed_at=claimed_at)
    except wires.NotDelivered as error:
        Letter.objects.note_failed(
            letter_id,
            claimed_at=claimed_at,
            trouble=error.trouble,
            failure=error.answer,
        )
        logger.warning("letter_failed", letter=letter_id, trouble=error.trouble.value)
    except (ValueError, TypeError, LookupError) as error:
        Letter.objects.note_failed(
            letter_id,
            claimed_at=claimed_at,
            trouble=Trouble.MALFORMED,
            failure=str(error)[:500].replace("\x00", ""),
        )
        logger.exception("letter_malformed", letter=letter_id)
    else:
        Letter.objects.note_sent(letter_id, claimed_at=claimed_at, at=timezone.now())


def deliver_due(account_id: int | None) -> bool:
    """Send up to fifty letters that are due by this account; True while there may be more."""
    due = Letter.objects.due(at=timezone.now()).filter(account=account_id)
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for letter_id in ids:
        deliver(letter_id)
    return len(ids) == AT_ONCE


def _put_off(
    letter: Letter, error: wires.TemporarilyUndeliverable, *, claimed_at: datetime
) -> None:
    if letter.attempts > len(WAITS):
        Letter.objects.note_failed(
            letter.pk,
            claimed_at=claimed_at,
            trouble=error.trouble,
            failure=error.answer,
        )
        logger.warning("letter_given_up", letter=letter.pk, trouble=error.trouble.value)
        return
    Letter.objects.note_put_off(
        letter.pk,
        claimed_at=claimed_at,
        until=timezone.now() + WAITS[letter.attempts - 1],
        trouble=error.trouble,
        failure=error.answer,
    )
