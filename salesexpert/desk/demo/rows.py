"""Rows on their way into the database: ids given out here, bytes by COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

# One COPY statement queues its foreign key checks in memory until it ends.
CHUNK = 20_000


class Table:
    """Rows of one model, kept until `flush` writes them by COPY. Ids count on from the greatest there is.

    Required columns that are not named get the model's default in every row.
    """

    def __init__(self, model: type[models.Model], columns: str) -> None:
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
        self._defaults = tuple(
            field.get_db_prep_save(field.get_default(), connection) for field in unnamed
        )
        self.rows: list[Sequence[Any]] = []
        self.written = 0
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{self.name}"')
            self.last_id: int = cursor.fetchone()[0]

    def add(self, *values: Any) -> int:
        self.last_id += 1
        self.rows.append((self.last_id, *values, *self._defaults))
        return self.last_id

    def flush(self) -> None:
        rows, self.rows = self.rows, []
        for start in range(0, len(rows), CHUNK):
            self._copy(rows[start : start + CHUNK])
        self.written += len(rows)

    def _copy(self, rows: Iterable[Sequence[Any]]) -> None:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{self.name}" ({columns}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def catch_up_sequence(self) -> None:
        """Let the next id that the database gives out follow ours; the application's role may only draw numbers, so it draws."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, 'id')", [f'"{self.name}"']
            )
            sequence = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(%s)", [sequence])
            behind = self.last_id - cursor.fetchone()[0]
            if behind > 0:
                cursor.execute(
                    "SELECT count(nextval(%s)) FROM generate_series(1, %s)",
                    [sequence, behind],
                )
