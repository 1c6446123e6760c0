"""What beat starts for telephony."""

from celery import shared_task
from django.utils import timezone

from salesexpert.audit.acting import acting
from salesexpert.telephony.actions import calls


@shared_task(ignore_result=True)
def end_forgotten() -> None:
    """End calls whose end no exchange has told."""
    with acting(task="telephony.forgotten"):
        calls.end_forgotten(at=timezone.now())
