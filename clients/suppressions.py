"""The stop list: addresses that no advertisement may go to, known only by a keyed hash.

The hash is what survives: the card may be erased and the same address loaded again from a list, and it is still known.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.db.models import F, Func, Model, TextField
from django.db.models.functions import Upper

from clients import phones as phone_reading
from clients.models import Email, Phone, Suppression, SuppressionKey
from clients.personal_choices import AddressType

Address = tuple[str, str]
"""(type, address in its one spelling): ("email", "info@obrazec.example"), ("phone", "+74955407520")."""


def normal_email(address: str) -> Address:
    """One spelling of an address: lower case, the domain as the mail system writes it (`пример.рф` → `xn--…`)."""
    local, _at, domain = address.strip().casefold().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        pass
    return AddressType.EMAIL.value, f"{local}@{domain}"


def normal_phone(number: str) -> Address:
    """One spelling of a number: E.164 where it is valid, else its digits."""
    for read in phone_reading.read(number)[:1]:
        if read.e164:
            return AddressType.PHONE.value, read.e164
    return AddressType.PHONE.value, "".join(filter(str.isdigit, number))


def addresses_of(
    emails: Iterable[Email] = (), phones: Iterable[Phone] = ()
) -> list[Address]:
    found = [normal_email(email.address) for email in emails]
    found += [
        (AddressType.PHONE.value, phone.e164) if phone.e164 else normal_phone(phone.raw)
        for phone in phones
    ]
    return [address for address in dict.fromkeys(found) if address[1]]


def _key() -> bytes:
    """The secret of this base. It is a row, so a restored backup knows the addresses that the base knew."""
    row = SuppressionKey.objects.filter(pk=1).first()
    if row is None:
        SuppressionKey.objects.bulk_create(
            [SuppressionKey(pk=1, key=secrets.token_bytes(32))], ignore_conflicts=True
        )
        row = SuppressionKey.objects.get(pk=1)
    return bytes(row.key)


def digests(addresses: Iterable[Address]) -> dict[Address, str]:
    """The hash of each address. One query, however many."""
    wanted = dict.fromkeys(addresses)
    if not wanted:
        return {}
    key = _key()
    return {
        (kind, text): hmac.new(
            key, f"{kind}:{text}".encode(), hashlib.sha256
        ).hexdigest()
        for kind, text in wanted
    }


def suppressed(addresses: Iterable[Address]) -> dict[Address, Suppression]:
    """Those of the addresses that stand on the stop list. Three queries at most."""
    if not Suppression.objects.filter(lifted_at=None).exists():
        return {}
    by_digest = {digest: address for address, digest in digests(addresses).items()}
    live = Suppression.objects.filter(lifted_at=None, digest__in=by_digest)
    return {by_digest[row.digest]: row for row in live}


def mark(*, contacts: Iterable[int] = (), clients: Iterable[int] = ()) -> list[Address]:
    """Note on the rows of these persons and firms which addresses the stop list knows; returns those addresses.

    Call it in the transaction that adds or changes addresses.
    """
    contacts, clients = list(contacts), list(clients)
    if not Suppression.objects.filter(lifted_at=None).exists():
        return []
    rows: list[Email | Phone] = []
    model: type[Model]
    for model in (Email, Phone):
        for owner, ids in (("contact__in", contacts), ("client__in", clients)):
            if ids:
                rows += model._default_manager.filter(**{owner: ids})
    spelled = {
        row: (
            normal_email(row.address)
            if isinstance(row, Email)
            else addresses_of(phones=[row])[0]
        )
        for row in rows
        if isinstance(row, Email) or addresses_of(phones=[row])
    }
    known = suppressed(spelled.values())
    for model in (Email, Phone):
        for state in (True, False):
            ids = [
                row.pk
                for row, address in spelled.items()
                if isinstance(row, model)
                and (address in known) is state
                and row.is_suppressed is not state
            ]
            if ids:
                model._default_manager.filter(pk__in=ids).update(is_suppressed=state)
    return list(known)


def mark_everywhere(addresses: Iterable[Address], *, state: bool) -> None:
    """Note on every row of the base with one of these addresses that it stands, or no longer stands, on the list."""
    emails = [text for kind, text in addresses if kind == AddressType.EMAIL]
    phones = [text for kind, text in addresses if kind == AddressType.PHONE]
    if emails:
        shown = {spelling for text in emails for spelling in _spellings(text)}
        Email.objects.annotate(upper=Upper("address")).filter(
            upper__in=[text.upper() for text in shown]
        ).update(is_suppressed=state)
    if phones:
        valid = [text for text in phones if text.startswith("+")]
        Phone.objects.filter(e164__in=valid).update(is_suppressed=state)
        typed = [text for text in phones if not text.startswith("+")]
        if typed:
            Phone.objects.filter(e164="").annotate(
                digits=Func(
                    F("raw"),
                    template="regexp_replace(%(expressions)s, '\\D', '', 'g')",
                    output_field=TextField(),
                )
            ).filter(digits__in=typed).update(is_suppressed=state)


def _spellings(address: str) -> Iterable[str]:
    """An address as the mail system writes it and as people do."""
    yield address
    local, _at, domain = address.rpartition("@")
    if "xn--" in domain:
        try:
            yield f"{local}@{domain.encode('ascii').decode('idna')}"
        except UnicodeError:
            return
