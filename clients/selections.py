"""Saved selections of clients, run through the same question as the list page."""

from django.db.models import QuerySet
from django.http import QueryDict

from clients.listing import ClientListing
from clients.models import Client, Selection
from salesexpert.accounts.models import User


def clients_of(selection: Selection, user: User) -> QuerySet[Client]:
    """Clients of a live selection that `user` may see, in no order. Filters that no longer mean anything are ignored."""
    params = QueryDict(selection.parameters)
    return ClientListing(params, Client.objects.visible_to(user), user=user).found
