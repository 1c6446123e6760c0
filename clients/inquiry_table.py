"""The table of inquiries, as the look draws it."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients import reading
from clients.inquiry_choices import OPEN_STATES, Channel, InquiryState, NotOurs
from clients.inquiry_fields import who
from clients.list_table import NONE, ListTable, Row
from salesexpert.core.templatetags.look import moment


class InquiryTable(ListTable):
    """Who with how he is reached, when it must be answered, whose it is or a button to take it."""

    PATHS = ("company", "name", "phones", "emails", "city", "state", "answer_due_at", "answered_at", "responsible_id", "received_at", "deal_id")  # fmt: skip

    def __init__(
        self, rows: Sequence[Row], *, may_take: bool = False, **more: Any
    ) -> None:
        self.now = timezone.now()
        self.root = reverse("clients:inquiries")
        self.deals = reverse("clients:list").replace("clients", "deals")
        self.may_take = may_take
        self.take_word, self.answered_word = pgettext("inquiry", "Take"), _("answered")
        self.channels = dict(Channel.choices)
        self.states, self.reasons = dict(InquiryState.choices), dict(NotOurs.choices)
        super().__init__(
            rows,
            cells={
                "who": ("nm", self._who),
                "text": ("tx", self._text),
                "channel": ("nw", lambda row: escape(str(self.channels[row["channel"]]))),
                "received_at": ("nw", lambda row: escape(moment(row["received_at"]))),
                "answer_due_at": ("nw", self._answer),
                "responsible": ("nw", self._responsible),
                "state": ("nw", lambda row: escape(str(self.states[row["state"]]))),
                "deal": ("", self._deal),
            },
            **more,
        )  # fmt: skip

    def _who(self, row: Row) -> str:
        name = escape(who(row))
        ways = row["phones"] or row["emails"]
        more = ", ".join(filter(None, [ways[0] if ways else "", row["city"]]))
        if more == who(row):
            more = row["city"]
        title = f' title="{name}"' if len(name) > 30 else ""
        small = f'<span class="t3 sm">{escape(more)}</span>' if more else ""
        return (
            f'<span class="inq-who"><a class="q cut" href="{self.root}{row["pk"]}/"{title}>'
            f"<b>{name}</b></a>{small}</span>"
        )

    def _text(self, row: Row) -> str:
        text = " ".join(row["text"].split())
        if not text:
            return NONE
        return f'<span class="inq-text t2">{escape(Truncator(text).chars(160))}</span>'

    def _answer(self, row: Row) -> str:
        if row["answered_at"]:
            late = row["answer_due_at"] and row["answered_at"] > row["answer_due_at"]
            css = "warn" if late else "t2"
            return f'<span class="{css}">{self.answered_word} {escape(moment(row["answered_at"]))}</span>'
        if row["state"] not in OPEN_STATES or not row["answer_due_at"]:
            return NONE
        css = "bad" if row["answer_due_at"] < self.now else ""
        return f'<span class="{css}">{escape(moment(row["answer_due_at"]))}</span>'

    def _responsible(self, row: Row) -> str:
        if row["responsible_id"]:
            return escape(reading.person_name(row, "responsible"))
        if not self.may_take or row["state"] not in OPEN_STATES:
            return NONE
        return (
            f'<button class="btn btn-sm btn-line" type="button" hx-post="{self.root}{row["pk"]}/take/"'
            f' hx-swap="none">{escape(self.take_word)}</button>'
        )

    def _deal(self, row: Row) -> str:
        if not row["deal_id"]:
            return NONE
        return f'<a class="q" href="{self.deals}{row["deal_id"]}/">{escape(row["deal__title"] or "")}</a>'
