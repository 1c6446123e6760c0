from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

DEMO_MARK = "demo_company"


@register(Tags.database)
def demo_logins_stay_at_home(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Everybody knows the demo company's passwords: it must not be served from a real installation.

    The demo command marks its base with the company setting `demo_company`.
    """
    if settings.DEBUG or settings.EMBEDDED:
        return []
    errors: list[CheckMessage] = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT to_regclass('core_companysetting')")
                if cursor.fetchone()[0] is None:
                    continue
                cursor.execute(
                    "SELECT EXISTS (SELECT 1 FROM core_companysetting WHERE name = %s AND value = 'true')",
                    [DEMO_MARK],
                )
                if cursor.fetchone()[0]:
                    errors.append(
                        Error(
                            "This database holds the demo company, whose passwords everybody knows.",
                            hint="Use another database, or set DEBUG=1 on a machine of your own.",
                            id="accounts.E001",
                        )
                    )
        except DatabaseError:
            continue  # a database that does not answer is reported by whoever needs it
    return errors


def refuse_demo_abroad() -> None:
    """Keep the web from starting on what the check refuses: a server is started without `manage.py check`.

    Raises ImproperlyConfigured.
    """
    errors = demo_logins_stay_at_home(databases=[DEFAULT_DB_ALIAS])
    connections[DEFAULT_DB_ALIAS].close()
    if errors:
        raise ImproperlyConfigured(f"{errors[0].msg} {errors[0].hint}")
