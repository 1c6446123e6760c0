"""Prices of competitors: recorded, corrected, removed."""

from datetime import datetime

from django.db import transaction

from deals.models import Competitor, CompetitorPrice
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.folding import fold


@transaction.atomic
def save_price(
    *, price: CompetitorPrice, newcomer: str = "", by: User, at: datetime
) -> CompetitorPrice:
    """Keep the price; a `newcomer` whom the dictionary does not know yet is added to it."""
    if newcomer:
        known = Competitor.objects.filter(folded=fold(newcomer)[:160]).first()
        price.competitor = known or Competitor.objects.create(name=newcomer)
    new = price.pk is None
    if new:
        price.entered_by = by
    price.save()
    verb = "competitor_price.added" if new else "competitor_price.changed"
    journal.record(verb, price.competitor, by=by, at=at, name=price.competitor.name)
    return price


@transaction.atomic
def remove_price(*, price: CompetitorPrice, by: User, at: datetime) -> None:
    competitor = price.competitor
    price.delete()
    journal.record("competitor_price.removed", competitor, by=by, at=at, name=competitor.name)  # fmt: skip
