"""What a person says of a call that is over: whose it was, what was agreed; or that it was nothing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.actions import activities
from clients.actions.activity_rules import Promise, Step
from clients.models import ActivityResult, Client
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.telephony import matching
from salesexpert.telephony.actions import settling
from salesexpert.telephony.choices import Waits
from salesexpert.telephony.models import Call


class NothingWaits(DomainError):
    """Somebody was quicker, or the call is not over."""


def _held(pk: int) -> Call:
    """Both are held in one order everywhere: the call, then the client."""
    rows = Call.objects.select_for_update(of=["self"])
    return rows.select_related("user", "client", "contact", "activity").get(pk=pk)


@transaction.atomic
def write(
    pk: int,
    *,
    by: User,
    at: datetime,
    summary: str,
    client: Client | None = None,
    result: ActivityResult | None = None,
    promise: Promise | None = None,
    next_step: Step | None = None,
) -> Call:
    """Write the résumé; `client` says whose call it was where its number did not.

    Raises NothingWaits, and what `activities.sum_up` raises; nothing is changed then.
    """
    call = _held(pk)
    if not call.waits or call.user is None:
        raise NothingWaits(_("Nothing waits with this call any more."))
    if call.waits == Waits.CARD:
        if client is None:
            raise NothingWaits(_("Choose the card, or open a new one."))
        match = next((m for m in matching.cards_of(call.number) if m.client_id == client.pk), None)  # fmt: skip
        contact = (
            client.contacts.filter(pk=match.contact_id or 0).first() if match else None
        )
        settling.enter(call, client, contact, by=call.user, at=at)
        journal.record("call.put_to_card", call, by=by, at=at, client=client.pk, number=str(call))  # fmt: skip
    if call.activity is None:
        raise NothingWaits(_("The entry of this call was deleted."))
    activities.sum_up(
        activity=call.activity,
        summary=summary,
        by=by,
        at=at,
        result=result,
        promise=promise,
        next_step=next_step,
    )
    call.waits = Waits.NOTHING
    call.save()
    return call


@transaction.atomic
def dismiss(pk: int, *, by: User, at: datetime) -> Call:
    """The call was nothing for a history: a wrong number, a courier. It stays in the list of calls."""
    call = _held(pk)
    if call.waits != Waits.CARD:
        raise NothingWaits(_("Nothing waits with this call any more."))
    call.waits = Waits.NOTHING
    call.save(update_fields=["waits"])
    journal.record("call.dismissed", call, by=by, at=at, number=str(call))
    return call
