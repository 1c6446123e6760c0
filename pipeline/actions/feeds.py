"""Verbs of a calendar subscription."""

from datetime import datetime

from django.db import transaction

from pipeline import feeds
from pipeline.models import CalendarFeed
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def subscribe(*, user: User, hides_clients: bool, at: datetime) -> CalendarFeed:
    """The person's one living subscription, made if there is none; its address stays when only the option changes."""
    User.objects.select_for_update(no_key=True, of=["self"]).get(pk=user.pk)
    feed = feeds.living(user)
    if feed is None:
        feed = CalendarFeed(user=user, key=feeds.new_key(), created_at=at, hides_clients=hides_clients)  # fmt: skip
        feed.save(force_insert=True)
        journal.record("feed.opened", feed, by=user, at=at)
    elif feed.hides_clients != hides_clients:
        feed.hides_clients = hides_clients
        feed.save(update_fields=["hides_clients"])
    return feed


@transaction.atomic
def revoke(*, user: User, at: datetime) -> bool:
    """The address answers nobody any more. True if there was one."""
    feed = CalendarFeed.objects.select_for_update().filter(user=user, revoked_at=None).first()  # fmt: skip
    if feed is None:
        return False
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])
    journal.record("feed.revoked", feed, by=user, at=at)
    return True
