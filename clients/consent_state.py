"""What a person agreed to, as pages draw it: the state of each channel at a glance, and the rows themselves."""

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
        "may_record": user.has_perm("clients.record_consent")
        and not person.root.erased_at,
    }


def block(person: Person, user: User) -> dict[str, Any]:
    """The block of consents on another page: `subject` is the person, with a link to all that is held of him."""
    return {"subject": person, "link": True, **of(person, user)}
