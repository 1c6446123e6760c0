from celery import shared_task
from django.utils import timezone

from mailing import freezing, sending


@shared_task(acks_late=True, ignore_result=True)
def gather_addressees(*, mailing_id: int) -> None:
    """A doorbell: the row says whether there is anybody to gather."""
    freezing.freeze(mailing_id, at=timezone.now())


@shared_task(acks_late=True, ignore_result=True)
def run_mailing(*, mailing_id: int) -> None:
    """Send one shift long; what remains is rung for again."""
    if sending.run(mailing_id):
        run_mailing.delay(mailing_id=mailing_id)
