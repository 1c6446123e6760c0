"""What the outbox tells."""

import re
from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from clients import suppressions
from mailing import dead_addresses, topics
from mailing.incoming.reading import GONE
from mailing.models import Recipient
from salesexpert.outbox.gates import register_gate
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


def unwanted(letters: Sequence[Letter]) -> set[int]:
    """Advertising letters whose addressee asked for no more after the list was frozen; asked just before they leave."""
    advertising = set(
        Recipient.objects.filter(
            letter__in=[letter.pk for letter in letters],
            mailing__is_advertising=True,
        ).values_list("letter", flat=True)
    )
    spelled = {
        letter.pk: suppressions.normal_email(letter.to)
        for letter in letters
        if letter.pk in advertising
    }
    stopped = suppressions.suppressed(spelled.values())
    return {pk for pk, address in spelled.items() if address in stopped} | _refused(
        letters
    )


def _refused(letters: Sequence[Letter]) -> set[int]:
    """Letters on a topic that their addressee has refused since."""
    on = Recipient.objects.filter(letter__in=[letter.pk for letter in letters], mailing__topic__isnull=False)  # fmt: skip
    found: set[int] = set()
    by_topic: dict[int, dict[int, str]] = {}
    for pk, topic, address in on.values_list("letter", "mailing__topic", "address_key"):
        by_topic.setdefault(topic, {})[pk] = address
    for topic, addresses in by_topic.items():
        refusing = topics.refusing(topic, addresses.values())
        found |= {pk for pk, address in addresses.items() if address in refusing}
    return found


register_gate("mailing", unwanted)
