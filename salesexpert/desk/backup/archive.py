"""The file that holds a company: a ZIP with the dump of the database, the files and, last, a manifest of both.

A ZIP has its list of contents at the end, so a file cut short is seen at once, and its parts are written without
knowing their size beforehand: nothing is laid aside on the disk first.
"""

import contextlib
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from salesexpert.core.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
BLOCK = 1024 * 1024
# A line of a hundred million files would not be read into memory for anybody.
_LONGEST_MANIFEST = 512 * BLOCK
_WORD = re.compile(r"[a-z_][a-z0-9_$]*", re.ASCII)
_FUNCTION = re.compile(r"[a-z_][a-z0-9_]*\([a-z0-9_ ,\[\]]*\)", re.ASCII)


class BackupRefused(DomainError):
    """A backup or a restore that cannot be; the sentence says why and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive says of itself.

    `migrations` is the schema's state, `counts` are rows by table, `closed_functions` are those that not everyone may call.
    """

    version: str
    made_at: str
    company: str
    postgres: str
    migrations: list[tuple[str, str]]
    extensions: list[str]
    closed_functions: list[str]
    counts: dict[str, int]
    secret_key: str
    parts: list[Part] = field(default_factory=list)

    def text(self) -> str:
        return json.dumps(
            {"sales_expert_backup": FORMAT, **asdict(self)}, ensure_ascii=False
        )

    @property
    def files(self) -> list[Part]:
        return [part for part in self.parts if part.name != DUMP]


class Writer:
    """An archive being written under another name; it gets its own when all of it is there."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.parts: list[Part] = []
        self._partial = target.with_name(f".{target.name}.{os.getpid()}.partial")

    @contextlib.contextmanager
    def opened(self) -> Iterator["Writer"]:
        if self.target.exists():
            raise BackupRefused(
                f"“{self.target}” is there already: name another file, nothing is written over."
            )
        try:
            handle = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise BackupRefused(
                f"“{self.target}” cannot be written: {error.strerror}."
            ) from error
        try:
            with os.fdopen(handle, "wb") as file:
                with zipfile.ZipFile(file, "w", allowZip64=True) as self._zip:
                    yield self
                file.flush()
                os.fsync(file.fileno())
            self._publish()
        except OSError as error:
            raise BackupRefused(
                f"“{self.target}” was not written: {error.strerror or error}."
            ) from error
        finally:
            self._partial.unlink(missing_ok=True)

    def _publish(self) -> None:
        try:
            os.link(self._partial, self.target)  # refuses, where a rename would replace
        except FileExistsError:
            raise BackupRefused(
                f"“{self.target}” is there already: name another file, nothing is written over."
            ) from None
        except OSError:  # a file system without hard links
            self._partial.rename(self.target)
        with contextlib.suppress(OSError):
            folder = os.open(self.target.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def add(self, name: str, source: IO[bytes], *, compressed: bool) -> None:
        """Copy `source` to its end; `compressed` says that it is packed already."""
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o600 << 16
        entry.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                digest.update(block)
                size += len(block)
                target.write(block)
        self.parts.append(Part(name, size, digest.hexdigest()))

    def add_manifest(self, manifest: Manifest) -> None:
        manifest.parts = self.parts
        self._zip.writestr(MANIFEST, manifest.text(), zipfile.ZIP_DEFLATED)


class Archive:
    """An archive being read. `opened` raises BackupRefused for whatever is none, is cut short or says odd things."""

    def __init__(self, source: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = source, manifest

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path) -> Iterator["Archive"]:
        not_one = BackupRefused(
            f"“{path}” is no backup of Sales Expert, or only the beginning of one."
        )
        try:
            source = zipfile.ZipFile(path)
        except OSError as error:
            raise BackupRefused(
                f"“{path}” cannot be read: {error.strerror}."
            ) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise not_one from None
        with source:
            try:
                manifest = cls._manifest(source)
            except _UNREADABLE:
                raise not_one from None
            yield cls(source, manifest)

    @staticmethod
    def _manifest(source: zipfile.ZipFile) -> Manifest:
        entry = source.getinfo(MANIFEST)
        if entry.file_size > _LONGEST_MANIFEST:
            raise ValueError("the manifest is too long")
        told: dict[str, Any] = json.loads(source.read(entry))
        if told.pop("sales_expert_backup") != FORMAT:
            raise BackupRefused(
                "The backup was made by a newer version of Sales Expert: update this one first."
            )
        parts = [Part(**part) for part in told.pop("parts")]
        manifest = Manifest(**told, parts=parts)
        manifest.migrations = [
            (str(app), str(name)) for app, name in told["migrations"]
        ]
        _check_words([*manifest.counts, *manifest.extensions])
        if not all(_FUNCTION.fullmatch(name) for name in manifest.closed_functions):
            raise ValueError("no name of a function")
        names = [part.name for part in parts]
        there = {entry.filename: entry for entry in source.infolist()}
        if len(there) != len(source.infolist()) or set(there) != {*names, MANIFEST}:
            raise ValueError("other parts than the manifest names")
        for part in parts:
            if part.name != DUMP:
                safe_path(part.name)
            if there[part.name].file_size != part.size:
                raise ValueError("a part has another size than the manifest says")
        if DUMP not in names or not isinstance(manifest.secret_key, str):
            raise ValueError("no database")
        return manifest

    def read(self, part: Part) -> Iterator[bytes]:
        """The blocks of a part. Raises BackupRefused at their end if they are not what was written."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(part.name) as source:
                while block := source.read(BLOCK):
                    size += len(block)
                    digest.update(block)
                    yield block
        except _UNREADABLE:
            raise _damaged(part) from None
        if size != part.size or digest.hexdigest() != part.sha256:
            raise _damaged(part)

    def check(self, parts: Iterable[Part]) -> None:
        for part in parts:
            for _ in self.read(part):
                pass

    @property
    def dump(self) -> Part:
        return next(part for part in self.manifest.parts if part.name == DUMP)


_UNREADABLE = (
    zipfile.BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
    AttributeError,
    RuntimeError,
    zipfile.zlib.error,  # type: ignore[attr-defined]
)


def _damaged(part: Part) -> BackupRefused:
    return BackupRefused(
        f"The backup is damaged: “{part.name}” is not what was written."
    )


def _check_words(names: Iterable[str]) -> None:
    """Names of tables and extensions go into SQL: nothing but words may be there."""
    for name in names:
        if not isinstance(name, str) or not _WORD.fullmatch(name):
            raise ValueError(f"“{name}” is no name of a table")


def safe_path(name: str) -> Path:
    """The path below the folder of files that a part's name means. Raises ValueError if it leads out of it."""
    if not name.startswith(FILES) or "\\" in name or "\x00" in name:
        raise ValueError(f"“{name}” is no file of a backup")
    steps = name.removeprefix(FILES).split("/")
    if any(step in {"", ".", ".."} for step in steps):
        raise ValueError(f"“{name}” leads out of the folder")
    return Path(*steps)
