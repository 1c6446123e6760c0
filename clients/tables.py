"""The table of clients, as the look draws it."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import reading
from clients.list_table import NONE, NUMBERS, Cell, Head, ListTable, Row

__all__ = ["NONE", "NUMBERS", "Cell", "ClientTable", "Head", "ListTable", "Row"]


def _ladder(step: int, label: str) -> str:
    """The look's four bars by a class alone: as SVG they were a quarter of the page's bytes."""
    return f'<span class="lad l{step}">{escape(label)}</span>'


class ClientTable(ListTable):
    """The client list: name with its city, ladder, contact and next step as the look draws them."""

    # Read whatever the columns: the city stands beside the name, silence is loud only while nothing is planned.
    PATHS = ("city", "next_step_at")
    SILENCE = timedelta(days=30)

    def __init__(
        self, rows: Sequence[Row], *, may_plan: bool = False, **more: Any
    ) -> None:
        self.now = timezone.now()
        self.plan_word = _("Plan")
        self.root = reverse("clients:list")
        self.plan = reverse("clients:plan") if may_plan else ""
        super().__init__(
            rows,
            cells={
                "name": ("nm", self._name),
                "relationship": ("nw", self._relationship),
                "next_step_at": ("nx", self._next_step),
                "curator": ("nw", self._curator),
                "last_contact_at": ("nw", self._last_contact),
            },
            **more,
        )

    def _name(self, row: Row) -> str:
        name = escape(reading.client_name(row))
        title = f' title="{name}"' if len(name) > 30 else ""
        city = (
            f'<span class="t3 sm">{escape(row["city"])}</span>' if row["city"] else ""
        )
        return (
            f'<span class="cut2l"><a class="q cut" href="{self.root}{row["pk"]}/"{title}>'
            f"<b>{name}</b></a>{city}</span>"
        )

    def _relationship(self, row: Row) -> str:
        label = reading.entry_name(row, "relationship")
        return _ladder(row["relationship__step"], label)

    def _curator(self, row: Row) -> str:
        return escape(reading.person_name(row, "curator")) or NONE

    def _last_contact(self, row: Row) -> str:
        at = row["last_contact_at"]
        if at is None:
            return NONE
        if row["next_step_at"] is None and at < self.now - self.SILENCE:
            return f'<span class="bad">{self.day(at)}</span>'
        return self.day(at)

    def _next_step(self, row: Row) -> str:
        at = row["next_step_at"]
        if at is None:
            if not self.plan:
                return NONE
            address = f"{self.plan}?client={row['pk']}"
            return (
                f'<a href="{address}" hx-get="{address}" hx-target="#dialog"'
                f' hx-swap="innerHTML">{escape(self.plan_word)}</a>'
            )
        late = "bad " if at < self.now else ""
        title = escape(row["next_step_title"])
        return f'<span class="{late}nw">{self.day(at)}</span> <span class="t2">{title}</span>'
