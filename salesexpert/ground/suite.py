"""`make test`: start a database and a broker for the tests and run them all.

What follows the command goes to pytest. With DATABASE_URL and REDIS_URL set those are used; the
database role must be allowed to create databases.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from salesexpert.ground import services
from salesexpert.ground.bootstrap import (
    CHROMIUM_NAMES,
    ROOT,
    SetupError,
    end_with_parent,
    say,
)
from salesexpert.ground.data_folder import DataFolder

# One for each core of the smallest machine that is served; more fight over the database. The tests
# of a file stay together, so that what its module fixtures start is started once.
WORKERS = "2"

NOT_OF_THE_TESTS = (
    *("SECRET_KEY", "DEBUG", "PUBLIC_URL", "ALLOWED_HOSTS", "SMTP_URL"),
    # Some hundred processes are started: each would compile the product anew.
    "PYTHONDONTWRITEBYTECODE",
)


@contextlib.contextmanager
def passing_services(
    *, database: bool = True, broker: bool = True
) -> Iterator[dict[str, str]]:
    """A database and a broker for one run, as the variables that name them; then they are gone.

    They forget on a power cut, and for that are fast. What the environment already names is not
    started.
    """
    folder = DataFolder(_place_for_a_run())
    children: list[services.Child] = []
    found: dict[str, str] = {}
    try:
        with folder.held():
            try:
                if database and not os.environ.get("DATABASE_URL"):
                    children.append(services.start_postgres(folder, durable=False))
                    services.make_database(folder)
                    # The owner: the tests make and drop databases of their own.
                    found["DATABASE_URL"] = services.owner_url(folder)
                if broker and not os.environ.get("REDIS_URL"):
                    children.append(services.start_valkey(folder, durable=False))
                    found["REDIS_URL"] = services.redis_url(folder)
                yield found
            finally:
                for child in reversed(children):
                    child.stop()
    finally:
        folder.remove()


def _place_for_a_run() -> Path:
    """A folder for this run alone; those of runs that were killed are cleared away."""
    runs = ROOT / ".data" / "tests"
    runs.mkdir(parents=True, exist_ok=True)
    for left in runs.iterdir():
        with contextlib.suppress(OSError), open(left / ".family.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    return runs / str(os.getpid())


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """pytest's exit code. SIGTERM is passed on; the terminal's Ctrl-C reaches pytest by itself."""
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadfile"]
    command.append("--no-loadscope-reorder")  # tests/conftest.py names the long files
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        preexec_fn=end_with_parent(),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: process.terminate())
    return process.wait()


def main(arguments: list[str]) -> int:
    chromium = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if not chromium:
        say("SKIPPED: the browser tests, because Chromium is missing.")
    # A SIGTERM during the start of the services unwinds them like any other end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with passing_services() as found:
            found["CHROMIUM"] = chromium or ""
            # What a developer has set for `make run` is no matter of the tests.
            # Importing the package has named the settings of the product; the tests name theirs.
            for name in (*NOT_OF_THE_TESTS, "DJANGO_SETTINGS_MODULE"):
                os.environ.pop(name, None)
            return run_pytest(arguments, found)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
