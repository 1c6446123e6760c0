"""Topics that an address refuses: chosen by the link in a letter, asked before a mailing goes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients import dictionaries, suppressions
from clients.dictionaries import Dictionary
from mailing.models import MailingTopic, TopicRefusal

_AT_ONCE = 5_000


def declare() -> None:
    dictionaries.declare(
        Dictionary(
            "mailing-topics",
            MailingTopic,
            _("What mailings are about: a person may refuse one sort and keep the others."),
            "mail",
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    topic: MailingTopic
    is_on: bool


def choices(address: str) -> list[Choice]:
    """The topics in use, and which of them may go to the address."""
    topics = list(MailingTopic.objects.in_use())
    if not topics:
        return []
    refused = set(TopicRefusal.objects.filter(digest=_digest(address)).values_list("topic", flat=True))  # fmt: skip
    return [Choice(topic, topic.pk not in refused) for topic in topics]


@transaction.atomic
def choose(*, address: str, wanted: Collection[int], at: datetime) -> None:
    """Of the topics in use just these may go to the address. The second time does nothing."""
    digest = _digest(address)
    topics = set(MailingTopic.objects.in_use().values_list("pk", flat=True))
    TopicRefusal.objects.filter(topic__in=topics & set(wanted), digest=digest).delete()
    TopicRefusal.objects.bulk_create(
        [TopicRefusal(topic_id=pk, digest=digest, made_at=at) for pk in sorted(topics - set(wanted))],
        ignore_conflicts=True,
    )  # fmt: skip


def refuse(*, address: str, topic: int, at: datetime) -> None:
    TopicRefusal.objects.bulk_create(
        [TopicRefusal(topic_id=topic, digest=_digest(address), made_at=at)],
        ignore_conflicts=True,
    )


def refusing(topic: int | None, addresses: Iterable[str]) -> set[str]:
    """Those of the e-mail addresses that want nothing of the topic. Three queries for each five thousand."""
    rows = TopicRefusal.objects.filter(topic=topic)
    if topic is None or not rows.exists():
        return set()
    spelled = {address: suppressions.normal_email(address) for address in addresses}
    digests = suppressions.digests(spelled.values())
    wanted = list(digests.values())
    known: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        found = rows.filter(digest__in=wanted[start : start + _AT_ONCE])
        known |= set(found.values_list("digest", flat=True))
    return {address for address, normal in spelled.items() if digests[normal] in known}


def _digest(address: str) -> str:
    normal = suppressions.normal_email(address)
    return suppressions.digests([normal])[normal]
