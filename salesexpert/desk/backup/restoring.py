"""Putting a company back: everything is checked first, the database changes in one transaction, the files by one renaming.

What an archive says of its parts is compared with the parts before anything is touched. Then the files are laid out beside
the present ones, and PostgreSQL drops what there is and loads the dump, both in one transaction that commits only when
every table has as many rows as the manifest says. An archive of an older version is migrated afterwards.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from salesexpert.desk.backup.archive import Archive, BackupRefused, Manifest, safe_path
from salesexpert.desk.backup.programs import last_words, start
from salesexpert.desk.backup.taking import folder_of_files

Progress = Callable[[str], None]
# One restore at a time, and the same number in every process.
_LOCK = 0x5A1E5
# Whoever is in the middle of a request lets go within this time.
_PATIENCE = "30s"

# Rows that people made: where none of these tables has any, and at most the first administrator exists, a company is empty.
_WORK = ("clients.Client", "clients.Contact", "clients.Activity")

# By the names in the row: a view goes with its table, and the number of what is gone has no name any more.
_CLEAR = """
DO $clear$
DECLARE thing record;
BEGIN
    FOR thing IN
        SELECT format('public.%I', c.relname) AS name, c.relkind FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE thing.relkind WHEN 'v' THEN 'VIEW'
            WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, thing.name);
    END LOOP;
    FOR thing IN
        SELECT format('public.%I', c.relname) AS name FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP SEQUENCE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN
        SELECT format('public.%I', t.typname) AS name FROM pg_type t
         WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd', 'r')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
END
$clear$;
"""


def restore(source: Path, *, replace: bool, progress: Progress) -> Manifest:
    """Put the company of `source` in place of an empty one, or with `replace` of any. Raises BackupRefused.

    Until the database commits, a refusal leaves everything as it was.
    """
    with Archive.opened(source) as archive, _alone():
        manifest = archive.manifest
        _refuse_newer(manifest)
        _refuse_strangers()
        if not replace and not _is_empty():
            raise BackupRefused(
                "This company is not empty: give --replace to put the backup in the place of all it has."
            )
        progress("checking")
        archive.check([archive.dump])
        with _laid_out(archive, progress) as files:
            progress("database")
            _load(archive)
            _exchange(files)
        _keep_secret(manifest)
    progress("migrations")
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cache.clear()
    return manifest


def foreign_secret(manifest: Manifest) -> bool:
    """Whether the archive's second factors were sealed with another key than this product has."""
    return bool(manifest.secret_key) and manifest.secret_key != settings.SECRET_KEY


# ── may we ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise BackupRefused("Another restore is at work on this database.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _refuse_newer(manifest: Manifest) -> None:
    here = MigrationLoader(None).disk_migrations
    known = {*here, *(former for step in here.values() for former in step.replaces)}
    installed = {config.label for config in apps.get_app_configs()}
    unknown = [
        f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known
    ]
    if unknown:
        raise BackupRefused(
            f"The backup was made by a newer version ({manifest.version}), whose schema this one does not know"
            f" ({unknown[0]}): update this one first."
        )
    if not {app for app, _ in manifest.migrations} & installed:
        raise BackupRefused("The backup holds no schema of Sales Expert.")


