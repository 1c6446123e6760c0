"""Indexes, foreign keys and triggers of tables that are being filled, put aside and brought back.

An index made of a full table costs a fraction of one kept up row by row (a trigram index a tenth), a foreign key checked
by one join a fraction of ten million look-ups, rows copied into a table emptied in the same transaction need no visit
of VACUUM. PostgreSQL does all of it in the load's transaction: an interrupted load leaves every index where it was.
"""

from collections.abc import Collection, Iterator, Sequence

from django.db import connection


class Aside:
    """What stands in the way of filling `tables` quickly; only their owner may move it (`is_ours`)."""

    def __init__(self, tables: Sequence[str]) -> None:
        self.tables = list(tables)
        self.fresh: set[str] = set()
        """Tables that this transaction has emptied anew: rows may be copied into them as seen by everybody."""
        self._indexes: list[tuple[str, str, str]] = []
        self._keys: list[tuple[str, str, str]] = []

    @property
    def is_ours(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(%s::regclass[])",
                [self.tables],
            )
            return bool(cursor.fetchone()[0])

    def put(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
                     FROM pg_index i
                    WHERE i.indrelid = ANY(%s::regclass[])
                      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
                    ORDER BY i.indrelid, i.indexrelid""",
                [self.tables],
            )
            self._indexes = cursor.fetchall()
            # Theirs, and those of other tables that point to them: such tables could not be emptied.
            cursor.execute(
                """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE contype = 'f' AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
                    ORDER BY conrelid, oid""",
                [self.tables, self.tables],
            )
            self._keys = cursor.fetchall()
            for table, name, _ in self._keys:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for _, name, _ in self._indexes:
                cursor.execute(f"DROP INDEX {name}")
            for table in self.tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            self._empty_anew()

    def _empty_anew(self) -> None:
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'SELECT NOT EXISTS (SELECT FROM "{table}")')
                if cursor.fetchone()[0]:
                    self.fresh.add(table)
            if self.fresh:
                cursor.execute(
                    f"TRUNCATE {', '.join(f'"{table}"' for table in sorted(self.fresh))}"
                )

    def bring_back_indexes(self, of: Collection[str]) -> Iterator[str]:
        """Make the indexes of these tables anew; tells how far it is after each."""
        wanted = [
            definition for table, _, definition in self._indexes if table in set(of)
        ]
        with connection.cursor() as cursor:
            # Sorting in memory where there is some; the settings last until the transaction ends.
            cursor.execute("SET LOCAL maintenance_work_mem = '768MB'")
            for number, definition in enumerate(wanted, 1):
                cursor.execute(definition)
                yield f"indexes, {number} of {len(wanted)}"

    def bring_back_keys(self) -> Iterator[str]:
        """Check the foreign keys anew, and let triggers work again."""
        with connection.cursor() as cursor:
            for number, (table, name, definition) in enumerate(self._keys, 1):
                cursor.execute(
                    f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
                )
                yield f"foreign keys, {number} of {len(self._keys)}"
            for table in self.tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
