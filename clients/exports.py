"""A list as CSV or XLSX, streamed in chunks: a hundred thousand rows take no more memory than a thousand."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.utils import timezone, translation

from clients import reading
from clients.list_base import gathered
from salesexpert.core import keyset
from salesexpert.core.registry import Field

CHUNK = 250
XLSX_ROWS = 1_048_575
_XLSX_CELL = 32_767
# A cell that begins so is a formula to a spreadsheet program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SPACES = str.maketrans({"\x00": None})


def safe_cell(text: str) -> str:
    """The text as a spreadsheet will show it and never run it: `=1+1` → `'=1+1`; a phone `+7 495 …` stays a phone."""
    text = text.translate(_SPACES)
    if text.lstrip(" ").startswith(_FORMULA) and not _is_number_or_phone(text):
        return f"'{text}"
    return text


def _is_number_or_phone(text: str) -> bool:
    return text[0] == "+" and all(
        letter.isdigit() or letter in " ()" for letter in text[1:]
    )


class Chunked(Protocol):
    """A list that is read piece by piece."""

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[keyset.Row]]: ...


def values(
    listing: Chunked, columns: Sequence[Field], *, chunk: int = CHUNK
) -> Iterator[list[Any]]:
    """Rows of typed values in the order of the columns; several values of one field are joined by “; ”."""
    for rows in listing.chunks(columns, size=chunk):
        several = gathered(columns, rows)
        for row in rows:
            yield [
                together(several.get(field.name, {}).get(row["pk"], ()))
                if field.gather
                else _value(field, row)
                for field in columns
            ]


def together(values: Sequence[Any]) -> Any:
    """One value as it is typed, several as one text."""
    return values[0] if len(values) == 1 else "; ".join(map(str, values))


def _value(field: Field, row: reading.Row) -> Any:
    return reading.value_of(field, row)


class _Echo:
    def write(self, text: str) -> str:
        return text


def is_russian() -> bool:
    return (translation.get_language() or "ru").startswith("ru")


def csv_writer(out: Any) -> Any:
    """A Russian program takes semicolons between cells, for commas stand in its numbers; an English one takes commas."""
    return csv.writer(out, delimiter=";" if is_russian() else ",", lineterminator="\r\n")  # fmt: skip


def csv_lines(columns: Sequence[Field], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines for the spreadsheet program of the reader's language, after a byte order mark."""
    writer = csv_writer(_Echo())
    yield "\ufeff" + writer.writerow([safe_cell(str(f.label)) for f in columns])
    for row in rows:
        yield writer.writerow([safe_cell(_text(value)) for value in row])


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    # Left with its point, 12.50 is a day of December to a Russian program.
    if isinstance(value, float | Decimal) and is_russian():
        return str(value).replace(".", ",")
    return str(value)


def xlsx_file(columns: Sequence[Field], rows: Iterable[Sequence[Any]]) -> Any:
    """An open temporary file, at its beginning, that deletes itself when closed."""
    # Here, not above: 3.5 MB in every web worker for what few of them ever do.
    import xlsxwriter

    file = tempfile.TemporaryFile(prefix="export-")  # noqa: SIM115
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, max(1, len(columns) - 1), 18)
    for at, field in enumerate(columns):
        sheet.write_string(0, at, str(field.label), bold)
    for number, row in enumerate(rows, start=1):
        if number > XLSX_ROWS:
            break
        for at, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, at, value.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, at, value, day)
            elif isinstance(value, int | float | Decimal) and not isinstance(
                value, bool
            ):
                sheet.write_number(number, at, value)
            elif value != "":
                sheet.write_string(
                    number, at, str(value).translate(_SPACES)[:_XLSX_CELL]
                )
    book.close()
    file.seek(0)
    return file


def in_readers_language(make: Callable[[], Iterator[str]]) -> Iterator[bytes]:
    """Run a stream in the language and time zone of now: the middleware's have ended when the server sends it."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    lines = make()
    while True:
        with translation.override(language), timezone.override(zone):
            block = []
            for line in lines:
                block.append(line)
                if len(block) >= CHUNK:
                    break
        if not block:
            return
        yield "".join(block).encode()
