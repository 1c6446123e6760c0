"""What an outside service tells of our addressees, entered at once for all of them."""

from datetime import datetime

from django.db import transaction

from clients.actions import consents
from mailing import dead_addresses
from mailing.exchange import Outcome
from salesexpert.accounts.models import User
from salesexpert.audit import journal


def enter(outcome: Outcome, *, by: User, at: datetime) -> None:
    """Who unsubscribed goes on the stop list, dead addresses are left out of mailings. Entered twice it changes nothing.

    Each address in its own transaction: a long file holds no card for long.
    """
    for address in outcome.unsubscribed:
        with transaction.atomic():
            consents.unsubscribe(address=address, everything=False, at=at)
    dead_addresses.note_many(outcome.bounced, words="outside service", at=at)
    journal.record(
        "mailing.outcome", by, by=by, at=at,
        unsubscribed=len(outcome.unsubscribed), bounced=len(outcome.bounced),
    )  # fmt: skip
