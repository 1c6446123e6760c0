"""The local mail catcher: an SMTP server that delivers nothing, and the folder in which it keeps what it got.

A letter is a file `20261122T101530123456-1a2b3c4d5e6f.eml` with the envelope in two headers on top. Names sort by time, are
made here alone and are matched whole, so no address of a page can name another file.
"""

import base64
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{12}", re.ASCII)
LARGEST = 50 * 1024 * 1024
# A page reads whole letters to name their subjects; the catcher is for looking at the last of them.
SHOWN = 100
PICTURES = ("image/png", "image/jpeg", "image/gif")


class Catcher:
    """aiosmtpd's handler: each letter becomes a file that is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or envelope.content or b""
        data = content.encode() if isinstance(content, str) else content
        head = "".join(
            f"{name}: {value}\r\n"
            for name, value in (
                ("X-Caught-From", envelope.mail_from or "<>"),
                ("X-Caught-For", ", ".join(envelope.rcpt_tos)),
            )
        ).encode("ascii", "backslashreplace")
        stamp = datetime.now(tz=timezone.get_default_timezone()).strftime(
            "%Y%m%dT%H%M%S%f"
        )
        name = f"{stamp}-{secrets.token_hex(6)}"
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(head + data)
            part.replace(self.folder / f"{name}.eml")
        except OSError as error:
            part.unlink(missing_ok=True)
            return (
                f"452 The letter could not be written: {os.strerror(error.errno or 0)}"
            )
        return "250 Caught"


@dataclass(slots=True)
class Caught:
    """One letter as it was caught. `at` is when; `name` names it in addresses."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return _text(self.message, "Subject")

    @property
    def sender(self) -> str:
        return _text(self.message, "From")

    @property
    def recipient(self) -> str:
        return _text(self.message, "X-Caught-For") or _text(self.message, "To")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [
            (name, _text(self.message, name))
            for name in dict.fromkeys(self.message.keys())
            if not name.lower().startswith("x-caught-")
        ]

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def with_pictures(self) -> str:
        """The HTML with the pictures that the letter carries for it put into their places."""
        html = self.html
        for part in self.message.walk() if "cid:" in html else ():
            name = str(part["Content-ID"] or "").strip("<> ")
            if name and part.get_content_type() in PICTURES:
                said = base64.b64encode(_bytes(part)).decode()
                html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{said}")  # fmt: skip
        return html

    @property
    def files(self) -> list[tuple[int, str, int]]:
        """Number, name and size of each attachment."""
        return [
            (number, _file_name(part, number), len(_bytes(part)))
            for number, part in enumerate(self._attachments(), start=1)
        ]

    def file(self, number: int) -> tuple[str, bytes] | None:
        for place, part in enumerate(self._attachments(), start=1):
            if place == number:
                return _file_name(part, place), _bytes(part)
        return None

    def _attachments(self) -> list[EmailMessage]:
        try:
            return list(self.message.iter_attachments())
        except (KeyError, ValueError, AttributeError, TypeError):
            return []  # not as letters are made

    def _body(self, kind: str) -> str:
        try:
            part = self.message.get_body([kind])
            if part is None:
                return ""
            data = _bytes(part)
        except (KeyError, ValueError, AttributeError, TypeError):
            return ""
        try:
            return data.decode(part.get_content_charset("utf-8"), "replace")
        except (LookupError, ValueError, TypeError):
            return data.decode("utf-8", "replace")


def caught_letters(folder: Path) -> list[Caught]:
    """The newest letters, newest first; at most SHOWN."""
    try:
        names = sorted(
            (
                entry.stem
                for entry in folder.glob("*.eml")
                if NAME.fullmatch(entry.stem)
            ),
            reverse=True,
        )
    except OSError:
        return []
    letters = (caught_letter(folder, name) for name in names[:SHOWN])
    return [letter for letter in letters if letter is not None]


def caught_letter(folder: Path, name: str) -> Caught | None:
    if not NAME.fullmatch(name):
        return None
    path = folder / f"{name}.eml"
    try:
        data = path.read_bytes()
        at = datetime.fromtimestamp(
            path.stat().st_mtime, tz=timezone.get_default_timezone()
        )
    except OSError:
        return None
    return Caught(
        name=name, at=at, message=message_from_bytes(data, policy=policy.default)
    )


def _text(message: EmailMessage, name: str) -> str:
    """A header as text; a letter from outside may hold what the mail library cannot read."""
    try:
        value = str(message[name] or "")
    except (ValueError, IndexError, AttributeError, TypeError):
        value = dict(message.raw_items()).get(name, "")
    return value.encode("utf-8", "replace").decode("utf-8")


def _bytes(part: MIMEPart) -> bytes:
    try:
        if part.is_multipart():
            return b"".join(bytes(inner) for inner in part.iter_parts())
        payload = part.get_payload(decode=True)
    except (KeyError, ValueError, AttributeError, TypeError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _file_name(part: EmailMessage, number: int) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, AttributeError):
        name = None
    return name or f"{number}.bin"
