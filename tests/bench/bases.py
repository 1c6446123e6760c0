"""Bases to measure on: made once, kept, brought up to date by migrations, and copied for each run.

A run writes (it saves activities), so it works on a copy, and the next run finds the base as it was made. Only `large` is
measured as it lies, for copying it would take longer than measuring: what was saved is taken away afterwards (`as_found`).
"""

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from salesexpert.ground import services
from salesexpert.ground.data_folder import DataFolder
from tests.bench.table import MAKE_TABLE

ROOT = Path(__file__).resolve().parents[2]
RUN = "bench_run"
COUNTED = ("analytics_funneleight", "analytics_funnelday", "analytics_funneldeal", "analytics_personday", "analytics_contactday", "analytics_moneyday", "analytics_plannedday", "analytics_owedday", "analytics_pricemonth", "analytics_laddermonth", "analytics_payingday", "analytics_workmonth", "clients_fullnesssum", "deals_workedday", "deals_stageday", "deals_standing", "analytics_funnelchange")  # fmt: skip
# Small tables that each page asks or each change passes through: a few hundred written rows make them several times their size.
BUSY = ("accounts_user", "django_session", "analytics_paymonth", "analytics_moneytocount", "analytics_moneychange", "analytics_owedchange", "analytics_daychange", "analytics_changeddeal", "analytics_stalepay", "analytics_plannedchange", "analytics_workchange", "analytics_payingchange", "deals_workedchange", "deals_standingchange", "clients_fullnesschange")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL and a broker: embedded ones of the bench, or those that the environment names."""

    owner_url: str
    application_url: str
    redis_url: str

    def owner(self, database: str) -> str:
        return _with_database(self.owner_url, database)

    def environment(self, database: str) -> dict[str, str]:
        """Variables under which the product works on `database`, as in production."""
        return {
            **os.environ,
            "DATABASE_OWNER_URL": self.owner(database),
            "DATABASE_URL": _with_database(self.application_url, database),
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "only-the-bench-signs-with-this-key-0123456789",
            "DEBUG": "0",
            "LOG_LEVEL": "ERROR",
            "LC_ALL": "C.UTF-8",
        }


def _with_database(url: str, database: str) -> str:
    """The same server's other database. `urlunsplit` would lose the empty host of `postgresql:///name?host=/socket`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{database}" + (
        f"?{parts.query}" if parts.query else ""
    )


@contextlib.contextmanager
def server(data: Path) -> Iterator[Server]:
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        url = os.environ["DATABASE_URL"]
        yield Server(
            os.environ.get("DATABASE_OWNER_URL") or url, url, os.environ["REDIS_URL"]
        )
        return
    with DataFolder(data).held() as folder:
        children = []
        try:
            children.append(services.start_postgres(folder))
            services.make_database(folder)
            children.append(services.start_valkey(folder, durable=False))
            yield Server(
                services.owner_url(folder),
                services.application_url(folder),
                services.redis_url(folder),
            )
        finally:
            for child in reversed(children):
                child.stop()


def generator() -> str:
    """A word for what a base depends on besides scale and seed: the generator and the words it shares with the product."""
    digest = hashlib.sha256()
    files = [*(ROOT / "salesexpert" / "desk" / "demo").glob("**/*.py")]
    files += [
        ROOT / "clients" / name for name in ("searching.py", "names.py", "presets.py")
    ]
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(MAKE_TABLE.encode())
    return digest.hexdigest()[:10]


