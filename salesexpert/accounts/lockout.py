"""How repeated wrong passwords lock a login, and for how long."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from salesexpert.accounts.models import User


def login_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which failures are counted: one per person, however he writes it, and one per unknown login."""
    given = credentials or request.POST
    login = given.get("username") or given.get("email") or given.get("login") or ""
    known = User.objects.named(login).values_list("username", flat=True).first()
    return (known or login.strip())[:255].lower()


def attempts_left(request: HttpRequest) -> int | None:
    """How many more wrong passwords this login may be given from this address; None before the first."""
    failures = getattr(request, "axes_failures_since_start", None)
    if failures is None:
        return None
    return max(0, settings.AXES_FAILURE_LIMIT - failures)


def locked_out(
    request: HttpRequest,
    original: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page for a locked login: the same for known and unknown names."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(
        request,
        "account/locked.html",
        {"minutes": minutes},
        status=429,
    )


def locked_logins() -> list[dict[str, Any]]:
    """Logins that are locked now, newest first: `username`, `ip_address`, `failures`, `last_at`."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return list(
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last_at=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last_at")[:200]
    )
