"""A message read: what it is, and which of our letters it may belong to. Pure: nothing is looked up."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime

from mailing.choices import IncomingKind
from salesexpert.outbox import return_path

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b(5\d\d)\b")
_REPLY_MARK = re.compile(r"^\s*((re|fwd?|aw|ответ|отв|на)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)  # fmt: skip
_AWAY = re.compile(
    r"^\W*(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|автоответ|автоматический ответ|вне офиса|нет на месте|я в отпуске)",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"^(-{2,}\s*(original message|исходное сообщение|пересылаемое сообщение).*|_{10,}|on .{5,200} wrote:|.{2,200}(пишет|писала?|написал\(а\)|написала?):)\s*$",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)  # fmt: skip
LONGEST = 20_000
# Codes that say that the mailbox is not there: full mailboxes and refused contents pass.
GONE = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4")


@dataclass(slots=True)
class Found:
    """`letter_ids` are letters named by the address it came to, `names` Message-IDs that it refers to, newest first."""

    kind: str
    fingerprint: str
    letter_ids: list[int] = field(default_factory=list)
    recipient_ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    own_name: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    status: str = ""
    answer: str = ""
    at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        return self.status in GONE


def read(raw: bytes) -> Found:
    """What a message is; one that is broken in any way is still something. `raw` may be its headers alone."""
    message = message_from_bytes(raw, policy=policy.compat32)
    found = Found(
        kind=IncomingKind.REPLY,
        fingerprint=_fingerprint(message, raw),
        own_name=next(iter(_names(message, "Message-ID")), ""),
        sender=_address(message, "From"),
        subject=_words(message, "Subject")[:500],
        at=_moment(message),
    )
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        for value in message.get_all(name, []):
            if (letter := return_path.letter_id(str(value))) is not None:
                found.letter_ids.append(letter)
            if (recipient := return_path.recipient_id(str(value))) is not None:
                found.recipient_ids.append(recipient)
    found.names = [
        *reversed(_names(message, "References")),
        *_names(message, "In-Reply-To"),
    ]
    if found.recipient_ids:
        found.kind = IncomingKind.UNSUBSCRIBE
    elif _is_report(message):
        _read_report(message, found)
    elif _is_automatic(message, found):
        found.kind = IncomingKind.AUTO_REPLY
    else:
        found.text = fresh_text(raw)
    return found


def same_subject(subject: str) -> str:
    """The subject without marks of answers, for letters that lost their references."""
    return " ".join(_REPLY_MARK.sub("", subject).split()).casefold()


def fresh_text(raw: bytes) -> str:
    """What the person wrote, without the letter that he answers."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    try:
        part = message.get_body(["plain"]) or message.get_body(["html"])
        if part is None:
            return ""
        data = part.get_payload(decode=True)
        body = data if isinstance(data, bytes) else b""
        charset = part.get_content_charset("utf-8")
        is_html = part.get_content_subtype() == "html"
    except (KeyError, ValueError, AttributeError, TypeError, LookupError):
        return ""
    try:
        text = body.decode(charset, "replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", "replace")
    text = text[: LONGEST * 10].replace("\x00", "")
    if is_html:
        text = _TAG.sub(" ", re.sub(r"(?i)<(br|/p|/div)\b[^>]{0,200}>", "\n", text))
        from html import unescape

        text = unescape(text)
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTE.match(line.strip()):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return clean.encode("utf-8", "replace").decode("utf-8")[:LONGEST]


def _is_report(message: Message) -> bool:
    if message.get_content_type() == "multipart/report":
        return "disposition" not in str(message.get_param("report-type") or "").lower()
    sender = _address(message, "From").lower()
    return sender.startswith(("mailer-daemon@", "postmaster@")) or (
        str(message.get("Return-Path", "")).strip() == "<>"
        and "failure" in _words(message, "Subject").lower()
    )


def _read_report(message: Message, found: Found) -> None:
    """RFC 3464, or what old servers write instead."""
    action = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for fields in part.get_payload() if part.is_multipart() else []:
                if not isinstance(fields, Message):
                    continue
                action = action or str(fields.get("Action", "")).strip().lower()
                status = _STATUS.search(str(fields.get("Status", "")))
                found.status = found.status or (status[1] if status else "")
                said = str(fields.get("Diagnostic-Code", ""))
                found.answer = found.answer or " ".join(said.split())[:500]
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:  # fmt: skip
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                found.names = [*_names(inner, "Message-ID"), *found.names]
            else:
                text = str(payload)[:20_000]
                own = re.search(r"(?im)^message-id:\s*(<[^<>\s]+>)", text)
                found.names = [*([own[1]] if own else []), *found.names]
        elif kind == "text/plain" and not action:
            data = part.get_payload(decode=True)
            text = data.decode("utf-8", "replace")[:20_000] if isinstance(data, bytes) else ""  # fmt: skip
            status, code = _STATUS.search(text), _CODE.search(text)
            if not found.status and (status or code):
                found.status = status[1] if status else "5.0.0"
                place = (status or code).start()  # type: ignore[union-attr]
                found.answer = " ".join(text[max(0, place - 100) : place + 200].split())
    is_delay = action == "delayed" or (not action and found.status.startswith("4."))
    if action in {"delivered", "relayed", "expanded"}:
        is_delay = True
    found.kind = IncomingKind.DELAY if is_delay else IncomingKind.BOUNCE


def _is_automatic(message: Message, found: Found) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    if not submitted.startswith("no"):
        return True
    if any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):  # fmt: skip
        return True
    precedence = str(message.get("Precedence", "")).strip().lower()
    return precedence in {"auto_reply", "bulk", "junk"} or bool(_AWAY.match(found.subject))  # fmt: skip


def _fingerprint(message: Message, raw: bytes) -> str:
    """By Message-ID and sender: the same whether the whole message was read or its headers alone."""
    own = _names(message, "Message-ID")
    key = f"{own[0]} {message.get('From', '')}" if own else ""
    return hashlib.sha256(key.encode("utf-8", "replace") if key else raw).hexdigest()


def _names(message: Message, header: str) -> list[str]:
    text = " ".join(str(value) for value in message.get_all(header, []))[:20_000]
    return list(dict.fromkeys(_MESSAGE_ID.findall(text)))[-50:]


def _words(message: Message, header: str) -> str:
    from email.header import decode_header, make_header

    # Some programs write letters of their language into headers as they are.
    raw = next((v for k, v in message.raw_items() if k.lower() == header.lower()), "")
    value = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        value = str(make_header(decode_header(value)))
    except (LookupError, ValueError, UnicodeError):
        pass
    clean = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return " ".join(clean.split())


def _address(message: Message, header: str) -> str:
    values = [str(value) for value in message.get_all(header, [])]
    for _name, address in getaddresses(values):
        if "@" in address:
            return address.replace("\x00", "")[:320]
    return ""


def _moment(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
