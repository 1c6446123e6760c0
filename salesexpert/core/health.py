"""`/healthz`: whether the database, the broker and the worker are there, for whoever watches the product."""

import psycopg
import redis
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from salesexpert.core import heartbeat

OK, DOWN, MISSING, UNKNOWN = "ok", "down", "missing", "unknown"


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, 503 when the database or the broker is down.

    A missing worker leaves the status ok, since pages work and its tasks wait in the broker.
    """
    broker, worker = _broker_and_worker()
    parts = {"database": _database(), "broker": broker, "worker": worker}
    serves = parts["database"] == parts["broker"] == OK
    return JsonResponse(
        {"status": OK if serves else DOWN, **parts}, status=200 if serves else 503
    )


def _database() -> str:
    # A connection of its own: the one of this thread may be busy, stale or wait for ten seconds.
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    parameters["connect_timeout"] = 2
    parameters["options"] = f"{parameters.get('options', '')} -c statement_timeout=2000"
    try:
        with psycopg.connect(**parameters) as fresh:
            fresh.execute("SELECT 1")
    except psycopg.Error:
        return DOWN
    return OK


def _broker_and_worker() -> tuple[str, str]:
    try:
        alive = heartbeat.broker().get(heartbeat.KEY)
    except redis.RedisError:
        return DOWN, UNKNOWN
    return OK, OK if alive else MISSING
