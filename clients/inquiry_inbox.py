"""What the inbox says when nothing new is there: who took the last one, the oldest in work, whom to call instead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value

from clients.inquiry_choices import InquiryState
from clients.inquiry_querysets import InquiryQuerySet
from clients.models import Client, Inquiry
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.compiled import CompiledQuery

COUNTED, WAITING_COUNTED = 999, 100
SILENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Quiet:
    """For the empty page. `oldest_days` is how long the oldest one in work waits; `silent` my clients without a contact."""

    last: Inquiry | None
    in_work: int
    oldest: Inquiry | None
    oldest_days: int
    silent: int


def quiet(inquiries: InquiryQuerySet, user: User, *, at: datetime) -> Quiet:
    working = inquiries.filter(state=InquiryState.WORK)
    oldest = working.filter(responsible=user).order_by("received_at", "pk").first()
    silent = Client.objects.live().filter(curator=user).filter(contact_due_at__lte=at)
    return Quiet(
        last=inquiries.select_related("responsible").order_by("-received_at", "-pk").first(),
        in_work=keyset.capped_count(working.filter(responsible=user), cap=COUNTED),
        oldest=oldest,
        oldest_days=(at - oldest.received_at).days if oldest else 0,
        silent=keyset.capped_count(silent, cap=COUNTED),
    )  # fmt: skip


def new_for(user: int) -> QuerySet[Inquiry, Any]:
    """New inquiries that are the user's or nobody's yet: whoever he is, he may read them."""
    new = Inquiry.objects.new().filter(Q(responsible=user) | Q(responsible=None))
    return new.order_by()


@CompiledQuery
def _new(user: int) -> QuerySet[Inquiry, Any]:
    return new_for(user).values_list(Value(1))[:WAITING_COUNTED]


def waiting(user: User) -> int:
    """New inquiries that are `user`'s or nobody's yet: what his menu and his day count; capped."""
    return len(_new(user=user.pk))
