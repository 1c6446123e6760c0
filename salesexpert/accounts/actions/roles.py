"""Changing what kinds of employees may do."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from salesexpert.accounts.actions import keep_administrators, take_turns, tell
from salesexpert.accounts.models import Role, User
from salesexpert.accounts.presets import BY_CODE
from salesexpert.core.errors import DomainError


class RoleInUse(DomainError):
    pass


@transaction.atomic
def save_role(*, role: Role, by: User, at: datetime) -> Role:
    """Save a new or changed role with its rights.

    Raises LastAdministrator when nobody, or not `by` himself, would be able to administer any more.
    """
    take_turns()
    before = Role.objects.filter(pk=role.pk).first()
    if before is None:
        last = Role.objects.order_by("-position").first()
        role.position = last.position + 1 if last else 0
        role.code = _free_code()
    role.permissions = sorted(set(role.permissions))
    role.save()
    keep_administrators(by=by)
    old = set(before.permissions) if before else set()
    tell(
        "role.changed" if before else "role.added",
        role,
        by=by,
        at=at,
        given=sorted(set(role.permissions) - old),
        taken=sorted(old - set(role.permissions)),
        scope=role.scope,
        second_factor=role.requires_second_factor,
    )
    return role


def _free_code() -> str:
    """“own-3”: a code no preset role has; people never see it."""
    taken = set(Role.objects.values_list("code", flat=True))
    number = 1
    while f"own-{number}" in taken:
        number += 1
    return f"own-{number}"


def reset_role(*, role: Role, by: User, at: datetime) -> Role:
    """Give a preset role back the names, rights and scope that the product brings. Raises KeyError for an own role."""
    preset = BY_CODE[role.code]
    role.name, role.name_en = preset.name, preset.name_en
    role.permissions = list(preset.permissions)
    role.scope = preset.scope
    role.requires_second_factor = preset.requires_second_factor
    return save_role(role=role, by=by, at=at)


@transaction.atomic
def remove_role(*, role: Role, by: User, at: datetime) -> None:
    """Raises RoleInUse for a preset role and while anybody has the role."""
    take_turns()
    if role.code in BY_CODE:
        raise RoleInUse(_("A role of the product can be changed but not removed."))
    if role.users.exists():
        raise RoleInUse(_("Somebody has this role: give him another one first."))
    tell("role.removed", role, by=by, at=at, name=role.name)
    role.delete()
