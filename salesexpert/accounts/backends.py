from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from salesexpert.accounts.models import User


class RoleBackend(AuthenticationBackend):
    """Signs in by user name or e-mail and answers rights from the user's role."""

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> User | None:
        """The active user of this name or e-mail whose password matches.

        Exactly one hash is computed whoever is asked for, so the time of the answer says nothing about who exists.
        """
        login = credentials.get("username") or credentials.get("email")
        password = credentials.get("password")
        if not login or not password:
            return None
        user = User.objects.named(login).select_related("role").first()
        if user is None or not user.has_usable_password():
            self._mitigate_timing_attack(password)
            return None
        matches = user.check_password(password)
        return user if matches and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """The user with his role in one query: every page asks for both."""
        user = User.objects.select_related("role").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active:
            return False
        return user_obj.is_superuser or bool(
            user_obj.role and perm in user_obj.role.permissions
        )

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return (
            set(user_obj.role.permissions)
            if user_obj.is_active and user_obj.role
            else set()
        )
