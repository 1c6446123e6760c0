"""Whose pay a person may look at: everyone his own, a head his people's, the director's right reaches all."""

from django.db.models import QuerySet

from salesexpert.accounts.models import User
from salesexpert.accounts.teams import department_ids_below, leads, team_of


def people(user: User) -> QuerySet[User]:
    if not user.has_perm("analytics.view_pay"):
        return User.objects.filter(pk=user.pk)
    if user.has_perm("accounts.view_figures"):
        return User.objects.all()
    return team_of(user)


def people_in_order(user: User) -> QuerySet[User]:
    """Those of them who work here, by name, with what their rights and departments are told by."""
    seen = people(user).filter(is_active=True).select_related("role", "department")
    return seen.order_by("last_name", "first_name", "username")


def departments(user: User) -> set[int] | None:
    """Departments whose plans he sees and sets: those he leads as a whole; None: all, and the firm's."""
    if not user.has_perm("analytics.view_pay"):
        return set()
    if user.has_perm("accounts.view_figures"):
        return None
    return set(department_ids_below(user.department_id)) if user.department_id and leads(user) else set()  # fmt: skip
