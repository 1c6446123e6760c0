"""What the outbox tells."""

import re
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from mailing import dead_addresses
from mailing.incoming.reading import GONE
from salesexpert.outbox.models import Letter
from salesexpert.outbox.signals import recipient_refused

_STATUS = re.compile(r"\b(5\.\d{1,3}\.\d{1,3})\b")


@receiver(recipient_refused)
def note_dead_address(
    sender: Any, *, letter: Letter, answer: str, **kwargs: Any
) -> None:
    """A mailbox that the server itself says is not there. Without a code only 550 and 551 say so."""
    status = _STATUS.search(answer)
    if status is None and not answer.startswith(("550", "551")):
        return
    code = status[1] if status else "5.1.1"
    if code in GONE:
        dead_addresses.note(letter.to, status=code, words=answer, at=timezone.now())
