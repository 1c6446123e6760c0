from functools import partial

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from salesexpert.outbox import delivery

logger = structlog.get_logger(__name__)


@shared_task(soft_time_limit=240, time_limit=300)
def deliver_letter(*, letter_id: int) -> None:
    """A doorbell: the row says whether there is anything to send. May ring any number of times."""
    delivery.deliver(letter_id)


def ring(letter_id: int) -> bool:
    """Ask a worker to look at the letter. False when the broker does not answer: the sweep rings again within a minute."""
    try:
        deliver_letter.apply_async(kwargs={"letter_id": letter_id}, retry=False)
    except OperationalError:
        logger.warning("letter_not_rung", letter=letter_id)
        return False
    return True


def ring_on_commit(letter_id: int) -> None:
    """A page never fails because the broker is away: the letter is a row by then."""
    transaction.on_commit(partial(ring, letter_id), robust=True)
