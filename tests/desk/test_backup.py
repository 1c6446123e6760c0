"""`manage.py backup` and `manage.py restore`: the whole company in one file, and back, in processes and bases of their own."""

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from salesexpert.desk.backup.archive import Archive, BackupRefused
from salesexpert.desk.backup.programs import program
from tests.deals.test_bank_statements import document
from tests.deals.test_bank_statements import statement as bank_statement

ROOT = Path(__file__).parents[2]
ROLE = "salesexpert_app"
FILES = {
    "clients/1/договор № 7.pdf": b"%PDF-1.7 " + bytes(range(256)) * 400,
    "clients/1/empty.txt": b"",
    "imports/base (1).csv": "ИНН;Название\n".encode("cp1251"),
}


# Copies of the base of the tests: pytest makes one for a run of this file alone too.
pytestmark = pytest.mark.django_db


class Company:
    """A product on a base and a data folder of its own, asked through its commands as an administrator asks it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = f"{connection.settings_dict['NAME']}_{name}"
        self.folder = folder
        folder.mkdir()

    def url(self, *, user: str | None = None) -> str:
        base = connection.settings_dict
        host = str(base["HOST"] or "localhost")
        password = f":{quote(base['PASSWORD'])}" if base["PASSWORD"] else ""
        who = user or f"{base['USER']}{password}"
        if host.startswith("/"):
            return f"postgresql://{who}@/{self.name}?host={quote(host, safe='')}"
        return f"postgresql://{who}@{host}:{base['PORT'] or 5432}/{self.name}"

    def sql(self, statement: str, *, url: str = "") -> list[Any]:
        with psycopg.connect(url or self.url(), autocommit=True) as direct:
            cursor = direct.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def manage(
        self, *command: str, before: Callable[[], None] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return self.python(str(ROOT / "manage.py"), *command, before=before)

    def python(
        self, *arguments: str, before: Callable[[], None] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": self.url(user=ROLE),
                "DATABASE_OWNER_URL": self.url(),
                "REDIS_URL": settings.REDIS_URL,
                "SALESEXPERT_DATA": str(self.folder),
                "SECRET_KEY": f"of {self.name}",
                "DEBUG": "1",
                "DJANGO_SETTINGS_MODULE": "salesexpert.settings",
            },
            preexec_fn=before,
            capture_output=True,
            text=True,
            check=False,
        )

    def command(self, *commands: tuple[str, ...], before: Callable[[], None] | None = None) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        """Several commands one after another in one process, for starting one costs more than what it does; what each refuses
        goes to standard error in a line of its own, and the exit code tells how many did."""
        script = (
            "import sys\n"
            f"sys.argv[:] = ['manage.py', {commands[0][0]!r}]  # by it the product tells whose address to take\n"
            "import django; django.setup()\n"
            "from django.core.management import CommandError, call_command\n"
            "refused = 0\n"
            f"for command in {commands!r}:\n"
            "    try: call_command(*command)\n"
            "    except CommandError as error: refused += 1; print(repr(str(error)), file=sys.stderr)\n"
            "sys.exit(refused)\n"
        )
        return self.python("-c", script, before=before)

    def tables(self) -> dict[str, str]:
        """A digest of all rows of each table."""
        names = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")  # fmt: skip
        return {
            name: self.sql(f"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM \"{name}\" t")[0][0]
            for (name,) in names
        }  # fmt: skip

    def schema(self) -> list[str]:
        """Triggers, indexes, constraints, columns, numbers and rights, as the database itself writes them: casts and brackets,
        which it writes anew each time it reads them, left out."""
        rows = self.sql(
            """SELECT pg_get_triggerdef(oid) || coalesce(obj_description(oid, 'pg_trigger'), '') FROM pg_trigger WHERE NOT tgisinternal
               UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
               UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint
                          WHERE connamespace = 'public'::regnamespace
               UNION ALL SELECT table_name || column_name || data_type || is_nullable || coalesce(column_default, '')
                           FROM information_schema.columns WHERE table_schema = 'public'
               UNION ALL SELECT sequencename || coalesce(last_value, 0) FROM pg_sequences
               UNION ALL SELECT relname || acl::text FROM pg_class, unnest(relacl) acl WHERE relnamespace = 'public'::regnamespace
               UNION ALL SELECT p.oid::regprocedure || acl::text FROM pg_proc p, unnest(proacl) acl WHERE pronamespace = 'public'::regnamespace
               ORDER BY 1"""
        )
        return sorted(
            re.sub(r"::(character varying|text)(\[\])?|[()]", "", row)
            for (row,) in rows
        )

    def files(self) -> dict[str, str]:
        below = self.folder / "files"
        return {
            path.relative_to(below).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in below.rglob("*")
            if path.is_file()
        }  # fmt: skip


def refusals(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What the commands of one process were refused with, in their order."""
    return [line for line in done.stderr.splitlines() if line[:1] in {"'", '"'}]


