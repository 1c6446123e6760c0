"""What beat starts."""

from datetime import date

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from mailing import sending, tasks
from mailing.actions import digest, faxes
from mailing.incoming import mailboxes
from mailing.models import Mailbox


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


@shared_task(ignore_result=True)
def ring_mailboxes() -> None:
    """Every two minutes: a doorbell for each mailbox."""
    for pk in Mailbox.objects.filter(is_active=True).values_list("pk", flat=True):
        read_mailbox.apply_async(kwargs={"mailbox_id": pk}, expires=110)


@shared_task(ignore_result=True, soft_time_limit=500)
def read_mailbox(*, mailbox_id: int) -> None:
    """One reader of a mailbox at a time; a second would do no harm, but twice the work."""
    if cache.add(f"mailbox-{mailbox_id}", 1, 540):
        try:
            mailboxes.read(mailbox_id)
        finally:
            cache.delete(f"mailbox-{mailbox_id}")


@shared_task(ignore_result=True, soft_time_limit=280)
def run_faxes() -> None:
    """Every minute: faxes that are due are handed over, lines are asked about the others. One runner at a time."""
    if cache.add("faxes", 1, 300):
        try:
            now = timezone.now()
            faxes.send_due(at=now)
            faxes.ask_lines(at=now)
        finally:
            cache.delete("faxes")
