"""A mail server in a process of its own, which writes down what it took: `python -m tests.outbox.sink PORT FILE`.

A line is the moment, the addressee and the Message-ID. It is written before the server says that it took the letter.
"""

import asyncio
import re
import sys
import time
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


class Sink:
    def __init__(self, file: TextIO) -> None:
        self.file = file

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        found = _MESSAGE_ID.search(content)
        name = found[1].decode("ascii") if found else "-"
        for recipient in envelope.rcpt_tos:
            self.file.write(f"{time.time():.6f}\t{recipient}\t{name}\n")
        self.file.flush()
        return "250 OK"


async def serve(port: int, file: TextIO) -> None:
    loop = asyncio.get_running_loop()
    sink = Sink(file)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=False),
        "127.0.0.1",
        port,
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with open(sys.argv[2], "a", encoding="utf-8") as target:
        asyncio.run(serve(int(sys.argv[1]), target))
