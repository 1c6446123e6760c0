"""The product being measured: its web server, a person signed in, its memory, the blocks that its queries touch."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from salesexpert.ground.bootstrap import SetupError, end_with_parent
from tests.bench import asking, bases

PASSWORD = "demo"


@contextlib.contextmanager
def web(environment: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """Two workers under granian, as in production; gives port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [
        *(sys.executable, "-m", "salesexpert.serving"),
        *("tests.bench.wsgi:application", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "2"),
        *("--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=bases.ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
    try:
        end = time.monotonic() + 60
        while True:
            if process.poll() is not None or time.monotonic() > end:
                raise SetupError(f"The web server did not start: see {log}.")
            with contextlib.suppress(OSError, ConnectionError):
                if asking.Line(port).ask("/login/").status == 200:
                    break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)  # it ends at once when it cannot start
        yield port, process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def sign_in(port: int, user: str) -> dict[str, str]:
    """The cookies of a signed-in person, got as a browser gets them."""
    line = asking.Line(port)
    page = line.ask("/login/").body.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise SetupError("The login page has no form.")
    answer = line.ask(
        "/login/",
        {"login": user, "password": PASSWORD, "csrfmiddlewaretoken": token[1]},
    )
    line.close()
    if "sessionid" not in line.cookies:
        raise SetupError(f"Signing in as {user} was answered {answer.status}.")
    return line.cookies


def worker_memory(pid: int) -> list[float]:
    """PSS of each web worker in MB; empty where the system does not tell."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) != pid:
                continue
            rollup = (folder / "smaps_rollup").read_text()
            pss = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            command = (folder / "cmdline").read_bytes()
            if pss and b"resource_tracker" not in command:
                found.append(int(pss[1]) / 1024)
    return sorted(found)


class Blocks:
    """Blocks that the statements of one database have touched so far, in memory or on disk (pg_stat_statements).

    `so_far` is None where the server does not count them.
    """

    def __init__(self, at: bases.Server, database: str) -> None:
        self._connection: psycopg.Connection | None = None
        self._database = database
        self._owner_url = at.owner(database)
        with contextlib.suppress(psycopg.Error):
            connection = psycopg.connect(at.owner_url, autocommit=True)
            connection.execute("SELECT FROM pg_stat_statements LIMIT 1")
            self._connection = connection

    @property
    def so_far(self) -> int | None:
        if self._connection is None:
            return None
        row = self._connection.execute(
            "SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint FROM pg_stat_statements"
            " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = %s)",
            [self._database],
        ).fetchone()
        return int(row[0]) if row else None

    def nothing_waits(self) -> None:
        """Merge what waits to be searched by: of two bases one would pay in its turn for what was saved before."""
        with psycopg.connect(self._owner_url) as connection:
            connection.execute(
                "SELECT gin_clean_pending_list(i.oid) FROM pg_class AS i JOIN pg_am AS a ON a.oid = i.relam"
                " WHERE a.amname = 'gin' AND i.relkind = 'i' AND i.relnamespace = 'public'::regnamespace"
            )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
