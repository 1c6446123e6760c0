"""Pages by key instead of by number: the thousandth page costs as much as the first.

A list is one or several *parts* shown one after another: “those with a date, newest first; then those without one”,
“names that begin so; other names; everything else”. Each part is ordered by columns that an index serves and that
are never NULL within the part, the last of them unique.
"""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """`order` is ("folded", "pk") or ("-created_at", "-pk"): all columns in one direction."""

    queryset: models.QuerySet
    order: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("-") for name in self.order)

    @property
    def descends(self) -> bool:
        return self.order[0].startswith("-")

    @property
    def is_of_columns(self) -> bool:
        """Whether the order needs nothing but the table's own columns."""
        own = {"pk", *(field.name for field in self.queryset.model._meta.fields)}
        return own.issuperset(self.names)

    def of_ids(self, ids: models.QuerySet, *, backwards: bool) -> models.QuerySet:
        """The rows of these ids, in this order."""
        rows = self.queryset.model._base_manager.using(self.queryset.db)
        return Part(rows.filter(pk__in=ids), self.order).ordered(backwards=backwards)

    def ordered(self, *, backwards: bool) -> models.QuerySet:
        sign = "-" if self.descends != backwards else ""
        return self.queryset.order_by(*(f"{sign}{name}" for name in self.names))

    def beyond(self, key: Sequence[Any], *, backwards: bool) -> models.QuerySet:
        """Rows after `key` in the direction of travel, by one comparison of whole rows, which an index serves."""
        columns = Tuple(*(F(name) for name in self.names))
        compare = TupleLessThan if self.descends != backwards else TupleGreaterThan
        return self.ordered(backwards=backwards).filter(compare(columns, tuple(key)))

    def read(
        self,
        paths: Sequence[str],
        key: Sequence[Any] | None,
        *,
        backwards: bool,
        limit: int,
        ids_first: bool = False,
    ) -> list[Row]:
        """Up to `limit` rows with `paths` and their keys, from the beginning or behind `key`."""
        queryset = (
            self.ordered(backwards=backwards)
            if key is None
            else self.beyond(key, backwards=backwards)
        )
        if ids_first and self.is_of_columns:
            queryset = self.of_ids(queryset.values("pk")[:limit], backwards=backwards)
        return list(queryset.values(*_with_key(self, paths))[:limit])