@pytest.fixture(scope="module")
def found(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Callable[..., Company]]:
    """Makes companies with an empty base each, or with a copy of the migrated base of the tests."""
    made: list[Company] = []
    server = Company("", tmp_path_factory.mktemp("server") / "data")
    server.name = "postgres"

    def one(name: str, *, migrated: bool = False) -> Company:
        company = Company(name, tmp_path_factory.mktemp(name) / "data")
        tests = connection.settings_dict["NAME"]
        if migrated:
            connections.close_all()  # a base that is copied may have no visitors
        for verb in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {} TEMPLATE {}"):
            template = tests if migrated else "template1"
            statement = sql.SQL(verb).format(sql.Identifier(company.name), sql.Identifier(template))  # fmt: skip
            server.sql(statement)  # type: ignore[arg-type]
        made.append(company)
        return company

    with django_db_blocker.unblock():
        yield one
        for company in made:
            server.sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(company.name)))  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture(scope="module")
def company(found: Callable[..., Company]) -> Company:
    """The tiny company, with a bank statement and files."""
    company = found("backed", migrated=True)
    bank = company.folder.parent / "bank.txt"
    bank.write_bytes(bank_statement(document(), document("18", "0.10")))
    # Nothing is left to migrate but the rights of the product's role, which a base of the tests does not need.
    done = company.command(("migrate", "-v0"), ("demo", "--scale", "tiny"), ("load_statement", str(bank)))  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name, content in FILES.items():
        path = company.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return company


