"""The database as it was before a test with real transactions, without making every table anew.

Django empties all tables and makes permissions and content types again: most of a second for a base of this width, and
then the presets are loaded again. Here the few rows such a test leaves are deleted, and a table that held rows from the
start is filled from what was remembered if it changed.
"""

from typing import Any

import pgtrigger
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

# Beyond this a table is quicker made anew than cleared row by row; dead rows count, so no table grows over a run.
LARGE = 256 * 1024


class Remembered:
    """The rows of all tables at one moment."""

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self.rows: dict[str, bytes] = {}
        with connection.cursor() as cursor:
            self.digests = _digests(cursor, list(_sizes(cursor)))
            for table in self.digests:
                copied = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
                with cursor.copy(copied) as rows:
                    self.rows[table] = b"".join(bytes(part) for part in rows)

    def put_back(self) -> None:
        with connection.cursor() as cursor:
            sizes = _sizes(cursor)
        if any(size > LARGE for size in sizes.values()):
            call_command(
                "flush",
                verbosity=0,
                interactive=False,
                reset_sequences=False,  # the numbers of what is put back are taken
                inhibit_post_migrate=True,
            )
            sizes = {}
        self._refill(sizes)
        # Some triggers note which rows went, in tables of their own that were empty until then.
        with connection.cursor() as cursor:
            self._refill(_sizes(cursor))

    def _refill(self, sizes: dict[str, int]) -> None:
        # The journal's triggers would note what is done here, and refuse to lose what they noted.
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            now = _digests(cursor, list({*sizes, *self.rows}))
            changed = [
                table
                for table in {*now, *self.rows}
                if now.get(table) != self.digests.get(table)
            ]
            # References are compared at commit, so the order is free.
            for table in changed:
                name = sql.Identifier(table)
                if table in now:
                    cursor.execute(sql.SQL("DELETE FROM {}").format(name))
                if table in self.rows:
                    copied = sql.SQL("COPY {} FROM STDIN").format(name)
                    with cursor.copy(copied) as rows:
                        rows.write(self.rows[table])


def _sizes(cursor: Any) -> dict[str, int]:
    """Bytes of each table that has had rows since it was made."""
    cursor.execute(
        """SELECT relname, pg_relation_size(oid) FROM pg_class
           WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               AND relname <> 'django_migrations' AND pg_relation_size(oid) > 0"""
    )
    return dict(cursor.fetchall())


def _digests(cursor: Any, tables: list[str]) -> dict[str, str]:
    """One digest for the rows of each table that has any."""
    if not tables:
        return {}
    asked = [
        sql.SQL(
            "SELECT {}, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t"
        ).format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(asked).as_string(None))
    return {table: digest for table, digest in cursor.fetchall() if digest}


def remember() -> None:
    """From now on every test with real transactions ends with the rows there are now."""
    remembered = Remembered()

    def put_back(test: TransactionTestCase) -> None:
        remembered.put_back()

    TransactionTestCase._fixture_teardown = put_back  # type: ignore[attr-defined]
