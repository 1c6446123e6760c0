"""Small tables that every page needs and nobody changes for weeks, held by each process.

The cache keeps only the number of the edition, and a process asks for it once a second, for all its tables together: a
change is seen at once by the process that made it, and by all others a second after its commit.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import connection, models, transaction
from django.db.models.signals import post_delete, post_save

_ASKED_EVERY = 1.0
_SECONDS = 24 * 3600
_all: list["Held[Any]"] = []
_watching: dict[type[models.Model], list["Held[Any]"]] = {}
_asked_at = 0.0


class Held[T]:
    """What `load` reads, kept until `forget` is called in this process or another. `name` is its key in the cache."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self._key = f"held-{name}"
        self._load = load
        self._edition: str | None = None
        self._value: T | None = None
        self._newest: str | None = None
        self._own = threading.local()
        _all.append(self)

    def get(self) -> T:
        """The value; one query when it has changed since. A transaction that changed it gets it as it sees it."""
        if self._is_changing():
            if self._own.value is None:
                self._own.value = self._load()
            return self._own.value
        if self._newest is None or time.monotonic() - _asked_at > _ASKED_EVERY:
            _ask()
        value = self._value
        if value is None or self._edition != self._newest:
            edition, value = self._newest, self._load()
            self._value, self._edition = value, edition
        return value

    def forget(self, **kwargs: Any) -> None:
        """Have it read again: in this transaction from now on, everywhere once it commits.

        Call it after `bulk_create`, `update` and the like; single saves are seen by `watch`.
        """
        self._own.value = None
        if not self._is_changing():
            transaction.on_commit(self._tell)

    def drop(self) -> None:
        """Forget in this process alone."""
        self._value = self._edition = self._newest = None

    def _is_changing(self) -> bool:
        """Whether this transaction changed it: what waits for a commit is taken out by a rollback."""
        return any(waiting[1] == self._tell for waiting in connection.run_on_commit)

    def watch(self, models_read: Iterable[type[models.Model]]) -> None:
        """Forget whenever a row of these models is saved or deleted."""
        for model in models_read:
            _watching.setdefault(model, []).append(self)
            for signal in (post_save, post_delete):
                signal.connect(self.forget, sender=model, weak=False, dispatch_uid=f"{self._key}-{model.__name__}")  # fmt: skip

    def _tell(self) -> None:
        self._value = None
        self._newest = uuid4().hex
        cache.set(self._key, self._newest, _SECONDS)


def written(model: type[models.Model]) -> None:
    """Rows of `model` were written without signals: whatever is held of them is read again."""
    for held in _watching.get(model, ()):
        held.forget()


def drop_all() -> None:
    """After the whole base was changed behind the back of every signal: a restore, the next test."""
    for held in _all:
        held.drop()


def _ask() -> None:
    global _asked_at
    found = cache.get_many([held._key for held in _all])
    for held in _all:
        edition = found.get(held._key)
        if edition is None:
            edition = uuid4().hex
            # Another process may be naming it at this moment: the first name stands.
            if not cache.add(held._key, edition, _SECONDS):
                edition = cache.get(held._key)
        held._newest = edition
    _asked_at = time.monotonic()
