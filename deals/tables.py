"""The table of deals: the title with its client, the stage with its percent, sums and days as the look draws them."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import own_fields, reading
from clients.list_table import NONE, Cell, ListTable, Row
from deals.choices import DealState, Priority
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import money, percents


class DealTable(ListTable):
    PATHS = (
        "state", "currency", "due_at", "waits_until", "next_step_at", "responsible_id", *reading.client_name_paths("client__"),
    )  # fmt: skip

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        columns: Sequence[Field],
        may_change: bool = False,
        may_hand_over: bool = False,
        user_id: int = 0,
        **more: Any,
    ) -> None:
        self.now, self.today = timezone.now(), timezone.localdate()
        self.root = reverse("deals:list")
        self.may_change, self.may_hand_over = may_change, may_hand_over
        self.user_id = user_id
        self.none_planned, self.change = _("no step"), _("Change")
        self.priorities = dict(Priority.choices)
        self.states = dict(DealState.choices)
        cells: dict[str, Cell] = {
            "title": ("nm", self._title),
            "stage": ("nw", self._stage),
            "next_step_at": ("nx", self._next_step),
            "expected_on": ("nw", self._expected),
            "priority": ("nw", self._priority),
            "responsible": ("nw", self._responsible),
            "state": ("nw", lambda row: escape(str(self.states[row["state"]]))),
            "due_at": ("nw", self._due),
        }
        for field in columns:
            if field.type == FieldType.MONEY and field.path:
                cells[field.name] = ("r num", self._money(field.name))
        super().__init__(rows, columns=columns, cells=cells, **more)
        own = [f for f in columns if own_fields.id_of(f.name) is not None]
        self.cells = {**self.cells, **{f.name: self._own(f) for f in own}}

    def heads(self) -> list[Any]:
        heads = super().heads()
        return [
            type(h)(h.name, h.label, "r", h.sort, h.order, h.definition)
            if self.fields[h.name].type == FieldType.MONEY
            else h
            for h in heads
        ]

    def _title(self, row: Row) -> str:
        title = escape(row["title"])
        client = escape(reading.client_name(row, "client__"))
        cut = f' title="{title}"' if len(title) > 30 else ""
        return (
            f'<span class="cut2l"><a class="q cut" href="{self.root}{row["pk"]}/"{cut}>'
            f'<b>{title}</b></a><span class="t3 sm">{client}</span></span>'
        )

    def _stage(self, row: Row) -> str:
        if row["state"] == DealState.WON:
            return f'<span class="se-tag ok">{escape(str(self.states["won"]))}</span>'
        if row["state"] == DealState.LOST:
            return f'<span class="se-tag">{escape(str(self.states["lost"]))}</span>'
        name = reading.entry_name(row, "stage")
        text = f'<span class="num t3">{percents(row["stage__percent"])}</span> {escape(name)}'
        if row["due_at"] and row["due_at"] < self.now and not row["waits_until"]:
            return f'{text} <span class="dot bad" role="img" aria-label="{escape(_("past the norm"))}"></span>'
        return text

    def _place(self, row: Row, name: str, drawn: str) -> str:
        """A value that a click turns into its field."""
        if not self.may_change or row["state"] != DealState.OPEN:
            return drawn
        if name == "responsible" and not (
            self.may_hand_over or row["responsible_id"] == self.user_id
        ):
            return drawn
        target = "#dialog" if name == "responsible" else "closest td"
        return (
            f'<button class="inplace" type="button" hx-get="{self.root}{row["pk"]}/fill/{name}/?in=list"'
            f' hx-target="{target}" hx-swap="innerHTML">{drawn}</button>'
        )

    def _money(self, name: str) -> Any:
        def draw(row: Row) -> str:
            drawn = escape(money(row[name], row["currency"])) if row[name] is not None else NONE  # fmt: skip
            return self._place(row, name, drawn) if name == "amount" else drawn

        return draw

    def _expected(self, row: Row) -> str:
        on = row["expected_on"]
        drawn = self.day(on) if on else NONE
        if on and on < self.today and row["state"] == DealState.OPEN:
            drawn = f'<span class="bad">{drawn}</span>'
        return self._place(row, "expected_on", drawn)

    def _priority(self, row: Row) -> str:
        drawn = escape(str(self.priorities.get(row["priority"], "")))
        return self._place(row, "priority", drawn)

    def _responsible(self, row: Row) -> str:
        drawn = escape(reading.person_name(row, "responsible")) or NONE
        return self._place(row, "responsible", drawn)

    def _own(self, field: Field) -> Cell:
        css, draw = self._plain(field.name)
        return css, lambda row: self._place(row, field.name, draw(row))

    def _due(self, row: Row) -> str:
        at = row["due_at"]
        if at is None:
            return NONE
        late = ' class="bad"' if at < self.now else ""
        return f"<span{late}>{self.day(at)}</span>"

    def _next_step(self, row: Row) -> str:
        if row["state"] != DealState.OPEN:
            return NONE
        at = row["next_step_at"]
        if at is None:
            return f'<span class="warn">{escape(self.none_planned)}</span>'
        late = "bad " if at < self.now else ""
        title = escape(row["next_step_title"])
        return f'<span class="{late}nw">{self.day(at)}</span> <span class="t2">{title}</span>'
