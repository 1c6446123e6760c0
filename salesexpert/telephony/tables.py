"""The table of calls, as the look draws it."""

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients import reading
from clients.list_table import NONE, ListTable, Row
from salesexpert.core.templatetags.look import moment
from salesexpert.telephony import fields
from salesexpert.telephony.choices import CallState, Direction


class CallTable(ListTable):
    """Whose call with who called, how it ended as a word, a button for what its person owes it."""

    PATHS = (
        "client_id", "contact__first_name", "contact__last_name", "inquiry_id", "number", "number_raw", "direction", "state",
        "outcome", "activity__status", "talk_seconds", "waits", "activity__summary", "user_id", *reading.client_name_paths("client__"),
    )  # fmt: skip

    def __init__(self, rows: Sequence[Row], *, readable: Collection[int], user_id: int, **more: Any) -> None:  # fmt: skip
        self.readable, self.user_id = readable, user_id
        self.calls = reverse("telephony:calls")
        self.clients = reverse("clients:list")
        self.inquiries = reverse("clients:inquiries")
        # Words inside of formatted strings are not found by those who translate.
        self.inquiry_word, self.waits_word = escape(pgettext("call", "inquiry")), escape(_("waits for a résumé"))  # fmt: skip
        self.deed_word, self.hidden_word = escape(_("Résumé")), escape(_("hidden number"))  # fmt: skip
        self.directions = {value: escape(str(word)) for value, word in Direction.choices}  # fmt: skip
        super().__init__(
            rows,
            cells={
                "began_at": ("nw", self._began_at),
                "client": ("call-who", self._client),
                "number": ("num nw", self._dial),
                "ended": ("nw", self._ended),
                "talk": ("r num", lambda row: fields.length_of(row) or NONE),
                "person": ("t2 nw", lambda row: escape(reading.person_name(row, "user")) or NONE),
                "deed": ("r nw", self._deed),
                "line": ("num nw", lambda row: escape(row["line"]) or NONE),
                "answered_at": ("nw", lambda row: escape(moment(row["answered_at"]))),
                "ended_at": ("nw", lambda row: escape(moment(row["ended_at"]))),
            },
            **more,
        )  # fmt: skip

    def _began_at(self, row: Row) -> str:
        return f'<a class="q" href="{self.calls}{row["pk"]}/">{escape(moment(row["began_at"]))}</a>'

    def _client(self, row: Row) -> str:
        contact = escape(fields.contact_of(row))
        more = f' <span class="t3 cut">{contact}</span>' if contact else ""
        if row["client_id"]:
            name = escape(reading.client_name(row, "client__"))
            if row["client_id"] in self.readable:
                return f'<a class="q cut" href="{self.clients}{row["client_id"]}/"><b>{name}</b></a>{more}'
            return f'<span class="cut">{name}</span>{more}'
        if row["inquiry_id"]:
            return f'<a class="q t2" href="{self.inquiries}{row["inquiry_id"]}/">{self.inquiry_word}</a>'
        return more or NONE

    def _dial(self, row: Row) -> str:
        if row["number"]:
            number = escape(row["number"])
            return f'<a class="q" href="tel:{number}">{number}</a>'
        return escape(row["number_raw"]) or f'<span class="t3">{self.hidden_word}</span>'  # fmt: skip

    def _ended(self, row: Row) -> str:
        said, how = self.directions[row["direction"]], escape(fields.how_it_ended(row))
        if not how:
            return said
        if row["state"] != CallState.OVER:
            return f'{said} <span class="se-tag">{how}</span>'
        if not fields.is_missed(row):
            return f'{said} <span class="t3">{how}</span>'
        bad = "" if row["activity__status"] == "done" else " bad"
        return f'{said} <span class="se-tag{bad}">{how}</span>'

    def _deed(self, row: Row) -> str:
        if not fields.owes(row):
            return ""
        if row["user_id"] != self.user_id:
            return f'<span class="t3 sm">{self.waits_word}</span>'
        address = f"{self.calls}{row['pk']}/summary/"
        return f'<button class="btn btn-sm btn-line" type="button" hx-get="{address}" hx-target="#dialog" hx-swap="innerHTML">{self.deed_word}</button>'
