"""Campaigns of the demo company get what a marketing department writes down: a goal, channels, a budget, what was spent.

Costs follow how many clients name a campaign, so that a won deal costs about as much on any scale.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from clients.campaign_choices import CostKind, CostSide
from clients.models import Campaign, CampaignCost, Client, InformationSource, Inquiry
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

# What a client of the campaign cost, and how the money was divided.
A_CLIENT = Decimal(48_000)
PARTS: tuple[tuple[CostKind, int, str], ...] = (
    (CostKind.EVENT, 45, "Место и застройка"),
    (CostKind.ADVERTISING, 25, "Объявления в поиске"),
    (CostKind.MATERIALS, 15, "Каталоги и образцы"),
    (CostKind.CONTRACTOR, 10, "Дизайн и вёрстка"),
    (CostKind.CALLS, 5, "Обзвон приглашённых"),
)
GOAL = "Показать машины тем, кто ещё моет руками; собрать заявки на показ на месте."
AUDIENCE = "Склады, торговые сети и пищевые производства, которые с нами не работали"


def write(*, until: date) -> None:
    """After inquiries are written: they say how many each campaign brought."""
    counted: Any = Client.objects.filter(campaign__isnull=False).order_by().values_list("campaign")  # fmt: skip
    clients = dict(counted.annotate(n=Count("pk")))
    came: Any = Inquiry.objects.filter(campaign__isnull=False).order_by().values_list("campaign")  # fmt: skip
    inquiries = dict(came.annotate(n=Count("pk")))
    lead = User.objects.filter(role__code=PresetRole.HEAD_OF_MARKETING).order_by("pk").first()  # fmt: skip
    known = {fold(s.name): s for s in InformationSource.objects.order_by("pk")}
    channels = [known[name] for name in ("выставка", "реклама", "рассылка") if name in known]  # fmt: skip
    costs: list[CampaignCost] = []
    links: list[Any] = []
    through = Campaign.channels.through
    first = _next(CampaignCost)
    link = _next(through)
    for number, campaign in enumerate(Campaign.objects.order_by("pk")):
        if campaign.starts_on is None or campaign.ends_on is None:
            continue
        n = clients.get(campaign.pk, 0)
        campaign.goal, campaign.audience, campaign.led_by = GOAL, AUDIENCE, lead
        campaign.utm = f"demo-{campaign.pk}"
        brought = inquiries.get(campaign.pk, 0)
        campaign.planned_inquiries = max(1, brought * (12 - number) // 10)
        campaign.planned_won = max(1, n // 2)
        campaign.planned_revenue = Decimal(campaign.planned_won) * 550_000
        campaign.save(update_fields=["goal", "audience", "led_by", "utm", "planned_inquiries", "planned_won", "planned_revenue"])  # fmt: skip
        chosen = channels[number % 3 :] or channels[:1]
        for channel in chosen:
            links.append(through(pk=link + len(links), campaign_id=campaign.pk, informationsource_id=channel.pk))  # fmt: skip
        planned = _thousands(A_CLIENT * max(n, 5))
        for place, (kind, part, note) in enumerate(PARTS):
            day = campaign.starts_on + (campaign.ends_on - campaign.starts_on) * place // len(PARTS)  # fmt: skip
            for side, percent, on, said in (
                (CostSide.PLAN, 100, campaign.starts_on - timedelta(days=20), ""),
                (CostSide.SPENT, 88 + (campaign.pk * 7 + place * 11) % 30, day, note),
            ):
                if side == CostSide.SPENT and on > until:
                    continue
                amount = _thousands(planned * part * percent / 10_000)
                costs.append(CampaignCost(pk=first + len(costs), campaign=campaign, side=side, kind=kind, on=on, amount=amount, note=said, made_at=timezone.make_aware(datetime.combine(on, time(10))), made_by=lead))  # fmt: skip
    through.objects.bulk_create(links)
    CampaignCost.objects.bulk_create(costs)


def _thousands(amount: Decimal) -> Decimal:
    return max(Decimal(1_000), (amount / 1_000).quantize(Decimal(1)) * 1_000)


def _next(model: Any) -> int:
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
