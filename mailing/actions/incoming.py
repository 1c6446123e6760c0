"""What a message that came back changes: the letter's state, the history of the client, the list of dead addresses."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Lower, Upper

from clients import kinds
from clients.actions import activities
from clients.choices import ActivityCode, Direction
from clients.models import Client, Contact, ContactLink, Email
from mailing import dead_addresses
from mailing.actions import unsubscribing
from mailing.choices import IncomingKind
from mailing.faxing.gateway import KIND as FAX_LETTER
from mailing.incoming import reading
from mailing.incoming.reading import Found
from mailing.models import Incoming, Mailbox, Recipient
from salesexpert.accounts.models import User
from salesexpert.notices.actions import notify
from salesexpert.outbox import actions as outbox
from salesexpert.outbox.choices import TAKEN
from salesexpert.outbox.models import Letter

REPLY_NOTICE = "mailing.reply"
# An answer that lost its references is known by its subject and sender for so long.
BY_SUBJECT = timedelta(days=90)


def letter_of(found: Found, *, at: datetime) -> Letter | None:
    """The letter of ours that the message belongs to; None: it is other mail, and no business of ours.

    By the address it came to, else by the Message-IDs it refers to; an answer also by its sender and subject.
    """
    if found.own_name and Letter.objects.filter(message_id=found.own_name).exists():
        return None  # a copy of what we sent
    if found.letter_ids:
        return Letter.objects.filter(pk__in=found.letter_ids).first()
    if found.names:
        by_name = {x.message_id: x for x in Letter.objects.filter(message_id__in=found.names)}  # fmt: skip
        for name in found.names:
            if name in by_name:
                return by_name[name]
    if found.kind not in {IncomingKind.REPLY, IncomingKind.AUTO_REPLY}:
        return None
    subject = reading.same_subject(found.subject)
    if not found.sender or not subject or subject == found.subject.casefold():
        return None
    sent = Letter.objects.annotate(low=Lower("to")).filter(
        low=found.sender.lower(), status__in=TAKEN, queued_at__gt=at - BY_SUBJECT
    )
    same = (x for x in sent.order_by("-queued_at")[:50] if reading.same_subject(x.subject) == subject)  # fmt: skip
    return next(same, None)


@transaction.atomic
def take(found: Found, *, mailbox: Mailbox | None, at: datetime) -> Incoming | None:
    """Enter what came, once. None: it belongs to no letter of ours, or was entered before, and nothing was changed."""
    if found.kind == IncomingKind.UNSUBSCRIBE:
        recipients = Recipient.objects.filter(pk__in=found.recipient_ids)
        for recipient in recipients.filter(unsubscribed_at=None):
            unsubscribing.unsubscribe(recipient=recipient, everything=False, at=at)
        letter = Letter.objects.filter(mailing_recipient__in=recipients).first()
    else:
        letter = letter_of(found, at=at)
    if letter is None:
        return None
    client, contact = _whose(letter, found.sender)
    is_of_fax = letter.kind == FAX_LETTER  # the service tells what became of the fax
    if (
        found.kind in {IncomingKind.REPLY, IncomingKind.AUTO_REPLY}
        and client is None
        and not is_of_fax
    ):
        return None  # an answer to an invitation, a password: not of a client
    row, is_new = Incoming.objects.get_or_create(
        fingerprint=found.fingerprint,
        defaults={
            "mailbox": mailbox,
            "kind": found.kind,
            "letter": letter,
            "client": client,
            "contact": contact,
            "from_address": found.sender,
            "subject": found.subject,
            "status": found.status,
            "received_at": min(found.at or at, at),
            "read_at": at,
        },
    )
    if not is_new:
        return None
    if found.kind == IncomingKind.BOUNCE:
        _bounced(letter, found, at=at)
    elif is_of_fax:
        Incoming.objects.filter(pk=row.pk).update(text=found.text)
    elif found.kind == IncomingKind.REPLY and client is not None:
        row.text = found.text
        _replied(row, letter, client, contact, at=at)
    return row


def _bounced(letter: Letter, found: Found, *, at: datetime) -> None:
    words = found.answer or found.subject
    outbox.note_bounced(
        letter.pk, status=found.status, failure=words, for_good=found.is_gone, at=at
    )
    if found.is_gone:
        dead_addresses.note(letter.to, status=found.status, words=words, at=at)


def _replied(
    row: Incoming, letter: Letter, client: Client, contact: Contact | None, *, at: datetime
) -> None:  # fmt: skip
    """The answer in the client's history, in the name of whoever wrote the letter, and he is told."""
    Recipient.objects.filter(letter=letter, replied_at=None).update(replied_at=at)
    by = _writer(letter, client)
    kind = kinds.book().by_code(ActivityCode.EMAIL)
    if by is not None and kind is not None:
        row.activity = activities.note_talk(
            client=client,
            contact=contact,
            kind=kind,
            by=by,
            at=at,
            done_at=row.received_at,
            direction=Direction.IN,
            summary=f"{row.subject}\n\n{row.text}".strip() or "—",
        )
        notify(
            by,
            REPLY_NOTICE,
            key=f"reply:{row.pk}",
            words={"client": client.name, "subject": row.subject},
            link=f"/clients/{client.pk}/",
            about=client,
            at=at,
        )
    row.save(update_fields=["activity", "text"])


def _writer(letter: Letter, client: Client) -> User | None:
    single = getattr(letter, "single_letter", None)
    recipient = getattr(letter, "mailing_recipient", None)
    writer = single.written_by if single else None
    curator = client.curator
    if curator is not None and (recipient or writer is None):
        writer = curator  # who works with the client reads what he answers to a mailing
    if writer is None and recipient is not None:
        writer = recipient.mailing.created_by
    return writer


def _whose(letter: Letter, sender: str) -> tuple[Client | None, Contact | None]:
    """The client of the letter, and the person of his who wrote, by the address."""
    tie = getattr(letter, "single_letter", None) or getattr(letter, "mailing_recipient", None)  # fmt: skip
    client = tie.client if tie else None
    contact = tie.contact if tie else None
    addresses = [address.upper() for address in (sender, letter.to) if address]
    rows = list(
        Email.objects.annotate(upper=Upper("address")).filter(upper__in=addresses)[:50]
    )
    people = [row.contact_id for row in rows if row.contact_id]
    firms = [row.client_id for row in rows if row.client_id]
    links = ContactLink.objects.filter(contact__in=people, until_on=None).select_related("contact", "client")  # fmt: skip
    if client is not None:
        wrote = next((link.contact for link in links if link.client_id == client.pk), None)  # fmt: skip
        return client, wrote or contact
    found: dict[int, Contact | None] = {link.client_id: link.contact for link in links}
    for firm in firms:
        found.setdefault(firm, None)
    if len(found) != 1:
        return None, None  # nobody's, or of several: nobody guesses
    client_id, contact = next(iter(found.items()))
    return Client.objects.live().filter(pk=client_id).first(), contact
