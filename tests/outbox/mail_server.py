"""A real mail server of the tests, that can refuse, put off, hang up and wait."""

import asyncio
import socket
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_UP = "hang up"
HANG_UP_AFTER_KEEPING = "hang up after keeping the letter"


class MailServer:
    """`answers` maps a step ("MAIL", "RCPT", "DATA") to what is said instead of yes: an SMTP answer or HANG_UP.

    HANG_UP_AFTER_KEEPING at DATA keeps the letter and never says so. `hold` names a step at which the server says
    nothing until `release`; `held` is set when somebody waits there. `refuses` answers for single addresses; after
    `hang_up_after` letters the server drops the connection at the next.
    """

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.answers: dict[str, str] = {}
        self.hold = ""
        self.held = threading.Event()
        self.release = threading.Event()
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.refuses: dict[str, str] = {}
        self.hang_up_after: int | None = None
        self.connections = 0
        self.stopped = False
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ready_timeout=10
        )

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def __dir__(self) -> list[str]:
        # The SMTP library looks at every attribute of its handler upon each connection: it would read all letters.
        return [name for name in super().__dir__() if name != "letters"]

    # No property: there is none before there is a letter.
    def last(self) -> EmailMessage:
        return message_from_bytes(self.raw[-1], policy=policy.default)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        """Twice is once."""
        self.release.set()
        if not self.stopped:
            self.stopped = True
            self._controller.stop()

    async def _answer(self, server: SMTP, step: str) -> str | None:
        if self.hold == step:
            self.held.set()
            while not self.release.is_set():
                await asyncio.sleep(0.02)
        answer = self.answers.get(step)
        if answer in {HANG_UP, HANG_UP_AFTER_KEEPING}:
            server.transport.abort()
        return answer

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        await self._answer(server, "EHLO")
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if answer := await self._answer(server, "MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if answer := await self._answer(server, "RCPT"):
            return answer
        if address in self.refuses:
            return self.refuses[address]
        if self.hang_up_after is not None and len(self.raw) >= self.hang_up_after:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        keep: Callable[[Any], None] = self.raw.append
        if self.answers.get("DATA", HANG_UP_AFTER_KEEPING) == HANG_UP_AFTER_KEEPING:
            keep(envelope.original_content or envelope.content)
            self.recipients += envelope.rcpt_tos
            self.senders.append(envelope.mail_from or "")
        if answer := await self._answer(server, "DATA"):
            return answer
        return "250 OK"
