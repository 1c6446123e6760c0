"""What beat starts."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from mailing.actions import digest


@shared_task(ignore_result=True)
def ring_digests() -> None:
    """Every minute: ring for each plan of the day that is due. The letter's key keeps the second from being written."""
    for user_id, day in digest.due(at=timezone.now()):
        write_digest.delay(user_id=user_id, day=day.isoformat())


@shared_task(ignore_result=True)
def write_digest(*, user_id: int, day: str) -> None:
    digest.write(user_id, date.fromisoformat(day), at=timezone.now())