@pytest.fixture(scope="module")
def archive(company: Company, tmp_path_factory: Any) -> Path:
    path: Path = tmp_path_factory.mktemp("archive") / "company.zip"
    done = company.manage("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def restored(found: Callable[..., Company], archive: Path) -> Company:
    """A company that had nothing, not even tables, and got the archive."""
    company = found("restored")
    done = company.manage("restore", str(archive))
    assert done.returncode == 0, done.stderr
    return company


def test_every_row_and_every_file_comes_back(company, restored):
    assert restored.tables() == company.tables()
    assert len(restored.tables()) > 60
    empty = {name for name, said in company.tables().items() if name.startswith("deals_") and said == "0 "}  # fmt: skip
    assert not empty & {"deals_invoice", "deals_payment", "deals_allocation", "deals_delivery", "deals_contract", "deals_statementline"}  # fmt: skip
    assert restored.files() == company.files()
    assert set(FILES) < set(restored.files())  # and the library of the demo


def test_triggers_indexes_constraints_numbers_and_rights_come_back(company, restored):
    assert restored.schema() == company.schema()


def test_the_restored_product_serves_its_pages(restored):
    done = restored.manage(
        "shell",
        "-v0",
        "-c",
        "from django.test import Client; c = Client(SERVER_NAME='localhost');"
        "print(c.post('/login/', {'login': 'anna', 'password': 'demo'}).status_code,"
        " *(c.get(p).status_code for p in ('/', '/clients/', '/contacts/', '/clients/1/')))",
    )
    assert done.stdout.split() == ["302", "200", "200", "200", "200"], done.stderr


def test_the_restored_journal_still_cannot_be_edited(restored):
    assert restored.sql("SELECT count(*) FROM clients_clientevent")[0][0] > 100
    for statement in (
        "UPDATE clients_clientevent SET name = ''",
        "DELETE FROM clients_clientevent",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            restored.sql(statement, url=restored.url(user=ROLE))
        with pytest.raises(psycopg.errors.RaiseException):
            restored.sql(statement)


def test_what_changes_after_a_restore_is_journalled(restored):
    def events():
        return restored.sql("SELECT count(*) FROM clients_clientevent")[0][0]

    before = events()
    restored.sql("BEGIN; UPDATE clients_client SET note = 'x' WHERE id = 1; COMMIT", url=restored.url(user=ROLE))  # fmt: skip

    assert events() == before + 1


def dumped(path: Path, table: str) -> list[str]:
    """Rows of a table in the dump that an archive holds, as PostgreSQL's own program reads them."""
    with zipfile.ZipFile(path) as parts:
        dump = Path(parts.extract("database.dump", path.parent))
    read = subprocess.run(
        [program("pg_restore"), "--data-only", "-t", table, "-f", "-", str(dump)],
        capture_output=True,
        text=True,
        check=True,
    )
    return read.stdout.partition("FROM stdin;\n")[2].partition("\n\\.\n")[0].splitlines()  # fmt: skip


def test_a_backup_is_of_one_moment_while_people_work(company, tmp_path):
    """Each piece of work is a move of the ladder and a question in one transaction: a backup has both or neither."""
    stop, written = threading.Event(), []

    def work():
        with psycopg.connect(company.url()) as direct:
            while not stop.is_set():
                direct.execute(
                    "INSERT INTO clients_relationshipmove (client_id, to_type_id, at, reason) SELECT id, relationship_id, now(), 'busy' FROM clients_client WHERE id = 1"
                )
                direct.execute(
                    "INSERT INTO clients_question (client_id, text, asked_at, recorded_by_id, answer) SELECT 1, 'busy', now(), id, '' FROM accounts_user LIMIT 1"
                )
                direct.commit()
                written.append(1)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        done = company.manage("backup", str(tmp_path / "busy.zip"))
    finally:
        stop.set()
        worker.join()
        company.sql("DELETE FROM clients_question WHERE text = 'busy'")
        company.sql("DELETE FROM clients_relationshipmove WHERE reason = 'busy'")
        # What these moves noted for the months of the ladder adds up to nothing; nobody counts here.
        company.sql("DELETE FROM analytics_ladderchange")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "busy.zip"
    rows = {name: dumped(path, name) for name in ("clients_relationshipmove", "clients_question")}  # fmt: skip
    moves, questions = (sum("busy" in row for row in of) for of in rows.values())
    assert moves == questions < len(written)
    # What a restore holds them against is of the same moment.
    with zipfile.ZipFile(path) as parts:
        counts = json.loads(parts.read("manifest.json"))["counts"]
    assert {name: counts[name] for name in rows} == {name: len(of) for name, of in rows.items()}  # fmt: skip


def test_a_backup_that_cannot_be_written_says_why_and_leaves_nothing(company, archive, tmp_path):  # fmt: skip
    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    before = archive.stat()
    done = company.command(
        ("backup", str(archive)),
        ("backup", str(tmp_path / "big.zip")),
        ("backup", str(tmp_path / "nowhere" / "b.zip")),
        before=small_disk,
    )

    assert done.returncode == 3, done.stderr
    there, full, nowhere = refusals(done)
    assert "is there already" in there
    assert archive.stat() == before
    assert "was not written" in full
    assert "cannot be written" in nowhere
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_somebodys_work_is_replaced_only_on_demand(company, restored, archive):
    before = restored.tables()
    refused = restored.manage("restore", str(archive))
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert restored.tables() == before

    restored.sql("INSERT INTO clients_region (name, name_en, folded, position) VALUES ('Лишняя', '', 'лишняя', 0)")  # fmt: skip
    restored.sql("CREATE TABLE of_a_newer_version (client_id bigint REFERENCES clients_client)")  # fmt: skip
    restored.sql(
        "CREATE VIEW told_of_it AS SELECT * FROM of_a_newer_version"
    )  # goes with its table
    (restored.folder / "files" / "stray.txt").write_text("stray")
    done = restored.manage("restore", str(archive), "--replace")
    assert done.returncode == 0, done.stderr
    assert restored.tables() == company.tables()
    assert restored.files() == company.files()


def changed(archive: Path, target: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:  # fmt: skip
    """A copy of the archive in which `change` was made to the manifest and the parts."""
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(manifest, parts)
    with zipfile.ZipFile(target, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def escaping(manifest, parts):
    parts["files/../../stolen"] = b"out"
    manifest["parts"].append({"name": "files/../../stolen", "size": 3, "sha256": hashlib.sha256(b"out").hexdigest()})  # fmt: skip


def absolute(manifest, parts):
    parts["/tmp/stolen"] = b"out"
    manifest["parts"].append({"name": "/tmp/stolen", "size": 3, "sha256": hashlib.sha256(b"out").hexdigest()})  # fmt: skip


def smuggled(manifest, parts):
    parts["files/unnamed"] = b"not in the manifest"


def missing(manifest, parts):
    del parts["files/clients/1/empty.txt"]


def newer(manifest, parts):
    manifest["migrations"].append(["clients", "9999_from_the_future"])


def newer_format(manifest, parts):
    manifest["sales_expert_backup"] = 99


def forged(manifest, parts):
    name = "files/imports/base (1).csv"
    parts[name] = b"x" * len(parts[name])


def forged_dump(manifest, parts):
    parts["database.dump"] = parts["database.dump"][:-1] + b"!"


def spoken(manifest, parts):
    manifest["counts"]['x"; DROP TABLE clients_client; --'] = 1


def broken_dump(manifest, parts):
    parts["database.dump"] = dump = parts["database.dump"][:150_000]
    for part in manifest["parts"]:
        if part["name"] == "database.dump":
            part.update(size=len(dump), sha256=hashlib.sha256(dump).hexdigest())


def fewer_rows(manifest, parts):
    manifest["counts"]["clients_client"] += 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (absolute, "no backup of Sales Expert"),
        (smuggled, "no backup of Sales Expert"),
        (missing, "no backup of Sales Expert"),
        (spoken, "no backup of Sales Expert"),
        (newer_format, "made by a newer version"),
        (forged, "is damaged"),
        (forged_dump, "is damaged"),
    ],
)
def test_a_doubtful_archive_is_known_by_reading_it(archive, tmp_path, change, sentence):
    doubtful = changed(archive, tmp_path / "doubtful.zip", change)

    with (
        pytest.raises(BackupRefused, match=sentence),
        Archive.opened(doubtful) as opened,
    ):
        opened.check(opened.manifest.parts)


@pytest.mark.parametrize("kind", ["cut", "text", "nothing", "folder", "absent"])
def test_what_is_no_archive_is_refused_in_one_sentence(archive, tmp_path, kind):
    path = tmp_path / kind
    if kind == "cut":
        content = archive.read_bytes()
        path.write_bytes(content[: len(content) // 2])
    elif kind == "text":
        path.write_text("ИНН;Название\n")
    elif kind == "nothing":
        path.touch()
    elif kind == "folder":
        path.mkdir()

    with (
        pytest.raises(BackupRefused, match=r"^[^\n]+\.$"),
        Archive.opened(path),
    ):
        pass


def test_a_refused_restore_changes_nothing(restored, archive, tmp_path):
    doubtful = {
        escaping: "no backup of Sales Expert",
        newer: "made by a newer version",
        broken_dump: "is as it was",
        fewer_rows: "is as it was",
    }
    paths = [changed(archive, tmp_path / f"{change.__name__}.zip", change) for change in doubtful]  # fmt: skip
    before = restored.tables(), restored.files()

    done = restored.command(*(("restore", str(path), "--replace") for path in paths))

    assert done.returncode == len(doubtful), done.stderr
    for said, sentence in zip(refusals(done), doubtful.values(), strict=True):
        assert sentence in said
    assert "Traceback" not in done.stderr
    assert (restored.tables(), restored.files()) == before
    assert sorted(path.name for path in restored.folder.iterdir()) == ["files"]
    assert not (restored.folder.parent / "stolen").exists()


def test_a_full_disk_leaves_the_company_as_it_was(restored, archive):
    before = restored.tables(), restored.files()

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = restored.manage("restore", str(archive), "--replace", before=small_disk)

    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert (restored.tables(), restored.files()) == before


def test_an_archive_of_an_older_version_is_migrated(company, restored, archive):
    """The last migration of a library is undone, as if the backup came from before it; last here, for the base keeps the marks."""
    *_, earlier, latest = company.sql("SELECT name FROM django_migrations WHERE app = 'account' ORDER BY name")  # fmt: skip
    older = archive.with_name("older.zip")
    done = restored.command(
        ("migrate", "account", earlier[0], "-v0"),
        ("backup", str(older)),
    )
    assert done.returncode == 0, done.stderr

    done = restored.manage("restore", str(older), "--replace")

    assert done.returncode == 0, done.stderr
    names = restored.sql("SELECT name FROM django_migrations WHERE app = 'account'")
    assert latest in names
