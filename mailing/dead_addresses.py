"""Addresses that letters came back from for good, known by a keyed hash: mailings leave them out."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from clients import suppressions
from mailing.models import DeadAddress

_AT_ONCE = 5_000


def dead(addresses: Iterable[str]) -> set[str]:
    """Those of the e-mail addresses that letters come back from. Two queries for each five thousand."""
    if not DeadAddress.objects.exists():
        return set()
    spelled = {address: suppressions.normal_email(address) for address in addresses}
    digests = suppressions.digests(spelled.values())
    wanted = list(digests.values())
    known: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        found = DeadAddress.objects.filter(digest__in=wanted[start : start + _AT_ONCE])
        known |= set(found.values_list("digest", flat=True))
    return {address for address, normal in spelled.items() if digests[normal] in known}


def note_many(addresses: Iterable[str], *, words: str, at: datetime) -> None:
    """Somebody else tells that letters to these addresses come back: one statement for those known, one for the others."""
    digests = suppressions.digests(suppressions.normal_email(a) for a in addresses)
    known = DeadAddress.objects.filter(digest__in=digests.values())
    held = set(known.values_list("digest", flat=True))
    known.update(last_at=at, times=F("times") + 1)
    DeadAddress.objects.bulk_create(
        [
            DeadAddress(digest=digest, words=words[:500], first_at=at, last_at=at)
            for digest in digests.values()
            if digest not in held
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def note(address: str, *, status: str, words: str, at: datetime) -> None:
    normal = suppressions.normal_email(address)
    digest = suppressions.digests([normal])[normal]
    row, is_new = DeadAddress.objects.get_or_create(
        digest=digest,
        defaults={
            "status": status[:12],
            "words": words[:500],
            "first_at": at,
            "last_at": at,
        },
    )
    if not is_new:
        DeadAddress.objects.filter(pk=row.pk).update(
            status=status[:12], words=words[:500], last_at=at, times=F("times") + 1
        )


def clear(address: str) -> bool:
    """Letters may go to the address again. False when it was not known as dead."""
    normal = suppressions.normal_email(address)
    deleted, _rows = DeadAddress.objects.filter(
        digest=suppressions.digests([normal])[normal]
    ).delete()
    return bool(deleted)
