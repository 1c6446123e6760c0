"""A sheet as a file: CSV, a workbook, a paper. They say what the page says, and a number stays a number."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics import charts
from analytics.sheets import (
    NOTHING,
    Cell,
    Drawing,
    Lines,
    Sheet,
    Table,
    Unit,
    read_before,
)
from clients.exports import csv_writer, is_russian, safe_cell
from salesexpert.core.templatetags.look import currency_sign

HUNDRED, HUNDREDTH = Decimal(100), Decimal("0.01")
# Widths of columns of a workbook, in signs.
NARROW, NARROWEST, WIDE = 11, 8, 56


def _places(table: Table) -> list[int]:
    """Columns that say something in words or numbers: bars say again what stands beside them."""
    return [n for n, column in enumerate(table.columns) if not column.bar]


def _spread(table: Table) -> Table:
    """For a spreadsheet: what a figure was in the period before has a column of its own."""
    compared = {n for row in _rows(table) for n, cell in enumerate(row) if cell.before is not None}  # fmt: skip
    if not compared:
        return table
    nothing = Cell(None, "")

    def wide(row: Sequence[Cell]) -> list[Cell]:
        found = []
        for n, cell in enumerate(row):
            found += [replace(cell, before=None), cell.before or nothing] if n in compared else [cell]  # fmt: skip
        return found

    columns = []
    for n, column in enumerate(table.columns):
        columns += [column, replace(column, label=_("%s, before") % column.label)] if n in compared else [column]  # fmt: skip
    return replace(table, columns=columns, rows=[wide(row) for row in table.rows], foot=wide(table.foot))  # fmt: skip


def _rows(table: Table) -> list[Sequence[Cell]]:
    return [*table.rows, *([table.foot] if table.foot else [])]


def _said(cell: Cell) -> str:
    """The text of a cell with what stands beside it in small letters."""
    return f"{cell.text}, {cell.more}" if cell.more and cell.text else cell.text


def _value(cell: Cell) -> Any:
    """What a spreadsheet takes: a number, a day, a text; None for nothing."""
    if isinstance(cell.value, str):
        return _said(cell)
    if cell.value is None:
        return None if cell.text in ("", NOTHING) else _said(cell)
    return cell.value


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_csv(sheet: Sheet, subtitle: str = "") -> bytes:
    """All tables one below the other, for the spreadsheet program of the reader's language, after a byte order mark."""
    out = io.StringIO()
    writer = csv_writer(out)
    for place, table in enumerate(map(_spread, sheet.tables)):
        if place:
            writer.writerow([])
        if table.title:
            writer.writerow([safe_cell(table.title)])
        shown = _places(table)
        writer.writerow([safe_cell(table.columns[n].label) for n in shown])
        for row in _rows(table):
            writer.writerow([_plain(row[n]) for n in shown if n < len(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> str:
    value = _value(cell)
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, date):
        # As in the files of lists: a day that every program reads, whatever its language.
        return value.isoformat()
    if cell.unit == Unit.PART:
        text = _number(Decimal(str(value)) * HUNDRED) + "%"
    elif cell.unit == Unit.PERCENTS:
        text = _number(value) + "%"
    else:
        text = _number(value)
    return text.replace(".", ",") if is_russian() else text


def _number(value: Any) -> str:
    if isinstance(value, float | Decimal):
        value = Decimal(str(value)).quantize(HUNDREDTH)
        value = value.to_integral_value() if value == value.to_integral_value() else value  # fmt: skip
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# ── workbook ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Book:
    """One page of a workbook, written from above to below."""

    def __init__(self, title: str) -> None:
        # Here, not above: 3.5 MB in every web worker for what few of them ever do.
        import xlsxwriter

        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "remove_timezone": True})  # fmt: skip
        self.page = self.book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\'")[:31].strip() or None)  # fmt: skip
        self.at = 0
        self.widths: dict[int, int] = {}
        self._formats: dict[tuple[str, bool, bool], Any] = {}

    def format(self, number: str = "", *, bold: bool = False, head: bool = False) -> Any:  # fmt: skip
        key = (number, bold, head)
        if key not in self._formats:
            given: dict[str, Any] = {"valign": "top"}
            if number:
                given["num_format"] = number
            if bold or head:
                given["bold"] = True
            if head:
                given |= {"bottom": 1, "text_wrap": True, "valign": "bottom"}
            elif bold and number:
                given["top"] = 1
            self._formats[key] = self.book.add_format(given)
        return self._formats[key]

    def line(self, text: str, *, size: int = 0) -> None:
        look = {"bold": True, "font_size": size} if size else {"font_color": "#555555"}
        self.page.write_string(self.at, 0, text, self.book.add_format(look))
        self.at += 1

    def table(self, table: Table) -> int:
        """Write it; returns the row of its head."""
        if table.title:
            self.page.write_string(self.at, 0, table.title, self.format(bold=True))
            self.at += 1
        shown, head = _places(table), self.at
        for at, n in enumerate(shown):
            label = table.columns[n].label
            self.page.write_string(head, at, label, self.format("@", head=True))
            self._widen(at, max(map(len, label.split() or [""])))
        self.at += 1
        for row in _rows(table):
            last = row is table.foot
            for at, n in enumerate(shown):
                if n < len(row):
                    self._cell(at, row[n], last)
            self.at += 1
        return head

    def _cell(self, column: int, cell: Cell, bold: bool) -> None:
        value = _value(cell)
        if value is None:
            self.page.write_blank(self.at, column, None, self.format("General" if bold else "", bold=bold))  # fmt: skip
        elif isinstance(value, str):
            self.page.write_string(self.at, column, value, self.format("@" if bold else "", bold=bold))  # fmt: skip
        elif isinstance(value, date):
            self.page.write_datetime(self.at, column, datetime.combine(value, time.min), self.format("dd.mm.yyyy", bold=bold))  # fmt: skip
        else:
            if cell.unit == Unit.PERCENTS:
                value = Decimal(str(value)) / HUNDRED
            number = float(value) if isinstance(value, Decimal) else value
            self.page.write_number(self.at, column, number, self.format(number_format(cell), bold=bold))  # fmt: skip
        self._widen(column, max(len(_said(cell)), NARROWEST))

    def _widen(self, column: int, signs: int) -> None:
        self.widths[column] = max(self.widths.get(column, NARROW), min(signs + 2, WIDE))

    def done(self) -> bytes:
        for column, width in self.widths.items():
            self.page.set_column(column, column, width)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&L&A&R&P / &N")
        self.book.close()
        return self.out.getvalue()


