from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F

from salesexpert.outbox.choices import LetterStatus, Trouble


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

    def in_hand_since(self, *, before: datetime) -> "LetterQuerySet":
        """Letters that somebody took for sending before the moment `before` and never reported on."""
        return self.filter(status=LetterStatus.SENDING, claimed_at__lt=before)

    def claim(self, letter_id: int, *, at: datetime) -> bool:
        """Take a due letter for sending. True for exactly one caller, and committed: the wire is touched only after."""
        with transaction.atomic(durable=True):
            return bool(
                self.filter(
                    pk=letter_id, status=LetterStatus.QUEUED, attempt_at__lte=at
                ).update(
                    status=LetterStatus.SENDING,
                    claimed_at=at,
                    handed_over_at=None,
                    attempts=F("attempts") + 1,
                )
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
        return bool(self._in_hand(letter_id, claimed_at).update(handed_over_at=at))

    def note_sent(self, letter_id: int, *, claimed_at: datetime, at: datetime) -> bool:
        return bool(
            self._in_hand(letter_id, claimed_at).update(
                status=LetterStatus.SENT, sent_at=at, trouble="", failure=""
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
