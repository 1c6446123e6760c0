"""Opening a file of rows: its format, encoding and delimiter, its columns, its rows one by one."""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.importing import encodings, workbooks
from clients.importing.reasons import Reason, shown
from clients.importing.workbooks import UnreadableFile

MOST_BYTES = 100 * 1024 * 1024
MOST_COLUMNS = 300
MOST_CELL = 100_000
DELIMITERS = [(";", ";"), (",", ","), ("\t", "Tab"), ("|", "|")]
# A record longer than this is a quotation mark that nobody closed.
_MOST_LINES_IN_A_RECORD = 60
_SAMPLE_LETTERS = 128 * 1024
_SAMPLE_ROWS = 100
csv.field_size_limit(8 * 1024 * 1024)

_MAGIC = [
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"MZ", "EXE"),
    (b"{\\rtf", "RTF"),
]


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as a spreadsheet shows it. `fault` is why the row as such cannot be read; `doubt` what is odd about it."""

    number: int
    cells: list[str]
    fault: Reason | None = None
    doubt: Reason | None = None


@dataclass
class Table:
    """An opened file. `columns` are unique; `notices` say what was done to make them so."""

    path: Path
    format: str
    encoding: str = ""
    delimiter: str = ""
    columns: list[str] = field(default_factory=list)
    header_row: int = 1
    notices: list[Reason] = field(default_factory=list)
    sheet: list[tuple[int, list[str]]] | None = field(default=None, repr=False)

    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, from the file, in order; may be asked for again."""
        width = len(self.columns)
        for number, cells, fault in _records(self):
            if number <= self.header_row:
                continue
            if fault:
                yield Row(number, [c[:MOST_CELL] for c in cells], fault)
            elif any(cells):
                yield _fitted(number, cells, width)

    def count(self) -> int:
        return sum(1 for _row in self.rows())

    def sample(self, size: int) -> list[Row]:
        return list(islice(self.rows(), size))


def open_table(path: Path, *, encoding: str = "", delimiter: str = "") -> Table:
    """Open a CSV or XLSX file; what is not given is guessed.

    Raises UnreadableFile with a sentence for the user when the file is no table or has no rows.
    """
    size = path.stat().st_size
    refuse_size(size)
    if not size:
        raise UnreadableFile(_("The file is empty."))
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        workbooks.refuse_dangerous(path)
        table = Table(path, "xlsx")
    else:
        _refuse_foreign(head)
        table = _open_text(path, encoding, delimiter)
    _read_header(table)
    if not table.sample(1):
        raise UnreadableFile(_("The file has a heading and no rows below it."))
    return table


def refuse_size(size: int) -> None:
    """Raises UnreadableFile for a file too large to load, before anything of it is read."""
    if size > MOST_BYTES:
        raise UnreadableFile(
            _(
                "The file is too large: %(size)s of at most %(limit)s. Divide it and load the parts one after another."
            )
            % {"size": filesizeformat(size), "limit": filesizeformat(MOST_BYTES)}
        )


def _refuse_foreign(head: bytes) -> None:
    for magic, name in _MAGIC:
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head[:64]):
            if name == "XLS":
                raise UnreadableFile(
                    _(
                        "This is a workbook of the old format (XLS). Save it as XLSX or CSV."
                    )
                )
            raise UnreadableFile(
                _(
                    "This is a file of the format %(name)s, not a table. Choose a CSV or XLSX file."
                )
                % {"name": name}
            )
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise UnreadableFile(
            _("This is a web page or XML, not a table. Save it as XLSX or CSV.")
        )


