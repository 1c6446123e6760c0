"""Delivering letters: claim, wire, result; one by one, or up to fifty over one connection.

**What is promised.** A letter is sent again by itself while the mail server surely does not have it: it could not be reached,
asked to come later, or broke off before the dot that ends the letter. From that dot on only the server knows. Three ends:

- The server never confirms and hangs up, or says nothing: the letter becomes *failed* with the reason "it may have arrived",
  and a person decides. A filter that hangs up without a word would else make eight of each letter.
- Our own process dies there (killed, power): the letter is sent once more by itself, with its Message-ID. So every addressee
  gets his letter, and a killed process costs at most one double: it has one letter at a time in that window.
- The database dies there: the process waits for it and then writes down what the server said.

See `docs/decisions/0004-letters-at-most-once.md`. Whoever has letters in hand renews `beat_at`; without a sign of life for
LOST_AFTER they are taken from him, and a letter that was taken from its worker is never handed over by it.
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from salesexpert.outbox import gates, wires
from salesexpert.outbox.choices import Trouble
from salesexpert.outbox.models import Attachment, Letter, MailAccount
from salesexpert.outbox.signals import recipient_refused

logger = structlog.get_logger(__name__)

# Waits after the first, second, … attempt that did not deliver: eight attempts in 22 hours outlast greylisting and a
# night's outage; the row holds the moment, no task waits for it.
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720)]
# How long a server that is away is left alone.
RESTS = [timedelta(minutes=m) for m in (1, 2, 5, 10)]
AT_ONCE = 50
# So many letters in a row put off by one server, or taken without a word: it is the server, not the letters.
BAD_IN_A_ROW = 5
# Longer than any one step of SMTP may take; the proof of tests/outbox/proof.py makes it short.
LOST_AFTER = timedelta(seconds=int(os.environ.get("OUTBOX_LOST_AFTER", "120")))
BEAT_EVERY = min(5.0, LOST_AFTER.total_seconds() / 4)
DATABASE_AWAY_AT_MOST = 100.0


def deliver(letter_id: int) -> None:
    """Send the letter if it is queued and due and nobody else has it; else do nothing."""
    at = timezone.now()
    account, letters = Letter.objects.take_one(letter_id, at=at)
    _send(account, letters, claimed_at=at)


def deliver_due(account_id: int | None) -> bool:
    """Send up to fifty letters that are due by this account; True while there may be more."""
    at = timezone.now()
    account, letters = Letter.objects.take(
        account_id, at=at, most=AT_ONCE, lost_before=at - LOST_AFTER
    )
    _send(account, letters, claimed_at=at)
    return len(letters) == AT_ONCE


def _send(
    account: MailAccount | None, letters: Sequence[Letter], *, claimed_at: datetime
) -> None:
    if not letters:
        return
    unwanted = gates.held_back(letters)
    for letter in letters:
        if letter.pk in unwanted:
            Letter.objects.note_suppressed(letter.pk, claimed_at=claimed_at)
    wanted = [letter for letter in letters if letter.pk not in unwanted]
    _Batch(account, wanted, claimed_at).send()


class _Batch:
    """Letters in one hand, and what happens to them on one connection."""

    def __init__(
        self,
        account: MailAccount | None,
        letters: Sequence[Letter],
        claimed_at: datetime,
    ) -> None:
        self.account = account
        self.letters = letters
        self.claimed_at = claimed_at
        self._files = _files_of(letters)
        self._beat_at = time.monotonic()
        self._bad_in_a_row = 0
        # The server said yes or no to a letter.
        self._answered = False
        # The letter that was noted as handed over when the one before it was sent, and when that was.
        self._noted: tuple[int, float] | None = None
        self._next_id: int | None = None

    def send(self) -> None:
        following = [letter.pk for letter in self.letters[1:]]
        with wires.Line(self.account) as line:
            for place, letter in enumerate(self.letters):
                self._beat()
                self._next_id = next(iter(following[place : place + 1]), None)
                trouble = self._send_one(line, letter)
                if trouble and self._server_is_away(line, trouble):
                    self._release(self.letters[place + 1 :], trouble)
                    return
        if self._answered:
            _note_good(self.account)

    def _send_one(self, line: wires.Line, letter: Letter) -> wires.NotDelivered | None:
        """The letter's own end is written down; returned is what may say something about the server."""

        def note_handed_over() -> None:
            noted, self._noted = self._noted, None
            if noted and noted[0] == letter.pk and time.monotonic() - noted[1] < BEAT_EVERY:  # fmt: skip
                # So lately that nobody can have taken the letter since.
                return
            if not Letter.objects.note_handed_over(
                letter.pk, claimed_at=self.claimed_at, at=timezone.now()
            ):
                raise wires.TemporarilyUndeliverable(Trouble.CUT_OFF)

        try:
            line.send(letter, self._files[letter.pk], before_last_byte=note_handed_over)
        except wires.TemporarilyUndeliverable as error:
            _surely(self._put_off, letter, error)
            return error
        except wires.NotDelivered as error:
            _surely(self._fail, letter, error.trouble, error.answer)
            logger.warning("letter_failed", letter=letter.pk, trouble=error.trouble)
            if error.trouble == Trouble.UNSURE:
                # Each waits for a person: ten thousand of them must not.
                return error
            self._answered = True
        except DatabaseError:
            # Nothing was handed over. The sweep gives the letters to a worker that has a database.
            raise
        except (ValueError, TypeError, LookupError) as error:
            answer = str(error)[:500].replace("\x00", "")
            self._fail(letter, Trouble.MALFORMED, answer)
            logger.exception("letter_malformed", letter=letter.pk)
        else:
            _surely(self._sent, letter, timezone.now())
            self._bad_in_a_row, self._answered = 0, True
        return None

    def _server_is_away(self, line: wires.Line, error: wires.NotDelivered) -> bool:
        """Whether the letters that follow would fare no better."""
        self._bad_in_a_row += 1
        return (
            error.trouble in (Trouble.NO_CONNECTION, Trouble.LOGIN, Trouble.SECRET_LOST)
            or self._bad_in_a_row >= BAD_IN_A_ROW
        )

    def _release(self, letters: Sequence[Letter], error: wires.NotDelivered) -> None:
        """Letters that were not even tried wait with the server; it cost them no attempt."""
        until = _note_away(self.account, error)
        Letter.objects.release(
            [letter.pk for letter in letters],
            claimed_at=self.claimed_at,
            until=until,
            trouble=error.trouble,
            failure=error.answer,
        )

    def _sent(self, letter: Letter, at: datetime) -> None:
        began = time.monotonic()
        next_id = self._next_id
        noted = Letter.objects.note_sent(
            letter.pk, claimed_at=self.claimed_at, at=at, next_id=next_id
        )
        self._noted = (next_id, began) if noted and next_id else None

    def _put_off(self, letter: Letter, error: wires.NotDelivered) -> None:
        if letter.attempts > len(WAITS):
            self._fail(letter, error.trouble, error.answer)
            logger.warning("letter_given_up", letter=letter.pk, trouble=error.trouble)
            return
        Letter.objects.note_put_off(
            letter.pk,
            claimed_at=self.claimed_at,
            until=timezone.now() + WAITS[letter.attempts - 1],
            trouble=error.trouble,
            failure=error.answer,
        )

    def _fail(self, letter: Letter, trouble: Trouble, answer: str) -> None:
        Letter.objects.note_failed(
            letter.pk, claimed_at=self.claimed_at, trouble=trouble, failure=answer
        )
        if trouble == Trouble.RECIPIENT and answer.startswith("5"):
            recipient_refused.send(Letter, letter=letter, answer=answer)

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at > BEAT_EVERY:
            Letter.objects.beat(claimed_at=self.claimed_at, at=timezone.now())
            self._beat_at = time.monotonic()


