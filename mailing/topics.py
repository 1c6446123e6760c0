"""Topics that an address refuses: chosen by the link in a letter or entered on the person's card, asked before a mailing goes.

An address is an e-mail address or a number; a fax goes by neither if the person refused the topic by the other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients import consent_state, dictionaries, suppressions
from clients.consent_state import Unwanted
from clients.dictionaries import Dictionary
from clients.models import Email
from clients.persons import Person
from mailing.models import MailingTopic, Recipient, TopicRefusal
from salesexpert.accounts.models import User
from salesexpert.audit import journal, subjects
from salesexpert.core.held import Held

_AT_ONCE = 5_000


def _are_offered() -> bool:
    return bool(MailingTopic.objects.in_use().exists())


_offered = Held("mailing-topics", _are_offered)


def declare() -> None:
    dictionaries.declare(
        Dictionary(
            "mailing-topics",
            MailingTopic,
            _("What mailings are about: a person may refuse one sort and keep the others."),
            "mail",
        )
    )  # fmt: skip
    consent_state.register_unwanted(unwanted, offered=_offered.get)
    _offered.watch((MailingTopic,))
    subjects.register_verbs({"person.topics_chosen": _("topics of mailings chosen")})


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
    """Those of the e-mail addresses and numbers that want nothing of the topic. Three queries for each five thousand."""
    rows = TopicRefusal.objects.filter(topic=topic)
    if topic is None or not rows.exists():
        return set()
    spelled = {address: _normal(address) for address in addresses}
    digests = suppressions.digests(spelled.values())
    wanted = list(digests.values())
    known: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        found = rows.filter(digest__in=wanted[start : start + _AT_ONCE])
        known |= set(found.values_list("digest", flat=True))
    return {address for address, normal in spelled.items() if digests[normal] in known}


def refusing_faxes(topic: int | None, waiting: QuerySet[Recipient]) -> set[int]:
    """Addressees of a fax who want nothing of the topic, by their number or by an e-mail address of theirs."""
    if topic is None or not TopicRefusal.objects.filter(topic=topic).exists():
        return set()
    rows = list(waiting.values_list("pk", "address", "contact_id", "client_id"))
    people = {contact for _pk, _number, contact, _client in rows if contact}
    firms = {client for _pk, _number, contact, client in rows if not contact}
    theirs: dict[tuple[str, int], list[str]] = {}
    for address, contact, client in Email.objects.filter(
        Q(contact__in=people) | Q(client__in=firms)
    ).values_list("address", "contact_id", "client_id"):
        key = ("contact", contact) if contact else ("client", client)
        theirs.setdefault(key, []).append(address)
    known = {
        pk: [number, *theirs.get(("contact", contact) if contact else ("client", client), ())]
        for pk, number, contact, client in rows
    }  # fmt: skip
    refused = refusing(topic, {one for several in known.values() for one in several})
    return {pk for pk, several in known.items() if refused & {*several}}


# ── of a person ──────────────────────────────────────────────────────────────────────────────────────────────────────


def addresses_of(person: Person) -> list[str]:
    """All by which letters and faxes reach him."""
    return [
        *(email.address for email in person.emails()),
        *(phone.e164 or phone.raw for phone in person.phones()),
    ]


def of_person(person: Person) -> list[Choice]:
    """The topics in use; off are those that any of his addresses refuses. No query but one where there are no topics."""
    topics = list(MailingTopic.objects.in_use())
    if not topics:
        return []
    digests = suppressions.digests(map(_normal, addresses_of(person)))
    refused = set(TopicRefusal.objects.filter(digest__in=digests.values()).values_list("topic", flat=True))  # fmt: skip
    return [Choice(topic, topic.pk not in refused) for topic in topics]


def unwanted(person: Person) -> Unwanted | None:
    """How the block of consents on his card says it."""
    if person.root.erased_at or not (chosen := of_person(person)):
        return None
    words = [str(choice.topic) for choice in chosen if not choice.is_on]
    url = reverse("mailing:person_topics", args=[person.kind, person.pk])
    return Unwanted(_("Refused topics of mailings"), words, url)


@transaction.atomic
def choose_for_person(
    person: Person, *, wanted: Collection[int], by: User, at: datetime
) -> None:
    """Of the topics in use just these may go to him, by whatever address of his."""
    for address in addresses_of(person):
        choose(address=address, wanted=wanted, at=at)
    journal.record("person.topics_chosen", person.root, by=by, at=at)


def _normal(address: str) -> suppressions.Address:
    if "@" in address:
        return suppressions.normal_email(address)
    return suppressions.normal_phone(address)


def _digest(address: str) -> str:
    normal = _normal(address)
    return suppressions.digests([normal])[normal]
