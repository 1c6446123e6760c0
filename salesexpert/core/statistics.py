"""What the planner knows of columns that a migration has just added: nothing, until someone looks."""

from typing import Any

from django.db import connections


def gather_missing(*, using: str, **kwargs: Any) -> None:
    """ANALYZE the tables that have rows, statistics, and columns without any; runs after each migration, as the owner.

    A new column of NULLs moves no row, so autovacuum does not come by, and the planner takes “IS NULL” for one row in two
    hundred: a list that filters by it would be sorted instead of read in order.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            """SELECT c.oid::regclass::text FROM pg_class c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.reltuples > 0
                  AND pg_has_role(c.relowner, 'USAGE')
                  AND EXISTS (SELECT FROM pg_attribute a
                               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                 AND NOT EXISTS (SELECT FROM pg_stats s
                                                  WHERE s.schemaname = 'public' AND s.tablename = c.relname
                                                    AND s.attname = a.attname))"""
        )
        tables = [table for (table,) in cursor.fetchall()]
        if tables:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
