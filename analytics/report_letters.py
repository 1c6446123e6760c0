"""A report as a letter: what it says in a sentence, its first table, the link to the same on its page, the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from analytics import reading, sheets
from analytics.choices import Files
from analytics.models import ReportSending
from analytics.reading import Read
from analytics.sheets import Cell, Table
from salesexpert.accounts.models import User

# A letter is read in a narrow window: the rest stands on the page and in the files.
ROWS, COLUMNS = 30, 9
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Shown:
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell]
    more: int


def compose(sending: ReportSending, receiver: User, found: Read, files: Sequence[str]) -> dict[str, Any]:  # fmt: skip
    """Subject, text, HTML and attachments in the active language."""
    sheet, period = found.sheet, str(found.period)
    address = reading.address_of(sending.report, QueryDict(sending.parameters))
    context = {
        "sheet": sheet,
        "sending": sending,
        "period": period,
        "tables": [shown(table) for table in sheet.tables[:2] if table.rows],
        "by": "" if sending.owner_id == receiver.pk else str(sending.owner),
        "files": files,
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
    }


def shown(table: Table) -> Shown:
    """The columns that say something in words, as many as a letter holds."""
    places = [n for n, column in enumerate(table.columns) if not column.bar][:COLUMNS]

    def cut(row: Sequence[Cell]) -> list[Cell]:
        return [row[n] for n in places if n < len(row)]

    return Shown(
        table.title,
        [table.columns[n].label for n in places],
        [cut(row) for row in table.rows[:ROWS]],
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
        return name, sheets.as_pdf(sheet, str(period)), "application/pdf"
    return name, sheets.as_xlsx(sheet), XLSX
