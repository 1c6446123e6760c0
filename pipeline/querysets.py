from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q

from pipeline.choices import AbsenceState
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of


class ProcessQuerySet(models.QuerySet):
    def in_use(self) -> "ProcessQuerySet":
        """Processes in which deals may be opened today."""
        return self.filter(retired_at=None)


class StageQuerySet(models.QuerySet):
    def in_use(self) -> "StageQuerySet":
        """Stages into which deals may be moved today."""
        return self.filter(retired_at=None)


class AbsenceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "AbsenceQuerySet":
        """Absences `user` may open: his own; those of his team or of everyone with the right to set them."""
        if not user.has_perm("pipeline.manage_absences"):
            return self.filter(user=user)
        if user.has_perm("clients.view_all_clients") or user.scope == Scope.ALL:
            return self.all()
        return self.filter(Q(user=user) | Q(user__in=team_of(user)))

    def standing(self) -> "AbsenceQuerySet":
        """Those that keep work away: all but the declined."""
        return self.exclude(state=AbsenceState.DECLINED)

    def between(
        self, since: date, until: date, *, users: Collection[int] | None = None
    ) -> "AbsenceQuerySet":
        """Standing absences that have a day from `since` to `until`, both included."""
        found = self.standing().filter(until_on__gte=since, since_on__lte=until)
        return found if users is None else found.filter(user__in=users)


class SeriesQuerySet(models.QuerySet):
    def live(self) -> "SeriesQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> "SeriesQuerySet":
        """Series that `user` performs or began; all, if he may change what others plan."""
        if user.has_perm("clients.change_others_activity"):
            return self.all()
        return self.filter(Q(performer=user) | Q(created_by=user))
