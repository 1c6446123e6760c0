"""Addresses that mail comes back to: each letter has its own (VERP), so that a report names the letter whatever it says.

`bounces@firm.example` becomes `bounces+17-9c0e1f2a3b@firm.example`; the mail server must deliver what follows the plus to the
same mailbox. Signed, so that nobody invents reports about letters that he never got.
"""

import re

from django.utils.crypto import salted_hmac

from salesexpert.outbox.models import Letter, MailAccount

_OURS = re.compile(r"\+(u?)(\d{1,18})-([0-9a-f]{10})@", re.ASCII | re.IGNORECASE)


def return_address(letter: Letter, account: MailAccount | None) -> str:
    """Where reports about this letter come back to; empty where the account has no mailbox for them."""
    return _address(account, "", letter.pk)


def unsubscribe_address(account: MailAccount, recipient_id: int) -> str:
    return _address(account, "u", recipient_id)


def letter_id(address: str) -> int | None:
    """The letter that `address` was made for; None for an address that is not ours."""
    return _number(address, "")


def recipient_id(address: str) -> int | None:
    """The addressee of a mailing whose address for unsubscribing this is."""
    return _number(address, "u")


def _address(account: MailAccount | None, kind: str, number: int) -> str:
    if account is None or not account.bounce_address:
        return ""
    local, _at, domain = account.bounce_address.rpartition("@")
    return f"{local}+{kind}{number}-{_signature(kind, number)}@{domain}"


def _number(address: str, kind: str) -> int | None:
    found = _OURS.search(address)
    if not found or found[1].lower() != kind:
        return None
    number = int(found[2])
    return number if found[3].lower() == _signature(kind, number) else None


def _signature(kind: str, number: int) -> str:
    return salted_hmac(
        "outbox.return_path", f"{kind}{number}", algorithm="sha256"
    ).hexdigest()[:10]
