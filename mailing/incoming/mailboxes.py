"""An IMAP mailbox read without a trace: opened for reading only, message after message by its number.

Of each message the headers are asked for first. The rest is fetched only where they say that it answers a letter of ours or
reports of one: other people's mail is not even read.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.utils import timezone

from mailing.actions import incoming
from mailing.choices import IncomingKind
from mailing.incoming import reading
from mailing.models import Mailbox
from salesexpert.core.secrets_at_rest import Unreadable
from salesexpert.outbox.choices import Security

logger = structlog.get_logger(__name__)

PATIENCE = 30
AT_ONCE = 500
LARGEST = 15 * 1024 * 1024

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unreachable(Exception):
    """The mailbox could not be opened; the text is what the server said."""


@contextmanager
def opened(mailbox: Mailbox, *, patience: float = PATIENCE) -> Iterator[imaplib.IMAP4]:
    """The mailbox, its folder open for reading only. Raises Unreachable."""
    server: imaplib.IMAP4 | None = None
    try:
        try:
            if mailbox.security == Security.TLS:
                server = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, timeout=patience, ssl_context=ssl.create_default_context())  # fmt: skip
            else:
                server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=patience)
                if mailbox.security == Security.STARTTLS:
                    server.starttls(ssl.create_default_context())
            server.login(mailbox.username, mailbox.password)
            state, said = server.select(f'"{mailbox.folder}"', readonly=True)
        except Unreadable as error:
            raise Unreachable("password") from error
        except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
            raise Unreachable(_said(error)) from error
        if state != "OK":
            raise Unreachable(_said(said))
        try:
            yield server
        except (imaplib.IMAP4.error, OSError, EOFError) as error:
            raise Unreachable(_said(error)) from error
    finally:
        if server is not None:
            try:
                server.logout()
            except (imaplib.IMAP4.error, OSError, EOFError):
                pass


def read(mailbox_id: int) -> int:
    """Take what came since the last time; how many messages belonged to our letters. What fails is noted on the mailbox."""
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    at = timezone.now()
    try:
        with opened(mailbox) as server:
            taken = _read_new(server, mailbox)
    except Unreachable as error:
        Mailbox.objects.filter(pk=mailbox.pk).update(
            failure=str(error)[:500] or "?", failed_at=at
        )
        return 0
    Mailbox.objects.filter(pk=mailbox.pk).update(
        checked_at=at, failure="", failed_at=None
    )
    return taken


def _read_new(server: imaplib.IMAP4, mailbox: Mailbox) -> int:
    validity = _number(server.response("UIDVALIDITY")[1])
    if mailbox.uid_validity != validity:
        # Numbers count anew: look at what came lately; what was entered before is known by its fingerprint.
        mailbox.uid_validity, mailbox.last_uid = validity, 0
    since = (mailbox.checked_at or mailbox.created_at) - timedelta(days=2)
    wanted = f"UID {mailbox.last_uid + 1}:* SINCE {_imap_day(since)}"
    state, found = server.uid("SEARCH", wanted)
    if state != "OK":
        raise Unreachable(_said(found))
    numbers = sorted(int(x) for x in (found[0] or b"").split() if int(x) > mailbox.last_uid)  # fmt: skip
    taken = 0
    for number in numbers[:AT_ONCE]:
        taken += _take(server, mailbox, number)
        mailbox.last_uid = number
        mailbox.save(update_fields=["uid_validity", "last_uid"])
    return taken


def _take(server: imaplib.IMAP4, mailbox: Mailbox, number: int) -> int:
    head, size = _fetched(server, number, "BODY.PEEK[HEADER]")
    if head is None:
        return 0  # deleted meanwhile
    at = timezone.now()
    found = reading.read(head)
    may_report = found.kind in {IncomingKind.BOUNCE, IncomingKind.DELAY}
    is_ours = found.kind == IncomingKind.UNSUBSCRIBE or incoming.letter_of(found, at=at)
    if not is_ours and not may_report:
        return 0
    if size <= LARGEST:
        whole, _size = _fetched(server, number, "BODY.PEEK[]")
        found = reading.read(whole or head)
    try:
        return int(incoming.take(found, mailbox=mailbox, at=at) is not None)
    except DatabaseError:
        raise
    except Exception:
        # One message that nobody foresaw must not keep all that follow from being read.
        logger.exception("incoming_not_taken", mailbox=mailbox.pk, uid=number)
        return 0


def _fetched(server: imaplib.IMAP4, number: int, what: str) -> tuple[bytes | None, int]:
    state, answer = server.uid("FETCH", str(number), f"(RFC822.SIZE {what})")
    if state != "OK":
        raise Unreachable(_said(answer))
    for part in answer or []:
        if isinstance(part, tuple):
            size = _SIZE.search(part[0])
            return part[1], int(size[1]) if size else len(part[1])
    return None, 0


def _number(values: list[bytes | None] | None) -> int:
    try:
        return int((values or [b"0"])[0] or b"0")
    except ValueError:
        return 0


def _imap_day(at: datetime) -> str:
    months = [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
    return f"{at.day:02}-{months[at.month - 1]}-{at.year}"


def _said(what: object) -> str:
    if isinstance(what, list):
        what = what[0] if what else ""
    if isinstance(what, Exception) and what.args:
        what = what.args[-1] if isinstance(what, OSError) else what.args[0]
    text = what.decode("utf-8", "replace") if isinstance(what, bytes) else str(what)
    return text.replace("\x00", "")[:300]
