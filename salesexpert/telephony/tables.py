"""The table of calls: what may be sorted is declared here, the cells are drawn in a plain loop as in every list."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from clients.list_table import NONE, Head
from salesexpert.core.templatetags.look import moment
from salesexpert.telephony.choices import CallState, Outcome

Row = Mapping[str, Any]
CSS = {"began_at": "nw", "client": "call-who", "number": "num nw", "ended": "nw", "talk": "r num", "person": "t2 nw", "deed": "r nw"}  # fmt: skip


class CallTable(tables.Table):
    """`hidden` columns are made constant by a filter. An index gives the order by the moment, in both directions."""

    began_at = tables.Column(verbose_name=gettext_lazy("When"), orderable=True)
    client = tables.Column(verbose_name=gettext_lazy("Whose call"), orderable=False)
    number = tables.Column(verbose_name=pgettext_lazy("telephone", "Number"), orderable=False)  # fmt: skip
    ended = tables.Column(verbose_name=gettext_lazy("How it ended"), orderable=False, empty_values=())  # fmt: skip
    talk = tables.Column(verbose_name=pgettext_lazy("call", "Talk"), orderable=False)
    person = tables.Column(verbose_name=gettext_lazy("Person"), orderable=False)
    deed = tables.Column(
        verbose_name=gettext_lazy("Résumé"), orderable=False, empty_values=()
    )

    def __init__(
        self, rows: Sequence[Row], *, readable: Collection[int], user_id: int, sort: str, hidden: Collection[str] = ()
    ) -> None:  # fmt: skip
        self.readable, self.user_id, self.sort = readable, user_id, sort
        self.calls = reverse("telephony:calls")
        self.clients, self.inquiries = (
            reverse("clients:list"),
            reverse("clients:inquiries"),
        )
        # Words inside of formatted strings are not found by those who translate.
        words = {
            "inquiry": pgettext("call", "inquiry"),
            "back": _("called back"),
            "missed": pgettext("call", "missed"),
            "silent": pgettext("call", "no answer"),
            "waits": _("waits for a résumé"),
            "deed": _("Résumé"),
        }
        self.words = {name: escape(word) for name, word in words.items()}
        super().__init__(data=list(rows), exclude=tuple(hidden), order_by=sort)

    def heads(self) -> list[Head]:
        found = []
        for column in self.columns:
            css = {"talk": "r", "deed": "r"}.get(column.name, "")
            if not column.orderable:
                found.append(Head(column.name, str(column.header), css, "", ""))
                continue
            down = self.sort.startswith("-")
            order = "descending" if down else "ascending"
            other = column.name if down else f"-{column.name}"
            found.append(Head(column.name, str(column.header), css, other, order))
        return found

    def body(self) -> SafeString:
        names = [column.name for column in self.columns]
        draws = [getattr(self, f"_{name}") for name in names]
        template = "".join(f'<td class="{CSS[name]}">%s</td>' for name in names)
        rows = (tuple(draw(row) for draw in draws) for row in self.data)
        return mark_safe("".join(f"<tr>{template}</tr>\n" % row for row in rows))

    def _began_at(self, row: Row) -> str:
        return f'<a class="q" href="{self.calls}{row["pk"]}/">{escape(moment(row["began_at"]))}</a>'

    def _client(self, row: Row) -> str:
        if not row["client"]:
            if row["inquiry_id"]:
                return f'<a class="q t2" href="{self.inquiries}{row["inquiry_id"]}/">{self.words["inquiry"]}</a>'
            return NONE
        name = escape(row["client"])
        drawn = f'<span class="cut">{name}</span>'
        if row["client_id"] in self.readable:
            drawn = f'<a class="q cut" href="{self.clients}{row["client_id"]}/"><b>{name}</b></a>'
        return f'{drawn} <span class="t3 cut">{escape(row["contact"])}</span>' if row["contact"] else drawn  # fmt: skip

    def _number(self, row: Row) -> str:
        if row["number"]:
            number = escape(row["number"])
            return f'<a class="q" href="tel:{number}">{number}</a>'
        return escape(row["shown"] or _("hidden number"))

    def _ended(self, row: Row) -> str:
        said = escape(str(row["direction_word"]))
        if row["state"] != CallState.OVER:
            now = pgettext("call", "talking") if row["state"] == CallState.TALKING else pgettext("call", "ringing")  # fmt: skip
            return f'{said} <span class="se-tag">{escape(now)}</span>'
        if row["is_missed"]:
            if row["is_answered_later"]:
                return f'{said} <span class="se-tag">{self.words["back"]}</span>'
            return f'{said} <span class="se-tag bad">{self.words["missed"]}</span>'  # fmt: skip
        if row["outcome"] == Outcome.MISSED:
            return f'{said} <span class="t3">{self.words["silent"]}</span>'  # fmt: skip
        return said

    def _talk(self, row: Row) -> str:
        return row["talk"] or NONE

    def _person(self, row: Row) -> str:
        return escape(row["person"]) or NONE

    def _deed(self, row: Row) -> str:
        if not row["owes"]:
            return ""
        if row["user_id"] != self.user_id:
            return f'<span class="t3 sm">{self.words["waits"]}</span>'
        address = f"{self.calls}{row['pk']}/summary/"
        return f'<button class="btn btn-sm btn-line" type="button" hx-get="{address}" hx-target="#dialog" hx-swap="innerHTML">{self.words["deed"]}</button>'
