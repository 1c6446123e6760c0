"""An inquiry written down in one go: what came, the client's card, what was said, the next step, all or nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.actions import inquiries, inquiry_clients
from clients.actions.activity_rules import Step
from clients.actions.inquiries import Said
from clients.actions.inquiry_clients import Firm, Person
from clients.inquiry_choices import Channel
from clients.models import Client, Inquiry
from salesexpert.accounts.models import User

# Whoever writes these down has just talked to who asked.
ANSWERED_AT_ONCE = (Channel.CALL, Channel.EVENT)


@transaction.atomic
def write_down(
    said: Said,
    *,
    by: User,
    at: datetime,
    firm: Firm,
    people: Sequence[Person] = (),
    client: Client | None = None,
    others: Collection[int] = (),
    step: Step | None = None,
    to_inbox: bool = False,
    key: UUID | None = None,
) -> Inquiry:
    """Take the inquiry in and join it to `client`, or to a card opened for `firm`; the next step goes to whom it names.

    `to_inbox`: it is only taken in and given by the rules, no card is touched. `key` is the form's own: sent twice, it is
    written once. Raises LooksKnown, Incomplete and what joining and planning raise; then nothing is saved.
    """
    known = Inquiry.objects.filter(entry_key=key).first() if key else None
    if known:
        return known
    inquiry = inquiries.receive(
        said,
        by=by,
        at=at,
        responsible=None if to_inbox else by,
        give=to_inbox,
        key=key,
    )
    if said.channel in ANSWERED_AT_ONCE:
        inquiries.note_answer(inquiry, at=at)
    if to_inbox:
        return inquiry
    if client is not None:
        return inquiry_clients.join(
            inquiry.pk, client=client, by=by, at=at, people=people, step=step
        )
    return inquiry_clients.open_card(
        inquiry.pk, firm=firm, by=by, at=at, people=people, others=others, step=step
    )