def number_format(cell: Cell) -> str:
    """How a number of the cell is written. Percents are parts of one to a spreadsheet."""
    if cell.unit in (Unit.PART, Unit.PERCENTS):
        return "0%" if "." not in cell.text and "," not in cell.text else "0.0%"
    if cell.unit == Unit.NUMBER:
        whole = isinstance(cell.value, int) or cell.value == int(cell.value)
        return "#,##0" if whole else "#,##0.0"
    sign = currency_sign(cell.unit)
    return f'#,##0.00\xa0"{sign}"' if is_russian() else f'"{sign}"\xa0#,##0.00'


def as_xlsx(sheet: Sheet, subtitle: str = "") -> bytes:
    """Its title, its period, what it says in words, and its tables, to be read and printed as they are."""
    book = _Book(sheet.title)
    book.line(sheet.title, size=14)
    for text in (sheet.spoken_period(subtitle), sheet.lead):
        if text:
            book.line(text)
    for place, table in enumerate(map(_spread, sheet.tables)):
        book.at += 1
        head = book.table(table)
        if place == 0 and len(sheet.tables) == 1:
            book.page.freeze_panes(head + 1, 1)
            book.page.repeat_rows(head)
    return book.done()


# ── paper ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_PRINT = (
    "@page{size:A4 landscape;margin:12mm 12mm 14mm;@bottom-left{content:string(said);font:7pt FAMILY;color:#666}"
    "@bottom-right{content:counter(page) ' / ' counter(pages);font:7pt FAMILY;color:#666}}"
    "body{font:8pt/1.35 FAMILY;color:#1d1c1a}h1{font-size:15pt;font-weight:600;margin:0 0 2pt;string-set:said attr(data-said)}"
    "h2{font-size:10pt;font-weight:600;margin:12pt 0 4pt;break-after:avoid}p{margin:0 0 5pt;color:#55534e}p.lead{color:#1d1c1a;font-weight:600}"
    "table.t{border-collapse:collapse;width:100%}.t td,.t th{border-bottom:.4pt solid #dedbd4;padding:2.6pt 5pt;text-align:right;vertical-align:top}"
    ".t th{font-weight:600;color:#55534e;vertical-align:bottom;border-bottom:.8pt solid #8d8a83}.t tr{break-inside:avoid}"
    ".t tr.sum td{font-weight:600;border-top:.8pt solid #8d8a83;border-bottom:0}"
    ".t td:first-child,.t th:first-child,.t .w{text-align:left}.t th:first-child{min-width:82pt}.t .n{white-space:nowrap}.t td svg{width:90pt;height:6pt}small{color:#77746d;font-size:7pt}"
    ".bad{color:#b3261e}.warn{color:#8a5a00}"
    ".d{width:100%;height:120pt}.key{margin:0 0 4pt}.key span{margin-right:10pt;white-space:nowrap}.key svg{width:7pt;height:7pt;margin-right:3pt;vertical-align:-.5pt}"
    ".names{table-layout:fixed;width:100%;border-collapse:collapse;margin-bottom:6pt}.names td{padding:1pt;text-align:center;font-size:6.5pt;color:#55534e}"
    ".pic svg{width:100%;height:auto;max-height:150mm;margin:4pt 0 8pt;font-family:FAMILY}"
    ".ends{display:flex;justify-content:space-between}"
)


