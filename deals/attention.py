"""Next steps of a person's deals: those without one, with a step or a norm that has passed, then what comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.choices import HandoverState
from deals.models import Deal, Handover
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import day

SHOWN = 8
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deal, what is the matter with it or when its step is, and what the process suggests to do next."""

    deal: Deal
    why: str
    css: str = ""

    @property
    def hint(self) -> str:
        """The step that is planned; none, the first line of what the stage suggests."""
        if self.deal.next_step_title:
            return self.deal.next_step_title
        stage = self.deal.stage
        return stage.hint_text.strip().partition("\n")[0] if stage else ""


def needs_attention(user: User, *, at: datetime) -> tuple[list[Waiting], int]:
    """The first of them, those that are late longest before, then those whose step comes next; and how many need a look,
    counted to a hundred."""
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
    shown = [_why(deal, at) for deal in found[:SHOWN]]
    if left := SHOWN - len(shown):
        coming = Deal.objects.open().filter(responsible=user, next_step_at__gte=at)
        shown += [
            Waiting(deal, day(deal.next_step_at))
            for deal in coming.exclude(pk__in=[one.deal.pk for one in shown])
            .select_related("client__legal_form", "stage")
            .order_by("next_step_at", "pk")[:left]
        ]
    return shown, len(found)


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
