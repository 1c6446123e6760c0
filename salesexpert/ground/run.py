"""`make run`: PostgreSQL, Valkey, the pages, their events, the worker and beat under one parent.

Order down is the reverse of order up. Every child is bound to this process, so that Ctrl-C,
SIGTERM, a killed parent or a failed start all end the same way: nothing is left running, and the
next start finds the data whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from salesexpert import environment
from salesexpert.ground import health, services, sources
from salesexpert.ground.bootstrap import ROOT, SetupError, say
from salesexpert.ground.data_folder import DataFolder
from salesexpert.ground.services import Child
from salesexpert.ground.wishes import Wishes, check_port, free_port

DEMO_LOGINS = (
    "director head anna boris vera tele marketing service assistant lawyer admin"
)
PYTHON = Path(sys.executable)
MANAGE = (PYTHON, ROOT / "manage.py")


type Command = Sequence[str | Path]


class Stopped(Exception):
    """The person or the system asked to stop while something was being prepared."""


# ---------------------------------------------------------------- the supervisor


@dataclass
class Program:
    """A child that is started again when it ends by itself, within reason."""

    name: str
    command: Command
    stopping: Sequence[tuple[signal.Signals, float]]
    dies_by: signal.Signals = signal.SIGTERM
    is_needed: bool = True
    starts: list[float] = field(default_factory=list)


RESTARTS_A_MINUTE = 4
# How soon an exchange that is connected in the settings is listened to.
CALLS_EVERY_SECONDS = 15


class Supervisor:
    """The children, in the order they were started."""

    def __init__(self, wishes: Wishes, folder: DataFolder) -> None:
        self.wishes, self.folder = wishes, folder
        self.stop_requests = 0
        self.calls_minded_at = 0.0
        self.children: list[Child] = []
        self.programs: dict[str, Program] = {}
        self.env: dict[str, str] = dict(os.environ)
        self._parent = os.getppid()
        self._follows_parent = bool(os.environ.get("SALESEXPERT_STARTED_BY_MAKE"))

    # ---- being told to stop

    def listen(self) -> None:
        # Installed even where they are ignored: a shell's background job ignores SIGINT.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self.stop_requests += 1

    @property
    def is_stopping(self) -> bool:
        # prctl tells us of make's death on Linux; this is for the other systems.
        orphaned = self._follows_parent and os.getppid() != self._parent
        return self.stop_requests > 0 or orphaned

    def check(self) -> None:
        if self.is_stopping:
            raise Stopped

    # ---- the pair

    def start_services(self) -> None:
        found: dict[str, str] = {}
        if self.wishes.database_url:
            _check_database(self.wishes.database_url)
        else:
            self.children.append(services.start_postgres(self.folder))
            self.check()
            services.make_database(self.folder, anew=self._demo_was_interrupted())
            found["database_url"] = services.application_url(self.folder)
            found["database_owner_url"] = services.owner_url(self.folder)
        if self.wishes.redis_url:
            _check_broker(self.wishes.redis_url)
        else:
            self.children.append(services.start_valkey(self.folder))
            found["redis_url"] = services.redis_url(self.folder)
        found.setdefault("redis_url", self.wishes.redis_url)
        self.check()
        self._tell(found)

    def _tell(self, found: dict[str, str]) -> None:
        """Leave the addresses where the settings of every process look for them."""
        found["secret_key"] = _kept_secret(self.folder.path / "secret_key")
        self.mail_port = free_port()
        found["smtp_url"] = f"smtp://127.0.0.1:{self.mail_port}"
        found["mail_catcher"] = os.fspath(self.folder.path / "mail")
        self.events_port = free_port(after=self.wishes.port)
        found["events_url"] = f"http://127.0.0.1:{self.events_port}/events/"
        self.env.setdefault("PUBLIC_URL", self.wishes.url.rstrip("/"))
        self.env["SALESEXPERT_DATA"] = os.fspath(self.folder.path)
        if self.wishes.database_url:
            # The settings read the file only where DATABASE_URL is unset.
            for name, key in (
                ("SECRET_KEY", "secret_key"),
                ("REDIS_URL", "redis_url"),
                ("SMTP_URL", "smtp_url"),
                ("MAIL_CATCHER_DIR", "mail_catcher"),
                ("EVENTS_URL", "events_url"),
            ):
                if key in found:
                    self.env.setdefault(name, found[key])
        if self.env.get("SMTP_URL", "") not in {"", found["smtp_url"]}:
            self.mail_port = 0  # letters go to a real server
        _write_private(self.folder.services_file, json.dumps(found, indent=1))

    # ---- preparing the data

    def prepare(self) -> None:
        """Migrate and collect static files, each only when its sources are others than last time.

        A database from outside may have been changed by others and is migrated at every start.
        """
        migrated, collected = (
            self.folder.path / ".migrated",
            self.folder.path / ".collected",
        )
        if self.wishes.database_url or _read(migrated) != sources.of_migrations():
            say("Preparing the database")
            self.manage("migrate", "-v0")
            migrated.write_text(sources.of_migrations())
        if _read(collected) != sources.of_static_files():
            say("Collecting the static files")
            self.manage("collectstatic", "--noinput", "--clear", "-v0")
            collected.write_text(sources.of_static_files())

    def load_demo(self) -> None:
        if self.wishes.demo == "0" or not self._is_empty():
            return
        if not sources.has_command("demo"):
            say("This version has no demo company yet: the company is empty.")
            return
        say(f"Loading the demo company ({self.wishes.demo})")
        self._demo_mark.write_text(self.wishes.demo)
        self.manage("demo", "--scale", self.wishes.demo, shown=True)
        self._demo_loaded.write_text(self.wishes.demo)
        self._demo_mark.unlink()

    @property
    def _demo_mark(self) -> Path:
        return self.folder.path / ".demo-loading"

    @property
    def _demo_loaded(self) -> Path:
        return self.folder.path / ".demo"

    def _demo_was_interrupted(self) -> bool:
        if not self._demo_mark.exists():
            return False
        say(
            "The last start ended while it loaded the demo company: starting from an empty base."
        )
        (self.folder.path / ".migrated").unlink(missing_ok=True)
        self._demo_mark.unlink()
        return True

    def _is_empty(self) -> bool:
        """Whether there is nobody who could log in."""
        url = self.wishes.database_url or services.owner_url(self.folder)
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM accounts_user)"
            ).fetchone()
        return not (row and row[0])

    def manage(self, *arguments: str, shown: bool = False) -> None:
        """Run a management command to its end. Raises Stopped, or SetupError if it fails."""
        name = arguments[0]
        process = services.spawn(
            self.folder,
            name,
            [*MANAGE, *arguments],
            env=self.env,
            cwd=ROOT,
            shown=shown,
        )
        child = Child(name, process)
        while child.is_alive:
            if self.is_stopping:
                child.stop()
                raise Stopped
            time.sleep(0.05)
        if process.returncode:
            log = "" if shown else f":\n{self.folder.log_tail(name)}"
            raise SetupError(f"“manage.py {' '.join(arguments)}” failed{log}")

    # ---- the programs

    def start(self, program: Program) -> None:
        self.check()
        program.starts.append(time.monotonic())
        process = services.spawn(
            self.folder,
            program.name,
            program.command,
            env=self.env,
            cwd=ROOT,
            dies_by=program.dies_by,
        )
        self.programs[program.name] = program
        self.children.append(
            Child(
                program.name,
                process,
                program.stopping,
                urgent=lambda: self.stop_requests > 1,
            )
        )

    def start_mail_catcher(self) -> None:
        if not self.mail_port or not sources.has_command("catch_mail"):
            return
        folder = self.folder.path / "mail"
        folder.mkdir(exist_ok=True, mode=0o700)
        command: Command = [
            *MANAGE,
            "catch_mail",
            "--port",
            str(self.mail_port),
            "--folder",
            folder,
        ]
        self.start(Program("mail", command, ((signal.SIGTERM, 5),)))

    def start_web(self) -> None:
        command: Command = [
            *(
                PYTHON,
                "-m",
                "salesexpert.serving",
                "salesexpert.wsgi:application",
            ),
            *("--host", "127.0.0.1", "--port", str(self.wishes.port)),
            *("--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers"),
            # Without a limit one stuck request holds up the stop for as long as it is stuck.
            *("--workers-kill-timeout", "10", "--no-ws", "--log-level", "warning"),
        ]
        self.start(Program("web", command, ((signal.SIGTERM, 15),)))

    def start_events(self) -> None:
        """Pages work without it, asking every half minute, so its end is nobody else's."""
        command: Command = [
            *(PYTHON, "-m", "salesexpert.notices.server"),
            *("--port", str(self.events_port)),
        ]
        self.start(Program("events", command, ((signal.SIGTERM, 5),), is_needed=False))

    def mind_calls(self) -> None:
        """Listening to exchanges needs a process only where one is connected that we connect to ourselves."""
        if time.monotonic() < self.calls_minded_at + CALLS_EVERY_SECONDS:
            return
        self.calls_minded_at = time.monotonic()
        running = next((child for child in self.children if child.name == "calls"), None)  # fmt: skip
        if self._has_exchanges() == (running is not None):
            return
        if running is not None:
            self.children.remove(running)
            running.stop()
            return
        command: Command = [*MANAGE, "listen_to_exchanges"]
        self.start(Program("calls", command, ((signal.SIGTERM, 5),), is_needed=False))

    def _has_exchanges(self) -> bool:
        url = self.wishes.database_url or services.owner_url(self.folder)
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute(
                    "SELECT EXISTS (SELECT 1 FROM telephony_connection WHERE provider = 'ami' AND retired_at IS NULL)"
                ).fetchone()
        except psycopg.Error:
            # The base is away for a moment: whoever listens goes on.
            return any(child.name == "calls" for child in self.children)
        return bool(row and row[0])

    def wait_for_pages(self) -> None:
        web = self.children[-1]
        end = time.monotonic() + 90
        while True:
            self.check()
            said = health.ask(self.wishes.port, timeout=10)
            if said and said["http"] == "200":
                return
            if not web.is_alive or time.monotonic() > end:
                answer = f" (/healthz: {said})" if said else ""
                raise SetupError(
                    f"The pages do not answer{answer}; the end of {self.folder.logs}/web.log:\n"
                    f"{self.folder.log_tail('web')}"
                )
            time.sleep(0.1)

    def start_background(self) -> None:
        celery = (PYTHON, "-m", "celery", "-A", "salesexpert")
        log = ("--loglevel", "WARNING")
        worker: Command = [
            *celery,
            "worker",
            *log,
            "--concurrency",
            "2",
            "--without-gossip",
        ]
        self.start(
            Program(
                "worker",
                [*worker, "--without-mingle"],
                # Finish what is in hand; then give it back to the broker.
                ((signal.SIGTERM, 10), (signal.SIGQUIT, 15)),
                # Without its broker a shutdown that means well can wait for ever; what was in
                # hand goes back to the broker, as after a power cut.
                dies_by=signal.SIGKILL,
            )
        )
        schedule = self.folder.path / "beat.db"
        beat: Command = [*celery, "beat", *log, "--schedule", schedule, "--pidfile="]
        self.start(Program("beat", beat, ((signal.SIGTERM, 10),)))

    def watch(self) -> None:
        """Return when asked to stop; raise SetupError when a child cannot be kept alive."""
        while not self.is_stopping:
            for child in self.children:
                if not child.is_alive:
                    self._replace(child)
                    break
            else:
                self.mind_calls()
            time.sleep(0.1)

    def _replace(self, child: Child) -> None:
        self.children.remove(child)
        child.stop()  # sweeps what it may have left of its group
        code = child.process.returncode
        program = self.programs.get(child.name)
        logs = f"see {self.folder.logs / child.name}.log"
        if program is None:
            raise SetupError(f"{child.name} ended by itself (code {code}): {logs}.")
        recent = [at for at in program.starts if time.monotonic() - at < 60]
        if len(recent) > RESTARTS_A_MINUTE and not program.is_needed:
            say(f"{child.name} keeps ending (code {code}): going on without; {logs}.")
            return
        if len(recent) > RESTARTS_A_MINUTE:
            raise SetupError(f"{child.name} keeps ending (code {code}): {logs}.")
        say(f"{child.name} ended by itself (code {code}) and is started again; {logs}.")
        self.start(program)

    # ---- the end

    def stop(self) -> None:
        """Stop the children, last started first; PostgreSQL and Valkey always get their time."""
        self.folder.services_file.unlink(missing_ok=True)
        order = {
            "web": 0,
            "events": 1,
            "calls": 1,
            "beat": 2,
            "worker": 3,
            "mail": 4,
            "valkey": 5,
            "postgres": 6,
        }
        for child in sorted(self.children, key=lambda child: order.get(child.name, 0)):
            child.stop()
        self.children.clear()

    def announce(self) -> None:
        say(f"Sales Expert is ready: {self.wishes.url}")
        if self._demo_loaded.exists() and not self.wishes.database_url:
            # The smallest company has one department of sales, the others a second one with its own head.
            head2 = "" if self._demo_loaded.read_text().strip() == "tiny" else " head2"
            say(f"Demo logins, the password of each is “demo”: {DEMO_LOGINS}{head2}")
        elif self._is_empty():
            say(
                "Nobody can log in yet; make the first administrator: "
                f"{_prefix(self.wishes)}.venv/bin/python manage.py createsuperuser"
            )


