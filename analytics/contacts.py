"""Contacts: done activities of kinds that count as a contact, for their performer, on the day they were done."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from analytics.money_lines import midnight
from clients.models import Activity


def of_period(since: date, until: date) -> QuerySet[Activity, Any]:
    return between(midnight(since), midnight(until))


def between(since: datetime, until: datetime) -> QuerySet[Activity, Any]:
    return Activity.objects.filter(
        status="done",
        kind__is_contact=True,
        done_at__gte=since,
        done_at__lt=until,
    )


def count(user: int, since: date, until: date) -> int:
    return of_period(since, until).filter(performer=user).count()
