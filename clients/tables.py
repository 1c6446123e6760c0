"""The table of a list: django-tables2 declares its columns, order and choice, our row template draws the rows.

`ListTable` serves every list whose fields are in the registry: give it rows read with `listing.paths_for(columns)`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clients import reading
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import day, ladder

Row = Mapping[str, Any]
Cell = tuple[str, SafeString]
Draw = Callable[[Row], Cell]

NONE = mark_safe('<span class="t3">—</span>')  # noqa: S308


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head: `sort` is the parameter that a click asks for, `order` the aria word of the present order."""

    name: str
    label: str
    css: str
    sort: str
    order: str


class ListTable(tables.Table):
    """Columns of the registry over rows that are already ordered and cut to a page by the database."""

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        columns: Sequence[Field],
        gathered: Mapping[str, Mapping[int, Sequence[str]]] | None = None,
        draw: Mapping[str, Draw] | None = None,
        sort: str = "",
    ) -> None:
        self.fields = {field.name: field for field in columns}
        self.gathered = gathered or {}
        self.draw = draw or {}
        self.sort = sort
        extra = [
            (
                field.name,
                tables.Column(
                    verbose_name=field.label, orderable=bool(field.order_by)
                ),
            )
            for field in columns
        ]
        super().__init__(data=list(rows), extra_columns=extra)

    def heads(self) -> list[Head]:
        now, down = self.sort.removeprefix("-"), self.sort.startswith("-")
        heads = []
        for column in self.columns:
            name = column.name
            sort = order = ""
            if column.orderable:
                order = "none"
                # Dates are asked for from the newest, words from A.
                newest_first = self.fields[name].type == FieldType.MOMENT
                sort = f"-{name}" if newest_first and name != "next_step_at" else name
                if name == now:
                    order = "descending" if down else "ascending"
                    sort = name if down else f"-{name}"
            css = "nm" if not heads else ""
            heads.append(Head(name, str(column.header), css, sort, order))
        return heads

    def drawn(self) -> list[tuple[Row, list[Cell]]]:
        """Each row with its cells: (class of the td, html)."""
        names = [column.name for column in self.columns]
        draws = [self.draw.get(name) or self._plain(name) for name in names]
        return [(row, [draw(row) for draw in draws]) for row in self.data]

    def _plain(self, name: str) -> Draw:
        field = self.fields[name]
        if field.gather:
            return self._several(field)
        if field.type in (FieldType.MOMENT, FieldType.DATE):
            path = field.path
            return lambda row: ("nw", SafeString(day(row[path])) if row[path] else NONE)

        def cell(row: Row) -> Cell:
            text = reading.text_of(field, row)
            return ("seg2", _cut(text)) if text else ("", NONE)

        return cell

    def _several(self, field: Field) -> Draw:
        texts = self.gathered.get(field.name, {})

        def cell(row: Row) -> Cell:
            own = texts.get(row["pk"], ())
            if not own:
                return "", NONE
            if field.type == FieldType.PHONE:
                # Numbers are never cut: the first whole, the rest counted.
                return "nw num", _first(own)
            return "seg2", _cut(", ".join(own))

        return cell


def _cut(text: str) -> SafeString:
    safe = escape(text)
    if len(text) < 18:
        return safe
    return mark_safe(f'<span class="cut" title="{safe}">{safe}</span>')  # noqa: S308


def _first(texts: Sequence[str]) -> SafeString:
    if len(texts) == 1:
        return escape(texts[0])
    return format_html(
        '<span title="{}">{} <span class="t3">+{}</span></span>',
        ", ".join(texts),
        texts[0],
        len(texts) - 1,
    )


@lru_cache(maxsize=200)
def _ladder(step: int, label: str) -> SafeString:
    return ladder(step, label)


class ClientTable(ListTable):
    """The client list: name with its city, ladder, contact and next step as the look draws them."""

    PATHS = ("city",)

    def __init__(
        self, rows: Sequence[Row], *, may_plan: bool = False, **more: Any
    ) -> None:
        self.now = timezone.now()
        self.root = reverse("clients:list")
        self.plan = reverse("clients:plan") if may_plan else ""
        super().__init__(
            rows,
            draw={
                "name": self._name,
                "relationship": self._relationship,
                "next_step_at": self._next_step,
                "curator": self._curator,
            },
            **more,
        )

    def _name(self, row: Row) -> Cell:
        name = escape(reading.client_name(row))
        title = f' title="{name}"' if len(name) > 30 else ""
        city = f'<span class="t3 sm">{escape(row["city"])}</span>' if row["city"] else ""
        return (
            "nm",
            mark_safe(  # noqa: S308
                f'<span class="cut2l"><a class="q cut" href="{self.root}{row["pk"]}/"{title}>'
                f"<b>{name}</b></a>{city}</span>"
            ),
        )

    def _relationship(self, row: Row) -> Cell:
        label = reading.entry_name(row, "relationship")
        return "nw", _ladder(row["relationship__step"], label)

    def _curator(self, row: Row) -> Cell:
        name = reading.person_name(row, "curator")
        return ("nw", escape(name)) if name else ("", NONE)

    def _next_step(self, row: Row) -> Cell:
        at = row["next_step_at"]
        if at is None:
            if not self.plan:
                return "nx", NONE
            return "nx", format_html(
                '<a href="{0}?client={1}" hx-get="{0}?client={1}" hx-target="#dialog">{2}</a>',
                self.plan,
                row["pk"],
                _("Plan"),
            )
        late = "bad " if at < self.now else ""
        return "nx", format_html(
            '<span class="{}nw">{}</span> <span class="t2">{}</span>',
            late,
            day(at),
            row["next_step_title"],
        )
