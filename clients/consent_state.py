"""What a person agreed to, as pages draw it: the state of each channel at a glance, and the rows themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet

from clients.models import Consent
from clients.personal_choices import Channel
from clients.persons import CLIENT, CONTACT, Person
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords


def _written(consents: QuerySet[Consent, Consent]) -> QuerySet[Consent, Consent]:
    return consents.select_related("text", "entered_by", "withdrawn_by")


@CompiledRecords
def _by_client(owner: int) -> QuerySet[Consent]:
    return _written(Consent.objects.filter(client=owner))


@CompiledRecords
def _by_contact(owner: int) -> QuerySet[Consent]:
    return _written(Consent.objects.filter(contact=owner))


@dataclass(frozen=True, slots=True)
class Unwanted:
    """What an app above knows that a person does not want (`words`), and where that is changed."""

    label: Any
    words: Sequence[str]
    url: str


_unwanted: list[tuple[Callable[[Person], Unwanted | None], Callable[[], bool]]] = []


def register_unwanted(
    read: Callable[[Person], Unwanted | None], *, offered: Callable[[], bool]
) -> None:
    """`read` is asked for a person; None when there is nothing to choose from. `offered` tells that of all persons, and
    asks the database nothing as a rule.
    """
    _unwanted.append((read, offered))


def unwanted_of(person: Person) -> list[Unwanted]:
    return [found for read, _offered in _unwanted if (found := read(person))]


_GIVEN = {CLIENT: _by_client, CONTACT: _by_contact}


def of(person: Person, user: User) -> dict[str, Any]:
    """State by channel, the consents, and what `user` may do. One query."""
    rows = _GIVEN[person.kind].records(owner=person.pk)
    given = {row.channel: row for row in reversed(rows) if row.withdrawn_at is None}
    return {
        "consents": rows,
        "channel_states": [
            {"channel": value, "label": label, "consent": given.get(value)}
            for value, label in Channel.choices
        ],
        "processing": given.get(""),
        # Asked by the template alone: most cards draw no block.
        "unwanted": partial(unwanted_of, person),
        "may_record": user.has_perm("clients.record_consent")
        and not person.root.erased_at,
    }


def block(person: Person, user: User) -> dict[str, Any]:
    """The block of consents on another page: `subject` is the person, with a link to all that is held of him.

    What he does not want is asked for by the block itself, once it stands: its addresses are looked up for that.
    """
    later = not person.root.erased_at and any(offered() for _read, offered in _unwanted)
    return {
        "subject": person,
        "link": True,
        **of(person, user),
        "unwanted": (),
        "unwanted_later": later,
    }
