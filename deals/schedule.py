"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from deals.actions import handovers, statement_booking


@shared_task(ignore_result=True)
def follow_handovers() -> None:
    """Offers that nobody answered in time, and handovers whose worker was lost."""
    now = timezone.now()
    handovers.take_up_abandoned(at=now)
    handovers.remind(at=now)


@shared_task(ignore_result=True)
def take_up_abandoned_statements() -> None:
    """Long bank statements whose bell nobody heard, or whose worker was lost."""
    statement_booking.take_up_abandoned(at=timezone.now())
