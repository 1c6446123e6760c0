import asyncio
import signal
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesexpert.outbox.catching import LARGEST, Catcher


class Command(BaseCommand):
    help = "Catch letters: an SMTP server that delivers nothing and keeps each letter as a file."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--folder", type=Path, required=True)

    def handle(
        self, *args: Any, host: str, port: int, folder: Path, **options: Any
    ) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            asyncio.run(self._serve(host, port, folder))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Letters cannot be caught on {host}:{port} into {folder}: {error}"
            ) from error

    async def _serve(self, host: str, port: int, folder: Path) -> None:
        """Until SIGTERM or SIGINT; letters being received then are finished by nobody, their senders will come again."""
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        catcher = Catcher(folder)
        server = await loop.create_server(
            lambda: SMTP(catcher, enable_SMTPUTF8=True, data_size_limit=LARGEST),
            host=host,
            port=port,
        )
        self.stdout.write(f"Catching letters on {host}:{port} into {folder}")
        self.stdout.flush()
        await stop.wait()
        server.close()  # and do not wait: a sender that hangs would hold the stop up
