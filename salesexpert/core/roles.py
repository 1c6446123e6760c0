"""Rights of the database role that serves pages: everything on the data, nothing but adding and reading on the journal."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

_functions: set[str] = set()


def allow_function(signature: str) -> None:
    """Let the application's role call a function of the schema's owner: `name(bigint, text)`."""
    _functions.add(signature)


def append_only_tables() -> list[str]:
    """Tables whose rows may only be added: models that say `append_only = True`, and the event tables of pghistory."""
    tables = []
    for model in apps.get_models(include_auto_created=True):
        if (
            getattr(model, "append_only", False)
            or getattr(model, "pgh_tracked_model", None) is not None
        ):
            tables.append(model._meta.db_table)
    return sorted(tables)


def grant_application_role(*, using: str, **kwargs: Any) -> None:
    """Bring the application role's rights up to date with the schema; runs after each migration, as the owner.

    Does nothing where the schema's owner also serves the pages (tests, a database without a second role).
    """
    role = settings.APPLICATION_DATABASE_ROLE
    if not role:
        return
    connection = connections[using]
    quote = connection.ops.quote_name
    name = quote(role)
    # In one transaction: at no moment may the role write what it may only add to.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)",
            [role],
        )
        user, exists = cursor.fetchone()
        if user == role or not exists:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        )
        cursor.execute(
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"
        )
        existing = set(connection.introspection.table_names(cursor))
        for table in append_only_tables():
            if table in existing:
                cursor.execute(
                    f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {name}"
                )
        for signature in sorted(_functions):
            # to_regprocedure: an older schema, on the way to this one, has it not yet
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [signature])
            if cursor.fetchone()[0]:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {name}")
