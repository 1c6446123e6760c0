"""A handover as its page shows it: what moved to whom, by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet

from clients.models import Activity, Client
from deals.choices import Handed, HandedOutcome
from deals.models import Deal, Handover, HandoverItem
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import moment, percents


@dataclass(frozen=True, slots=True)
class Line:
    """An item by name. `url` is empty for what the reader may not open, or what is gone."""

    kind: str
    name: str
    about: str
    url: str
    receiver: str
    outcome: str
    outcome_code: str


@dataclass(frozen=True, slots=True)
class Part:
    """What of it goes to one person: how many of each kind."""

    receiver: User
    counts: dict[str, int]


def parts(handover: Handover) -> list[Part]:
    found: dict[int, dict[str, int]] = {}
    rows = handover.items.order_by().values_list("receiver", "kind").annotate(n=Count("pk"))  # fmt: skip
    for pk, kind, n in rows:
        found.setdefault(pk, {})[kind] = n
    people = User.objects.in_bulk(list(found))
    return [
        Part(people[pk], found[pk])
        for pk in sorted(found, key=lambda p: str(people[p]))
    ]


def outcomes(handover: Handover) -> dict[str, int]:
    """How many items ended how; those that wait are left out."""
    rows = handover.items.order_by().values_list("outcome").annotate(n=Count("pk"))
    return {code: n for code, n in rows if code != HandedOutcome.WAITING}


def lines(items: Sequence[HandoverItem], user: User) -> list[Line]:
    """Names of the items, in their order. Six queries however many there are."""
    clients = _by_id(Client.objects.visible_to(user).select_related("legal_form"), items, Handed.CLIENT)  # fmt: skip
    deals = _by_id(Deal.objects.visible_to(user).select_related("client__legal_form", "stage"), items, Handed.DEAL, Handed.STAGE)  # fmt: skip
    work = _by_id(Activity.objects.visible_to(user).select_related("client__legal_form", "kind"), items, Handed.ACTIVITY)  # fmt: skip
    return [_line(item, clients, deals, work) for item in items]


def _by_id[Row: Model](
    rows: QuerySet[Row], items: Iterable[HandoverItem], *kinds: str
) -> dict[int, Row]:
    wanted = [item.object_id for item in items if item.kind in kinds]
    return rows.in_bulk(wanted) if wanted else {}


def _line(item: HandoverItem, clients: Any, deals: Any, work: Any) -> Line:
    name = about = url = ""
    if item.kind == Handed.CLIENT and (client := clients.get(item.object_id)):
        name, url = str(client), client.get_absolute_url()
    elif item.kind == Handed.ACTIVITY and (activity := work.get(item.object_id)):
        name = str(activity)
        about = moment(activity.planned_at) if activity.planned_at else ""
        if activity.client:
            about = f"{activity.client}, {about}"
            url = activity.client.get_absolute_url()
    elif deal := deals.get(item.object_id):
        name, about = str(deal), str(deal.client)
        url = deal.get_absolute_url()
        if deal.stage:
            about = f"{percents(deal.stage.percent)} {deal.stage}, {about}"
    return Line(
        item.get_kind_display(),
        name or "…",
        about,
        url,
        str(item.receiver),
        item.get_outcome_display(),
        item.outcome,
    )
