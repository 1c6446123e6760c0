"""Whether an advertisement may go to a person: the one question every mailing and every cold call must ask first.

The law takes silence for a no: without a recorded consent to this channel the answer is no, and it says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clients import suppressions
from clients.models import Client, Consent, Contact, Email, Phone, Suppression
from clients.personal_choices import (
    AddressType,
    Channel,
    ConsentKind,
    SuppressionReason,
)
from clients.persons import Person

_EMAIL = frozenset({Channel.EMAIL})
_PHONE = frozenset({Channel.PHONE, Channel.MESSENGER, Channel.FAX})


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is a sentence for people; `code` one of "", erased, stopped, do_not_call, suppressed, no_consent."""

    allowed: bool
    code: str = ""
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)
ERASED = Answer(False, "erased", _("The person's data were erased."))
STOPPED = Answer(False, "stopped", _("The person told us to stop processing his data."))
DO_NOT_CALL = Answer(False, "do_not_call", _("The person asked not to be called."))
ON_STOP_LIST = Answer(
    False, "suppressed", _("The address stands on the stop list: it must not be used.")
)
NO_CONSENT = Answer(
    False, "no_consent", _("There is no consent to advertising by this channel.")
)


def may_advertise(to: Contact | Client | str, channel: str) -> Answer:
    """May an advertisement go by `channel` to a contact person, to a client, or to one address (e-mail or phone)?

    An address is answered for by whoever has it: one live consent among them is enough, one demand to stop forbids.
    Raises ValueError for an unknown channel.
    """
    channel = Channel(channel)
    if isinstance(to, str):
        return _to_address(to, channel)
    own = _state_of(to, channel)
    if not own:
        return own
    person = Person(to)
    known = suppressions.suppressed(
        suppressions.addresses_of(
            person.emails() if channel in _EMAIL else (),
            person.phones() if channel in _PHONE else (),
        )
    )
    if any(_forbids(row, channel) for row in known.values()):
        return ON_STOP_LIST
    return YES if live_consents(channel).filter(**person.owner).exists() else NO_CONSENT


def live_consents(channel: str) -> QuerySet[Consent]:
    return Consent.objects.filter(
        kind=ConsentKind.ADVERTISING, channel=channel, withdrawn_at=None
    )


def contacts_agreeing(contacts: QuerySet, channel: str) -> QuerySet:
    """Of `contacts` those to whom an advertisement may go by `channel`; a mailing still asks for each address."""
    agreed = live_consents(channel).filter(contact__isnull=False).values("contact")
    found = contacts.filter(pk__in=agreed, stopped_at=None, erased_at=None)
    return found.filter(do_not_call=False) if channel == Channel.PHONE else found


def clients_agreeing(
    clients: QuerySet, channel: str, *, agreed: bool = True
) -> QuerySet:
    """Clients that agreed themselves, or one of whose people who work there now did; or the others.

    The few who agreed are gathered from their consents; the many who did not are asked one by one as a list is walked.
    """
    live = live_consents(channel)
    through = live.filter(contact__links__until_on=None)
    if agreed:
        own = live.filter(client__isnull=False).values("client")
        people = through.filter(contact__links__client__isnull=False)
        return clients.filter(
            pk__in=own.union(people.values("contact__links__client"), all=True)
        )
    return clients.filter(
        ~Exists(live.filter(client=OuterRef("pk"))),
        ~Exists(through.filter(contact__links__client=OuterRef("pk"))),
    )


def contacts_by_consent(contacts: QuerySet, channel: str, *, agreed: bool) -> QuerySet:
    """Contact persons who have, or have not, a live consent to advertising by the channel."""
    live = live_consents(channel)
    if agreed:
        return contacts.filter(
            pk__in=live.filter(contact__isnull=False).values("contact")
        )
    return contacts.filter(~Exists(live.filter(contact=OuterRef("pk"))))


def channels_of(owner: str) -> Callable[[Sequence[int]], Mapping[int, Sequence[str]]]:
    """For the registry of fields: the channels each of many `owner`s ("client", "contact") agreed to, in one query."""

    def gather(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        rows = Consent.objects.filter(
            **{f"{owner}__in": ids}, kind=ConsentKind.ADVERTISING, withdrawn_at=None
        )
        found: dict[int, list[str]] = {}
        for pk, channel in (
            rows.order_by().values_list(f"{owner}_id", "channel").distinct()
        ):
            found.setdefault(pk, []).append(str(Channel(channel).label))
        return {pk: sorted(labels) for pk, labels in found.items()}

    return gather


def yes_no_choices() -> list[tuple[str, str | Promise]]:
    """Choices of the filters of lists: `email` is who agreed, `no_email` who did not."""
    choices: list[tuple[str, str | Promise]] = []
    for value, label in Channel.choices:
        choices.append((value, format_lazy(_("{channel}: yes"), channel=label)))
        choices.append((f"no_{value}", format_lazy(_("{channel}: no"), channel=label)))
    return choices


def _state_of(root: Any, channel: Channel) -> Answer:
    if root.erased_at:
        return ERASED
    if root.stopped_at:
        return STOPPED
    if channel == Channel.PHONE and root.do_not_call:
        return DO_NOT_CALL
    return YES


def _to_address(text: str, channel: Channel) -> Answer:
    if channel not in _EMAIL | _PHONE:
        return NO_CONSENT  # a letter by post goes to a person, not to an address
    address = (
        suppressions.normal_email(text)
        if channel in _EMAIL
        else suppressions.normal_phone(text)
    )
    for row in suppressions.suppressed([address]).values():
        if _forbids(row, channel):
            return ON_STOP_LIST
    owners = holders(address)
    for root in owners:
        if not (own := _state_of(root, channel)):
            return own
    people = [root.pk for root in owners if isinstance(root, Contact)]
    firms = [root.pk for root in owners if isinstance(root, Client)]
    agreed = live_consents(channel).filter(Q(contact__in=people) | Q(client__in=firms))
    return YES if owners and agreed.exists() else NO_CONSENT


def holders(address: suppressions.Address) -> list[Contact | Client]:
    """Persons and firms that have the address, a hundred at most."""
    kind, text = address
    rows: Any
    if kind == AddressType.EMAIL:
        rows = Email.objects.filter(address__iexact=text)
    else:
        rows = Phone.objects.filter(e164=text)
    found = rows.select_related("contact", "client").order_by("pk")[:100]
    return [row.contact or row.client for row in found]


def _forbids(row: Suppression, channel: Channel) -> bool:
    """A number whose owner only withdrew his consent to calls may still be written to, if he agreed to that."""
    return row.reason != SuppressionReason.WITHDRAWN or channel in {
        Channel.EMAIL,
        Channel.PHONE,
    }