def prepared(at: Server, scale: str, seed: int, until: date, *, fresh: bool) -> str:
    """The name of the kept base, made now if it is missing or `fresh` is asked for, and migrated to this schema.

    The small scales are made anew each day, for “my day”, and for each change of the generator. A large one is kept through
    both: it is an hour's work, and asked a day later it has a day of overdue work more.
    """
    name = f"bench_{scale}_{seed}"
    if scale in {"tiny", "small"}:
        name = f"{name}_{generator()}_{until:%m%d}"
    if fresh:
        _drop(at, name)
    if _exists(at, name):
        # A check refuses the demo company where DEBUG is off; the pages are served all the same.
        manage(at.environment(name), "migrate", "-v0", "--skip-checks")
        # What migrations left to be counted is counted by beat, and none runs here.
        manage(at.environment(name), "rollups", "--skip-checks")
        # An index alone answers only for blocks that VACUUM has seen: the load has it come by, such counting has not.
        _sql(at.owner(name), f"VACUUM (ANALYZE) {', '.join(COUNTED)}")
        return name
    with contextlib.suppress(psycopg.Error):
        _drop_outdated(at, f"bench_{scale}_{seed}")
    making = f"{name}_making"
    _drop(at, making)
    _sql(
        at.owner("postgres"),
        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)),
    )
    environment = at.environment(making)
    manage(environment, "migrate", "-v0")
    command = ("demo", "--scale", scale, "--seed", str(seed))
    manage(environment, *command, "--until", until.isoformat())
    _sql(at.owner(making), MAKE_TABLE)
    _sql(at.owner(making), "VACUUM (ANALYZE) bench_floor")
    _sql(
        at.owner("postgres"),
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(making), sql.Identifier(name)
        ),
    )
    return name


@contextlib.contextmanager
def copy(at: Server, name: str, scale: str) -> Iterator[str]:
    """A copy of a kept base for one run."""
    run = f"{RUN}_{scale}"
    _drop(at, run)
    _sql(
        at.owner("postgres"),
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(run), sql.Identifier(name)
        ),
    )
    try:
        # Rights on a database are not copied with it; those on its tables are.
        yield run
    finally:
        _drop(at, run)


@contextlib.contextmanager
def as_found(at: Server, database: str, saver: str) -> Iterator[None]:
    """Take away what `saver` saved meanwhile: it would stand in his day and his week, which others are measured by."""
    with psycopg.connect(at.owner(database), autocommit=True) as connection:
        row = connection.execute("SELECT coalesce(max(id), 0) FROM clients_activity").fetchone()  # fmt: skip
        try:
            yield
        finally:
            connection.execute(
                "DELETE FROM clients_activity WHERE id > %s AND created_by_id = (SELECT id FROM accounts_user WHERE username = %s)",
                [row[0] if row else 0, saver],
            )


def other_cache(redis_url: str, scale: str) -> str:
    """A numbered database of the broker for a scale, where the address names one by number."""
    number = {"tiny": 1, "small": 2, "medium": 3, "large": 4}[scale]
    if "virtual_host=" in redis_url:
        return re.sub(r"virtual_host=\d+", f"virtual_host={number}", redis_url)
    return re.sub(r"/\d+$", f"/{number}", redis_url)


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=ROOT,
        env=environment,
        check=True,
    )


def vacuum(at: Server, database: str) -> None:
    """Of each table, however few rows were written to: VACUUM leaves the entries of dead rows in the indexes of a large table
    until they lie on 2% of its pages, and until then no index alone answers for those pages."""
    _sql(at.owner(database), "VACUUM (INDEX_CLEANUP ON)")


def repack(at: Server, database: str) -> None:
    """Sums of days and months lie close in their indexes again, after thousands of them were written and taken back."""
    _sql(at.owner(database), f"VACUUM {', '.join(COUNTED)}")
    for table in COUNTED:
        _sql(at.owner(database), f"REINDEX TABLE CONCURRENTLY {table}")


def in_order(at: Server, database: str) -> None:
    """A base measured as it lies, in the order in which a copy comes: small tables have the size of their rows again.

    Nobody else may use the base meanwhile.
    """
    for table in BUSY:
        _sql(at.owner(database), f"VACUUM (FULL, ANALYZE) {table}")


def _exists(at: Server, name: str) -> bool:
    with psycopg.connect(at.owner("postgres")) as connection:
        return (
            connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
            is not None
        )


def _drop(at: Server, name: str) -> None:
    _sql(
        at.owner("postgres"),
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
    )


def _drop_outdated(at: Server, prefix: str) -> None:
    with psycopg.connect(at.owner("postgres")) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_get_userbyid(datdba) = current_user",
            [prefix],
        ).fetchall()
    for (name,) in found:
        _drop(at, name)


def _sql(url: str, statement: str | sql.Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def results_folder(data: Path) -> Path:
    folder = data / "results"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_result(data: Path, result: dict[str, object]) -> Path:
    path = (
        results_folder(data)
        / f"{result['scale']}-{str(result['at'])[:19].replace(':', '')}.json"
    )
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
