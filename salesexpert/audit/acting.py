"""Who acts: what every change in the database is journalled with."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus

from salesexpert.core.prepared import PreparedCursor

_deed: ContextVar[str] = ContextVar("deed", default="")
_words: ContextVar[str] = ContextVar("acting_words", default="")
# What the open transaction of this thread's connection was told last.
_told = threading.local()

# Statements that write nothing need not say who acts.
_READS = ("select", "savepoint", "release", "vacuum", "analyze", "checkpoint", "discard", "load", "cluster", "reindex", "create", "alter", "drop", "set transaction", "set session", "begin", "start")  # fmt: skip
# Triggers also ask whether they are to stand aside. Where nobody ever said so, each row would cost them a caught error.
_ASIDE = "set_config('pgtrigger.ignore', coalesce(nullif(current_setting('pgtrigger.ignore', true), ''), '{}'), true)"


def current_deed() -> str:
    """The id that ties together the changes of one request or task; empty outside."""
    return _deed.get()


@contextmanager
def acting(*, user: Any = None, task: str = "", url: str = "") -> Iterator[None]:
    """Journal every change made inside with who made it.

    Requests have it from the middleware. Celery tasks, commands and whatever runs outside a request open one:

        with acting(user=job.created_by, task="clients.import"):
            ...

    `user` is a person or his id, None for the system itself; `task` a word declared by `subjects.register_tasks`. Inside
    another `acting` it stands in for it until it ends. It holds for statements on the default database connection of
    this thread, each in its own transaction, so nothing of it is left for the next user of the connection.
    """
    said = {"user": getattr(user, "pk", user), "deed": uuid.uuid4().hex}
    if task:
        said["task"] = task
    if url:
        # jsonb holds neither NUL nor half characters, and an address may bring both
        said["url"] = (
            url[:200].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        )
    outermost = not _words.get()
    deed, words = _deed.set(said["deed"]), _words.set(json.dumps(said))
    with ExitStack() as stack:
        if outermost:
            _told.words = ""
            stack.enter_context(connection.execute_wrapper(_tell))
        try:
            yield
        finally:
            _words.reset(words)
            _deed.reset(deed)
            if outermost:
                _forget_in_open_transaction()


def _tell(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """Let the first writing statement of a transaction say who acts, for all that follow in it.

    It is said for the transaction (`SET LOCAL`) and read by the triggers that pghistory made. Said again after another
    `acting` began or ended, and after a return to a savepoint, which takes back what was set since.
    """
    psycopg = context["cursor"].connection
    status = psycopg.info.transaction_status
    if status == TransactionStatus.IDLE:
        _told.words = ""
    text = sql if isinstance(sql, str) else ""
    begins = text.lstrip()[:24].lower()
    if begins.startswith("rollback"):
        _told.words = ""
        return execute(sql, params, many, context)
    words = _words.get()
    if (
        not words
        or words == getattr(_told, "words", "")
        or begins.startswith(_READS)
        or status == TransactionStatus.INERROR
        or getattr(context["cursor"], "name", None)
    ):
        return execute(sql, params, many, context)
    quoted = words.replace("'", "''")
    before = (
        f"SELECT set_config('pghistory.context_metadata', '{quoted}', true), {_ASIDE}; "
    )
    # A prepared statement is one statement.
    if many or not text or isinstance(context["cursor"].cursor, PreparedCursor):
        with connection.cursor() as cursor:
            cursor.execute(before)
        result = execute(sql, params, many, context)
    else:
        if params is not None:
            before = before.replace("%", "%%")
        result = execute(before + text, params, many, context)
        while result is not None and result.nextset():
            pass
    if psycopg.info.transaction_status == TransactionStatus.INTRANS:
        _told.words = words
    return result


def _forget_in_open_transaction() -> None:
    """What is set for a transaction lives as long as it does: whoever goes on in it is no longer the one who acted."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")
