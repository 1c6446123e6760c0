"""Whoever changes a deal takes turns: the client's row first, then the deal's, as everyone else does it."""

from django.utils.translation import gettext as _

from clients.actions.activities import CardIsArchived
from clients.models import Client
from deals.actions.errors import DealIsClosed
from deals.choices import DealState
from deals.models import Deal


def held(deal_id: int, *, live: bool = True) -> Deal:
    """The deal, re-read and held until the end of the transaction, with its client held before it.

    `live` asks that the client's card is not archived. Raises CardIsArchived, Deal.DoesNotExist (also for the bin).
    """
    client_id = Deal.objects.values_list("client_id", flat=True).get(pk=deal_id)
    client = Client.objects.select_for_update(no_key=True, of=["self"]).get(
        pk=client_id
    )
    if live and client.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    deal = (
        Deal.objects.select_for_update(no_key=True, of=["self"])
        .select_related("stage", "process")
        .get(pk=deal_id)
    )
    if deal.client_id != client.pk:
        # Joined into another card between the two statements: the deal's own client counts.
        client = Client.objects.select_for_update(no_key=True, of=["self"]).get(
            pk=deal.client_id
        )
    deal.client = client
    return deal


def open_one(deal_id: int) -> Deal:
    """Like `held`, but only a deal that is in work. Raises DealIsClosed with how it ended."""
    deal = held(deal_id)
    if deal.state != DealState.OPEN:
        raise DealIsClosed(
            _("The deal has ended already: %(state)s. Reopen it to work on.")
            % {"state": deal.get_state_display()}
        )
    return deal
