"""Money spent on campaigns, for questions: by campaign, by channel of promotion, by days of spending."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, Sum
from django.db.models.functions import Trunc
from django.utils.translation import gettext_lazy as _

from analytics.queries.catalogue import Outside, outside
from clients.campaign_choices import CostSide
from clients.models import Campaign, CampaignCost
from salesexpert.accounts.models import User
from salesexpert.core.money import spread

Key = tuple[Any, ...]


def spent(by: Sequence[tuple[str, str]], span: tuple[date | None, date | None], user: User) -> Mapping[Key, Decimal]:  # fmt: skip
    """What was spent within the days, {(campaign | source | first day of the step, …): roubles} in the order of `by`."""
    since, until = span
    rows: Any = CampaignCost.objects.filter(side=CostSide.SPENT)
    if since:
        rows = rows.filter(on__gte=since)
    if until:
        rows = rows.filter(on__lt=until)
    steps = [step for name, step in by if name == "day"]
    columns = ["campaign"]
    if steps:
        rows = rows.annotate(step=Trunc("on", steps[0] or "month", output_field=DateField()))  # fmt: skip
        columns.append("step")
    channels = _channels() if any(name == "source" for name, _step in by) else {}
    found: dict[Key, Decimal] = {}
    for campaign, *rest in rows.order_by().values_list(*columns).annotate(total=Sum("amount")):  # fmt: skip
        sources = channels.get(campaign) or [None]
        parts = spread(rest[-1], [Decimal(1)] * len(sources)) if channels else [rest[-1]]  # fmt: skip
        for source, amount in zip(sources, parts, strict=True):
            words = {"campaign": campaign, "source": source, "day": rest[0]}
            key = tuple(words[name] for name, _step in by)
            found[key] = found.get(key, Decimal(0)) + amount
    return found


def _channels() -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    links = Campaign.channels.through.objects.order_by("informationsource_id")
    for campaign, source in links.values_list("campaign_id", "informationsource_id"):
        found.setdefault(campaign, []).append(source)
    return found


def declare() -> None:
    outside(
        Outside(
            "campaign_cost",
            _("Spent on campaigns"),
            _("Spent lines of the budgets of campaigns, in roubles, by the day of spending; a campaign's channels of promotion share its costs equally."),
            by=("campaign", "source"),
            values=spent,
            permission="clients.view_campaign",
        )
    )  # fmt: skip
