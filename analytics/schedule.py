"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from analytics import earnings, telling
from analytics.actions import months


@shared_task(ignore_result=True)
def keep_pay() -> None:
    """Make the rows of a month that began, count what waits, and work out what changed while nobody looked."""
    months.refresh_stale(month=earnings.this_month())


@shared_task(ignore_result=True)
def tell_of_plans() -> None:
    telling.milestones(at=timezone.now())
