"""What campaigns cost and what came of them, from the first inquiry to the payments. Definitions: docs/campaigns.md."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from analytics.campaign_sums import cost_of_one, returned
from clients.campaign_choices import CostKind, CostSide
from clients.inquiry_querysets import NOISE
from clients.models import Campaign, CampaignCost, Client, Inquiry
from deals import figures, touches
from deals.models import Deal
from deals.touches import Credit
from salesexpert.accounts.models import User

NOUGHT = Decimal(0)
# Seconds for which what came of campaigns is kept.
KEPT = 60


@dataclass(slots=True)
class Result:
    """One campaign over its whole life. `owed` is what each way of `touches.WAYS` gives it."""

    campaign: Campaign
    planned: Decimal = NOUGHT
    spent: Decimal = NOUGHT
    inquiries: int = 0
    converted: int = 0
    clients: int = 0
    owed: dict[str, Credit] = field(default_factory=dict)

    def by(self, way: str) -> Credit:
        return self.owed.get(way) or Credit()

    @property
    def cost_of_inquiry(self) -> Decimal | None:
        return cost_of_one(self.spent, self.inquiries)

    @property
    def cost_of_client(self) -> Decimal | None:
        return cost_of_one(self.spent, self.clients)

    def cost_of_deal(self, way: str) -> Decimal | None:
        return cost_of_one(self.spent, self.by(way).deals)

    def cost_of_won(self, way: str) -> Decimal | None:
        return cost_of_one(self.spent, self.by(way).won)

    def return_on_paid(self, way: str) -> Decimal | None:
        return returned(self.spent, self.by(way).paid)

    def return_on_revenue(self, way: str) -> Decimal | None:
        return returned(self.spent, self.by(way).revenue)


def results(user: User, campaigns: Sequence[Campaign]) -> list[Result]:
    """The same campaigns with what `user` may see of what came of them; five statements however many there are.

    Costs and inquiries as they are now, clients and deals at most a minute old.
    """
    found = {campaign.pk: Result(campaign) for campaign in campaigns}
    ids = list(found)
    costs = CampaignCost.objects.filter(campaign__in=ids).order_by().values_list("campaign", "side")  # fmt: skip
    for campaign, side, amount in costs.annotate(total=Sum("amount")):
        if side == CostSide.PLAN:
            found[campaign].planned = amount
        else:
            found[campaign].spent = amount
    if user.has_perm("clients.view_inquiry"):
        for campaign, n, became in _inquiries(user, ids):
            found[campaign].inquiries, found[campaign].converted = n, became
    clients, owed = _come_of(user, ids)
    for campaign, n in clients:
        found[campaign].clients = n
    for (campaign, way), credit in owed.items():
        found[campaign].owed[way] = credit
    return list(found.values())


def _come_of(user: User, ids: Collection[int]) -> tuple[list[tuple[int, int]], dict[tuple[int, str], Credit]]:  # fmt: skip
    """Clients and deals as they were counted at most a minute ago: both follow every touch of every client."""
    asked = f"{user.pk}|{user.scope}|{user.role_id}|{sorted(ids)}|{timezone.localdate()}"  # fmt: skip
    key = f"campaigns:{sha256(asked.encode()).hexdigest()}"
    kept: tuple[list[tuple[int, int]], dict[tuple[int, str], Credit]] | None = cache.get(key)  # fmt: skip
    if kept is None:
        kept = _clients(user, ids), touches.credited(Deal.objects.visible_to(user), ids)
        cache.set(key, kept, KEPT)
    return kept


def _inquiries(user: User, ids: Collection[int]) -> Any:
    rows: Any = Inquiry.objects.visible_to(user).filter(campaign__in=ids).exclude(NOISE)
    became = Count("pk", filter=Q(state="converted"))
    return rows.order_by().values_list("campaign").annotate(n=Count("pk"), became=became)  # fmt: skip


def _clients(user: User, ids: Collection[int]) -> list[tuple[int, int]]:
    """Clients that turned to us by a campaign or whose cards name it, each once for each campaign."""
    seen = Client.objects.visible_to(user)
    came: Any = Inquiry.objects.filter(campaign__in=ids, client__in=seen.values("pk"))
    pairs = came.exclude(NOISE).order_by().values_list("campaign", "client").union(
        seen.filter(campaign__in=ids).order_by().values_list("campaign", "pk")
    ).order_by()  # fmt: skip
    try:
        sql, params = pairs.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT x.campaign, count(*) FROM ({sql}) x (campaign, client) GROUP BY 1", params)  # fmt: skip
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class BudgetLine:
    kind: str
    planned: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        return self.planned - self.spent

    @property
    def label(self) -> str:
        return str(CostKind(self.kind).label)


def budget(costs: Sequence[CampaignCost]) -> list[BudgetLine]:
    """Planned and spent by what it goes on, in the order of the kinds."""
    sums: dict[tuple[str, str], Decimal] = {}
    for cost in costs:
        key = cost.kind, cost.side
        sums[key] = sums.get(key, NOUGHT) + cost.amount
    lines = [BudgetLine(k, sums.get((k, CostSide.PLAN), NOUGHT), sums.get((k, CostSide.SPENT), NOUGHT)) for k in CostKind.values]  # fmt: skip
    return [line for line in lines if line.planned or line.spent]


@dataclass(frozen=True, slots=True)
class Path:
    """A won deal with the campaigns that touched its client, and the part of it that is this campaign's by equal shares."""

    deal: Deal
    steps: list[tuple[Campaign, Any]]
    part: float


