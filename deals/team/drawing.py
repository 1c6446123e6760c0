"""How the grid of people and hours looks. Written by hand, not by a template: fifty people are five hundred pieces."""

from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.team.grid import Cell, Row
from salesexpert.accounts.models import User
from salesexpert.core.templatetags import look

# Cells that the words “10:15–11:15” need, on a phone too.
SHORT = 6
# In fewer a name would be one letter: the block alone says that the time is taken, its title by what.
WORDLESS = 3
_BAR = '<rect class="bar-bg" width="100%" height="100%"/>'


class GridDrawer:
    """Draws rows for `user`: free times are links to `book`, unless it is empty; the grid makes htmx open them in a dialog."""

    def __init__(self, user: User, *, on: date, book: str) -> None:
        self.user_id, self.book = user.pk, escape(book)
        self.calendar = f"{reverse('plan:calendar')}?view=day&amp;on={on}&amp;who="
        self.label = _("Book %(who)s, free %(when)s")

    def day(self, rows: Iterable[Row]) -> SafeString:
        return SafeString("\n".join(map(self._day_row, rows)))

    def week(self, rows: Iterable[Row]) -> SafeString:
        return SafeString("\n".join(map(self._week_row, rows)))

    def _day_row(self, row: Row) -> str:
        name = str(row.person)
        pieces = "".join([self._piece(row, name, cell) for cell in row.cells])
        bar = f'<svg class="bar thin {row.light}" aria-hidden="true">{_BAR}<rect class="bar-fg" width="{min(row.percent, 100)}%" height="100%"/></svg>'
        return (
            f'<div class="sl-row{" dim" if row.dim else ""}"><div class="sl-p">{self._avatar(row, name)}<span class="grow">'
            f'<a class="q cut nmx" hx-boost="false" href="{self.calendar}{row.person.pk}">{escape(name)}</a>'
            f'<span class="sl-l">{bar}{self._percent(row)}</span></span></div><div class="sl-t">{pieces}</div></div>'
        )

    def _piece(self, row: Row, name: str, cell: Cell) -> str:
        if cell.kind == "off":
            return f'<span class="off {cell.css}">{escape(cell.title)}</span>'
        if cell.kind == "busy":
            title, about = escape(cell.title), escape(cell.about)
            more = f'<span class="cut t2">{about}</span>' if about else ""
            hint = f"{title}, {about}" if about else title
            words = f'<b class="cut">{title}</b>{more}'
            if _cells(cell) < WORDLESS:
                words = f'<span class="vh">{hint}</span>'
            return f'<span class="busy {cell.css}" title="{cell.clock} {hint}">{words}</span>'
        shown = cell.clock
        if _cells(cell) < SHORT:
            shown = shown.partition("–")[0]
        clock = f'<span class="num">{shown}</span>'
        if not self.book:
            return f'<span class="tm-free {cell.css}">{clock}</span>'
        label = escape(self.label % {"who": name, "when": cell.clock})
        return f'<a class="tm-free {cell.css}" href="{self._address(row, cell)}" aria-label="{label}">{clock}</a>'

    def _week_row(self, row: Row) -> str:
        name = str(row.person)
        days = "".join([self._day(row, cell) for cell in row.cells])
        who = f'<span class="who">{self._avatar(row, name)}{escape(name)}</span>'
        return (
            f'<tr><th scope="row" class="nm">{who} {self._percent(row)}</th>{days}</tr>'
        )

    def _day(self, row: Row, cell: Cell) -> str:
        title = f'<span class="t3 sm">{escape(cell.title)}</span>' if cell.title else ""
        drawn = title
        if cell.kind == "free":
            drawn = f'<b class="num">{cell.clock}</b>{title}'
            if self.book:
                drawn = (
                    f'<a class="tm-cell" href="{self._address(row, cell)}">{drawn}</a>'
                )
            else:
                drawn = f'<span class="tm-cell">{drawn}</span>'
        return f'<td class="tmd-{cell.kind}">{drawn}</td>'

    def _avatar(self, row: Row, name: str) -> str:
        me = " me" if row.person.pk == self.user_id else ""
        return f'<span class="av{me}" aria-hidden="true">{escape(look.initials(name))}</span>'

    def _percent(self, row: Row) -> str:
        tone = "bad" if row.light == "bad" else "t3"
        return f'<span class="num sm {tone}">{look.percents(row.percent)}</span>'

    def _address(self, row: Row, cell: Cell) -> str:
        return f"{self.book}&amp;performer={row.person.pk}&amp;at={quote(cell.at, safe='')}"


def _cells(cell: Cell) -> int:
    """How many cells wide it stands in the grid: the end of its “gd-…”."""
    return int(cell.css.rpartition("-")[2])


def options(choices: Iterable[tuple[int, str]], chosen: int | None) -> SafeString:
    """Choices of a drop-down; the chosen one is selected."""
    return SafeString(
        "".join(
            [
                f'<option value="{pk}"{" selected" if pk == chosen else ""}>{escape(word)}</option>'
                for pk, word in choices
            ]
        )
    )
