"""What the database must be able to do before the product may trust it."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections


@register(Tags.database)
def trigrams_know_cyrillic(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[Error]:
    """pg_trgm takes its letters from LC_CTYPE: with `C` it sees none in Russian words, and search finds nothing, silently."""
    errors = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"
                )
                if not cursor.fetchone()[0]:
                    continue
                cursor.execute("SELECT cardinality(show_trgm('Ром'))")
                if not cursor.fetchone()[0]:
                    errors.append(
                        Error(
                            "The database was created with LC_CTYPE C: search in Russian would find nothing.",
                            hint="Create it with LC_CTYPE 'C.UTF-8' (or another UTF-8 locale) and load the data again.",
                            id="core.E001",
                        )
                    )
        except DatabaseError:
            continue  # migrate reports a database that does not answer better than a check can
    return errors
