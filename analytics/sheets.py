"""What a report says, before it is a page, a spreadsheet or a letter: sentences, bars and tables of cells with their links."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.html import escape

from analytics import charts
from salesexpert.core.templatetags.look import money, number, percents, plain_day

NOTHING = "—"


# Fewer columns than these stand at the left of their drawing instead of growing as wide as it.
FEWEST = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` as a spreadsheet takes it, `text` as people read it; `bar` is a length in percent, `heat` a strength of 1 to 5."""

    value: Any
    text: str
    link: str = ""
    bar: str = ""
    heat: int = 0
    tone: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`meaning` says what is counted and how, for the reader who asks."""

    label: str
    meaning: str = ""
    right: bool = True
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it. `look` is a class of the look: “xtab” for tables of heat."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    note: str = ""
    look: str = "tbl"
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a drawing: its parts in percent of the height, from the ground up: (class, y, height)."""

    label: str
    told: str
    link: str
    x: float
    parts: Sequence[tuple[str, float, float]]
    line: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Columns side by side. `named`: of people or things, so each says its name below; else of steps of time."""

    title: str
    legend: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    width: float
    top: str
    named: bool = False

    @property
    def spare(self) -> range:
        """Places to the right of the last column."""
        return range(round(self.width) - len(self.bars))

    @property
    def begins(self) -> str:
        return self.bars[0].label

    @property
    def ends(self) -> str:
        return self.bars[-1].label


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over steps of time: (class, values), as many as `labels`; `told` says each step in words."""

    title: str
    legend: Sequence[tuple[str, str]]
    series: Sequence[tuple[str, Sequence[float]]]
    labels: Sequence[str]
    told: Sequence[str]
    top: str

    @property
    def begins(self) -> str:
        return self.labels[0]

    @property
    def ends(self) -> str:
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    title: str
    lead: str = ""
    tables: Sequence[Table] = ()
    drawings: Sequence["Drawing | Lines"] = ()
    choices: Sequence["Choice"] = ()
    links: Sequence[tuple[str, str]] = ()
    # A PNG of what is drawn otherwise than by `drawings`.
    picture: bytes = b""
    made_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of the report itself: by what it is divided, from which side it looks."""

    parameter: str
    label: str
    chosen: str
    options: Sequence[tuple[str, str]]


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def name(text: str, link: str = "", more: str = "") -> Cell:
    return Cell(text, text, link, more=more)


def count(n: int | None, link: str = "", tone: str = "") -> Cell:
    """A number of records; nought has nothing to open."""
    return Cell(n, NOTHING if n is None else number(n), link if n else "", tone=tone if n else "")  # fmt: skip


def percent(part: float | None, link: str = "", tone: str = "") -> Cell:
    return Cell(None if part is None else round(part, 4), NOTHING if part is None else percents(round(part * 100)), link, tone=tone)  # fmt: skip


def days(n: float | None, tone: str = "") -> Cell:
    return Cell(n, NOTHING if n is None else number(n), tone=tone)


def ratio(n: float | None) -> Cell:
    return Cell(None if n is None else round(n, 2), NOTHING if n is None else number(round(n, 1)))  # fmt: skip


def amount(value: Decimal | None, currency: str, link: str = "", tone: str = "") -> Cell:  # fmt: skip
    return Cell(value, money(value, currency) if value else NOTHING, link if value else "", tone=tone)  # fmt: skip


def amounts(by_currency: dict[str, Decimal], link: str = "") -> Cell:
    """Sums of several currencies side by side: they are never added."""
    given = sorted(by_currency.items(), key=lambda pair: (pair[0] != "RUB", pair[0]))
    text = " · ".join(money(value.quantize(Decimal("0.01")), currency) for currency, value in given)  # fmt: skip
    value: Any = given[0][1] if len(given) == 1 else text
    return Cell(value if given else None, text or NOTHING, link if given else "")


def day(on: date | None) -> Cell:
    return Cell(on, plain_day(on) if on else NOTHING)


def stacked(label: str, told: str, place: int, parts: Sequence[tuple[str, float]], most: float) -> Bar:  # fmt: skip
    """A column of parts one on another, (class, value) from the ground up, where `most` is as high as the drawing."""
    found, filled = [], 0.0
    for kind, value in parts:
        height = round(100 * value / most, 2) if most else 0.0
        filled += height
        if height:
            found.append((kind, round(100 - filled, 2), height))
    return Bar(label, told, "", place, found)


def bar(part: float | None) -> Cell:
    """A bar as long as the part of the whole; it says again what a number beside it says."""
    return Cell(None, "", bar=f"{min(max(part or 0, 0), 1) * 100:.1f}%")


def strength(n: int, most: int) -> int:
    """How strongly a cell of heat is coloured: 1 to 5, 0 for none."""
    return 0 if not n or not most else max(1, round(5 * n / most))


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(sheet: Sheet) -> Iterator[list[Any]]:
    """All tables one below the other, with their heads; drawings say nothing that a table does not."""
    for place, table in enumerate(sheet.tables):
        if place:
            yield []
        if table.title:
            yield [table.title]
        shown = [n for n, column in enumerate(table.columns) if not column.bar]
        yield [table.columns[n].label for n in shown]
        for row in [*table.rows, *([table.foot] if table.foot else [])]:
            yield ["" if row[n].value is None else row[n].value for n in shown if n < len(row)]  # fmt: skip


def as_csv(sheet: Sheet) -> bytes:
    """For Excel in Russia: byte order mark, semicolons."""
    from clients.exports import safe_cell

    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines(sheet):
        writer.writerow([safe_cell(v) if isinstance(v, str) else v for v in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(sheet: Sheet) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True})  # fmt: skip
    page = book.add_worksheet(sheet.name[:31])
    on = book.add_format({"num_format": "dd.mm.yyyy"})
    for place, line in enumerate(lines(sheet)):
        for column, value in enumerate(line):
            if isinstance(value, date):
                page.write_datetime(
                    place, column, datetime.combine(value, time.min), on
                )
            elif isinstance(value, Decimal):
                page.write_number(place, column, float(value))
            else:
                page.write(place, column, value)
    page.set_column(0, 0, 32)
    book.close()
    return out.getvalue()


_PRINT = (
    "@page{size:A4 landscape;margin:12mm}body{font:8pt sans-serif}h1{font-size:14pt;margin:0 0 4pt}h2{font-size:10pt;margin:10pt 0 4pt}"
    "table{border-collapse:collapse;width:100%}td,th{border:.3pt solid #999;padding:2pt 4pt;text-align:right}"
    "td:first-child,th:first-child,.w{text-align:left}td svg{width:90pt;height:6pt}.d{width:100%;height:120pt}p{margin:0 0 6pt;color:#444}"
    ".names{table-layout:fixed;margin-bottom:6pt}.names td,.names td:first-child{border:0;text-align:center;font-size:6pt}"
)


def as_pdf(sheet: Sheet, subtitle: str) -> bytes:
    from weasyprint import HTML

    parts = [f"<style>{_PRINT}</style><h1>{escape(sheet.title)}</h1><p>{escape(subtitle)}</p>"]  # fmt: skip
    if sheet.lead:
        parts.append(f"<p>{escape(sheet.lead)}</p>")
    for drawing in sheet.drawings:
        legend = " · ".join(label for _kind, label in drawing.legend)
        parts.append(f"<h2>{escape(drawing.title)}</h2><p>{escape(legend)}</p>{charts.printed(drawing)}{_below(drawing)}")  # fmt: skip
    for table in sheet.tables:
        words = ["" if column.right else ' class="w"' for column in table.columns]
        heads = "".join(f"<th{w}>{escape(column.label)}</th>" for w, column in zip(words, table.columns, strict=True))  # fmt: skip
        rows = [*table.rows, *([table.foot] if table.foot else [])]
        body = "".join("<tr>" + "".join(_printed(cell, w) for w, cell in zip(words, row, strict=False)) + "</tr>" for row in rows)  # fmt: skip
        title = f"<h2>{escape(table.title)}</h2>" if table.title else ""
        parts.append(f"{title}<table><thead><tr>{heads}</tr></thead>{body}</table>")
    pdf: bytes = HTML(string="".join(parts)).write_pdf()
    return pdf


def _below(drawing: "Drawing | Lines") -> str:
    """What the columns of a printed drawing are of."""
    if isinstance(drawing, Drawing) and drawing.named:
        names = "".join(f"<td>{escape(bar.label)}</td>" for bar in drawing.bars) + "<td></td>" * len(drawing.spare)  # fmt: skip
        return f'<table class="names"><tr>{names}</tr></table>'
    return f"<p>{escape(drawing.begins)} – {escape(drawing.ends)}</p>"


def _printed(cell: Cell, kind: str = "") -> str:
    if cell.bar:
        width = float(cell.bar.rstrip("%"))
        return f'<td><svg viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="{width}" height="6" fill="{charts.INK}"/></svg></td>'  # fmt: skip
    return f"<td{kind}>{escape(cell.text)}</td>"
