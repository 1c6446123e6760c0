"""The mail server's side of a letter: a message made of a row, and one SMTP transaction in steps that can be told apart."""

import re
import smtplib
from collections.abc import Callable
from email.message import MIMEPart
from email.policy import SMTP

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.smtp import EmailBackend

from salesexpert.outbox.choices import Trouble
from salesexpert.outbox.models import Attachment, Letter

# Bodies as base64 or quoted-printable: a relay without 8BITMIME takes them too.
POLICY = SMTP.clone(cte_type="7bit")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_LONGEST_ANSWER = 500


class NotDelivered(Exception):
    """An attempt that did not deliver; `answer` is what the server said, for those who read the list of letters."""

    def __init__(self, trouble: Trouble, answer: str = "") -> None:
        super().__init__(trouble, answer)
        self.trouble = trouble
        self.answer = answer[:_LONGEST_ANSWER]


class TemporarilyUndeliverable(NotDelivered):
    """The server surely does not have the letter, and another time it may take it."""


class Undeliverable(NotDelivered):
    """The server surely does not have the letter, and will not take it another time."""


class Unconfirmed(NotDelivered):
    """The server got the whole letter and never said what it did with it."""


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter as Django's message; attachments byte for byte. Raises ValueError for what no message can be made of."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=letter.from_address or settings.DEFAULT_FROM_EMAIL,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={**letter.headers, "Message-ID": letter.message_id},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    files = list(letter.attachments.order_by("pk"))
    if letter.parcel_id:
        files += Attachment.objects.filter(parcel=letter.parcel_id).order_by("pk")
    for attachment in files:
        kind, _, subtype = attachment.content_type.partition("/")
        part = MIMEPart(policy=POLICY)
        part.set_content(
            bytes(attachment.content),
            maintype=kind,
            subtype=subtype,
            disposition="attachment",
            filename=attachment.name,
        )
        message.attach(part)
    return message


def send(
    message: EmailMultiAlternatives, *, before_last_byte: Callable[[], None]
) -> None:
    """Give `message` to the mail server; returns when the server has taken it.

    `before_last_byte` is called when the server knows everything but the dot that ends the letter. Up to then nothing
    can have gone out, whatever breaks; from then on only the server knows.

    Raises TemporarilyUndeliverable, Undeliverable or Unconfirmed; ValueError when no letter can be made of `message`.
    """
    mailer = mailers.default
    if not isinstance(mailer, EmailBackend):  # another backend: no steps to tell apart
        before_last_byte()
        mailer.send_messages([message])
        return
    sender = mailer.prep_address(message.from_email)
    recipient = mailer.prep_address(message.to[0])
    content = message.message(policy=POLICY).as_bytes()
    try:
        smtp = _open(mailer)
        _transact(smtp, sender, recipient, content, before_last_byte)
    finally:
        _close(mailer)


def _open(mailer: EmailBackend) -> smtplib.SMTP:
    """Whatever fails here says nothing about the letter, so the letter waits until the server or its settings are mended."""
    try:
        mailer.open()
    except smtplib.SMTPAuthenticationError as error:
        raise TemporarilyUndeliverable(
            Trouble.LOGIN, _words(error.smtp_code, error.smtp_error)
        ) from error
    except (OSError, EOFError) as error:
        raise TemporarilyUndeliverable(Trouble.NO_CONNECTION, str(error)) from error
    assert mailer.connection is not None  # it raises, or it is open
    return mailer.connection


def _transact(
    smtp: smtplib.SMTP,
    sender: str,
    recipient: str,
    content: bytes,
    before_last_byte: Callable[[], None],
) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        _expect(smtp.mail(sender), {250}, Trouble.SENDER)
        _expect(smtp.rcpt(recipient), {250, 251}, Trouble.RECIPIENT)
        _expect(smtp.docmd("DATA"), {354}, Trouble.CONTENT)
        smtp.send(_LEADING_DOT.sub(b"..", content))
        if not content.endswith(b"\r\n"):
            smtp.send(b"\r\n")
    except OSError as error:
        raise TemporarilyUndeliverable(Trouble.CUT_OFF, str(error)) from error
    before_last_byte()
    try:
        smtp.send(b".\r\n")
        answer = smtp.getreply()
    except OSError as error:
        raise Unconfirmed(Trouble.UNSURE, str(error)) from error
    _expect(answer, {250}, Trouble.CONTENT)


def _expect(answer: tuple[int, bytes], wanted: set[int], trouble: Trouble) -> None:
    code, text = answer
    if code in wanted:
        return
    if 500 <= code < 600:
        raise Undeliverable(trouble, _words(code, text))
    raise TemporarilyUndeliverable(Trouble.PUT_OFF, _words(code, text))


def _words(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {said}".replace("\x00", "")


def _close(mailer: EmailBackend) -> None:
    """A farewell that goes wrong changes nothing: the letter's fate is known by now."""
    try:
        mailer.close()
    except (OSError, EOFError):
        pass
