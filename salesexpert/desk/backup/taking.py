"""Taking a backup while people work: one snapshot of the database, and the files that it speaks of."""

import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from salesexpert.core.models import CompanySetting
from salesexpert.desk.backup.archive import (
    DUMP,
    FILES,
    BackupRefused,
    Manifest,
    Writer,
)
from salesexpert.desk.backup.programs import last_words, start

Progress = Callable[[str], None]
# Not data, and only a superuser may make it anew.
_LEFT_OUT = {"plpgsql", "pg_stat_statements"}


def version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def folder_of_files() -> Path:
    return Path(default_storage.location)  # type: ignore[attr-defined]  # the file system's storage


def back_up(target: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Write everything into `target`. Raises BackupRefused, and then there is no such file, not even half of one.

    The snapshot is taken first, the files are copied next and the database last: what was put in after the snapshot is in
    neither, and a file taken away meanwhile is the only thing that may be missed.
    """
    target = target.absolute()
    folder = folder_of_files()
    if target.resolve().is_relative_to(folder.resolve()):
        raise BackupRefused(
            f"“{target}” lies among the files that are backed up: choose another folder."
        )
    with Writer(target).opened() as archive, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        manifest = _manifest(at)
        progress("files")
        for name, path in _files(folder):
            try:
                with path.open("rb") as file:
                    archive.add(f"{FILES}{name}", file, compressed=False)
            except FileNotFoundError:
                continue  # taken away since the folder was listed
        progress("database")
        _dump(archive, snapshot)
        archive.add_manifest(manifest)
    return manifest


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


def _manifest(at: datetime) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = cursor.fetchall()
        cursor.execute("SELECT extname FROM pg_extension ORDER BY extname")
        extensions = [name for (name,) in cursor.fetchall() if name not in _LEFT_OUT]
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e') ORDER BY relname"
        )
        tables = cursor.fetchall()
        counts = {}
        for (table,) in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        # Rights go by role and stay behind, but for this one: what is closed to everyone has to be closed again.
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND proacl IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM aclexplode(proacl) a WHERE a.grantee = 0)"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1"
        )
        closed = [signature for (signature,) in cursor.fetchall()]
    name = (
        CompanySetting.objects.filter(name="company_name").values_list("value").first()
    )
    return Manifest(
        version=version(),
        made_at=at.isoformat(timespec="seconds"),
        company=str(name[0]) if name else "",
        postgres=postgres,
        migrations=migrations,
        extensions=extensions,
        closed_functions=closed,
        counts=counts,
        secret_key=settings.SECRET_KEY,
    )


def _dump(archive: Writer, snapshot: str) -> None:
    options = (
        *("--format=custom", "--compress=gzip:3", f"--snapshot={snapshot}"),
        *("--exclude-extension=*", "--no-owner", "--no-privileges"),
    )
    with tempfile.TemporaryFile() as said:
        process = start("pg_dump", *options, stdout=-1, stderr=said)
        try:
            if process.stdout is None:
                raise AssertionError("a pipe was asked for")
            archive.add(DUMP, process.stdout, compressed=True)
        finally:
            if process.stdout:
                process.stdout.close()
            if process.poll() is None and process.wait(30):
                process.kill()
        if process.returncode:
            raise BackupRefused(f"The database was not dumped: {last_words(said)}.")
