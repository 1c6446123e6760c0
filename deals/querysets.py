from typing import Any

from django.db import models

from clients.models import Client
from clients.querysets import sees_all
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of


class DealQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "DealQuerySet":
        """Deals `user` may read: those of his clients, and those he is responsible for or works on."""
        if sees_all(user):
            return self.all()
        mine = [user.pk]
        if user.scope == Scope.TEAM:
            mine = list(team_of(user).values_list("pk", flat=True))
        return self.filter(
            models.Q(client__in=Client.objects.visible_to(user))
            | models.Q(responsible__in=mine)
            | models.Q(performer__in=mine)
        )

    def open(self) -> "DealQuerySet":
        return self.filter(state="open")


class OfDealQuerySet(models.QuerySet):
    """Rows that hang on a client and may name a deal: whoever may read the client or the deal reads them."""

    def visible_to(self, user: User) -> "OfDealQuerySet":
        if sees_all(user):
            return self.all()
        from deals.models import Deal

        return self.filter(
            models.Q(client__in=Client.objects.visible_to(user))
            | models.Q(deal__in=Deal.objects.visible_to(user))
        )


class HandoverQuerySet(models.QuerySet):
    def _with_part_for(self, user: User) -> models.Exists:
        items: Any = self.model._meta.get_field("items").related_model
        return models.Exists(
            items._default_manager.filter(handover=models.OuterRef("pk"), receiver=user)
        )

    def for_receiver(self, user: User) -> "HandoverQuerySet":
        """Those given to him alone, and those dealt out to several of whom he is one."""
        return self.filter(
            models.Q(receiver=user)
            | models.Q(models.Q(receiver=None), self._with_part_for(user))
        )

    def visible_to(self, user: User) -> "HandoverQuerySet":
        """Those that concern him; whoever may hand over others' work reads those of the people he leads, or all."""
        own = (
            models.Q(giver=user)
            | models.Q(receiver=user)
            | models.Q(made_by=user)
            | models.Q(models.Q(receiver=None), self._with_part_for(user))
        )
        if not user.has_perm("deals.change_responsible"):
            return self.filter(own)
        if sees_all(user):
            return self.all()
        team = team_of(user).values("pk")
        return self.filter(own | models.Q(giver__in=team) | models.Q(receiver__in=team))


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "BookingQuerySet":
        """His own; whoever deals work out reads those of all cards that he reads."""
        if not user.has_perm("deals.change_responsible"):
            return self.filter(asked_by=user)
        if sees_all(user):
            return self.all()
        return self.filter(
            models.Q(asked_by=user)
            | models.Q(client=None)
            | models.Q(client__in=Client.objects.visible_to(user))
        )
