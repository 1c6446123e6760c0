"""Statements that PostgreSQL reads and plans once a connection, and runs with new values ever after.

Django binds values on the client's side, so that each statement is a new text to PostgreSQL: of the statements that pages
ask all day, planning takes longer than answering. What goes through `prepared` is kept in the connection under a name.
PostgreSQL decides by itself, after five runs, whether one plan serves all values or each needs its own (decision 0023).
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import register_tzloader
from psycopg import Cursor, adapters, postgres, sql
from psycopg.adapt import Dumper
from psycopg.errors import FeatureNotSupported
from psycopg.pq import Format
from psycopg.types.numeric import Int8

# As many as a connection may keep; those that were not asked for longest give way.
KEPT = 400
_MOMENT = postgres.types["timestamptz"].oid


class PreparedCursor(Cursor[Any]):
    """Whole numbers are sent as bigint, whatever their size: a statement is another one for values of another type."""

    def execute(self, query: Any, params: Any = None, **_more: Any) -> Any:
        own = self.connection
        before, own.prepared_max = own.prepare_threshold, KEPT
        own.prepare_threshold = 0
        values = [_widened(value) for value in params or ()]
        try:
            return super().execute(query, values, prepare=True)
        except FeatureNotSupported:
            # “Cached plan must not change result type”: a migration has changed a column meanwhile.
            connection.close_at = 0
            if connection.in_atomic_block:
                raise
            return super().execute(query, values, prepare=False)
        finally:
            # The ORM's own statements are new texts each time: there is nothing to keep of them.
            own.prepare_threshold = before


class Ids(list[int]):
    """Whole numbers that go as bigint[], though there be none."""


class IdsDumper(Dumper):
    oid = postgres.types["int8"].array_oid

    def dump(self, obj: Ids) -> bytes:
        return f"{{{','.join(map(str, obj))}}}".encode()


adapters.register_dumper(Ids, IdsDumper)


def _widened(value: Any) -> Any:
    if type(value) is int:
        return Int8(value)
    if type(value) is list and (not value or type(value[0]) is int):
        return Ids(value)
    return value


def prepared() -> Any:
    """A cursor as `connection.cursor()` gives it, whose statements are prepared. One statement at a time, with `%s` only.

    Constants belong into the text: PostgreSQL cannot see that `state = $1` is the condition of an index.
    """
    own: Any = connection
    own.close_if_health_check_failed()
    own.ensure_connection()
    with own.wrap_database_errors:
        cursor = PreparedCursor(own.connection)
        loader: Any = own.connection.adapters.get_loader(_MOMENT, Format.TEXT)
        if loader.timezone != own.timezone:
            register_tzloader(own.timezone, cursor)
        return own._prepare_cursor(cursor)


def written(text: str, values: Iterable[Any]) -> str:
    """The statement with these values as constants in it, for its `%s` in their order."""
    own: Any = connection
    own.ensure_connection()
    constants = [
        value.text if isinstance(value, Place)
        else sql.Literal(value).as_string(own.connection).replace("%", "%%")
        for value in values
    ]  # fmt: skip
    return text.replace("%%", "%%%%") % tuple(constants)


class Place:
    """A place among constants that stays open for a value."""

    text = "%s"
