"""What may be kept as a client's file: known by its content, not by its name or by what the browser says."""

import zipfile
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError

_READ = 64 * 1024
_ZIP, _OLE = "zip", "ole"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

# Extension → the kind its content must be of, and the type under which it is kept and served.
KNOWN: dict[str, tuple[str, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "docx": (_ZIP, f"{_OFFICE}wordprocessingml.document"),
    "xlsx": (_ZIP, f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": (_ZIP, f"{_OFFICE}presentationml.presentation"),
    "odt": (_ZIP, f"{_ODF}text"),
    "ods": (_ZIP, f"{_ODF}spreadsheet"),
    "odp": (_ZIP, f"{_ODF}presentation"),
    "zip": (_ZIP, "application/zip"),
    "doc": (_OLE, "application/msword"),
    "xls": (_OLE, "application/vnd.ms-excel"),
    "ppt": (_OLE, "application/vnd.ms-powerpoint"),
    "msg": (_OLE, "application/vnd.ms-outlook"),
    "png": ("png", "image/png"),
    "jpg": ("jpeg", "image/jpeg"),
    "jpeg": ("jpeg", "image/jpeg"),
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
    "tif": ("tiff", "image/tiff"),
    "tiff": ("tiff", "image/tiff"),
    "heic": ("heic", "image/heic"),
    "rtf": ("rtf", "application/rtf"),
    "7z": ("7z", "application/x-7z-compressed"),
    "rar": ("rar", "application/vnd.rar"),
    "txt": ("text", "text/plain"),
    "csv": ("text", "text/csv"),
    "tsv": ("text", "text/tab-separated-values"),
    "log": ("text", "text/plain"),
    "md": ("text", "text/plain"),
    "eml": ("text", "message/rfc822"),
    "ics": ("text", "text/calendar"),
    "vcf": ("text", "text/vcard"),
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
)
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<body", b"<iframe")
# What a part of a zip must be named for the zip to be such a document.
_INSIDE = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
    "odt": "mimetype",
    "ods": "mimetype",
    "odp": "mimetype",
}


class FileRefused(DomainError):
    pass


def content_type_of(name: str, file: BinaryIO) -> str:
    """The type of an uploaded file by its content. Raises FileRefused with the reason; `file` is left at its start."""
    extension = PurePath(name).suffix.lower().removeprefix(".")
    file.seek(0)
    head = file.read(_READ)
    kind = _kind(head)
    if not head:
        raise FileRefused(_("“%(name)s” is empty.") % {"name": name})
    if extension not in KNOWN:
        raise FileRefused(
            _(
                "Files of this kind are not kept here: “%(name)s”. Documents, tables, pictures, letters, texts and archives are."
            )
            % {"name": name}
        )
    expected, content_type = KNOWN[extension]
    fits = kind == expected and (
        extension not in _INSIDE or _is_document(file, extension)
    )
    file.seek(0)
    if not fits:
        raise FileRefused(
            _(
                "“%(name)s” is not what its name says: inside it is something else than %(kind)s."
            )
            % {"name": name, "kind": extension.upper()}
        )
    return content_type


def _kind(head: bytes) -> str:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"):
        return "heic"
    lowered = start[:512].lower()
    if lowered.startswith(_MARKUP):
        return "markup"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    return "binary" if b"\x00" in head else "text"


def _is_document(file: BinaryIO, extension: str) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return any(
                name.startswith(_INSIDE[extension]) for name in archive.namelist()
            )
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