@dataclass(frozen=True, slots=True)
class Known(Part):
    """A part whose keys, few of them, are in hand already and in order: only the rows that are shown are read, unless they
    are in hand too (`rows`, by their ids)."""

    keys: Sequence[tuple[Any, ...]]
    rows: Mapping[int, Row] = field(default_factory=dict)

    def read(
        self,
        paths: Sequence[str],
        key: Sequence[Any] | None,
        *,
        backwards: bool,
        limit: int,
        ids_first: bool = False,
    ) -> list[Row]:
        if backwards:
            end = len(self.keys) if key is None else bisect_left(self.keys, tuple(key))
            chosen = self.keys[max(end - limit, 0) : end][::-1]
        else:
            begin = 0 if key is None else bisect_right(self.keys, tuple(key))
            chosen = self.keys[begin : begin + limit]
        ids = [one[-1] for one in chosen]
        rows = self.rows
        if not all(pk in rows and rows[pk].keys() >= set(paths) for pk in ids):
            found = self.queryset.order_by().filter(pk__in=ids).values("pk", *paths)
            rows = {row["pk"]: row for row in found}
        return [
            {**rows[one[-1]], **dict(zip(self.names, one, strict=True))}
            for one in chosen
            if one[-1] in rows
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the marks of the neighbour pages ("" where there is none)."""

    rows: list[Row]
    next: str
    previous: str


def page(
    parts: Sequence[Part],
    paths: Sequence[str],
    *,
    size: int,
    after: str = "",
    before: str = "",
    ids_first: bool = False,
) -> Page:
    """Rows read with `values(*paths)`. A mark that is damaged or from another order gives the first page.

    With `ids_first` the ids of the page are found in an index alone and its rows are read after: for a filtered list, which
    passes by many rows that it does not show.
    """
    backwards = bool(before)
    start, key = _read_mark(parts, before or after)
    if key is None:
        backwards = False
    found = _travel(
        parts,
        paths,
        start,
        key,
        backwards=backwards,
        limit=size + 1,
        ids_first=ids_first,
    )
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    came_from_somewhere = key is not None
    has_next = came_from_somewhere if backwards else more
    has_previous = more if backwards else came_from_somewhere
    return Page(
        rows=[row for _, row in found],
        next=_mark(parts, found[-1]) if found and has_next else "",
        previous=_mark(parts, found[0]) if found and has_previous else "",
    )


def chunks(
    parts: Sequence[Part], paths: Sequence[str], *, size: int
) -> Iterator[list[Row]]:
    """All rows, `size` at a time, in as little memory whether there are a hundred or a million."""
    for part in parts:
        key: tuple[Any, ...] | None = None
        while True:
            rows = part.read(paths, key, backwards=False, limit=size)
            if rows:
                yield rows
            if len(rows) < size:
                break
            key = tuple(rows[-1][name] for name in part.names)


def capped_count(queryset: models.QuerySet, *, cap: int) -> int:
    """How many rows there are, counting no further than `cap` + 1."""
    return queryset.order_by().values("pk")[: cap + 1].count()


def _travel(
    parts: Sequence[Part],
    paths: Sequence[str],
    start: int,
    key: Sequence[Any] | None,
    *,
    backwards: bool,
    limit: int,
    ids_first: bool,
) -> list[tuple[int, Row]]:
    found: list[tuple[int, Row]] = []
    numbers = range(start, -1, -1) if backwards else range(start, len(parts))
    for number in numbers:
        rows = parts[number].read(
            paths,
            key if number == start else None,
            backwards=backwards,
            limit=limit - len(found),
            ids_first=ids_first,
        )
        found += [(number, row) for row in rows]
        if len(found) >= limit:
            break
    return found


def _with_key(part: Part, paths: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(("pk", *part.names, *paths)))


def _mark(parts: Sequence[Part], found: tuple[int, Row]) -> str:
    number, row = found
    part = parts[number]
    text = json.dumps(
        [number, part.order[0], *(row[name] for name in part.names)],
        cls=ExactEncoder,
        ensure_ascii=False,
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class ExactEncoder(DjangoJSONEncoder):
    """Django's own drops microseconds, and a page would begin with the row that ended the last one."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _read_mark(parts: Sequence[Part], mark: str) -> tuple[int, tuple[Any, ...] | None]:
    if not mark or len(mark) > 4000:
        return 0, None
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
        number, first, *values = json.loads(text)
        part = parts[number] if isinstance(number, int) and number >= 0 else None
        if part is None or part.order[0] != first or len(values) != len(part.names):
            return 0, None
        return number, tuple(
            _typed(part.queryset, name, value)
            for name, value in zip(part.names, values, strict=True)
        )
    except (
        ValueError,
        TypeError,
        IndexError,
        binascii.Error,
        ValidationError,
        RecursionError,
    ):
        return 0, None


def _typed(queryset: models.QuerySet, name: str, value: Any) -> Any:
    model = queryset.model
    try:
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        typed = field.to_python(value)
    except FieldDoesNotExist:
        # an annotation: a rank, or a text made comparable
        made = queryset.query.annotations.get(name)
        text = isinstance(getattr(made, "output_field", None), models.CharField)
        typed = value if type(value) is (str if text else int) else None
    if typed is None or (isinstance(typed, str) and "\x00" in typed):
        raise ValueError(name)
    if isinstance(typed, int) and not -(2**63) <= typed < 2**63:
        raise ValueError(name)
    return typed
