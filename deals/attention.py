"""What of his deals a person must look at today: no next step, a step or a norm that has passed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.choices import HandoverState
from deals.models import Deal, Handover
from salesexpert.accounts.models import User

SHOWN = 8
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    deal: Deal
    why: str
    css: str


def needs_attention(user: User, *, at: datetime) -> tuple[list[Waiting], int]:
    """The first of them, those that are late longest before; and how many there are, counted to a hundred."""
    late = Q(due_at__lt=at) & (
        Q(waits_until=None) | Q(waits_until__lte=timezone.localdate(at))
    )
    rows = (
        Deal.objects.open()
        .filter(responsible=user)
        .filter(Q(next_step_at=None) | Q(next_step_at__lt=at) | late)
    )
    found = list(
        rows.select_related("client__legal_form", "stage").order_by(
            "next_step_at", "pk"
        )[: COUNTED + 1]
    )
    return [_why(deal, at) for deal in found[:SHOWN]], len(found)


def _why(deal: Deal, at: datetime) -> Waiting:
    if deal.next_step_at is None:
        return Waiting(deal, _("without a step"), "warn")
    if deal.next_step_at < at:
        return Waiting(deal, _("step is late"), "bad")
    return Waiting(deal, _("past its norm"), "bad")


def offers(user: User) -> list[Handover]:
    """What colleagues hand over to him and he has not answered, the most pressing first."""
    waiting = Handover.objects.filter(receiver=user, state=HandoverState.OFFERED)
    return list(waiting.select_related("giver").order_by("answer_by", "pk")[:SHOWN])
