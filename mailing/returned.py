"""Addresses from which letters came back for good: known by a hash, left out of mailings."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from clients import suppressions
from mailing.models import DeadAddress

_AT_ONCE = 5_000


def dead_among(addresses: Iterable[str]) -> set[str]:
    """Which of the addresses letters came back from."""
    wanted = list(dict.fromkeys(addresses))
    if not wanted or not DeadAddress.objects.exists():
        return set()
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        spelled = {a: suppressions.normal_email(a) for a in part}
        digests = suppressions.digests(spelled.values())
        dead = set(DeadAddress.objects.filter(digest__in=digests.values()).values_list("digest", flat=True))  # fmt: skip
        found |= {a for a, normal in spelled.items() if digests[normal] in dead}
    return found


def note_dead(addresses: Iterable[str], *, words: str, at: datetime) -> None:
    """Note that letters to these addresses came back for good."""
    digests = suppressions.digests(suppressions.normal_email(a) for a in addresses)
    known = set(DeadAddress.objects.filter(digest__in=digests.values()).values_list("digest", flat=True))  # fmt: skip
    DeadAddress.objects.filter(digest__in=known).update(times=F("times") + 1, last_at=at)  # fmt: skip
    DeadAddress.objects.bulk_create(
        [
            DeadAddress(digest=d, words=words[:500], first_at=at, last_at=at)
            for d in digests.values()
            if d not in known
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
