"""Reports by their names, as commands and pages ask for them: plain rows, totals, and files made of them."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from analytics import indicators, panel, plain, sales
from analytics.scope import scope_of
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

FORMATS = ("json", "csv", "xlsx", "pdf")


class UnknownReport(DomainError):
    pass


@dataclass(frozen=True)
class Asked:
    since: date | None = None
    until: date | None = None
    at: date | None = None
    by: Sequence[str] = ()
    scope: "QuerySet[Deal] | None" = None
    user: User | None = None
    process: str = ""
    way: str = ""
    step: str = ""


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
        import xlsxwriter

        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})  # fmt: skip
        sheet = book.add_worksheet(self.name)
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, self.columns, bold)
        for place, row in enumerate(self.rows, 1):
            for column, name in enumerate(self.columns):
                value = row.get(name)
                if name in _MONEY and value is not None:
                    sheet.write_number(place, column, float(value))
                elif value is not None:
                    sheet.write(place, column, value)
        book.close()
        return out.getvalue()

    def as_pdf(self) -> bytes:
        from weasyprint import HTML

        heads = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        lines = "".join(
            "<tr>" + "".join(f"<td>{escape('' if row.get(n) is None else row[n])}</td>" for n in self.columns) + "</tr>"
            for row in self.rows
        )  # fmt: skip
        style = "@page{size:A4 landscape;margin:12mm}body{font:8pt sans-serif}table{border-collapse:collapse;width:100%}td,th{border:.3pt solid #888;padding:2pt 3pt;text-align:left}"
        html = f"<style>{style}</style><h1>{escape(self.name)}</h1><table><thead><tr>{heads}</tr></thead>{lines}</table>"
        pdf: bytes = HTML(string=html).write_pdf()
        return pdf


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
    reader = asked.user or User(is_superuser=True, is_active=True)
    now = timezone.now()
    today = timezone.localdate(now, timezone.get_default_timezone())
    since, until = asked.since or today.replace(day=1), asked.until or today + timedelta(days=1)  # fmt: skip
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
        question = plain.Question(asked.since, asked.until, asked.at, asked.by, asked.user, asked.scope, asked.process, asked.way, asked.step)  # fmt: skip
        return Report(name, asked, *plain.REPORTS[name](question))
    if name not in REPORTS:
        raise UnknownReport(
            _("There is no report “%(name)s”; there is: %(known)s.")
            % {"name": name, "known": ", ".join([*REPORTS, *plain.REPORTS])}
        )
    rows, totals = REPORTS[name](asked)
    return Report(
        name, asked, [_plain(row, asked.by) for row in rows], _plain(totals, ())
    )
