"""The mail server's side of a letter: a message made of a row, and one SMTP transaction in steps that can be told apart."""

import re
import smtplib
import socket
from collections.abc import Callable, Iterable, Sequence
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.smtp import EmailBackend

from salesexpert.core import preferences, secrets_at_rest
from salesexpert.outbox import dkim, return_path
from salesexpert.outbox.choices import Security, Trouble
from salesexpert.outbox.models import Attachment, Letter, MailAccount

# The company's setting without which `make run` keeps every letter at home.
REALLY_LEAVES = "mail_really_leaves"

# Bodies as base64 or quoted-printable: a relay without 8BITMIME takes them too.
POLICY = SMTP.clone(cte_type="7bit")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_%+=-]+(\.[A-Za-z0-9_%+=-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
)
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


class _Message(EmailMultiAlternatives):
    """A letter whose HTML carries pictures of its own."""

    pictures: Sequence[Attachment] = ()

    def message(self, *, policy: Any = POLICY) -> EmailMessage:
        made: EmailMessage = super().message(policy=policy)
        page = made.get_body(("html",)) if self.pictures else None
        if page is not None:
            for picture in self.pictures:
                kind, _, subtype = picture.content_type.partition("/")
                page.add_related(bytes(picture.content), kind, subtype, cid=f"<{picture.content_id}>", disposition="inline", filename=picture.name)  # fmt: skip
        return made


def message_of(letter: Letter, files: Iterable[Attachment]) -> EmailMultiAlternatives:
    """The letter as Django's message; files byte for byte. Raises ValueError for what no message can be made of."""
    files = list(files)
    message = _Message(
        subject=letter.subject,
        body=letter.text,
        from_email=sender_of(letter),
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={**letter.headers, "Message-ID": letter.message_id},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    message.pictures = [file for file in files if file.content_id]
    for attachment in files:
        if attachment.content_id:
            continue
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


def sender_of(letter: Letter) -> str:
    return (
        letter.from_address
        or (letter.account.from_address if letter.account else "")
        or settings.DEFAULT_FROM_EMAIL
    )


def catches() -> bool:
    """Whether every letter goes to the local catcher (`make run`), whatever mail server it was queued for."""
    return bool(settings.MAIL_CATCHER_DIR) and not preferences.get(REALLY_LEAVES)


def mailer_of(account: MailAccount | None, *, caught: bool | None = None) -> Any:
    """Django's mailer of the account, or of the environment. Raises TemporarilyUndeliverable when its password is lost."""
    if account is None or (catches() if caught is None else caught):
        return mailers.default
    try:
        password = account.password
    except secrets_at_rest.Unreadable as error:
        raise TemporarilyUndeliverable(Trouble.SECRET_LOST) from error
    return EmailBackend(
        alias=f"account-{account.pk}",
        host=account.host,
        port=account.port,
        username=account.username,
        password=password,
        use_tls=account.security == Security.STARTTLS,
        use_ssl=account.security == Security.TLS,
        timeout=account.timeout,
    )


class Line:
    """A connection to one mail server, opened when the first letter needs it and kept for those that follow."""

    def __init__(self, account: MailAccount | None) -> None:
        self.account = account
        self._mailer: Any = None
        self._smtp: smtplib.SMTP | None = None
        self._is_fresh = True
        # Whether the last letter went to its end: then the server waits for the next one.
        self._is_clean = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Connect and sign in. Whatever fails here says nothing about a letter: see `is_open` and `NotDelivered.trouble`."""
        if self._mailer is None:
            self._mailer = mailer_of(self.account)
        if self._smtp is None and isinstance(self._mailer, EmailBackend):
            try:
                self._smtp = _open(self._mailer)
            except BaseException:
                _close(self._mailer)
                self._mailer = None
                raise
            self._is_fresh = True

    @property
    def is_open(self) -> bool:
        return self._smtp is not None

    def send(
        self,
        letter: Letter,
        files: Iterable[Attachment],
        *,
        before_last_byte: Callable[[], None],
    ) -> None:
        """Give the letter to the mail server; returns when the server has taken it.

        `before_last_byte` is called when the server knows everything but the dot that ends the letter. Up to then nothing
        can have gone out, whatever breaks; from then on only the server knows.

        Raises TemporarilyUndeliverable, Undeliverable or Unconfirmed; ValueError when no letter can be made of it.
        """
        message = message_of(letter, files)
        self.open()
        mailer = self._mailer
        if self._smtp is None:  # another backend: no steps to tell apart
            before_last_byte()
            mailer.send_messages([message])
            return
        sender = return_path.return_address(letter, self.account) or message.from_email
        content = message.message(policy=POLICY).as_bytes()
        content = dkim.signed(content, sender=message.from_email)
        recipient = _spelled(mailer, message.to[0])
        try:
            self._begin(_spelled(mailer, sender))
            _transact(self._smtp, recipient, content, before_last_byte)
            self._is_clean = True
        except Undeliverable:
            raise  # the server said no and listens on
        except NotDelivered as error:
            if error.trouble != Trouble.PUT_OFF or error.answer.startswith("421"):
                self._hang_up()
            raise
        except BaseException:
            self._hang_up()
            raise

    def _begin(self, sender: str) -> None:
        """Say whose letter comes next. A server that was left half-way must forget that letter first; one that has hung up
        since the last letter, or says now that it does, is called anew: it has nothing of this one."""
        answer = None
        if not self._is_fresh:
            answer = self._again(sender)
        if answer is None:
            try:
                answer = self._smtp.mail(sender)  # type: ignore[union-attr]
            except OSError as error:
                raise TemporarilyUndeliverable(Trouble.CUT_OFF, str(error)) from error
        self._is_fresh = self._is_clean = False
        _expect(answer, {250}, Trouble.SENDER)

    def _again(self, sender: str) -> tuple[int, bytes] | None:
        """The answer of a server that had letters before, or None when it was called anew."""
        assert self._smtp is not None
        try:
            if self._is_clean or self._smtp.rset()[0] == 250:
                answer = self._smtp.mail(sender)
                if answer[0] != 421:
                    return answer
        except OSError:
            pass
        self.close()
        self.open()
        return None

    def _hang_up(self) -> None:
        """Break off in the middle of a letter. A farewell would be taken for its text, and be waited for in vain."""
        if self._smtp is not None:
            self._smtp.close()
        self.close()

    def close(self) -> None:
        if self._smtp is not None:
            _close(self._mailer)
        self._smtp = None
        self._mailer = None


def _open(mailer: EmailBackend) -> smtplib.SMTP:
    """Whatever fails here says nothing about the letter, so the letter waits until the server or its settings are mended."""
    try:
        mailer.open()
        if mailer.connection is not None:
            mailer.connection.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        raise TemporarilyUndeliverable(
            Trouble.LOGIN, _words(error.smtp_code, error.smtp_error)
        ) from error
    except (OSError, EOFError, ValueError) as error:
        raise TemporarilyUndeliverable(Trouble.NO_CONNECTION, str(error)) from error
    assert mailer.connection is not None  # it raises, or it is open
    if mailer.connection.sock is not None:
        # The dot that ends a letter is a write of its own: unsent, it would wait for the server's delayed
        # acknowledgement of the text, 40 ms a letter.
        mailer.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return mailer.connection


def _spelled(mailer: EmailBackend, address: str) -> str:
    """The address as SMTP spells it. Most are spelled so already, and the library takes its time to find that out."""
    return address if _PLAIN_ADDRESS.fullmatch(address) else str(mailer.prep_address(address))  # fmt: skip


def _transact(
    smtp: smtplib.SMTP,
    recipient: str,
    content: bytes,
    before_last_byte: Callable[[], None],
) -> None:
    try:
        _expect(smtp.rcpt(recipient), {250, 251}, Trouble.RECIPIENT)
        _expect(smtp.docmd("DATA"), {354}, Trouble.CONTENT)
        body = _LEADING_DOT.sub(b"..", content)
        smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
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
