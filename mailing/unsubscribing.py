"""Unsubscribing: the link at the foot of an advertising letter, and the headers by which mail programs do it in one click.

RFC 2369 and RFC 8058: the mail program posts to the https address, with no cookie and no login; the signed link is the
credential, names the addressee of one mailing, and lasts.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from clients.persons import Person
from mailing.models import Recipient
from salesexpert.outbox import return_path
from salesexpert.outbox.models import MailAccount

_SALT = "mailing.unsubscribe"


def token_of(recipient_id: int) -> str:
    return f"{recipient_id}-{signing.Signer(salt=_SALT).signature(str(recipient_id))}"


def recipient_of(token: str) -> Recipient | None:
    """Whose letter the link stands in; None for a damaged one."""
    number, _dash, _signature = token.partition("-")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    if token != token_of(int(number)):
        return None
    return (
        Recipient.objects.select_related("mailing", "contact", "client")
        .filter(pk=number)
        .first()
    )


def person_of(recipient: Recipient) -> Person | None:
    """Whose consents the link speaks of: the contact person's, else the firm's; nobody's once his data were erased."""
    root = recipient.contact or recipient.client
    return Person(root) if root is not None and not root.erased_at else None


def link_for(recipient: Recipient) -> str:
    """The address for the foot of the letter, and for its header."""
    path = reverse("mailing:unsubscribe", args=[token_of(recipient.pk)])
    return f"{settings.PUBLIC_URL}{path}"


def headers_for(
    recipient: Recipient, *, account: MailAccount | None = None
) -> dict[str, str]:
    """Headers of an advertising letter, for `queue_letter(headers=…)`. With a mailbox for undelivered letters mail may ask too."""
    ways = [f"<{link_for(recipient)}>"]
    if account and account.bounce_address:
        mailbox = return_path.unsubscribe_address(account, recipient.pk)
        ways.append(f"<mailto:{mailbox}?subject=unsubscribe>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
        "Feedback-ID": f"{recipient.mailing_id}:mailing:salesexpert",
    }
