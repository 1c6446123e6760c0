"""Queueing letters, and looking after those that nobody delivered."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError
from salesexpert.outbox import delivery, tasks
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.models import Attachment, Letter, MailAccount, Parcel
from salesexpert.outbox.signals import sent_again

RUNG_AT_ONCE = 500
# How often our own process may die with a letter: before the dot that ends it, and after.
INTERRUPTED_AT_MOST = 8
UNSURE_AT_MOST = 3

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_OUR_HEADERS = {
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "subject",
    "message-id",
    "date",
    "sender",
}


class BadAddress(DomainError):
    pass


class NothingToRepeat(DomainError):
    pass


@transaction.atomic
def queue_letter(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    kind: str,
    key: str | None = None,
    at: datetime,
    not_before: datetime | None = None,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[tuple[str, bytes, str]] = (),
    pictures: Iterable[tuple[str, bytes]] = (),
    account: MailAccount | None = None,
    from_address: str = "",
    parcel: Parcel | None = None,
    is_bulk: bool = False,
) -> Letter:
    """Put a letter into the outbox; it goes out after the caller's transaction commits, or never.

    `kind` says which sort of letter it is ("invitation", "password_reset"). `key` says what this one is about
    (`invitation:17:2026-11-22T10:00`): the second call with a key returns the first call's letter and sends nothing.
    `not_before` holds it back until that moment. `to` is one address, its domain may be Russian. `headers` are further ones (List-Unsubscribe). `attachments` are
    (file name, bytes, content type), `pictures` are PNGs that the HTML shows, (name of `cid:name`, bytes). `account` is the mail server to go by (else the default one, else the environment's),
    `from_address` another sender than the account's ("Анна Петрова <anna@firm.example>"), `parcel` the files it shares with
    other letters (`pack`), `is_bulk` that all other letters go first. Line breaks and control characters in the subject, in names and headers become
    spaces, so nothing that a person typed can add a header.

    Raises BadAddress with a sentence for the form's field; ValueError for a header that is ours to write.
    """
    row = _row(
        NewLetter(
            to=to,
            subject=subject,
            text=text,
            html=html,
            reply_to=reply_to,
            headers=headers or {},
            key=key,
            not_before=not_before,
            from_address=from_address,
        ),
        kind=kind,
        at=at,
        account=account or MailAccount.objects.default(),
        parcel=parcel,
        is_bulk=is_bulk,
    )
    letter, is_new = _kept_once(row)
    if is_new:
        Attachment.objects.bulk_create(
            Attachment(
                letter=letter,
                name=_file_name(name),
                content_type=_content_type(content_type),
                content=content,
            )
            for name, content, content_type in attachments
        )
        Attachment.objects.bulk_create(
            Attachment(
                letter=letter,
                name=f"{name.partition('@')[0]}.png",
                content_type="image/png",
                content_id=name,
                content=content,
            )
            for name, content in pictures
        )
        tasks.ring_on_commit(letter.pk)
    return letter


@dataclass(frozen=True, slots=True)
class NewLetter:
    """What one letter of many has of its own; the words are those of `queue_letter`."""

    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    not_before: datetime | None = None
    from_address: str = ""


@transaction.atomic
def queue_letters(
    letters: Iterable[NewLetter],
    *,
    kind: str,
    at: datetime,
    account: MailAccount | None = None,
    parcel: Parcel | None = None,
    is_bulk: bool = True,
) -> list[Letter | None]:
    """Put many letters of one kind into the outbox in a few statements, in their order; give some hundred at a time.

    A letter whose key is there already is not queued again, and the one that is there is returned. None stands in the place of
    one whose address is none: the caller keeps the reason (`BadAddress` of `checked_address`).
    """
    account = account or MailAccount.objects.default()
    rows: list[Letter | None] = []
    for new in letters:
        try:
            rows.append(
                _row(
                    new,
                    kind=kind,
                    at=at,
                    account=account,
                    parcel=parcel,
                    is_bulk=is_bulk,
                )
            )
        except BadAddress:
            rows.append(None)
    made = [row for row in rows if row is not None]
    Letter.objects.bulk_create(made, ignore_conflicts=True)
    by_id = {
        row.message_id: row
        for row in Letter.objects.filter(message_id__in=[x.message_id for x in made])
    }
    keys = [x.key for x in made if x.key and x.message_id not in by_id]
    by_key = {row.key: row for row in Letter.objects.filter(key__in=keys)}
    if by_id:
        tasks.ring_many_on_commit(account, len(by_id))
    return [row and (by_id.get(row.message_id) or by_key.get(row.key)) for row in rows]


@transaction.atomic
def pack(files: Iterable[tuple[str, bytes, str]], *, at: datetime) -> Parcel:
    """Files (name, bytes, content type) that many letters will carry, kept once however many."""
    parcel = Parcel.objects.create(created_at=at)
    Attachment.objects.bulk_create(
        Attachment(
            parcel=parcel,
            name=_file_name(name),
            content_type=_content_type(content_type),
            content=content,
        )
        for name, content, content_type in files
    )
    return parcel


@transaction.atomic
def send_again(*, letter: Letter, by: Any, at: datetime) -> None:
    """Queue a failed letter anew, with all its attempts before it. Its Message-ID stays.

    Raises NothingToRepeat when the letter is not, or no longer, a failed one.
    """
    taken = Letter.objects.filter(pk=letter.pk, status=LetterStatus.FAILED).update(
        status=LetterStatus.QUEUED,
        attempts=0,
        attempt_at=at,
        interrupted=0,
        trouble="",
        failure="",
        handed_over_at=None,
    )
    if not taken:
        raise NothingToRepeat(_("Only a letter that failed can be sent again."))
    sent_again.send(Letter, letter=letter, by=by, at=at)
    tasks.ring_on_commit(letter.pk)


def settle_abandoned(*, at: datetime) -> None:
    """Decide about letters whose worker gave no sign of life (see `delivery` for the rule).

    Not handed over: queued again; what it costs is counted, so that a letter that kills its worker does not do it for ever.
    Handed over, never confirmed: our process died with the answer, so it goes once more; three times, and a person decides.
    """
    lost = Letter.objects.lost(before=at - delivery.LOST_AFTER)
    lost.filter(handed_over_at__isnull=False, interrupted__gte=UNSURE_AT_MOST).update(
        status=LetterStatus.FAILED, trouble=Trouble.UNSURE
    )
    lost.filter(interrupted__gte=INTERRUPTED_AT_MOST).update(
        status=LetterStatus.FAILED, trouble=Trouble.INTERRUPTED
    )
    lost.update(
        status=LetterStatus.QUEUED,
        attempt_at=at,
        attempts=F("attempts") - 1,
        interrupted=F("interrupted") + 1,
    )


def ring_due(*, at: datetime) -> int:
    """Ring for letters whose attempt is due: retries, and those whose first ring was lost. Returns how many doorbells."""
    due = Letter.objects.due(at=at)
    rung = 0
    alone = due.filter(interrupted__gte=3).values_list("pk", flat=True)
    for letter_id in alone[:RUNG_AT_ONCE]:
        if not tasks.ring(letter_id):
            return rung
        rung += 1
    accounts = MailAccount.objects.in_use().exclude(rests_until__gt=at)
    for account in [None, *accounts]:
        most = account.connections if account else tasks.WITHOUT_ACCOUNT
        waiting = due.filter(account=account).values("pk")[: most * delivery.AT_ONCE]
        for _bell in range(-(-waiting.count() // delivery.AT_ONCE)):
            if not tasks.ring_due(account.pk if account else None):
                return rung
            rung += 1
    return rung


@transaction.atomic
def note_bounced(
    letter_id: int, *, status: str, failure: str, for_good: bool, at: datetime
) -> bool:
    """Enter that a sent letter came back, with the code of the report ("5.1.1"). False for one that was not sent, or again."""
    return bool(
        Letter.objects.filter(pk=letter_id, status=LetterStatus.SENT).update(
            status=LetterStatus.BOUNCED,
            bounced_at=at,
            bounce_status=_one_line(status)[:12],
            trouble=Trouble.NO_MAILBOX if for_good else Trouble.RETURNED,
            failure=_one_line(failure)[:500],
        )
    )


def _row(
    new: NewLetter,
    *,
    kind: str,
    at: datetime,
    account: MailAccount | None,
    parcel: Parcel | None,
    is_bulk: bool,
) -> Letter:
    """The letter as a row not yet written. Raises BadAddress, ValueError."""
    sender = new.from_address or (account.from_address if account else "")
    return Letter(
        key=new.key,
        kind=kind,
        to=checked_address(new.to),
        from_address=_one_line(new.from_address)[:320],
        subject=_one_line(new.subject)[:500],
        text=_clean(new.text),
        html=_clean(new.html),
        queued_at=at,
        attempt_at=max(at, new.not_before) if new.not_before else at,
        reply_to=checked_address(new.reply_to) if new.reply_to else "",
        headers=_headers(new.headers),
        message_id=_new_message_id(sender),
        account=account,
        parcel=parcel,
        is_bulk=is_bulk,
    )


def _kept_once(row: Letter) -> tuple[Letter, bool]:
    """The row written, or the one that its key had before."""
    if row.key is None:
        row.save(force_insert=True)
        return row, True
    written = Letter.objects.bulk_create([row], ignore_conflicts=True)
    there = Letter.objects.get(key=written[0].key)
    return there, there.message_id == row.message_id


def _clean(text: str) -> str:
    """What PostgreSQL and UTF-8 can hold: no NUL, no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _one_line(text: str) -> str:
    return _UNPRINTABLE.sub(" ", _clean(str(text))).strip()


def checked_address(text: str) -> str:
    """The address without the spaces around it. Raises BadAddress with a sentence for the form's field."""
    address = text.strip()
    local, _at, _domain = address.rpartition("@")
    try:
        validate_email(address)
        if not local.isascii() or len(address) > 254:
            raise ValidationError("")
    except ValidationError as error:
        raise BadAddress(
            _("“%(address)s” is not an e-mail address that a letter can be sent to.")
            % {"address": _one_line(address)[:100]}
        ) from error
    return address


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name in headers:
        if name.lower() in _OUR_HEADERS or not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"Header {name!r} cannot be given to a letter.")
    return {name: _one_line(value) for name, value in headers.items()}


def _file_name(name: str) -> str:
    return (
        _one_line(name).replace("/", "_").replace("\\", "_").strip(". ")[-255:]
        or "file"
    )


def _content_type(content_type: str) -> str:
    """Letters inside letters may not be encoded, so they travel as plain files; so does what is no type at all."""
    kind = content_type.lower()
    if not _CONTENT_TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        return "application/octet-stream"
    return kind


def _new_message_id(sender: str) -> str:
    """In the sender's own domain, as filters expect."""
    domain = parseaddr(sender or settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return (
        f"<{uuid.uuid4().hex}@{domain if domain.isascii() and domain else 'localhost'}>"
    )
