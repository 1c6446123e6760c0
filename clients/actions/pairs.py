"""What people decide about two cards that look alike, short of joining them."""

from datetime import datetime

from django.db import transaction

from clients.choices import PairState
from clients.models import SuspectedPair
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def dismiss(*, pair: SuspectedPair, by: User, at: datetime) -> bool:
    """These are two firms: the pair is never shown as suspected again. False when it is decided already."""
    taken = SuspectedPair.objects.filter(pk=pair.pk, state=PairState.OPEN).update(
        state=PairState.DISMISSED, decided_by=by, decided_at=at
    )
    if taken:
        _record("client.not_duplicates", pair, by=by, at=at)
    return bool(taken)


@transaction.atomic
def suspect_again(*, pair: SuspectedPair, by: User, at: datetime) -> bool:
    """Take back that they are two firms. False when nobody had said so."""
    taken = SuspectedPair.objects.filter(pk=pair.pk, state=PairState.DISMISSED).update(
        state=PairState.OPEN, decided_by=None, decided_at=None
    )
    if taken:
        _record("client.duplicates_after_all", pair, by=by, at=at)
    return bool(taken)


def _record(verb: str, pair: SuspectedPair, *, by: User, at: datetime) -> None:
    journal.record(verb, pair.first, by=by, at=at, other=pair.second_id)
    journal.record(verb, pair.second, by=by, at=at, other=pair.first_id)
