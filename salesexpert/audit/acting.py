"""Who acts: what every change in the database is journalled with."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pghistory
from django.db import connection

_deed: ContextVar[str] = ContextVar("deed", default="")


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
    with pghistory.context() as context:
        before = dict(context.metadata)
        token = _deed.set(said["deed"])
        context.metadata.clear()
        context.metadata.update(said)
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)
            _deed.reset(token)
            if not before:
                _forget_in_open_transaction()


def _forget_in_open_transaction() -> None:
    """What is set for a transaction lives as long as it does: whoever goes on in it is no longer the one who acted."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
            )
