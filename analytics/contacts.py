"""Contacts: done activities of kinds that count as a contact, for their performer, on the day they were done."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from analytics.models import ContactDay
from analytics.money_lines import midnight
from analytics.scope import within
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


def by_days(since: date, until: date, people: Collection[int] | None) -> dict[int, int]:  # fmt: skip
    """{person: contacts} of these people (None: of everybody), once rollups are brought up to date.

    Days hold work with clients; the little that was done without one has an index of its own. One query.
    """
    days = ContactDay.objects.filter(day__gte=since, day__lt=until, kind__is_contact=True, **within(people, "user"))  # fmt: skip
    without = of_period(since, until).filter(client=None, **within(people, "performer"))  # fmt: skip
    rows = days.order_by().values_list("user").annotate(n=Sum("done"))
    found: dict[int, int] = {}
    for person, n in rows.union(without.order_by().values_list("performer").annotate(n=Count("*")), all=True):  # fmt: skip
        found[person] = found.get(person, 0) + n
    return found