def _open_text(path: Path, encoding: str, delimiter: str) -> Table:
    encoding = encoding or encodings.guess(path)
    table = Table(path, "csv", encoding, delimiter or ";")
    try:
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(_SAMPLE_LETTERS)
    except (UnicodeError, LookupError):
        raise UnreadableFile(_wrong_encoding(encoding)) from None
    control = sum(letter < " " and letter not in "\r\n\t\f\v" for letter in sample)
    if control > max(3, len(sample) // 100):
        raise UnreadableFile(
            _(
                "This is not a text table: it holds bytes that no text has. Choose a CSV or XLSX file."
            )
        )
    if not sample.strip("\ufeff \r\n\t;,|\x00"):
        raise UnreadableFile(_("The file is empty."))
    table.delimiter = delimiter or _guess_delimiter(sample)
    return table


def _wrong_encoding(encoding: str) -> str:
    return _(
        "The file cannot be read as %(encoding)s. Choose another encoding, or let it be guessed."
    ) % {"encoding": dict(encodings.CHOICES).get(encoding, encoding)}


def _guess_delimiter(sample: str) -> str:
    """The delimiter that gives the most rows of one width greater than one."""
    best, best_score = ";", 0.0
    for delimiter, _name in DELIMITERS:
        try:
            records = list(
                islice(
                    csv.reader(sample.splitlines(keepends=True), delimiter=delimiter),
                    _SAMPLE_ROWS,
                )
            )
        except csv.Error:
            continue
        widths = Counter(len(record) for record in records if record)
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = times / sum(widths.values()) * min(width, 12) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(table: Table) -> Iterator[tuple[int, list[str], Reason | None]]:
    """(spreadsheet row, cells, fault), blank rows included."""
    if table.format == "xlsx":
        if table.sheet is None:
            table.sheet = list(workbooks.rows(table.path))
        for number, cells in table.sheet:
            yield number, [_cell(cell) for cell in cells], None
        return
    try:
        with table.path.open(encoding=table.encoding, newline="") as file:
            yield from _text_records(file, table.delimiter)
    except UnicodeError:
        raise UnreadableFile(_wrong_encoding(table.encoding)) from None


def _text_records(
    file: Iterator[str], delimiter: str
) -> Iterator[tuple[int, list[str], Reason | None]]:
    """CSV records; a quotation mark that is never closed costs its own line, not the rest of the file."""
    lines = _Lines(file)
    number = 0
    while True:
        lines.start_record()
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            record = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RunawayRecord):
            number += 1
            text = lines.keep_only_first_line()
            cells = [_cell(cell) for cell in text.split(delimiter)]
            yield (
                number,
                cells,
                Reason(
                    gettext_noop(
                        "A quotation mark is opened in this row and not closed."
                    )
                ),
            )
            continue
        number += 1
        if lines.ended:
            text = lines.keep_only_first_line()
            cells = [_cell(cell) for cell in text.split(delimiter)]
            yield (
                number,
                cells,
                Reason(
                    gettext_noop(
                        "A quotation mark is opened in this row and not closed."
                    )
                ),
            )
            continue
        if number == 1 and record and record[0].startswith("\ufeff"):
            record[0] = record[0].removeprefix("\ufeff")
        yield number, [_cell(cell) for cell in record], None


class _RunawayRecord(Exception):
    pass


class _Lines:
    """Lines of a file for one record at a time, able to give back all but the record's first line."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self._record: list[str] = []
        # a reader asks beyond the last line only for a record whose quotation mark is open
        self.ended = False

    def start_record(self) -> None:
        self._record = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._record) >= _MOST_LINES_IN_A_RECORD:
            raise _RunawayRecord
        try:
            line = self._waiting.popleft() if self._waiting else next(self._file)
        except StopIteration:
            self.ended = True
            raise
        self._record.append(line)
        return line

    def keep_only_first_line(self) -> str:
        self._waiting.extendleft(reversed(self._record[1:]))
        self.ended = False
        return self._record[0].rstrip("\r\n") if self._record else ""


def _cell(text: str) -> str:
    """Outer spaces off; the apostrophe that our own files put before a formula is taken off again."""
    text = text.strip(" \t\r\n\xa0")
    if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"}:
        return text[1:]
    return text


def _fitted(number: int, cells: list[str], width: int) -> Row:
    if any("\x00" in cell for cell in cells):
        return Row(
            number,
            cells[:width],
            Reason(
                gettext_noop(
                    "The row holds a zero byte (NUL): the file is damaged here."
                )
            ),
        )
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) > width:
        fault = Reason(
            gettext_noop(
                "The row has %(cells)d cells, the heading %(columns)d: a delimiter inside a cell is not in quotation marks."
            ),
            {"cells": len(cells), "columns": width},
        )
        return Row(number, cells, fault)
    if too_long := next((c for c in cells if len(c) > MOST_CELL), None):
        fault = Reason(
            gettext_noop("A cell holds %(length)d characters, more than any field."),
            {"length": len(too_long)},
        )
        return Row(number, [c[:1000] for c in cells], fault)
    doubt = None
    if len(cells) < width:
        doubt = Reason(
            gettext_noop(
                "The row has %(cells)d cells, the heading %(columns)d: the rest is taken as empty."
            ),
            {"cells": len(cells), "columns": width},
        )
        cells = cells + [""] * (width - len(cells))
    return Row(number, cells, None, doubt)


def _read_header(table: Table) -> None:
    for number, cells, fault in _records(table):
        if not any(cells) and not fault:
            continue
        if fault or any("\x00" in cell for cell in cells):
            raise UnreadableFile(
                _("The heading of the table cannot be read: the file is damaged there.")
            )
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile(
                _("The table has %(count)d columns; at most %(limit)d can be loaded.")
                % {"count": len(cells), "limit": MOST_COLUMNS}
            )
        table.header_row = number
        table.columns, table.notices = _unique(cells)
        return
    raise UnreadableFile(_("The file is empty."))


def _unique(cells: list[str]) -> tuple[list[str], list[Reason]]:
    """Headings by which columns can be told apart: `Телефон`, `Телефон (2)`; a blank one takes its number."""
    columns: list[str] = []
    notices = []
    for position, cell in enumerate(cells, start=1):
        heading = " ".join(cell.split())[:200] or f"#{position}"
        if heading in columns:
            original, times = heading, 2
            while f"{original} ({times})" in columns:
                times += 1
            heading = f"{original} ({times})"
            notices.append(
                Reason(
                    gettext_noop(
                        "Two columns are called “%(name)s”; the later one is known here as “%(new)s”."
                    ),
                    {"name": shown(original), "new": shown(heading)},
                )
            )
        columns.append(heading)
    return columns, notices
