"""Rows of what is earned, written by hand: a month has hundreds, and the template would take longer than the questions."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString

from analytics.explaining import Line
from salesexpert.core.templatetags.look import number


def rows(lines: Iterable[Line]) -> SafeString:
    """`<tr>` of each line: what, by which rule, counted of, of it yours, pay."""
    return SafeString("\n".join(map(_row, lines)))


def _row(line: Line) -> str:
    what: str = escape(line.what)
    if line.url:
        what = f'<a class="q" href="{escape(line.url)}">{what}</a>'
    entry = line.entry
    whole, base = (entry.whole, entry.base) if entry else (None, None)
    return (
        f'<tr><td>{what}</td><td class="t2">{escape(line.why)}</td><td class="r num hide-s">{_sum(whole)}</td>'
        f'<td class="r num hide-s">{_sum(base)}</td><td class="r num"><b>{number(line.amount)}</b></td></tr>'
    )


def _sum(value: Decimal | None) -> str:
    return "" if value is None else number(value)
