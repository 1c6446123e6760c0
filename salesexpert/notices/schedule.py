"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from salesexpert.notices import actions


@shared_task(ignore_result=True)
def forget_old() -> None:
    actions.forget(at=timezone.now())
