"""Telling open pages that something is there. The database stays the truth: what is lost here is asked for later."""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import transaction

from salesexpert.core import heartbeat
from salesexpert.notices import stream

logger = structlog.get_logger(__name__)


def push(users: Iterable[int], event: str, **data: Any) -> None:
    """Send `event` ("notice", "call") with ids, never words, to the open pages of these people, after the commit.

    A page gets it as the DOM event `se:notice` with `detail` = data, in each of its tabs, within a tenth of a second.
    """
    people = sorted(set(users))
    if people:
        transaction.on_commit(partial(_publish, people, event, data), robust=True)


def _publish(users: list[int], event: str, data: Mapping[str, Any]) -> None:
    message = json.dumps({"users": users, "event": event, "data": data})
    try:
        heartbeat.broker().publish(stream.channel(settings.REDIS_URL), message)
    except redis.RedisError:
        logger.warning("event_not_published", event_name=event)
