"""Who belongs to whose team."""

from django.db.models import Count, Q, QuerySet

from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import Department, User
from salesexpert.core.compiled import CompiledQuery


def department_ids_below(root_id: int) -> list[int]:
    """The department and all departments below it. One query: companies have tens of departments, not thousands."""
    children: dict[int | None, list[int]] = {}
    for pk, parent_id in Department.objects.values_list("pk", "parent_id"):
        children.setdefault(parent_id, []).append(pk)
    found, queue = [], [root_id]
    while queue:
        current = queue.pop()
        found.append(current)
        queue.extend(children.get(current, []))
    return found


def team_of(user: User) -> QuerySet[User]:
    """The user, those whose head he is, and everyone of his department and the departments below it."""
    members = Q(pk=user.pk) | Q(head=user)
    if user.department_id:
        members |= Q(department__in=department_ids_below(user.department_id))
    return User.objects.filter(members)


def leads(user: User) -> bool:
    """Whether he reads the figures of others: by the right to those of his department, by a role that leads a team, or as the head
    whom somebody names."""
    if user.has_perm("accounts.view_team_figures"):
        return True
    by_role = user.scope == Scope.TEAM and user.has_perm("deals.change_responsible")
    return by_role or bool(_named_by(head=user.pk))


@CompiledQuery
def _named_by(head: int) -> QuerySet[User, tuple[int, int]]:
    """How many name him as their head: each report asks for it. Counted, for of one of them alone PostgreSQL believes that he is
    found soon by reading everybody."""
    return User.objects.filter(head=head, is_active=True).order_by().values_list("head").annotate(n=Count("pk"))  # fmt: skip


def whose_figures(user: User) -> QuerySet[User] | None:
    """The people whose figures `user` may read; None: everybody's, with what belongs to nobody."""
    if user.has_perm("accounts.view_figures"):
        return None
    return team_of(user) if leads(user) else User.objects.filter(pk=user.pk)
