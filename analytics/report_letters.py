"""A report as a letter: what it says in a sentence, its drawings, its first table, the link to the same on its page, the
files.

Mail programs show no SVG: what runs over time is a picture that the letter carries, columns of people or things are
lying bars made of cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from analytics import charts, reading, sheet_files
from analytics.choices import Files
from analytics.models import ReportSending
from analytics.reading import Read
from analytics.sheets import Bar, Cell, Drawing, Sheet, Table
from salesexpert.accounts.models import User

# A letter is read in a narrow window: the rest stands on the page and in the files.
ROWS, COLUMNS = 30, 9
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Names beside lying bars; the others stand in the table.
BARS = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """`bars`: of each row how long its bar is, where the table has a column of bars; the bar stands under the first cell."""

    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[Sequence[Cell], int]]
    foot: Sequence[Cell]
    more: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing as the letter has it: `cid` names its picture, or `bars` are (name, [(colour, percent)], rest, in words)."""

    title: str
    legend: Sequence[tuple[str, str]]
    cid: str = ""
    bars: Sequence[tuple[str, Sequence[tuple[str, int]], int, str]] = ()
    begins: str = ""
    top: str = ""
    ends: str = ""


def compose(sending: ReportSending, receiver: User, found: Read, files: Sequence[str], *, late: datetime | None = None) -> dict[str, Any]:  # fmt: skip
    """Subject, text, HTML and attachments in the active language. `late`: when it was due, if that is long ago."""
    sheet = found.sheet
    period = sheet.spoken_period(found.period)
    address = reading.address_of(sending.report, QueryDict(sending.parameters))
    drawings, pictures = drawn(sheet)
    context = {
        "sheet": sheet,
        "sending": sending,
        "period": period,
        "drawings": drawings,
        "tables": [shown(table) for table in sheet.tables[:2] if table.rows],
        "by": "" if sending.owner_id == receiver.pk else str(sending.owner),
        "files": files,
        "late": late,
        "link": f"{settings.PUBLIC_URL}{address}",
        "stop": settings.PUBLIC_URL + reverse("analytics:sendings"),
        "site": settings.PUBLIC_URL,
        "language": translation.get_language(),
    }
    return {
        "subject": f"{sending.name}: {period}",
        "text": render_to_string("analytics/letters/report.txt", context),
        "html": render_to_string("analytics/letters/report.html", context),
        "attachments": [_file(found, kind) for kind in files],
        "pictures": pictures,
    }


def drawn(sheet: Sheet) -> tuple[list[Drawn], list[tuple[str, bytes]]]:
    """The drawings of a report for its letter, and the pictures that go with it: (cid, PNG)."""
    found: list[Drawn] = []
    pictures: list[tuple[str, bytes]] = []
    if sheet.picture:
        pictures.append(("picture@report", sheet.picture))
        found.append(Drawn("", (), "picture@report"))
    for number, drawing in enumerate(sheet.drawings, start=1):
        legend = [(charts.COLOURS[kind], label) for kind, label in drawing.legend]
        if isinstance(drawing, Drawing) and drawing.named:
            found.append(Drawn(drawing.title, legend, bars=list(map(_lying, drawing.bars[:BARS]))))  # fmt: skip
            continue
        cid = f"drawing-{number}@report"
        pictures.append((cid, charts.png(drawing)))
        found.append(Drawn(drawing.title, legend, cid, begins=drawing.begins, top=drawing.top, ends=drawing.ends))  # fmt: skip
    return found, pictures


def _lying(bar: Bar) -> tuple[str, Sequence[tuple[str, int]], int, str]:
    parts = [(charts.COLOURS[kind], max(round(height), 1)) for kind, _y, height in bar.parts]  # fmt: skip
    return bar.label, parts, max(100 - sum(width for _colour, width in parts), 0), bar.told  # fmt: skip


def shown(table: Table) -> Shown:
    """The columns that say something in words, as many as a letter holds."""
    places = [n for n, column in enumerate(table.columns) if not column.bar][:COLUMNS]
    bar = next((n for n, column in enumerate(table.columns) if column.bar), None)

    def cut(row: Sequence[Cell]) -> list[Cell]:
        return [row[n] for n in places if n < len(row)]

    def length(row: Sequence[Cell]) -> int:
        told = row[bar].bar if bar is not None and bar < len(row) else ""
        return round(float(told.rstrip("%"))) if told else 0

    return Shown(
        table.title,
        [table.columns[n].label for n in places],
        [(cut(row), length(row)) for row in table.rows[:ROWS]],
        cut(table.foot),
        max(len(table.rows) - ROWS, 0),
    )


def _file(found: Read, kind: str) -> tuple[str, bytes, str]:
    period, sheet = found.period, found.sheet
    if isinstance(period, str):
        days = f"{timezone.localtime(sheet.made_at):%Y-%m-%d}"
    else:
        days = f"{period.since:%Y-%m-%d}-{period.to:%Y-%m-%d}"
    name = f"{sheet.name}-{days}.{kind}"
    if kind == Files.PDF:
        return name, sheet_files.as_pdf(sheet, str(period)), "application/pdf"
    return name, sheet_files.as_xlsx(sheet, str(period)), XLSX
