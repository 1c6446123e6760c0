import signal
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from salesexpert.telephony.listening import LOOK_SECONDS, Switchboard


class Command(BaseCommand):
    help = "Listens to the exchanges of “Telephony” that we connect to ourselves (Asterisk), until it is told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--alive", type=Path, help="a file that is touched while it listens, for a health check")  # fmt: skip

    def handle(self, *args: Any, alive: Path | None = None, **options: Any) -> None:
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        board = Switchboard()
        try:
            while not ending.is_set():
                board.look()
                if alive:
                    alive.touch()
                ending.wait(LOOK_SECONDS)
        finally:
            board.stop()
