"""What inquiries come to, by channel, campaign, or whoever wrote them down: the result of telemarketing as it is measured."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from clients.inquiry_choices import Channel, InquiryState
from clients.inquiry_querysets import NOISE, InquiryQuerySet
from deals.choices import DealState

BY = {
    "channel": "channel",
    "campaign": "campaign",
    "source": "source",
    "recorded_by": "recorded_by",
    "responsible": "responsible",
    "form": "form",
}
_NAMES = {
    "campaign": ("campaign__name", "campaign__name_en"),
    "source": ("source__name", "source__name_en"),
    "recorded_by": ("recorded_by__first_name", "recorded_by__last_name", "recorded_by__username"),
    "responsible": ("responsible__first_name", "responsible__last_name", "responsible__username"),
    "form": ("form__name",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One row. `key` is what the list is filtered by ("none" for what has no value), `spam` is out of every share."""

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
    """Inquiries received from `since` until before `until`, by one of BY; the most numerous first."""
    spam = NOISE
    term = ~spam & Q(answer_due_at__isnull=False)
    fields = (BY[by], *_NAMES.get(by, ()))
    rows: QuerySet[Any, Any] = (
        inquiries.filter(received_at__gte=since, received_at__lt=until)
        .order_by()
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
        )
    )
    size = len(fields)
    found = [
        Result(_key(row[0]), tuple(n or "" for n in row[1:size]), *row[size:])
        for row in rows
    ]
    return sorted(found, key=lambda r: (-r.received, r.key))


def _key(value: Any) -> str:
    return "none" if value is None else str(value)


def name_of(result: Result, by: str, *, english: bool, nobody: str) -> str:
    """The row's name in the reader's language."""
    if by == "channel":
        return str(Channel(result.key).label)
    if result.key == "none":
        return nobody
    if by in ("recorded_by", "responsible"):
        first, last, username = result.names
        return f"{first} {last}".strip() or username
    if len(result.names) == 2:
        return result.names[1] if english and result.names[1] else result.names[0]
    return result.names[0]
