"""The tree of departments."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from salesexpert.accounts.actions import tell
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.teams import department_ids_below
from salesexpert.core.errors import DomainError


class NotInTree(DomainError):
    pass


class DepartmentInUse(DomainError):
    pass


@transaction.atomic
def save_department(*, department: Department, by: User, at: datetime) -> Department:
    """Save a new, renamed or moved department.

    Raises NotInTree when it would stand below itself, or when its place has one of this name already.
    """
    # Two moves at once could close a circle that neither sees alone: the lock makes them take turns.
    list(Department.objects.select_for_update().order_by("pk").values_list("pk"))
    is_new = department.pk is None
    if not is_new and department.parent_id in department_ids_below(department.pk):
        raise NotInTree(_("A department cannot be a part of itself."))
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError as error:
        raise NotInTree(
            _("There is a department of this name here already.")
        ) from error
    tell(
        "department.added" if is_new else "department.changed",
        department,
        by=by,
        at=at,
        parent=department.parent_id,
    )
    return department


@transaction.atomic
def remove_department(*, department: Department, by: User, at: datetime) -> None:
    """Raises DepartmentInUse while it has people or departments below."""
    if department.users.exists() or department.children.exists():
        raise DepartmentInUse(_("Move its people and departments elsewhere first."))
    tell("department.removed", department, by=by, at=at, name=department.name)
    department.delete()
