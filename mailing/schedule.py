"""What beat starts."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from mailing import sending, tasks
from mailing.actions import digest


@shared_task(ignore_result=True)
def ring_digests() -> None:
    """Every minute: ring for each plan of the day that is due. The letter's key keeps the second from being written."""
    for user_id, day in digest.due(at=timezone.now()):
        write_digest.delay(user_id=user_id, day=day.isoformat())


@shared_task(ignore_result=True)
def write_digest(*, user_id: int, day: str) -> None:
    digest.write(user_id, date.fromisoformat(day), at=timezone.now())


@shared_task(ignore_result=True)
def ring_mailings() -> None:
    """Every few seconds: ring for mailings that are to go on, and for lists that nobody gathers."""
    now = timezone.now()
    for mailing_id in sending.due(at=now):
        tasks.run_mailing.delay(mailing_id=mailing_id)
    for mailing_id in sending.unfrozen(at=now):
        tasks.gather_addressees.delay(mailing_id=mailing_id)
