"""What an addressee does by the link in his letter."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from clients.actions import consents
from clients.personal_choices import Channel
from mailing import topics
from mailing.models import Recipient
from mailing.unsubscribing import person_of


@transaction.atomic
def unsubscribe(*, recipient: Recipient, everything: bool, at: datetime) -> None:
    """No advertisement to this address any more; with `everything` by no channel at all. The second time does nothing.

    The stop list keeps a hash of the address, so neither a new import nor the erasure of the card forgets it.
    """
    row = Recipient.objects.select_for_update().get(pk=recipient.pk)
    consents.unsubscribe(address=row.address, everything=everything, at=at)
    if row.unsubscribed_at is None:
        row.unsubscribed_at = at
        row.save(update_fields=["unsubscribed_at"])


@transaction.atomic
def choose_ways(*, recipient: Recipient, wanted: Collection[str], at: datetime) -> None:
    """Advertising by just these ways, for the person of the letter; where nobody stands behind the address any more, only the
    letters to it can end."""
    row = Recipient.objects.select_for_update(of=["self"]).select_related("contact", "client", "mailing").get(pk=recipient.pk)  # fmt: skip
    person = person_of(row)
    if person is None:
        if Channel.EMAIL not in wanted:
            unsubscribe(recipient=row, everything=False, at=at)
        return
    consents.choose_ways(person=person, address=row.address, wanted=wanted, place=row.mailing.name, at=at)  # fmt: skip
    if Channel.EMAIL not in wanted and row.unsubscribed_at is None:
        row.unsubscribed_at = at
        row.save(update_fields=["unsubscribed_at"])


def choose_topics(*, recipient: Recipient, wanted: Collection[int], at: datetime) -> None:  # fmt: skip
    """Letters to this address on just these topics; the others may still come by other ways."""
    if not is_forgotten(recipient):
        topics.choose(address=recipient.address, wanted=wanted, at=at)


def refuse_topic(*, recipient: Recipient, at: datetime) -> None:
    """No more letters to this address on the topic of this one."""
    topic = recipient.mailing.topic_id
    if topic and not is_forgotten(recipient):
        topics.refuse(address=recipient.address, topic=topic, at=at)


def is_forgotten(recipient: Recipient) -> bool:
    """Whether his address was erased from the row of the mailing."""
    return "@" not in recipient.address
