"""Rows on their way into the database: ids given out here, bytes by COPY."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, models
from psycopg.types.json import Jsonb

# What stands for NULL: so a whole line is written by one formatting. No text of the demo is this word alone.
_NULL = "None"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Lines(NamedTuple):
    """Lines of COPY's text format, `data`, in parts: the name of each, its rows and its bytes, one after another."""

    parts: list[tuple[str, int, int]]
    data: bytes

    @property
    def rows(self) -> int:
        return sum(rows for _name, rows, _bytes in self.parts)


class Table:
    """Rows of one model on their way: `add` makes a line of COPY's text format, `take` hands the lines over.

    Required columns that are not named get the model's default in every row. Ids count on from the greatest there is;
    `room` says how many rows a client, a deed and a deal may need at most, so that each batch of clients has
    numbers of its own, whoever makes it and when.
    """

    def __init__(
        self, model: type[models.Model], columns: str, *, room: tuple[int, ...] = (1, 0)
    ) -> None:
        self.model = model
        self.name = model._meta.db_table
        named = ("id", *columns.split())
        unnamed = [
            field
            for field in model._meta.concrete_fields
            if field.column not in named
            and not field.null
            and not field.has_db_default()
        ]
        self.columns = (*named, *(field.column for field in unnamed))
        defaults = "".join(
            f"\t{_text(field.get_db_prep_save(field.get_default(), connection))}"
            for field in unnamed
        ).replace("%", "%%")
        self._tabs = len(self.columns) - 1
        self._line = "%s" + "\t%s" * (len(named) - 1) + defaults
        self._room = (*room, 0, 0)[:3]
        self._lines: list[str] = []
        self._parts: list[tuple[str, int]] = []
        self.written = 0
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{self.name}"')
            self._greatest: int = cursor.fetchone()[0]
        self.last_id = self._end = self._greatest

    def begin(self, before: tuple[int, int, int], size: tuple[int, int, int]) -> None:
        """A batch of `size` clients, deeds and deals, made after so many of each as `before` says."""

        def needed(counts: tuple[int, int, int]) -> int:
            return sum(n * room for n, room in zip(counts, self._room, strict=True))

        self.last_id = self._greatest + needed(before)
        self._end = self.last_id + needed(size)

    def add(self, *values: Any) -> int:
        self.last_id += 1
        line = self._line % (self.last_id, *values)
        if "\\" in line or "\n" in line or line.count("\t") != self._tabs:
            texts = [str(value).translate(_ESCAPED) for value in values]
            line = self._line % (self.last_id, *texts)
        self._lines.append(line)
        return self.last_id

    def part(self, name: str) -> None:
        """What is added from here on belongs to the part of this name."""
        if not self._parts or self._parts[-1][0] != name:
            self._parts.append((name, len(self._lines)))

    def take(self) -> Lines:
        """The lines that were added since the last time."""
        if self.last_id > self._end:
            raise AssertionError(f"{self.name}: a batch ran out of its numbers.")
        lines, self._lines = self._lines, []
        begun, self._parts = self._parts or [("", 0)], []
        ends = [first for _name, first in begun[1:]] + [len(lines)]
        parts, pieces = [], []
        for (name, first), end in zip(begun, ends, strict=True):
            piece = "\n".join([*lines[first:end], ""]).encode()
            parts.append((name, end - first, len(piece)))
            pieces.append(piece)
        return Lines(parts, b"".join(pieces))

    def write(self, rows: int, data: bytes, *, into: str, frozen: bool) -> None:
        """`frozen` rows are seen by everybody at once: only for a table that this transaction has emptied."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(
                f"COPY {into} ({columns}) FROM STDIN WITH (FREEZE {frozen}, NULL '{_NULL}')"
            ) as copy,
        ):
            copy.write(data)
        self.written += rows


class InOrder:
    """Lines of a table from all batches, held on disk part by part, to be written in the order of the parts' names."""

    def __init__(self, table: Table, folder: str) -> None:
        self._table, self._folder = table, Path(folder)
        self._rows: dict[str, int] = {}

    def add(self, lines: Lines) -> None:
        first = 0
        for name, rows, size in lines.parts:
            if not rows:
                continue
            with (self._folder / name).open("ab") as file:
                file.write(lines.data[first : first + size])
            first += size
            self._rows[name] = self._rows.get(name, 0) + rows

    def write(self, *, frozen: bool) -> None:
        table = self._table
        for name in sorted(self._rows):
            file = self._folder / name
            table.write(self._rows[name], file.read_bytes(), into=table.name, frozen=frozen)  # fmt: skip
            file.unlink()
        # Its key was not entered in order: made anew it is as dense as one that grew in life.
        with connection.cursor() as cursor:
            cursor.execute(f'REINDEX TABLE "{table.name}"')


def catch_up_sequences(models_filled: Iterable[type[models.Model]]) -> None:
    """Let the next id that the database gives out follow ours; a role that may only draw numbers draws them."""
    with connection.cursor() as cursor:
        for model in models_filled:
            key = model._meta.pk
            if not isinstance(key, models.AutoField | models.BigAutoField):
                continue
            cursor.execute(
                f'SELECT pg_get_serial_sequence(%s, %s), (SELECT max("{key.column}") FROM "{model._meta.db_table}")',
                [f'"{model._meta.db_table}"', key.column],
            )
            sequence, last = cursor.fetchone()
            if sequence is None or last is None:
                continue
            cursor.execute("SELECT has_sequence_privilege(%s, 'UPDATE')", [sequence])
            if cursor.fetchone()[0]:
                cursor.execute(
                    "SELECT setval(%s, greatest(%s, nextval(%s)))",
                    [sequence, last, sequence],
                )
                continue
            cursor.execute("SELECT nextval(%s)", [sequence])
            behind = last - cursor.fetchone()[0]
            if behind > 0:
                cursor.execute(
                    "SELECT count(nextval(%s)) FROM generate_series(1, %s)",
                    [sequence, behind],
                )


def _text(value: Any) -> str:
    """A default as COPY reads it."""
    if value is None:
        return _NULL
    if isinstance(value, Jsonb):
        value = json.dumps(value.obj)
    return str(value).translate(_ESCAPED)


def rows_by_table(tables: Sequence[Table]) -> dict[str, int]:
    return {table.model.__name__: table.written for table in tables}
