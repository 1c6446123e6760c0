"""Which cards a bulk change is asked for: those of the list under an address, read more strictly than the list reads it."""

from collections.abc import Sequence

from django.db.models import QuerySet

from clients.models import Client
from clients.selections import NotUnderstood, listing_of
from salesexpert.accounts.models import User

__all__ = ["NotUnderstood", "listing_of", "ticked_cards", "ticked_ids"]

# Ticked rows come from one page of a list; a longer list of ids is not typed by a person.
MOST_TICKED = 500


def ticked_ids(texts: Sequence[str]) -> list[int]:
    """Ids of ticked rows; what is no id is left out."""
    found = [
        int(t) for t in texts[: MOST_TICKED * 2] if t.isascii() and t.isdigit() and len(t) < 19
    ]  # fmt: skip
    return list(dict.fromkeys(found))[:MOST_TICKED]


def ticked_cards(ids: Sequence[int], user: User) -> QuerySet[Client]:
    return Client.objects.visible_to(user).filter(pk__in=ids)
