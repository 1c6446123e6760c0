"""The real product as a child of a test: started, asked, ended in one of the ways it can end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

from salesexpert.ground import health
from salesexpert.ground.bootstrap import end_with_parent
from salesexpert.ground.data_folder import DataFolder, holders, wait_until
from salesexpert.ground.wishes import free_port

ROOT = Path(__file__).resolve().parents[2]
# What `make test` sets for the tests must not reach the product they start.
OF_THE_TESTS = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"),
    *("SALESEXPERT_STARTED_BY_MAKE", "PUBLIC_URL", "SECRET_KEY", "DEBUG", "CHROMIUM"),
    *("DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_XDIST_WORKER"),
)


def environment(**values: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS}
    return kept | values


class Product:
    """`make run`, without make, on a data folder and a port of its own."""

    def __init__(self, folder: DataFolder, **values: str) -> None:
        self.folder, self.port = folder, free_port()
        self.env = environment(
            SALESEXPERT_DATA=str(folder.path), PORT=str(self.port), DEMO="0", **values
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()

    def start(self) -> Product:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "salesexpert.ground.run"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=end_with_parent(),  # a test that is killed leaves no product behind
        )
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            line = self._lines.get(timeout=180)
            if line.startswith("Sales Expert is ready") or not line:
                return self

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            self._lines.put(line)
        self._lines.put("")

    def health(self) -> dict[str, str]:
        return health.ask(self.port) or {}

    def end_by(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=90)

    def leaves_nothing(self) -> bool:
        """Whether no process of this product lives on; every one of them holds the lock."""
        return wait_until(
            lambda: not holders(self.folder.path / ".family.lock"), seconds=30
        )
