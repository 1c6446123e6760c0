"""Whoever changes a deal takes turns: the client's row first, then the deal's, as everyone else does it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.actions.activity_rules import CardIsArchived
from clients.models import Client
from deals.actions.errors import DealHasMoved, DealIsClosed
from deals.choices import DealState
from deals.models import Deal
from pipeline.book import book
from salesexpert.core.compiled import CompiledRecords


@CompiledRecords
def _held(pk: int) -> QuerySet[Deal]:
    # PostgreSQL locks the rows of one row of the answer in the order in which `of` names them.
    return (
        Deal.objects.select_for_update(no_key=True, of=["client", "self"])
        .filter(pk=pk)
        .select_related("client__legal_form", "client__curator", "contact")
    )


def held(deal_id: int, *, live: bool = True) -> Deal:
    """The deal, re-read and held until the end of the transaction, with its client held before it.

    `live` asks that the client's card is not archived. Raises CardIsArchived, Deal.DoesNotExist (also for the bin); DealHasMoved where it has just
    become another card's, on which somebody is at work.
    """
    deal = next(iter(_held.records(pk=deal_id)), None) or _followed(deal_id)
    known = book()
    if deal.stage_id in known.stages:
        deal.stage = known.stages[deal.stage_id]
    if deal.process_id in known.processes:
        deal.process = known.processes[deal.process_id]
    if live and deal.client.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    return deal


def _followed(deal_id: int) -> Deal:
    """A deal that was joined into another card while we waited for its own: that card's is held now.

    The first card and the deal are held already, out of turn: whoever holds the other one may be waiting for them, so nobody
    waits for it here.

    Raises Deal.DoesNotExist for one that is not there at all, DealHasMoved where somebody is at work on the other card.
    """
    client_id = Deal.objects.values_list("client_id", flat=True).get(pk=deal_id)
    free = Client.objects.select_for_update(no_key=True, of=["self"], skip_locked=True)
    if not list(free.filter(pk=client_id).values_list("pk")):
        raise DealHasMoved(_("The card became part of another one: open that one."))
    return Deal.objects.select_for_update(no_key=True, of=["self"]).select_related("client").get(pk=deal_id)  # fmt: skip


def open_one(deal_id: int) -> Deal:
    """Like `held`, but only a deal that is in work. Raises DealIsClosed with how it ended."""
    deal = held(deal_id)
    if deal.state != DealState.OPEN:
        raise DealIsClosed(
            _("The deal has ended already: %(state)s. Reopen it to work on.")
            % {"state": deal.get_state_display()}
        )
    return deal
