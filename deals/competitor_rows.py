"""Rows of competitors' prices, written by hand: fifty of eight cells each, which the template draws longer than they are asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.competitor_prices import Gap
from salesexpert.core.addresses import address
from salesexpert.core.templatetags.look import NBSP, icon, number, percents, plain_day

_NOTHING = '<span class="t3">—</span>'
_BUTTON = "btn btn-sm btn-ico btn-quiet"


def rows(found: Iterable[dict[str, Any]], request: HttpRequest, *, may_record: bool) -> SafeString:  # fmt: skip
    """`<tr>` of each price: whose, of what, beside ours of that day, when and where it was seen, and what to do about it."""
    change, remove = escape(_("Change")), escape(_("Remove"))
    whole = escape(_("whole order"))
    order = f'<span class="t3">{whole}</span>'
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">' if may_record else ""  # fmt: skip
    pencil, trash = icon("pencil"), icon("trash")
    days: dict[date, str] = {}
    drawn = []
    for row in found:
        price = row["price"]
        who, seen = escape(price.competitor), price.seen_on
        what = f'<a class="q" href="?product={price.product_id}">{escape(price.product)}</a>' if price.product_id else order  # fmt: skip
        currency = "" if price.currency == "RUB" else f"&nbsp;{escape(price.currency)}"
        ours = _NOTHING if row["ours"] is None else number(row["ours"])
        known: list[str] = [escape(price.known_from)] if price.known_from else []
        if deal := row["deal"]:
            known.append(f'<a class="q" href="{address("deals:deal", deal.pk)}">{escape(deal)}</a>')  # fmt: skip
        todo = ""
        if may_record:
            dialog = address("deals:competitor_price", price.pk)
            todo = (
                f'<a class="{_BUTTON}" href="{dialog}" hx-get="{dialog}" hx-target="#dialog" aria-label="{change}: {who}" title="{change}">{pencil}</a>'
                f'<form class="cp-rm" method="post" action="{address("deals:competitor_price_remove", price.pk)}">{token}'
                f'<button class="{_BUTTON}" type="submit" aria-label="{remove}: {who}" title="{remove}">{trash}</button></form>'
            )
        day = days.get(seen) or days.setdefault(seen, plain_day(seen))
        drawn.append(
            f'<tr><td><b>{who}</b></td><td>{what}</td><td class="r num nw">{number(price.price)}{currency}</td>'
            f'<td class="r num nw">{ours}</td><td class="r num nw">{_gap(row["gap"])}</td><td class="nw">{day}</td>'
            f'<td class="t2">{" · ".join(known)}</td><td class="r nw">{todo}</td></tr>'
        )
    return SafeString("\n".join(drawn))


def _gap(gap: Gap | None) -> str:
    if gap is None:
        return _NOTHING
    if gap.amount > 0:
        return f'<span class="bad">+{percents(gap.percent)}</span>'
    return f'<span class="ok">{percents(gap.percent)}</span>' if gap.amount < 0 else f"0{NBSP}%"  # fmt: skip
