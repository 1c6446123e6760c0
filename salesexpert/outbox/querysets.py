from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import F, Q

from salesexpert.outbox.choices import LetterStatus, Trouble

if TYPE_CHECKING:
    from salesexpert.outbox.models import Letter, MailAccount


# Each letter of a mailing of a hundred thousand runs these: the ORM would take longer to write them than PostgreSQL to run.
_NOTE_HANDED_OVER = """
UPDATE outbox_letter SET handed_over_at = %(at)s
 WHERE id = %(letter)s AND status = 'sending' AND claimed_at = %(claimed)s"""
_NOTE_SENT = """
UPDATE outbox_letter SET
    status = CASE WHEN id = %(sent)s THEN 'sent' ELSE status END,
    sent_at = CASE WHEN id = %(sent)s THEN %(at)s ELSE sent_at END,
    trouble = CASE WHEN id = %(sent)s THEN '' ELSE trouble END,
    failure = CASE WHEN id = %(sent)s THEN '' ELSE failure END,
    handed_over_at = CASE WHEN id = %(next)s THEN %(at)s ELSE handed_over_at END,
    beat_at = CASE WHEN id = %(next)s THEN %(at)s ELSE beat_at END
 WHERE id IN (%(sent)s, %(next)s) AND status = 'sending' AND claimed_at = %(claimed)s
 RETURNING id"""


class MailAccountQuerySet(models.QuerySet):
    def in_use(self) -> "MailAccountQuerySet":
        return self.filter(is_active=True)

    def default(self) -> Any:
        """The account by which letters go unless another is chosen, or None: then the environment's server takes them."""
        return self.in_use().filter(is_default=True).first()