def _surely(note: Callable[..., None], *facts: Any) -> None:
    """Write down what is known of a letter. A database that restarts meanwhile is waited for: the knowledge is only here."""
    until = time.monotonic() + DATABASE_AWAY_AT_MOST
    while True:
        try:
            note(*facts)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)


def _files_of(letters: Iterable[Letter]) -> dict[int, list[Attachment]]:
    """The files of each letter, its own and those it shares; two queries for all."""
    own: dict[int | None, list[Attachment]] = defaultdict(list)
    shared: dict[int | None, list[Attachment]] = defaultdict(list)
    ids = [letter.pk for letter in letters]
    for one in Attachment.objects.filter(letter__in=ids).order_by("pk"):
        own[one.letter_id].append(one)
    parcels = {letter.parcel_id for letter in letters if letter.parcel_id}
    if parcels:
        for one in Attachment.objects.filter(parcel__in=parcels).order_by("pk"):
            shared[one.parcel_id].append(one)
    return {x.pk: [*own[x.pk], *(shared[x.parcel_id] if x.parcel_id else ())] for x in letters}  # fmt: skip


def _note_away(account: MailAccount | None, error: wires.NotDelivered) -> datetime:
    """Leave the server alone for a while, the longer the oftener. Returns until when."""
    at = timezone.now()
    if account is None:
        return at + RESTS[0]
    strikes = account.strikes + 1
    until = at + RESTS[min(strikes, len(RESTS)) - 1]
    MailAccount.objects.filter(pk=account.pk).update(
        strikes=strikes,
        rests_until=until,
        trouble=error.trouble,
        failure=error.answer,
    )
    return until


def _note_good(account: MailAccount | None) -> None:
    if account is not None and (account.strikes or account.trouble):
        MailAccount.objects.filter(pk=account.pk).update(
            strikes=0, rests_until=None, trouble="", failure=""
        )
