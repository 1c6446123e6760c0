"""Mail servers set up: saved, switched, tried out; the key with which a domain's letters are signed."""

import re
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.translation import gettext as _

from salesexpert.core import preferences
from salesexpert.core.errors import DomainError
from salesexpert.core.secrets_at_rest import seal
from salesexpert.outbox import dkim, wires
from salesexpert.outbox.models import MailAccount, SigningKey
from salesexpert.outbox.signals import set_up

SELECTOR = "salesexpert"
# A person waits for the answer.
PATIENCE = 8
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class DidNotWork(DomainError):
    """The trial failed; the sentence says at what."""


@transaction.atomic
def save(account: MailAccount, *, password: str, by: Any, at: datetime) -> MailAccount:
    """Keep the account as it was filled in; an empty password leaves the kept one. The first one becomes the default."""
    is_new = account.pk is None
    if password:
        account.password_sealed = seal(password)
    if is_new:
        account.created_at = at
        account.is_default = not MailAccount.objects.filter(is_default=True).exists()
    account.rests_until, account.strikes = None, 0
    account.trouble = account.failure = ""
    account.save()
    set_up.send(MailAccount, verb="mail_server.saved", row=account, by=by, at=at)
    return account


@transaction.atomic
def make_default(account: MailAccount, *, by: Any, at: datetime) -> None:
    MailAccount.objects.filter(is_default=True).update(is_default=False)
    MailAccount.objects.filter(pk=account.pk).update(is_default=True, is_active=True)
    set_up.send(MailAccount, verb="mail_server.default", row=account, by=by, at=at)


def try_out(account: MailAccount, *, to: str) -> None:
    """Sign in at the account's own server, whatever the catcher says, and send a letter to `to` now, past the outbox.

    Raises DidNotWork with a sentence that names the step and what the server said.
    """
    account.timeout = min(account.timeout, PATIENCE)
    try:
        mailer = wires.mailer_of(account, caught=False)
        mailer.open()
    except (wires.NotDelivered, OSError, EOFError, ValueError) as error:
        raise DidNotWork(
            _("The server %(host)s did not let us in: %(answer)s")
            % {"host": f"{account.host}:{account.port}", "answer": _said(error)}
        ) from error
    try:
        message = EmailMultiAlternatives(
            subject=_("A trial of the mail server"),
            body=_(
                "Sales Expert sends letters by “%(name)s”: this one came, so it works."
            )
            % {"name": account.name},
            from_email=account.from_address,
            to=[to],
        )
        mailer.send_messages([message])
    except (OSError, ValueError) as error:
        raise DidNotWork(
            _("The server let us in and did not take the letter to %(to)s: %(answer)s")
            % {"to": to, "answer": _said(error)}
        ) from error
    finally:
        try:
            mailer.close()
        except (OSError, EOFError):
            pass


def _said(error: Exception) -> str:
    if isinstance(error, wires.NotDelivered):
        return str(error.trouble.label)
    answer = getattr(error, "smtp_error", b"") or str(error) or type(error).__name__
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return text.replace("\x00", "")[:300]


def set_leaving(leaves: bool, *, by: Any, at: datetime) -> None:
    """With the local catcher at work: let letters out to real servers, or keep them all at home."""
    preferences.put(**{wires.REALLY_LEAVES: leaves})
    verb = "mail.leaves" if leaves else "mail.stays"
    set_up.send(MailAccount, verb=verb, row=None, by=by, at=at)


def domains() -> list[str]:
    """Domains that letters are sent from: of the accounts, and of keys that are there already."""
    senders = [
        settings.DEFAULT_FROM_EMAIL,
        *MailAccount.objects.in_use().values_list("from_address", flat=True),
    ]
    found = {parseaddr(text)[1].rpartition("@")[2].lower() for text in senders}
    found |= set(SigningKey.objects.values_list("domain", flat=True))
    return sorted(domain for domain in found if _DOMAIN.fullmatch(domain))


@transaction.atomic
def make_key(domain: str, *, by: Any, at: datetime) -> SigningKey:
    """A new key for the domain, not yet in use: its public half must stand in the DNS first. A key in use is left as it is."""
    kept = SigningKey.objects.select_for_update().filter(domain=domain).first()
    if kept:
        return kept
    private, public = dkim.new_key()
    key = SigningKey.objects.create(
        domain=domain,
        selector=SELECTOR,
        private_sealed=seal(private),
        public=public,
        created_at=at,
    )
    set_up.send(SigningKey, verb="mail.key_made", row=key, by=by, at=at)
    return key


@transaction.atomic
def use_key(key: SigningKey, *, use: bool, by: Any, at: datetime) -> None:
    SigningKey.objects.filter(pk=key.pk).update(is_active=use)
    dkim.forget()
    verb = "mail.key_used" if use else "mail.key_rests"
    set_up.send(SigningKey, verb=verb, row=key, by=by, at=at)