class LetterQuerySet(models.QuerySet):
    def due(self, *, at: datetime) -> "LetterQuerySet":
        """Queued letters whose next attempt has come, the longest waiting first."""
        return self.filter(status=LetterStatus.QUEUED, attempt_at__lte=at).order_by(
            "attempt_at"
        )

    def for_list(
        self, *, status: str = "", before: tuple[datetime, int] | None = None
    ) -> "LetterQuerySet":
        """Rows of the list, newest first, without their bodies; `before` is the last row that was shown."""
        found = self.defer("text", "html", "headers").order_by("-queued_at", "-pk")
        if status:
            found = found.filter(status=status)
        if before:
            found = found.filter(queued_at__lte=before[0]).exclude(
                queued_at=before[0], pk__gte=before[1]
            )
        return found

    def lost(self, *, before: datetime) -> "LetterQuerySet":
        """Letters in a hand that gave no sign of life since the moment `before`."""
        return self.filter(
            Q(beat_at__lt=before) | Q(beat_at=None),
            status=LetterStatus.SENDING,
            claimed_at__lt=before,
        )

    def take_one(
        self, letter_id: int, *, at: datetime
    ) -> tuple["MailAccount | None", list["Letter"]]:
        """Take one due letter for sending, as `take` does; the limit of connections does not hold it up."""
        account_id = self.filter(pk=letter_id).values_list("account", flat=True).first()
        return self.take(account_id, at=at, most=1, lost_before=None, only=letter_id)

    def take(
        self,
        account_id: int | None,
        *,
        at: datetime,
        most: int,
        lost_before: datetime | None,
        only: int | None = None,
    ) -> tuple["MailAccount | None", list["Letter"]]:
        """Take due letters of an account for sending, those of mailings last; as many as its limits leave room for.

        Each is taken by exactly one caller, and committed: the wire is touched only after. Letters that were lost three
        times go one by one (`only`), so that one that kills its worker takes no others with it.
        """
        from salesexpert.outbox.models import MailAccount

        with transaction.atomic(durable=True):
            # Who counts letters against a limit takes turns.
            account = (
                MailAccount.objects.select_for_update().filter(pk=account_id).first()
                if account_id
                else None
            )
            if account is not None:
                most = min(most, account.room(at=at))
                if lost_before and most > 0:
                    in_hand = self.filter(
                        account=account,
                        status=LetterStatus.SENDING,
                        claimed_at__gte=lost_before,
                    )
                    hands = in_hand.order_by().values("claimed_at").distinct().count()
                    most = most if hands < account.connections else 0
            if most <= 0:
                return account, []
            due = self.filter(
                status=LetterStatus.QUEUED, attempt_at__lte=at, account=account_id
            )
            due = due.filter(pk=only) if only else due.filter(interrupted__lt=3)
            ids = list(
                due.order_by("is_bulk", "attempt_at")
                .select_for_update(skip_locked=True)
                .values_list("pk", flat=True)[:most]
            )
            if not ids:
                return account, []
            self.filter(pk__in=ids).update(
                status=LetterStatus.SENDING,
                claimed_at=at,
                beat_at=at,
                handed_over_at=None,
                attempts=F("attempts") + 1,
            )
            if account is not None:
                account.count(len(ids), at=at)
            taken: Any = self.filter(pk__in=ids).order_by("is_bulk", "attempt_at")
            letters: list[Letter] = list(taken)
            for letter in letters:
                letter.account = account
            return account, letters

    def beat(self, *, claimed_at: datetime, at: datetime) -> None:
        """The worker that took letters at that moment is alive."""
        self.filter(status=LetterStatus.SENDING, claimed_at=claimed_at).update(
            beat_at=at
        )

    def release(
        self,
        ids: list[int],
        *,
        claimed_at: datetime,
        until: datetime,
        trouble: Trouble,
        failure: str,
    ) -> None:
        """Give back letters that were taken and not tried."""
        self.filter(
            pk__in=ids, status=LetterStatus.SENDING, claimed_at=claimed_at
        ).update(
            status=LetterStatus.QUEUED,
            attempt_at=until,
            attempts=F("attempts") - 1,
            trouble=trouble,
            failure=failure,
        )

    def _in_hand(self, letter_id: int, claimed_at: datetime) -> "LetterQuerySet":
        """The letter as long as the claim is still ours: a late worker must not write over what the sweep decided."""
        return self.filter(
            pk=letter_id, status=LetterStatus.SENDING, claimed_at=claimed_at
        )

    def note_handed_over(
        self, letter_id: int, *, claimed_at: datetime, at: datetime
    ) -> bool:
        """From here on the server may have the letter. False when the claim is no longer ours."""
        with connection.cursor() as cursor:
            cursor.execute(
                _NOTE_HANDED_OVER, {"letter": letter_id, "claimed": claimed_at, "at": at}
            )  # fmt: skip
            return bool(cursor.rowcount)

    def note_sent(
        self,
        letter_id: int,
        *,
        claimed_at: datetime,
        at: datetime,
        next_id: int | None = None,
    ) -> bool:
        """The server took the letter. In the same statement `next_id` is noted as about to be handed over; True when it was,
        and its claim is still ours: a statement a letter instead of two.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                _NOTE_SENT,
                {"sent": letter_id, "next": next_id or 0, "claimed": claimed_at, "at": at},
            )  # fmt: skip
            return next_id in {pk for (pk,) in cursor.fetchall()}

    def note_suppressed(self, letter_id: int, *, claimed_at: datetime) -> bool:
        return bool(
            self._in_hand(letter_id, claimed_at).update(
                status=LetterStatus.SUPPRESSED, trouble=Trouble.STOP_LIST, failure=""
            )
        )

    def note_put_off(
        self,
        letter_id: int,
        *,
        claimed_at: datetime,
        until: datetime,
        trouble: Trouble,
        failure: str,
    ) -> bool:
        return bool(
            self._in_hand(letter_id, claimed_at).update(
                status=LetterStatus.QUEUED,
                attempt_at=until,
                trouble=trouble,
                failure=failure,
            )
        )

    def note_failed(
        self, letter_id: int, *, claimed_at: datetime, trouble: Trouble, failure: str
    ) -> bool:
        return bool(
            self._in_hand(letter_id, claimed_at).update(
                status=LetterStatus.FAILED, trouble=trouble, failure=failure
            )
        )
