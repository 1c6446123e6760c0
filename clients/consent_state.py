"""What a person agreed to, as pages draw it: the state of each channel at a glance, and the rows themselves."""

from typing import Any

from clients.models import Consent
from clients.personal_choices import Channel
from clients.persons import Person
from salesexpert.accounts.models import User


def of(person: Person, user: User) -> dict[str, Any]:
    """State by channel, the consents, and what `user` may do. One query."""
    rows = list(
        Consent.objects.filter(**person.owner).select_related(
            "text", "entered_by", "withdrawn_by"
        )
    )
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
