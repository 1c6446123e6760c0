"""What inquiries come to, by channel, campaign, or whoever wrote them down: the result of telemarketing as it is measured."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone
from django.utils.formats import date_format

from clients.inquiry_choices import Channel, InquiryState
from clients.inquiry_querysets import NOISE, InquiryQuerySet
from deals.choices import DealState
from salesexpert.core.aggregates import DaysBetween, Median

BY = {
    "channel": "channel",
    "campaign": "campaign",
    "source": "source",
    "recorded_by": "recorded_by",
    "responsible": "responsible",
    "form": "form",
    "industry": "industry",
    "region": "region",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "landing": "landing",
    "month": "month",
}
# Words as they came: the empty one is a value of its own.
AS_TOLD = ("utm_source", "utm_medium", "utm_campaign", "landing")
_NAMES = {
    "campaign": ("campaign__name", "campaign__name_en"),
    "source": ("source__name", "source__name_en"),
    "recorded_by": ("recorded_by__first_name", "recorded_by__last_name", "recorded_by__username"),
    "responsible": ("responsible__first_name", "responsible__last_name", "responsible__username"),
    "form": ("form__name",),
    "industry": ("industry__name", "industry__name_en"),
    "region": ("region__name", "region__name_en"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One row. `key` is what the list is filtered by ("none" for what has no value), `spam` is out of every share.

    `days` is the median of calendar days of the company from the day received to the day closed, of what was converted.
    """

    key: str
    names: tuple[str, ...]
    received: int
    spam: int
    answered: int
    in_term: int
    with_term: int
    converted: int
    deals: int
    won: int
    days: float | None = None

    @property
    def real(self) -> int:
        return self.received - self.spam

    @property
    def in_term_share(self) -> int | None:
        return round(100 * self.in_term / self.with_term) if self.with_term else None

    @property
    def converted_share(self) -> int | None:
        return round(100 * self.converted / self.real) if self.real else None

    @property
    def won_share(self) -> int | None:
        return round(100 * self.won / self.real) if self.real else None


def results(
    inquiries: InquiryQuerySet, *, by: str, since: datetime, until: datetime
) -> list[Result]:
    """Inquiries received from `since` until before `until`, by one of BY; the most numerous first, months in their order."""
    zone = timezone.get_default_timezone()
    days = DaysBetween(TruncDate("closed_at", tzinfo=zone), TruncDate("received_at", tzinfo=zone))  # fmt: skip
    spam = NOISE
    term = ~spam & Q(answer_due_at__isnull=False)
    fields = (BY[by], *_NAMES.get(by, ()))
    rows: QuerySet[Any, Any] = (
        inquiries.filter(received_at__gte=since, received_at__lt=until)
        .order_by()
        .annotate(
            month=TruncMonth("received_at", tzinfo=zone, output_field=DateField())
        )
        .values_list(*fields)
        .annotate(
            received=Count("pk"),
            spam=Count("pk", filter=spam),
            answered=Count("pk", filter=~spam & Q(answered_at__isnull=False)),
            in_term=Count("pk", filter=term & Q(answered_at__lte=F("answer_due_at"))),
            with_term=Count("pk", filter=term),
            converted=Count("pk", filter=Q(state=InquiryState.CONVERTED)),
            deals=Count("pk", filter=Q(deal__isnull=False)),
            won=Count("pk", filter=Q(deal__state=DealState.WON)),
            days=Median(days, filter=Q(state=InquiryState.CONVERTED)),
        )
    )
    size = len(fields)
    found = [
        Result(_key(row[0]), tuple(n or "" for n in row[1:size]), *row[size:])
        for row in rows
    ]
    if by == "month":
        return sorted(found, key=lambda r: r.key)
    return sorted(found, key=lambda r: (-r.received, r.key))


def median_days(inquiries: InquiryQuerySet, *, since: datetime, until: datetime) -> float | None:  # fmt: skip
    """The same median over all of them."""
    zone = timezone.get_default_timezone()
    days = DaysBetween(TruncDate("closed_at", tzinfo=zone), TruncDate("received_at", tzinfo=zone))  # fmt: skip
    rows = inquiries.filter(received_at__gte=since, received_at__lt=until, state=InquiryState.CONVERTED)  # fmt: skip
    found: float | None = rows.order_by().aggregate(days=Median(days))["days"]
    return found


def _key(value: Any) -> str:
    if value is None:
        return "none"
    return value.isoformat() if isinstance(value, date) else str(value)


def name_of(result: Result, by: str, *, english: bool, nobody: str) -> str:
    """The row's name in the reader's language."""
    if by == "channel":
        return str(Channel(result.key).label)
    if result.key == "none":
        return nobody
    if by == "month":
        return date_format(date.fromisoformat(result.key), "F Y")
    if by in AS_TOLD:
        return result.key or nobody
    if by in ("recorded_by", "responsible"):
        first, last, username = result.names
        return f"{first} {last}".strip() or username
    if len(result.names) == 2:
        return result.names[1] if english and result.names[1] else result.names[0]
    return result.names[0]
