"""Whose pay a person may look at: everyone his own, a head his people's, the director's right reaches all."""

from django.db.models import QuerySet

from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of


def people(user: User) -> QuerySet[User]:
    if not user.has_perm("analytics.view_pay"):
        return User.objects.filter(pk=user.pk)
    if user.has_perm("accounts.view_figures"):
        return User.objects.all()
    return team_of(user)
