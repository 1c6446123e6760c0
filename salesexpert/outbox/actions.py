"""Queueing letters, and looking after those that nobody delivered."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError
from salesexpert.outbox import delivery, tasks
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.models import Attachment, Letter
from salesexpert.outbox.signals import sent_again

# No live worker holds a letter longer: the task's hard limit is five minutes.
ABANDONED_AFTER = timedelta(minutes=10)
RUNG_AT_ONCE = 500

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
) -> Letter:
    """Put a letter into the outbox; it goes out after the caller's transaction commits, or never.

    `kind` says which sort of letter it is ("invitation", "password_reset"). `key` says what this one is about
    (`invitation:17:2026-11-22T10:00`): the second call with a key returns the first call's letter and sends nothing.
    `not_before` holds it back until that moment. `to` is one address, its domain may be Russian. `headers` are further ones (List-Unsubscribe). `attachments` are
    (file name, bytes, content type). Line breaks and control characters in the subject, in names and headers become
    spaces, so nothing that a person typed can add a header.

    Raises BadAddress with a sentence for the form's field; ValueError for a header that is ours to write.
    """
    letter_fields = {
        "to": _address(to),
        "subject": _one_line(subject)[:500],
        "text": _clean(text),
        "html": _clean(html),
        "kind": kind,
        "queued_at": at,
        "attempt_at": max(at, not_before) if not_before else at,
        "reply_to": _address(reply_to) if reply_to else "",
        "headers": _headers(headers or {}),
        "message_id": _new_message_id(),
    }
    if key is None:
        letter, is_new = Letter.objects.create(**letter_fields), True
    else:
        letter, is_new = Letter.objects.get_or_create(key=key, defaults=letter_fields)
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
        tasks.ring_on_commit(letter.pk)
    return letter


@transaction.atomic
def send_again(*, letter: Letter, by: Any, at: datetime) -> None:
    """Queue a failed letter anew, with all its attempts before it. Its Message-ID stays.

    Raises NothingToRepeat when the letter is not, or no longer, a failed one.
    """
    taken = Letter.objects.filter(pk=letter.pk, status=LetterStatus.FAILED).update(
        status=LetterStatus.QUEUED,
        attempts=0,
        attempt_at=at,
        trouble="",
        failure="",
        handed_over_at=None,
    )
    if not taken:
        raise NothingToRepeat(_("Only a letter that failed can be sent again."))
    sent_again.send(Letter, letter=letter, by=by, at=at)
    tasks.ring_on_commit(letter.pk)


def settle_abandoned(*, at: datetime) -> None:
    """Decide about letters taken for sending whose worker never came back (see `delivery` for the rule).

    Not handed over: queued again; the attempt counts, so a letter that kills its worker does not do it for ever. Handed
    over, never confirmed: failed, with the reason.
    """
    abandoned = Letter.objects.in_hand_since(before=at - ABANDONED_AFTER)
    kept_back = abandoned.filter(handed_over_at=None)
    kept_back.filter(attempts__gt=len(delivery.WAITS)).update(
        status=LetterStatus.FAILED, trouble=Trouble.INTERRUPTED
    )
    kept_back.update(status=LetterStatus.QUEUED, attempt_at=at)
    abandoned.filter(handed_over_at__isnull=False).update(
        status=LetterStatus.FAILED, trouble=Trouble.UNSURE
    )


def ring_due(*, at: datetime) -> int:
    """Ring for letters whose attempt is due: retries, and those whose first ring was lost. Returns how many."""
    due = Letter.objects.due(at=at).values_list("pk", flat=True)[:RUNG_AT_ONCE]
    rung = 0
    for letter_id in due:
        if not tasks.ring(letter_id):
            break
        rung += 1
    return rung


def _clean(text: str) -> str:
    """What PostgreSQL and UTF-8 can hold: no NUL, no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _one_line(text: str) -> str:
    return _UNPRINTABLE.sub(" ", _clean(str(text))).strip()


def _address(text: str) -> str:
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


def _new_message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return (
        f"<{uuid.uuid4().hex}@{domain if domain.isascii() and domain else 'localhost'}>"
    )
