from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from clients.models import Client
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.telephony.choices import CallState, Outcome, Waits

# A telephone does not ring longer, a talk does not last longer; whatever does was forgotten by its exchange.
RINGS_AT_MOST, TALKS_AT_MOST = timedelta(minutes=10), timedelta(hours=4)
WAITS_AT_MOST = timedelta(days=30)


class CallQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "CallQuerySet":
        """His own calls, those that rang at him, and those of clients he may read."""
        if user.is_superuser or user.scope == Scope.ALL:
            return self.all()
        people: Any = [user.pk]
        if user.scope == Scope.TEAM:
            people = team_of(user).values("pk")
        legs: Any = self.model._meta.get_field("legs").related_model
        rang = legs._default_manager.filter(call=models.OuterRef("pk"), user=user)
        return self.filter(
            Q(user__in=people)
            | Q(client__in=Client.objects.visible_to(user).values("pk"))
            | Q(models.Exists(rang))
        )

    def going_on(self, *, at: datetime) -> "CallQuerySet":
        """Calls that ring or are talked now, as far as their exchange still tells of them."""
        return self.filter(
            Q(state=CallState.RINGING, heard_at__gt=at - RINGS_AT_MOST)
            | Q(state=CallState.TALKING, heard_at__gt=at - TALKS_AT_MOST)
        )

    def that_wait(self, *, at: datetime) -> "CallQuerySet":
        """Calls that are over and still owe their history a word. A résumé written elsewhere is one too."""
        return self.filter(
            Q(waits=Waits.CARD)
            | Q(waits=Waits.SUMMARY, activity__summary="", activity__bin=None),
            began_at__gt=at - WAITS_AT_MOST,
        )

    def missed(self) -> "CallQuerySet":
        return self.filter(outcome=Outcome.MISSED)
