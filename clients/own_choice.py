"""What a person may choose himself by the link in a letter: by which ways advertisements reach him."""

from dataclasses import dataclass

from django.utils.functional import Promise

from clients import advertising, suppressions
from clients.models import Consent, ConsentText, Email
from clients.personal_choices import (
    AddressType,
    Channel,
    ConsentKind,
    SuppressionReason,
)
from clients.persons import Person


@dataclass(frozen=True, slots=True)
class Way:
    """`may_return`: off now, and he may take it up again by himself."""

    channel: str
    label: str | Promise
    is_on: bool
    may_return: bool


def ways(person: Person, address: str) -> list[Way]:
    """Letters to this address, and the other ways that he ever agreed to, while the address is his. Some ten queries."""
    is_his = Email.objects.filter(**person.owner, address__iexact=address).exists()
    rows = Consent.objects.filter(**person.owner, kind=ConsentKind.ADVERTISING)
    ever = set(rows.values_list("channel", flat=True).distinct()) if is_his else set()
    wording = text()
    found = []
    for channel, label in Channel.choices:
        if channel == Channel.EMAIL:
            is_on = bool(advertising.may_advertise(address, channel))
        elif channel in ever:
            is_on = bool(advertising.may_advertise(person.root, channel))
        else:
            continue
        back = not is_on and is_his and wording is not None and not _held(person, channel)  # fmt: skip
        if is_his or channel == Channel.EMAIL:
            found.append(Way(channel, label, is_on, back))
    return found


def text() -> ConsentText | None:
    """The wording that he agrees to when he comes back."""
    rows = ConsentText.objects.filter(kind=ConsentKind.ADVERTISING, retired_at=None)
    return rows.order_by("-created_at", "-pk").first()


def _held(person: Person, channel: str) -> bool:
    """A demand to stop that a colleague entered is taken back only by whoever answers for personal data."""
    root = person.root
    if root.stopped_at or root.erased_at or (channel == Channel.PHONE and root.do_not_call):  # fmt: skip
        return True
    kind = AddressType.EMAIL if channel == Channel.EMAIL else AddressType.PHONE
    own = suppressions.addresses_of(person.emails(), person.phones())
    return any(
        row.reason == SuppressionReason.ERASED or (row.reason == SuppressionReason.STOPPED and row.made_by_id)
        for (of, _text), row in suppressions.suppressed(own).items()
        if of == kind and channel != Channel.POST
    )  # fmt: skip
