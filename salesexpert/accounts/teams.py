"""Who belongs to whose team."""

from django.db.models import Q, QuerySet

from salesexpert.accounts.models import Department, User


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