# ---------------------------------------------------------------- small matters


def _prefix(wishes: Wishes) -> str:
    if wishes.data == ROOT / ".data":
        return ""
    return f"SALESEXPERT_DATA='{wishes.data}' "


def _read(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text().strip()
    return ""


def _kept_secret(file: Path) -> str:
    """The secret of this data folder: sessions outlive a restart."""
    if kept := _read(file):
        return kept
    secret = secrets.token_urlsafe(50)
    _write_private(file, secret)
    return secret


def _write_private(file: Path, text: str) -> None:
    fresh = file.with_name(f"{file.name}.new")
    with open(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as opened:
        opened.write(text)
    fresh.replace(file)


def _check_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise SetupError(
            f"The database of DATABASE_URL does not answer: {reason}"
        ) from error


def _check_broker(url: str) -> None:
    try:
        redis.Redis.from_url(
            environment.cache_url(url), socket_connect_timeout=5
        ).ping()
    except (redis.RedisError, ValueError) as error:
        raise SetupError(f"The broker of REDIS_URL does not answer: {error}") from error


def main() -> int:
    try:
        wishes = Wishes.read(os.environ)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    folder = DataFolder(wishes.data)
    try:
        with folder.held(url=wishes.url):
            return supervise(wishes, folder)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1


def supervise(wishes: Wishes, folder: DataFolder) -> int:
    supervisor = Supervisor(wishes, folder)
    supervisor.listen()
    steps: Sequence[Callable[[], None]] = (
        lambda: check_port(wishes.port),
        supervisor.start_services,
        supervisor.prepare,
        supervisor.load_demo,
        supervisor.start_mail_catcher,
        supervisor.start_web,
        supervisor.wait_for_pages,
        supervisor.start_events,
        supervisor.start_background,
        supervisor.announce,
        supervisor.watch,
    )
    try:
        for step in steps:
            supervisor.check()
            step()
    except Stopped:
        pass
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if supervisor.is_stopping:
            say("Stopping")
        supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
