"""Reports by their names, as commands and pages ask for them: plain rows, totals, and files made of them."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import (
    indicators,
    panel,
    plain,
    report_pages,
    sales,
    sheet_files,
    sheets,
)
from analytics.asked import Asked
from analytics.scope import scope_of
from analytics.sheets import NOTHING, Cell, Column, Sheet, Table
from analytics.sums import CURRENCY
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number

FORMATS = ("json", "csv", "xlsx", "pdf")


class UnknownReport(DomainError):
    pass


@dataclass(frozen=True)
class Report:
    """`rows` are dictionaries with the dimensions first; money is text with kopecks."""

    name: str
    asked: Asked
    rows: list[dict[str, Any]]
    totals: dict[str, Any]

    def as_json(self) -> str:
        asked = self.asked
        told = {
            "report": self.name,
            "since": asked.since and asked.since.isoformat(),
            "until": asked.until and asked.until.isoformat(),
            "by": list(asked.by),
            "rows": self.rows,
            "totals": self.totals,
        }
        if asked.at:
            told["at"] = asked.at.isoformat()
        return json.dumps(told, ensure_ascii=False, indent=1)

    @property
    def columns(self) -> list[str]:
        if not self.rows:
            return [*self.asked.by, *self.totals]
        # Of several currencies a row names those that it has.
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def as_csv(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns)
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def as_xlsx(self) -> bytes:
        return self._as_file("xlsx")

    def as_pdf(self) -> bytes:
        return self._as_file("pdf")

    def _as_file(self, kind: str) -> bytes:
        """The file that the page of the report gives; of what has no page its rows, in the same form."""
        sheet, period = report_pages.page_of(self.name, self.asked)
        return sheet_files.MAKERS[kind](sheet or self._sheet(), period)

    def _sheet(self) -> Sheet:
        words = len(self.asked.by)
        columns = [Column(name.replace("_", " "), right=n >= words) for n, name in enumerate(self.columns)]  # fmt: skip
        rows = [[_cell(name, row.get(name), row.get("currency")) for name in self.columns] for row in self.rows]  # fmt: skip
        return Sheet(self.name, self.name.replace("_", " ").capitalize(), tables=[Table("", columns, rows)])  # fmt: skip


def _cell(name: str, value: Any, currency: Any) -> Cell:
    if value is None:
        return Cell(None, NOTHING)
    if name in _MONEY:
        return sheets.amount(Decimal(str(value)), str(currency or CURRENCY))
    if isinstance(value, int | float | Decimal):
        return Cell(value, number(round(value, 2)))
    return sheets.name(str(value))


_MONEY = {"revenue", "average", "margin", "average_deal", "debt"}
_KOPECKS = {"revenue", "margin", "average_deal", "debt"}


def _plain(row: Any, by: Sequence[str]) -> dict[str, Any]:
    told = dict(row) if isinstance(row, dict) else asdict(row)
    of = told.pop("of", None)
    plain = dict(zip(by, of, strict=True)) if of else {}
    for name, value in told.items():
        if isinstance(value, Decimal):
            # Sums to the kopeck; an average as fine as it comes.
            value = str(value.quantize(Decimal("0.01"))) if name in _KOPECKS else str(value)  # fmt: skip
        plain[name] = value
    return plain


def _sales(asked: Asked) -> tuple[list[Any], dict[str, Any]]:
    given: dict[str, Any] = {
        "since": asked.since,
        "until": asked.until,
        "scope": asked.scope,
    }
    rows = sales.sales(by=asked.by, **given)
    whole = sales.totals(by=asked.by, **given)
    if len(whole) == 1:
        return rows, _plain(whole[0], ())
    counts = {n: sum(getattr(row, n) for row in whole) for n in ("total", "won", "lost", "open")}  # fmt: skip
    return rows, counts | {"currencies": [_plain(row, ()) for row in whole]}


def _open_age(asked: Asked) -> tuple[list[Any], dict[str, Any]]:
    at = asked.at or timezone.localdate()
    rows = sales.open_age(at=at, by=asked.by, scope=asked.scope)
    whole = sales.open_age(at=at, scope=asked.scope)
    return rows, _plain(whole[0], ()) if whole else {"n": 0}


def _diagnosis(asked: Asked) -> tuple[list[Any], dict[str, Any]]:
    """The panel: a row for each manager, every indicator by its name; by default of this month so far."""
    reader = asked.reader
    now = timezone.now()
    today = timezone.localdate(now, timezone.get_default_timezone())
    since, until = report_pages.panel_days(asked, today)
    known = list(indicators.offered(reader).values())
    made = panel.panel(reader, scope_of(reader), since, until, at=now, indicators=known)
    names = [one.name for one in known]
    rows = [{"agent": str(line.person), **dict(zip(names, (_number(c.value) for c in line.cells), strict=True))} for line in made.lines]  # fmt: skip
    return rows, dict(zip(names, (_number(c.value) for c in made.foot), strict=True))


def _number(value: Any) -> Any:
    return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value


REPORTS: dict[str, Callable[[Asked], tuple[list[Any], dict[str, Any]]]] = {
    "sales": _sales,
    "open_age": _open_age,
    "diagnosis": _diagnosis,
}


def report(name: str, asked: Asked) -> Report:
    """Raises UnknownReport, and what the report itself refuses."""
    if name in plain.REPORTS:
        return Report(name, asked, *plain.REPORTS[name](asked))
    if name not in REPORTS:
        raise UnknownReport(
            _("There is no report “%(name)s”; there is: %(known)s.")
            % {"name": name, "known": ", ".join([*REPORTS, *plain.REPORTS])}
        )
    rows, totals = REPORTS[name](asked)
    return Report(
        name, asked, [_plain(row, asked.by) for row in rows], _plain(totals, ())
    )
