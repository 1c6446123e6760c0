"""Work that a process gives to people by itself: planned at once, in one statement."""

from collections.abc import Iterable
from datetime import datetime

from clients.actions.activity_parts import add, planned_activity
from clients.actions.activity_rules import Step, ToldUsToStop, refuse_unwanted
from clients.actions.steps import refresh_one
from clients.models import Activity, Client, Contact
from salesexpert.accounts.models import User


def plan_appointed(
    client: Client,
    steps: Iterable[Step],
    *,
    by: User,
    at: datetime,
    contact: Contact | None = None,
    deal_id: int | None = None,
) -> list[Activity]:
    """Plan `steps` with a client who is read and held by the caller's transaction; nobody is asked for the right or told.

    A step that the client or the person told us not to take is left out.
    """
    planned: list[Activity] = []
    first: datetime | None = None
    for step in steps:
        try:
            refuse_unwanted(step.kind, client, contact)
        except ToldUsToStop:
            continue
        first = min(first or step.planned_at, step.planned_at)
        planned.append(planned_activity(step, client=client, contact=contact, deal_id=deal_id, by=by, at=at))  # fmt: skip
    if planned:
        if len(planned) == 1:
            add(planned[0])
        else:
            Activity.objects.bulk_create(planned)
        if client.next_step_at is None or first is None or first < client.next_step_at:
            # Otherwise his card says already what it would say: an earlier step stands before these.
            refresh_one(client.pk)
    return planned
