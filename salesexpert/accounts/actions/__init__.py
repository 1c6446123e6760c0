"""What changes people, roles and departments. Each deed is told to the journal (`accounts.signals`)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from salesexpert.accounts.models import Role, User
from salesexpert.accounts.signals import deed_done
from salesexpert.core.errors import DomainError

ADMINISTRATION = ("accounts.manage_users", "accounts.manage_roles")


class NotAllowed(DomainError):
    pass


class LastAdministrator(DomainError):
    pass


def tell(
    verb: str, subject: models.Model, *, by: User | None, at: datetime, **detail: Any
) -> None:
    deed_done.send(None, verb=verb, subject=subject, by=by, at=at, detail=detail)


def take_turns() -> None:
    """Lock the roles: whether an administrator remains is a question over many rows, so those who may change it queue."""
    list(Role.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def keep_administrators(*, by: User | None) -> None:
    """Refuse what would leave the company without an administrator, or take administration from the one who acts.

    Called at the end of the transaction, it judges what stands then.
    """
    for permission in ADMINISTRATION:
        able = User.objects.with_permission(permission)
        if not able.exists():
            raise LastAdministrator(
                _("Nobody would be left who may administer the system.")
            )
        if (
            by is not None
            and by.has_perm(permission)
            and not able.filter(pk=by.pk).exists()
        ):
            raise LastAdministrator(
                _("You cannot take administration away from yourself.")
            )


def may_administer(by: User, user: User) -> bool:
    """Whether `by` may change the account of `user`: nobody commands one who has more rights than himself.

    Otherwise whoever manages users could set an administrator's password.
    """
    if by.is_superuser:
        return True
    if user.is_superuser:
        return False
    return user.role is None or may_grant(by, user.role)


def may_grant(by: User, role: Role) -> bool:
    """Whether `by` may give the role to somebody: who changes roles gives any, others none above their own."""
    if by.is_superuser or by.has_perm("accounts.manage_roles"):
        return True
    return all(by.has_perm(permission) for permission in role.permissions)
