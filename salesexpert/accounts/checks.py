from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections

DEMO_MARK = "demo_company"


@register(Tags.database)
def demo_logins_stay_at_home(
    databases: list[str] | None = None, **kwargs: Any
) -> list[Error]:
    """Everybody knows the demo company's passwords: it must not be served from a real installation.

    The demo command marks its base with the company setting `demo_company`.
    """
    if settings.DEBUG or settings.EMBEDDED:
        return []
    errors = []
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
