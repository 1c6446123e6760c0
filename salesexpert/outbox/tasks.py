from functools import partial

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from salesexpert.outbox import delivery
from salesexpert.outbox.models import MailAccount

# Connections at once to the server that the environment names.
WITHOUT_ACCOUNT = 4

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


@shared_task(soft_time_limit=240, time_limit=300)
def deliver_due(*, account_id: int | None) -> None:
    """A doorbell for many: send up to fifty letters that are due by this account, then ring again while there are more."""
    if delivery.deliver_due(account_id):
        ring_due(account_id)


def ring_due(account_id: int | None) -> bool:
    try:
        deliver_due.apply_async(kwargs={"account_id": account_id}, retry=False)
    except OperationalError:
        logger.warning("letters_not_rung", account=account_id)
        return False
    return True


def ring_many_on_commit(account: MailAccount | None, letters: int) -> None:
    """As many doorbells as the account has connections; each rings the next by itself."""
    most = account.connections if account else WITHOUT_ACCOUNT
    bells = min(most, -(-letters // delivery.AT_ONCE))
    for _bell in range(bells):
        transaction.on_commit(
            partial(ring_due, account.pk if account else None), robust=True
        )
