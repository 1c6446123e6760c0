"""Numbers of papers: one series per firm, kind and year, and no number twice."""

from datetime import date

from django.db import transaction
from django.db.models import F

from deals.models import NumberSeries, OwnFirm


@transaction.atomic
def next_number(firm: OwnFirm, kind: str, on: date) -> str:
    """Take the next number of the firm's series of the year of `on`: “15”, or “С-15” where the firm has a prefix.

    The row of the series stays locked until the caller's transaction ends: who asks at the same moment waits and gets
    the number after it, and a number taken by a transaction that failed is given to the next.
    """
    series, _created = NumberSeries.objects.get_or_create(
        firm=firm, kind=kind, year=on.year
    )
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    last = NumberSeries.objects.values_list("last", flat=True).get(pk=series.pk)
    return f"{firm.number_prefix}{last}"


def likely_number(firm: OwnFirm, kind: str, on: date) -> str:
    """What `next_number` would give now, to be shown in a form; nothing is taken."""
    last = (
        NumberSeries.objects.filter(firm=firm, kind=kind, year=on.year)
        .values_list("last", flat=True)
        .first()
    )
    return f"{firm.number_prefix}{(last or 0) + 1}"
