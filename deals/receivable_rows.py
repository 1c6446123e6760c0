"""Rows of receivables, written by hand: fifty of ten cells each, which the template draws longer than they are counted."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.debts import Aged
from salesexpert.core.addresses import address
from salesexpert.core.templatetags.look import money, number, plain_day

_NOTHING = '<td class="r num nw"><span class="t3">—</span></td>'


def rows(found: Iterable[Aged], names: Mapping[int, str], *, by: str, may_promise: bool) -> SafeString:  # fmt: skip
    """`<tr>` of each debtor: who, what he owes, of it overdue, by age, since when, and what to do about it."""
    listing, cards, here = reverse("deals:invoices"), address("clients:list"), reverse("deals:receivables")  # fmt: skip
    nobody, promised = escape(_("nobody")), escape(_("Promised to pay"))
    days: dict[date, str] = {}
    drawn = []
    for row in found:
        name = names.get(row.id or 0)
        currency = escape(row.currency)
        whose = f"&amp;currency={currency}&amp;{by}={row.id or ''}"
        who = f'<span class="t3">{nobody}</span>'
        if by == "client":
            who = f'<a class="q cut" href="{cards}{row.id}/" title="{escape(name)}"><b>{escape(name)}</b></a>'
        elif name:
            who = f"<b>{escape(name)}</b>"
        cells = [
            f'<td class="r num nw"><a class="q" href="{listing}?state=open{whose}">{money(row.total, currency)}</a></td>',
            f'<td class="r num nw"><a class="q bad" href="{listing}?state=overdue{whose}">{number(row.overdue)}</a></td>' if row.overdue else _NOTHING,
            *(f'<td class="r num nw"><a class="q" href="{listing}?age={age}{whose}">{number(owed)}</a></td>' if owed else _NOTHING for age, owed in row.ages.items()),
        ]  # fmt: skip
        since = ""
        if row.since:
            since = days.get(row.since) or days.setdefault(row.since, plain_day(row.since))  # fmt: skip
        todo = ""
        if may_promise and by == "client":
            dialog = f"{here}{row.id}/promise/?currency={currency}"
            todo = f'<a class="sm" href="{dialog}" hx-get="{dialog}" hx-target="#dialog">{promised}</a>'
        drawn.append(f'<tr><td class="nm">{who}</td>{"".join(cells)}<td class="nw">{since}</td><td class="r">{todo}</td></tr>')  # fmt: skip
    return SafeString("\n".join(drawn))
