from datetime import datetime

from django.db import models
from django.db.models import F, Q

from clients.inquiry_choices import OPEN_STATES, InquiryState, NotOurs
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of

# Nobody answers these: they are out of every share.
NOISE = Q(not_ours__in=[NotOurs.SPAM.value, NotOurs.DUPLICATE.value])


class InquiryQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "InquiryQuerySet":
        """Inquiries `user` may read: all, or his own (team's) with those that nobody has taken yet, for anyone may."""
        if (
            user.is_superuser
            or user.scope == Scope.ALL
            or user.has_perm("clients.view_all_clients")
        ):
            return self.all()
        mine: object = team_of(user) if user.scope == Scope.TEAM else [user.pk]
        return self.filter(
            Q(responsible__in=mine)
            | Q(recorded_by__in=mine)
            | Q(client__curator__in=mine)
            | Q(responsible=None, state=InquiryState.NEW)
        )

    def open(self) -> "InquiryQuerySet":
        return self.filter(state__in=[state.value for state in OPEN_STATES])

    def new(self) -> "InquiryQuerySet":
        return self.filter(state=InquiryState.NEW)

    def waiting(self) -> "InquiryQuerySet":
        """Open ones that got no answer yet."""
        return self.open().filter(answered_at=None)

    def late(self, *, at: datetime) -> "InquiryQuerySet":
        """Those whose term of the first answer passed before `at`."""
        return self.waiting().filter(answer_due_at__lt=at)

    def needs_attention(
        self, *, user: User | int, until: datetime
    ) -> "InquiryQuerySet":
        """Open inquiries of `user` that wait for an answer due before `until`, the most urgent first."""
        return (
            self.waiting()
            .filter(responsible=user, answer_due_at__lt=until)
            .order_by("answer_due_at", "pk")
        )

    def for_page(self) -> "InquiryQuerySet":
        return self.select_related(
            "form", "source", "product_source", "campaign", "recorded_by", "region",
            "industry", "responsible__head", "closed_by", "client__legal_form", "contact", "rule", "repeats",
        ).annotate(deal_title=F("deal__title"))  # fmt: skip
