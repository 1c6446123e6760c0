"""One migrated base for all workers of a run: the first that needs a base migrates it, the others copy what it made.

To migrate the whole product from nothing takes most of a minute, to copy a base a second.
"""

import os
import time

from django.core.management import call_command
from django.db import connection

# Workers inherit it from the process that starts them.
RUN = os.environ.setdefault("RUN_OF_THE_TESTS", f"{os.getpid()}_{int(time.time())}")
READY = "migrated"


def _name() -> str:
    own: str = connection.creation._get_test_db_name()
    return f"{own.rsplit('_gw', 1)[0]}_{RUN}"


def use() -> None:
    """Let the base of this worker be made as a copy of the migrated one, which is migrated now if nobody did."""
    shared, own = _name(), connection.settings_dict["NAME"]
    quoted = connection.ops.quote_name(shared)
    with connection._nodb_cursor() as server:
        # Held as long as the cursor: one migrates, the others wait.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [shared])
        server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [shared],
        )
        if server.fetchone() != (READY,):
            server.execute(f"DROP DATABASE IF EXISTS {quoted}")
            server.execute(f"CREATE DATABASE {quoted}")
            connection.close()
            connection.settings_dict["NAME"] = shared
            try:
                call_command("migrate", verbosity=0, interactive=False)
            finally:
                connection.close()  # a base that is copied may have no visitors
                connection.settings_dict["NAME"] = own
            server.execute(f"COMMENT ON DATABASE {quoted} IS '{READY}'")
    connection.settings_dict["TEST"]["TEMPLATE"] = shared


def drop() -> None:
    with connection._nodb_cursor() as server:
        server.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(_name())}")
