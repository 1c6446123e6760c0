"""The folder of a running product, served by one family of processes at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from salesexpert.ground.bootstrap import SetupError

LOG_LIMIT = 10 * 1024 * 1024


class AlreadyRuns(SetupError):
    def __init__(self, pid: int | None, url: str) -> None:
        self.pid, self.url = pid, url
        where = f" at {url}" if url else ""
        who = f" (process {pid})" if pid else ""
        super().__init__(f"Sales Expert already runs{where}{who}: stop that one first.")


class DataFolder:
    """The folder of a running product: clusters, logs, sockets, and who may use them now."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._family: IO[str] | None = None

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def services_file(self) -> Path:
        return self.path / "services.json"

    @contextlib.contextmanager
    def held(self, *, url: str = "") -> Iterator[DataFolder]:
        """Keep the folder for this process and its children. Raises AlreadyRuns."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
            own = open(self.path / ".lock", "a+")  # noqa: SIM115  (closed by the `with` below)
        except OSError as error:
            raise SetupError(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "name another one, SALESEXPERT_DATA=/a/folder/of/yours."
            ) from error
        with own, open(self.path / ".family.lock", "a+") as family:
            if not _locked(own):
                own.seek(0)
                holder: dict[str, object] = {}
                with contextlib.suppress(ValueError):
                    holder = json.loads(own.read() or "{}")
                pid = holder.get("pid")
                raise AlreadyRuns(
                    pid if isinstance(pid, int) else None, str(holder.get("url", ""))
                )
            own.truncate(0)
            json.dump({"pid": os.getpid(), "url": url}, own)
            own.flush()
            self._wait_for_remains(family)
            self._family = family
            yield self
            self._family = None

    def _wait_for_remains(self, family: IO[str]) -> None:
        """Let the children of a killed start finish; end those that do not.

        Every child holds `.family.lock` through a descriptor it inherited, so who holds it is
        ours without guessing by name or by a number that may have been given away since.
        """
        for patience, signal_number in (
            (5, signal.SIGTERM),
            (10, signal.SIGINT),
            (10, signal.SIGKILL),
            (10, None),
        ):
            if wait_until(lambda: _locked(family), seconds=patience):
                return
            if signal_number is not None:
                for pid in holders(Path(family.name)):
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal_number)
        raise SetupError(
            f"Processes of an earlier start still use {self.path}: end them first."
        )

    @property
    def inherited(self) -> tuple[int, ...]:
        return (self._family.fileno(),) if self._family else ()

    def sockets(self) -> Path:
        """A private folder with a short path: the path of a socket has room for 107 bytes."""
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        folder = Path("/tmp") / f"salesexpert-{os.geteuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise SetupError(f"{folder} belongs to somebody else: remove it.")
        folder.chmod(0o700)
        return folder

    def log(self, name: str) -> IO[bytes]:
        file = self.logs / f"{name}.log"
        if file.exists() and file.stat().st_size > LOG_LIMIT:
            file.replace(file.with_suffix(".log.1"))
        return open(file, "ab")

    def log_tail(self, name: str, lines: int = 20) -> str:
        with contextlib.suppress(OSError):
            text = (
                (self.logs / f"{name}.log")
                .read_bytes()[-20_000:]
                .decode(errors="replace")
            )
            return "\n".join(text.splitlines()[-lines:])
        return ""

    def remove(self) -> None:
        """Take away the folder with its sockets; for folders that lived for one run."""
        shutil.rmtree(self.sockets(), ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def holders(file: Path) -> list[int]:
    """Processes that have `file` open, this one left out. Linux only; elsewhere none is found."""
    wanted = os.fspath(file.resolve())
    holders = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(folder.name) != os.getpid() and any(
                os.readlink(link) == wanted for link in (folder / "fd").iterdir()
            ):
                holders.append(int(folder.name))
    return holders


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether `condition` came true in time; asked twenty times a second."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
