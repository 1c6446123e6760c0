"""Whose number it is: every number of every card and of every contact person who is still with a firm."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clients.models import Client, Contact, ContactLink, Phone
from salesexpert.accounts.models import User

MOST = 50


@dataclass(frozen=True, slots=True)
class Match:
    """One card that a number leads to, and the person of it who has the number (None: the firm's own)."""

    client_id: int
    contact_id: int | None
    position: str = ""


def cards_of(number: str) -> list[Match]:
    """Cards of a number in full, those in the bin, archived and joined into others left out; each once.

    Two queries, however many cards. A person's own number comes before the firm's.
    """
    if not number:
        return []
    phones = list(
        Phone.objects.filter(e164=number).values_list("client", "contact")[:MOST]
    )
    firms = [client for client, _contact in phones if client]
    people = [contact for _client, contact in phones if contact]
    links = (
        ContactLink.objects.filter(
            contact__in=people,
            until_on=None,
            contact__bin=None,
            contact__archived_at=None,
        )
        if people
        else ContactLink.objects.none()
    )
    found: dict[int, Match] = {}
    for client, contact, position in links.order_by("-is_main", "pk").values_list("client", "contact", "position")[:MOST]:  # fmt: skip
        found.setdefault(client, Match(client, contact, position))
    for client in firms:
        found.setdefault(client, Match(client, None))
    live = set(Client.objects.live().filter(pk__in=found, merged_into=None).values_list("pk", flat=True))  # fmt: skip
    return [match for match in found.values() if match.client_id in live]


def person_alone(number: str) -> Contact | None:
    """The one contact person of a number who is of no firm."""
    if not number:
        return None
    owners = Phone.objects.filter(Q(contact__isnull=False), e164=number).values("contact")  # fmt: skip
    found = list(Contact.objects.filter(pk__in=owners, archived_at=None)[:2])
    return found[0] if len(found) == 1 else None


def readable(matches: Sequence[Match], user: User) -> QuerySet[Client]:
    return Client.objects.visible_to(user).filter(pk__in=[m.client_id for m in matches])
