"""XLSX: looked into before it is opened, for a small file can unfold into more than any machine holds."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError

MOST_UNPACKED = 600 * 1024 * 1024
MOST_CELLS = 12_000_000
_MOST_PARTS = 2000
_BLOCK = 1 << 20
_OVERLAP = 64
_CELL = re.compile(rb'<c\b[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')


class UnreadableFile(DomainError):
    """The file is no table that can be loaded."""


def refuse_dangerous(path: Path) -> None:
    """Raises UnreadableFile unless the archive is a workbook of a size that can be read.

    Every part is really unpacked, counting, for the sizes written in an archive may lie; and the furthest cell of each
    sheet is looked at, for the reader makes room for all cells before it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile(
                    _(
                        "This is an archive, not an XLSX workbook. Unpack it and choose the table itself."
                    )
                )
            if len(parts) > _MOST_PARTS:
                raise UnreadableFile(_too_big())
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableFile(
                    _("The workbook is protected by a password. Save it without one.")
                )
            left = MOST_UNPACKED
            for part in parts:
                left -= _unpacked_size(archive, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise UnreadableFile(_damaged()) from None


def _unpacked_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    part.file_size, part.CRC = left + 1, None  # type: ignore[assignment]
    is_sheet = part.filename.startswith("xl/worksheets/")
    rows = columns = size = 0
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > left:
                raise UnreadableFile(_too_big())
            if is_sheet:
                for match in _CELL.finditer(tail + block):
                    columns = max(columns, _column_number(match[1]))
                    rows = max(rows, int(match[2]))
                tail = block[-_OVERLAP:]
                if rows * columns > MOST_CELLS:
                    raise UnreadableFile(_too_big())
    return size


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_big() -> str:
    return _(
        "The workbook unfolds into more than can be loaded. Save the needed sheet as CSV, or divide it."
    )


def _damaged() -> str:
    return _("The workbook is damaged and cannot be opened. Save it anew as XLSX.")


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(spreadsheet row, cells as text) of the first sheet that holds anything."""
    try:
        workbook = python_calamine.load_workbook(str(path))
        for index in range(len(workbook.sheet_names)):
            sheet = workbook.get_sheet_by_index(index)
            if sheet.start is None:
                continue
            first = sheet.start[0] + 1
            for number, values in enumerate(
                sheet.to_python(skip_empty_area=True), start=first
            ):
                yield number, [_text(value) for value in values]
            return
    except (python_calamine.CalamineError, OSError, ValueError):
        raise UnreadableFile(_damaged()) from None


def _text(value: Any) -> str:
    """A cell as people read it: whole numbers without `.0` (INN, phones), days as 2026-11-20."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
        )
    if isinstance(value, datetime):
        return (
            value.isoformat(" ", "minutes")
            if value.time() != time()
            else value.date().isoformat()
        )
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)
