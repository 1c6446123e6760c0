"""Which cards a bulk change is asked for: those of the list under an address, read more strictly than the list reads it."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.list_filters import SHOWING
from clients.listing import ClientListing
from clients.models import Client
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

# Ticked rows come from one page of a list; a longer list of ids is not typed by a person.
MOST_TICKED = 500


class NotUnderstood(DomainError):
    """A filter means nothing: the list ignores it and says so; a change of all that is left would be a calamity."""


def listing_of(params: QueryDict, user: User) -> ClientListing:
    """The list under these parameters. Raises NotUnderstood when any of them means nothing."""
    listing = ClientListing(params, Client.objects.visible_to(user), user=user)
    for chip in listing.chips:
        if chip.fault:
            raise NotUnderstood(f"{chip.label}: {chip.fault}")
    if listing.typed and listing.query is None:
        raise NotUnderstood(_("Nothing can be searched by “%s”.") % listing.typed[:60])
    known = {"q", "sort", *SHOWING, *listing.filterset.filters}
    for name in params:
        if name not in known:
            raise NotUnderstood(
                _("The list has no filter “%s”: take it out of the address.") % name[:60]
            )  # fmt: skip
    return listing


def ticked_ids(texts: Sequence[str]) -> list[int]:
    """Ids of ticked rows; what is no id is left out."""
    found = [
        int(t) for t in texts[: MOST_TICKED * 2] if t.isascii() and t.isdigit() and len(t) < 19
    ]  # fmt: skip
    return list(dict.fromkeys(found))[:MOST_TICKED]


def ticked_cards(ids: Sequence[int], user: User) -> QuerySet[Client]:
    return Client.objects.visible_to(user).filter(pk__in=ids)
