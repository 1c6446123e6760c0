"""Saved selections of clients, run through the same question as the list page."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.list_filters import SHOWING
from clients.listing import ClientListing
from clients.models import Client, Selection
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError


def clients_of(selection: Selection, user: User) -> QuerySet[Client]:
    """Clients of a live selection that `user` may see, in no order. Filters that no longer mean anything are ignored."""
    params = QueryDict(selection.parameters)
    return ClientListing(params, Client.objects.visible_to(user), user=user).found


class NotUnderstood(DomainError):
    """A filter means nothing: the list ignores it and says so; a change of all that is left, or a
    letter to them, would be a calamity."""


def listing_of(params: QueryDict, user: User) -> ClientListing:
    """The list under these parameters. Raises NotUnderstood when any of them means nothing."""
    listing = ClientListing(params, Client.objects.visible_to(user), user=user)
    for chip in listing.chips:
        if chip.fault:
            raise NotUnderstood(
                _(
                    "Nothing is done by a list that is not understood whole. %(field)s: %(fault)s"
                )
                % {"field": chip.label, "fault": chip.fault}
            )
    if listing.typed and listing.query is None:
        raise NotUnderstood(_("Nothing can be searched by “%s”.") % listing.typed[:60])
    known = {"q", "sort", *SHOWING, *listing.filterset.filters}
    for name in params:
        if name not in known:
            raise NotUnderstood(
                _("The list has no filter “%s”: take it out of the address.") % name[:60]
            )  # fmt: skip
    return listing