def _refuse_strangers() -> None:
    """Only who owns the tables can put others in their place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_and(pg_has_role(relowner, 'USAGE')), true) AND has_schema_privilege('public', 'CREATE')"
            " FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
        if not cursor.fetchone()[0]:
            raise BackupRefused(
                "Only the owner of the tables can restore: set DATABASE_OWNER_URL, as for “migrate”."
            )


def _is_empty() -> bool:
    there = set(connection.introspection.table_names())
    people = apps.get_model("accounts.User")
    for label in _WORK:
        model = apps.get_model(label)
        if model._meta.db_table in there and _rows(model._meta.db_table, 1):
            return False
    if people._meta.db_table in there and _rows(people._meta.db_table, 2) > 1:
        return False
    return not any(True for _ in folder_of_files().glob("*"))


def _rows(table: str, most: int) -> int:
    # By hand: the tables may be of another version than the models.
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM (SELECT FROM "{table}" LIMIT %s) t', [most]
        )
        return int(cursor.fetchone()[0])


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _laid_out(archive: Archive, progress: Progress) -> Iterator[Path]:
    """The archive's files in a folder beside the present ones, each checked; the folder goes if it is not wanted."""
    present = folder_of_files()
    parts = archive.manifest.files
    folder = present.with_name(f"{present.name}.restoring")
    try:
        present.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        free = shutil.disk_usage(folder).free
        if (needed := sum(part.size for part in parts)) > free:
            raise BackupRefused(
                f"The files need {needed // 2**20 + 1} MiB, and {folder.parent} has {free // 2**20} MiB left."
            )
        for number, part in enumerate(parts, 1):
            path = folder / safe_path(part.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                for block in archive.read(part):
                    file.write(block)
            if number % 1000 == 0:
                progress(f"files, {number} of {len(parts)}")
        yield folder
    except OSError as error:
        raise BackupRefused(
            f"The files cannot be written to “{folder.parent}”: {error.strerror}."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exchange(fresh: Path) -> None:
    present = folder_of_files()
    old = present.with_name(f"{present.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    if present.exists():
        present.rename(old)
    fresh.rename(present)
    shutil.rmtree(old, ignore_errors=True)


def _keep_secret(manifest: Manifest) -> None:
    """Give the data folder the key of the archive, where the key is kept there (`make run`)."""
    path = settings.DATA_DIR / "secret_key"
    if not foreign_secret(manifest) or not (settings.EMBEDDED or path.exists()):
        return
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(manifest.secret_key)
    fresh.rename(path)


# ── database ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _load(archive: Archive) -> None:
    """Drop everything and load the dump in one transaction.

    `pg_restore` turns the dump into a script and `psql` runs it. The COMMIT is ours: it is said only after pg_restore
    came to a good end, so that a dump that breaks off rolls back.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as said_too:
        reader = start(
            "pg_restore",
            *("--file=-", "--no-owner", "--no-privileges"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        loader = start(
            "psql",
            *("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said_too,
        )
        if not (reader.stdin and reader.stdout and loader.stdin):
            raise AssertionError("pipes were asked for")
        feeder = threading.Thread(target=_feed, args=(archive, reader.stdin))
        try:
            with contextlib.suppress(BrokenPipeError):
                loader.stdin.write(_before(archive.manifest).encode())
                feeder.start()
                while block := reader.stdout.read(1024 * 1024):
                    loader.stdin.write(block)
                if reader.wait() == 0:
                    loader.stdin.write(_after(archive.manifest).encode())
            with contextlib.suppress(BrokenPipeError):
                loader.stdin.close()
            failed = loader.wait()
        finally:
            for process in (reader, loader):
                process.kill()
                process.wait()
            reader.stdout.close()
            if feeder.ident:
                feeder.join()
        if failed:
            raise BackupRefused(
                f"The database was not restored and is as it was: {last_words(said_too)}"
            )
        if reader.returncode:
            raise BackupRefused(
                f"The database was not restored and is as it was: {last_words(said)}"
            )


def _feed(archive: Archive, into: IO[bytes]) -> None:
    # An archive that changed since it was checked ends here, and pg_restore then says that its end is missing.
    with contextlib.suppress(OSError, BackupRefused), into:
        for block in archive.read(archive.dump):
            into.write(block)


def _before(manifest: Manifest) -> str:
    extensions = "".join(
        f'CREATE EXTENSION IF NOT EXISTS "{name}";\n' for name in manifest.extensions
    )
    return f"BEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL lock_timeout = '{_PATIENCE}';\n{_CLEAR}{extensions}"


def _after(manifest: Manifest) -> str:
    checks = "".join(
        f"""
    SELECT count(*) INTO found FROM public."{table}";
    IF found <> {int(count)} THEN
        RAISE EXCEPTION 'table {table} has % rows instead of {int(count)}', found;
    END IF;"""
        for table, count in manifest.counts.items()
    )
    closed = "".join(
        f"REVOKE ALL ON FUNCTION public.{signature} FROM PUBLIC;\n"
        for signature in manifest.closed_functions
    )
    return f"\n{closed}DO $check$\nDECLARE found bigint;\nBEGIN{checks}\nEND\n$check$;\nCOMMIT;\n"
