"""What a report has hundreds of, cells and choices, written by hand: the template takes longer than the questions."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics import sheets
from analytics.sheets import Cell, Column

register = template.Library()
_NONE = SafeString("")


@register.filter
def body(rows: Iterable[Iterable[Cell]], columns: Sequence[Column]) -> SafeString:
    """`<tr>` of each row; its first cell names it, words stand at the left as their heading does."""
    drawn = []
    right = [column.right for column in columns]
    for row in rows:
        cells = [_name(cell) if n == 0 else _cell(cell, right[n]) for n, cell in enumerate(row)]  # fmt: skip
        drawn.append(f"<tr>{''.join(cells)}</tr>\n")
    return SafeString("".join(drawn))


@register.filter
def foot(row: Iterable[Cell], columns: Sequence[Column]) -> SafeString:
    """The last row: each cell hides where its column does, or sums would stand below others' headings on a phone."""
    cells = []
    for n, (cell, column) in enumerate(zip(row, columns, strict=False)):
        if n == 0:
            cells.append(f'<th scope="row">{_text(cell)}</th>')
            continue
        kind = "rpt-b" if column.bar else "num" if column.right else "txt"
        cells.append(f'<td class="{kind}">{_text(cell)}{before(cell)}</td>')
    return SafeString(f"<tr>{''.join(cells)}</tr>")


def _text(cell: Cell) -> str:
    # Of the library: Django's own looks for lazy words first, and a report has a thousand cells.
    text = escape(str(cell.text))
    return f'<a class="q" href="{escape(cell.link)}">{text}</a>' if cell.link else text


def _name(cell: Cell) -> str:
    more = f' <span class="t3">{escape(str(cell.more))}</span>' if cell.more else ""
    return f'<th scope="row">{_text(cell)}{more}</th>'


def _cell(cell: Cell, right: bool) -> str:
    if cell.bar:
        return (
            '<td class="rpt-b"><svg class="bar f" aria-hidden="true"><rect class="bar-bg" width="100%" height="100%"/>'
            f'<rect class="bar-fg" width="{escape(cell.bar)}" height="100%"/></svg></td>'
        )
    look = f" heat-{cell.heat}" if cell.heat else ""
    if cell.tone:
        look += f" {cell.tone}"
    kind = "num" if right else "txt"
    if right and (cell.value == 0 or cell.text == sheets.NOTHING) and not look:
        kind += " none"
    was = before(cell) if cell.before else ""
    mark = f" {cell.mark}" if cell.mark else ""
    return f'<td class="{kind}{look}">{_text(cell)}{mark}{was}</td>'


@register.filter
def before(cell: Cell) -> SafeString:
    """What the figure was in the period before, small below it; the arrow says where it went since."""
    old = cell.before
    if old is None or (not old.value and not cell.value):
        return _NONE
    went = ""
    if old.value is not None and cell.value is not None and old.value != cell.value:
        went = "↗ " if cell.value > old.value else "↘ "
    said = escape(_("was %s") % sheets.read_before(old))
    return SafeString(f'<small class="rpt-was">{went}{said}</small>')


@register.filter
def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """`<option>` of each value with its label."""
    return SafeString(
        "".join(
            f'<option value="{escape(str(value))}"{" selected" if value == chosen else ""}>{escape(str(label))}</option>'
            for value, label in choices
        )
    )