def ways_of_deals(user: User, campaign: Campaign, *, most: int) -> list[Path]:
    """The latest won deals that the campaign had a part in, with their ways."""
    rows: Any = Deal.objects.visible_to(user).filter(touches.deals_of(campaign.pk, touches.LINEAR), state="won")  # fmt: skip
    deals = list(rows.select_related("client__legal_form").order_by("-closed_at", "-pk")[:most])  # fmt: skip
    walked = touches.paths(deals)
    named = Campaign.objects.in_bulk({t.campaign for way in walked.values() for t in way})  # fmt: skip
    return [
        Path(
            deal,
            [(named[t.campaign], t.at) for t in walked[deal.pk] if t.campaign in named],
            float(touches.shares(walked[deal.pk], touches.LINEAR).get(campaign.pk, 0)),
        )
        for deal in deals
    ]


# ── addresses that open the records of a figure ──────────────────────────────────────────────────────────────────────


def links(user: User, campaign: int, way: str) -> dict[str, str]:
    """Lists of exactly what each figure counts; none for a list that the reader may not open."""
    owed = {"state": "all", "figure": figures.write("campaign", None, None, campaign, way)}  # fmt: skip
    found = {
        "deals": _at("deals:list", owed),
        "won": _at("deals:list", owed | {"state": "won"}),
        "clients": _at("clients:list", {"archived": "all", "figure": f"campaign.{campaign}"}),
    }  # fmt: skip
    if user.has_perm("clients.view_inquiry"):
        own = {"campaign": campaign, "noise": "no"}
        found["inquiries"] = _at("clients:inquiries", own | {"state": "all"})
        found["converted"] = _at("clients:inquiries", own | {"state": "converted"})
    if user.has_perm("deals.view_payment"):
        found["payments"] = _at("deals:payments", {"campaign": campaign, "way": way})
    return found


def _at(view: str, params: dict[str, Any]) -> str:
    return f"{reverse(view)}?{urlencode(params)}"


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def when(rows: QuerySet[Campaign], word: str, today: date) -> QuerySet[Campaign]:
    """Campaigns that are on, to come or over on a day; without days they are on."""
    match word:
        case "on":
            return rows.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))  # fmt: skip
        case "ahead":
            return rows.filter(starts_on__gt=today)
        case "over":
            return rows.filter(ends_on__lt=today)
    return rows
