from celery import shared_task
from django.utils import timezone

from salesexpert.telephony import dialling


@shared_task(ignore_result=True, acks_late=False)
def dial(*, extension_id: int, number: str) -> None:
    """Not tried again: nobody wants a telephone that rings twice."""
    dialling.call(extension_id, number, at=timezone.now())
