"""The outbox at work outside of pytest: services of its own, real workers, a real mail server. For the proof and the bench."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from salesexpert.ground import services
from salesexpert.ground.data_folder import DataFolder, wait_until
from salesexpert.ground.services import Child

ROOT = Path(__file__).resolve().parents[2]


class Works:
    """PostgreSQL, Valkey, a mail server and workers; what is started here ends here."""

    def __init__(self, folder: DataFolder, *, lost_after: int) -> None:
        self.folder = folder
        self.received_file = folder.path / "received.tsv"
        self.port = _free_port()
        self.postgres = services.start_postgres(folder)
        services.make_database(folder)
        self.valkey = services.start_valkey(folder, durable=False)
        self.environment = {
            **os.environ,
            "DATABASE_URL": services.owner_url(folder),
            "DATABASE_OWNER_URL": services.owner_url(folder),
            "REDIS_URL": services.redis_url(folder),
            "SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "SECRET_KEY": "only-the-proof-signs-with-this-key-0123456789",
            "DEFAULT_FROM_EMAIL": "sales@firm.example",
            "DEBUG": "0",
            "LOG_LEVEL": "CRITICAL",
            "OUTBOX_LOST_AFTER": str(lost_after),
            "DJANGO_SETTINGS_MODULE": "salesexpert.settings",
            "SALESEXPERT_DATA": os.fspath(folder.path / "data"),
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        self._bell, rings = os.pipe()
        self.sink = self._start(
            [sys.executable, "-m", "tests.outbox.sink", str(self.port), os.fspath(self.received_file), str(rings)],
            rings,
        )  # fmt: skip
        os.close(rings)
        wait_until(self._sink_answers, seconds=60)
        self.manage("migrate", "-v", "0")

    def manage(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )

    def use_here(self) -> None:
        """Make this process one of the product's, on these services."""
        os.environ.update(self.environment)
        import django

        django.setup()

    def start_worker(self, processes: int = 1) -> subprocess.Popen[bytes]:
        worker = self._start(
            [
                *(sys.executable, "-m", "celery", "-A", "salesexpert", "worker"),
                *("--concurrency", str(processes), "--without-gossip", "--without-mingle"),
                *("--without-heartbeat", "--loglevel", "CRITICAL"),
            ]
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """`kill -9` of the worker and of the process in it that sends."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(30)
        self.workers.remove(worker)

    def restart_valkey(self) -> None:
        self.valkey.stop()
        self.valkey = services.start_valkey(self.folder, durable=False)

    def restart_postgres(self) -> None:
        self.postgres.stop()
        self.postgres = services.start_postgres(self.folder)

    def received(self) -> list[tuple[float, str, str]]:
        """What the mail server took: moment, addressee, Message-ID."""
        try:
            lines = self.received_file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found = (line.split("\t") for line in lines if line.count("\t") == 2)
        return [(float(at), to, name) for at, to, name in found]

    def wait(self, letters: int, *, seconds: float) -> int:
        """Until the mail server took so many more letters since the last call, at most so long; how many it took."""
        ends, arrived = time.monotonic() + seconds, 0
        while arrived < letters:
            if not select.select([self._bell], [], [], max(0, ends - time.monotonic()))[0]:  # fmt: skip
                break
            arrived += len(os.read(self._bell, 65_536))
        return arrived

    def doubles(self) -> int:
        return sum(times - 1 for times in Counter(to for _at, to, _id in self.received()).values())  # fmt: skip

    def stop(self) -> None:
        for process in [*self.workers, self.sink]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
        children: list[Child] = [self.valkey, self.postgres]
        for child in children:
            child.stop()
        os.close(self._bell)

    def _start(self, command: list[str], *pipes: int) -> subprocess.Popen[bytes]:
        log = open(self.folder.path / "processes.log", "ab")  # noqa: SIM115
        with log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=pipes,
            )

    def _sink_answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False


@contextlib.contextmanager
def works(*, lost_after: int = 120) -> Iterator[Works]:
    with tempfile.TemporaryDirectory(prefix="salesexpert-outbox-") as name:
        os.chmod(name, 0o711)  # PostgreSQL runs as another user where we are root
        with DataFolder(Path(name)).held() as folder:
            made = Works(folder, lost_after=lost_after)
            try:
                yield made
            finally:
                made.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
