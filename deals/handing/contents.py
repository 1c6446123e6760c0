"""What hangs on a person, a client, a deal or a stage and passes on with it. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from clients.models import Activity, Client
from deals.choices import Handed
from deals.models import Deal
from deals.querysets import DealQuerySet
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Thing:
    """`unit` is the client it belongs to, 0 for internal work: things of one unit stay in one pair of hands."""

    unit: int
    kind: Handed
    object_id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a person's things pass on. The moments bound planned work alone: whoever goes on leave keeps the rest."""

    clients: bool = True
    deals: bool = True
    work: bool = True
    work_from: datetime | None = None
    work_until: datetime | None = None


def of_activity(activity: Activity) -> list[Thing]:
    return [Thing(activity.client_id or 0, Handed.ACTIVITY, activity.pk)]


def of_stage(deal: Deal) -> list[Thing]:
    """The stage and the planned work of its performer on the deal."""
    return [
        Thing(deal.client_id, Handed.STAGE, deal.pk),
        *_work(deal.performer_id, Activity.objects.planned().filter(deal=deal)),
    ]


def of_deal(deal: Deal, *, work: bool = True) -> list[Thing]:
    """The deal, its stage where the responsible performs it himself, his planned work on it."""
    found = [Thing(deal.client_id, Handed.DEAL, deal.pk)]
    if deal.performer_id == deal.responsible_id:
        found.append(Thing(deal.client_id, Handed.STAGE, deal.pk))
    if work:
        planned = Activity.objects.planned().filter(deal=deal)
        found += _work(deal.responsible_id, planned)
    return found


def of_client(client: Client, *, deals: bool = True, work: bool = True) -> list[Thing]:
    """The client, and of his curator's: open deals with him, their stages, planned work."""
    giver = client.curator_id
    found = [Thing(client.pk, Handed.CLIENT, client.pk)]
    if deals:
        found += _deals(giver, Deal.objects.open().filter(client=client))
    if work:
        found += _work(giver, Activity.objects.planned().filter(client=client))
    return found


def of_person(giver: User, wanted: Wanted) -> list[Thing]:
    """All that is his now: clients in use, open deals and stages, planned work."""
    found: list[Thing] = []
    if wanted.clients:
        own = Client.objects.filter(curator=giver, archived_at=None)
        found += [Thing(pk, Handed.CLIENT, pk) for pk in own.order_by("pk").values_list("pk", flat=True)]  # fmt: skip
    if wanted.deals:
        found += _deals(giver.pk, Deal.objects.open())
    if wanted.work:
        planned = Activity.objects.planned()
        if wanted.work_from:
            planned = planned.filter(planned_at__gte=wanted.work_from)
        if wanted.work_until:
            planned = planned.filter(planned_at__lt=wanted.work_until)
        found += _work(giver.pk, planned)
    return found


def counts(things: Iterable[Thing]) -> dict[str, int]:
    """How many of each kind, every kind named."""
    found = dict.fromkeys(Handed.values, 0)
    for thing in things:
        found[thing.kind] += 1
    return found


def _deals(giver: int | None, deals: DealQuerySet) -> Iterator[Thing]:
    rows = deals.filter(responsible=giver).order_by("pk").values_list("pk", "client_id")
    for pk, client in rows:
        yield Thing(client, Handed.DEAL, pk)
    rows = deals.filter(performer=giver).order_by("pk").values_list("pk", "client_id")
    for pk, client in rows:
        yield Thing(client, Handed.STAGE, pk)


def _work(giver: int | None, planned: QuerySet[Activity]) -> Iterator[Thing]:
    rows = planned.filter(performer=giver).order_by("pk").values_list("pk", "client_id")
    for pk, client in rows:
        yield Thing(client or 0, Handed.ACTIVITY, pk)
