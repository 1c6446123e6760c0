"""Rows that bring an address of the stop list: they are loaded, the address is marked, and the row is told of."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from clients import suppressions
from clients.importing.converting import Draft
from clients.importing.reasons import Reason
from clients.models import ContactLink
from clients.personal_choices import AddressType
from clients.suppressions import Address

# Without the address itself: what is kept of a row must not bring back what was erased.
EMAIL_STOPPED = gettext_noop(
    "The e-mail is on the stop list: the person told us to stop. It is loaded with this mark."
)
PHONE_STOPPED = gettext_noop(
    "The phone is on the stop list: the person told us to stop. It is loaded with this mark."
)


def warn(drafts: Iterable[Draft]) -> set[int]:
    """Add a doubt to each draft with a suppressed address; the numbers of their rows."""
    of_row = {draft.row.number: (draft, _addresses(draft)) for draft in drafts}
    known = suppressions.suppressed(
        address for _draft, addresses in of_row.values() for address in addresses
    )
    warned = set()
    for number, (draft, addresses) in of_row.items():
        for kind in sorted({address[0] for address in addresses if address in known}):
            text = EMAIL_STOPPED if kind == AddressType.EMAIL else PHONE_STOPPED
            draft.doubts.append(Reason(text))
            warned.add(number)
    return warned


def _addresses(draft: Draft) -> list[Address]:
    person = draft.person
    phones = [*draft.phones, *(person.phones if person else ())]
    emails = [*draft.emails, *(person.emails if person else ())]
    return [
        *((AddressType.PHONE.value, phone.e164) for phone in phones if phone.e164),
        *map(suppressions.normal_email, emails),
    ]


def mark(client_ids: Iterable[int]) -> None:
    """Mark what these cards and their people have of the stop list."""
    ids = list(client_ids)
    if ids:
        people = ContactLink.objects.filter(client__in=ids).values_list(
            "contact", flat=True
        )
        suppressions.mark(contacts=people, clients=ids)
