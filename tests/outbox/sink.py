"""A mail server in a process of its own, which writes down what it took: `python -m tests.outbox.sink PORT FILE [PIPE]`.

A line is the moment, the addressee and the Message-ID. It is written before the server says that it took the letter; a byte
for each goes into the pipe, as long as somebody reads there.
"""

import asyncio
import os
import re
import sys
import time
from contextlib import suppress
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


class Sink:
    def __init__(self, file: TextIO, bell: int | None) -> None:
        self.file, self.bell = file, bell
        if bell is not None:
            os.set_blocking(bell, False)

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        found = _MESSAGE_ID.search(content)
        name = found[1].decode("ascii") if found else "-"
        for recipient in envelope.rcpt_tos:
            self.file.write(f"{time.time():.6f}\t{recipient}\t{name}\n")
        self.file.flush()
        if self.bell is not None:
            with suppress(BlockingIOError):
                os.write(self.bell, b"." * len(envelope.rcpt_tos))
        return "250 OK"


async def serve(port: int, file: TextIO, bell: int | None) -> None:
    loop = asyncio.get_running_loop()
    sink = Sink(file, bell)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=False),
        "127.0.0.1",
        port,
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with open(sys.argv[2], "a", encoding="utf-8") as target:
        pipe = int(sys.argv[3]) if len(sys.argv) > 3 else None
        asyncio.run(serve(int(sys.argv[1]), target, pipe))
