"""Whose figures a reader may see: his own, those of his people, everybody's. Drop-downs of people come only from here."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from deals.querysets import sees_all
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.teams import department_ids_below, leads, team_of


@dataclass(frozen=True)
class Scope:
    """`people` None: everybody. A person who leads nobody sees himself, and `is_own` says that this is all."""

    user: User
    people: tuple[int, ...] | None

    @property
    def is_own(self) -> bool:
        return self.people == (self.user.pk,)

    def users(self) -> QuerySet[User]:
        rows = User.objects.order_by("last_name", "first_name", "pk")
        return rows if self.people is None else rows.filter(pk__in=self.people)

    def holds(self, pk: int) -> bool:
        return self.people is None or pk in self.people

    @cached_property
    def departments(self) -> list[Department]:
        """Departments of the people whose figures are seen."""
        rows = Department.objects.order_by("position", "name", "pk")
        if self.people is not None:
            rows = rows.filter(users__in=self.people).distinct()
        return list(rows)

    def of_department(self, pk: int) -> "Scope":
        """Those of the department and the ones below it whom this scope holds."""
        members = User.objects.filter(department__in=department_ids_below(pk))
        if self.people is not None:
            members = members.filter(pk__in=self.people)
        return Scope(
            self.user, tuple(members.order_by("pk").values_list("pk", flat=True))
        )


def scope_of(user: User) -> Scope:
    """Everybody for whoever reads the figures of all departments and all records; a head's people; oneself."""
    if user.has_perm("accounts.view_figures") and sees_all(user):
        return Scope(user, None)
    if user.has_perm("accounts.view_figures") or leads(user):
        return Scope(user, tuple(team_of(user).order_by("pk").values_list("pk", flat=True)))  # fmt: skip
    return Scope(user, (user.pk,))


def within(people: Collection[int] | None, path: str) -> dict[str, list[int]]:
    """A filter of rows by whose they are; nothing for everybody."""
    return {} if people is None else {f"{path}__in": list(people)}