def as_pdf(sheet: Sheet, subtitle: str = "") -> bytes:
    """The drawings and the tables on paper, in the product's own letters, with numbers of pages."""
    from deals.papers.pdf import FAMILY, make_pdf

    subtitle = sheet.spoken_period(subtitle)
    said = " · ".join(text for text in (sheet.title, subtitle) if text)
    parts = [f'<html lang="{get_language() or "ru"}"><style>/*fonts*/{_PRINT.replace("FAMILY", FAMILY)}</style><title>{escape(sheet.title)}</title><h1 data-said="{escape(said)}">{escape(sheet.title)}</h1>']  # fmt: skip
    if subtitle:
        parts.append(f"<p>{escape(subtitle)}</p>")
    if sheet.lead:
        parts.append(f'<p class="lead">{escape(sheet.lead)}</p>')
    for drawing in sheet.drawings:
        key = "".join(f"<span>{_swatch(kind)}{escape(label)}</span>" for kind, label in drawing.legend)  # fmt: skip
        parts.append(f'<h2>{escape(drawing.title)}</h2><p class="key">{key}</p>{charts.printed(drawing)}{_below(drawing)}')  # fmt: skip
    if sheet.svg:
        parts.append(f'<div class="pic">{sheet.svg}</div>')
    for table in sheet.tables:
        parts.append(_table(table))
    pdf, _pages = make_pdf("".join(parts))
    return pdf


def _table(table: Table) -> str:
    words = ["" if column.right else "w" for column in table.columns]
    heads = "".join(f'<th class="{w}">{escape(column.label)}</th>' for w, column in zip(words, table.columns, strict=True))  # fmt: skip
    body = "".join(_line(row, words, row is table.foot) for row in _rows(table))
    title = f"<h2>{escape(table.title)}</h2>" if table.title else ""
    if not table.rows:
        nothing = table.empty or _("Nothing in this period.")
        return f"{title}<p>{escape(nothing)}</p>"
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return f'{title}<table class="t"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{note}'  # fmt: skip


def _line(row: Sequence[Cell], words: Sequence[str], last: bool) -> str:
    cells = "".join(_printed(cell, w) for w, cell in zip(words, row, strict=False))
    return f'<tr class="sum">{cells}</tr>' if last else f"<tr>{cells}</tr>"


def _swatch(kind: str) -> str:
    return f'<svg viewBox="0 0 7 7"><rect width="7" height="7" rx="1.5" fill="{charts.COLOURS[kind]}"/></svg>'  # fmt: skip


def _below(drawing: "Drawing | Lines") -> str:
    """What the columns of a printed drawing are of."""
    if isinstance(drawing, Drawing) and drawing.named:
        names = "".join(f"<td>{escape(bar.label)}</td>" for bar in drawing.bars) + "<td></td>" * len(drawing.spare)  # fmt: skip
        return f'<table class="names"><tr>{names}</tr></table>'
    return f'<p class="ends"><span>{escape(drawing.begins)}</span><span>{escape(drawing.ends)}</span></p>'  # fmt: skip


def _printed(cell: Cell, kind: str) -> str:
    if cell.bar:
        width = float(cell.bar.rstrip("%"))
        return f'<td><svg viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="{width}" height="6" fill="{charts.INK}"/></svg></td>'  # fmt: skip
    kinds = " ".join(name for name in (kind, "" if kind else "n", cell.tone) if name)
    more = f" <small>{escape(cell.more)}</small>" if cell.more else ""
    if cell.before is not None:
        more += f"<br><small>{escape(_('was %s') % read_before(cell.before))}</small>"
    mark = f" {cell.mark}" if cell.mark else ""
    return f'<td class="{kinds}">{escape(cell.text)}{mark}{more}</td>'


MAKERS: dict[str, Callable[[Sheet, str], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "pdf": as_pdf}  # fmt: skip
