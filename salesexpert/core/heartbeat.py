"""A sign of life of the background worker, kept in the broker and read by `/healthz`."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

import redis
from celery import bootsteps
from django.conf import settings

from salesexpert.environment import cache_url

KEY = "salesexpert:worker-alive"
INTERVAL_SECONDS = 4
# Two missed beats are noise of a busy machine, three are a dead worker.
LIFETIME_SECONDS = 3 * INTERVAL_SECONDS


@cache
def broker() -> redis.Redis:
    """The broker's server, asked with little patience: whoever asks is waited for."""
    return redis.Redis.from_url(
        cache_url(settings.REDIS_URL), socket_timeout=2, socket_connect_timeout=2
    )


class Heartbeat(bootsteps.StartStopStep):
    """Beats from the worker's own event loop, so that a loop that hangs falls silent too."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        self._beat()
        self._timer = consumer.timer.call_repeatedly(INTERVAL_SECONDS, self._beat)

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Another worker, if there is one, beats again within seconds.
        with suppress(redis.RedisError):
            broker().delete(KEY)

    def _beat(self) -> None:
        # Celery itself notices a lost broker, says so and connects again.
        with suppress(redis.RedisError):
            broker().set(KEY, "1", ex=LIFETIME_SECONDS)
