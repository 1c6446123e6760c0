"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from salesexpert.outbox import actions


@shared_task
def sweep() -> None:
    """Every minute: give up what was abandoned, then ring for what is due."""
    now = timezone.now()
    actions.settle_abandoned(at=now)
    actions.ring_due(at=now)
