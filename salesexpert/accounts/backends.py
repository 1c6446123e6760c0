from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from salesexpert.accounts.models import User


class RoleBackend(AuthenticationBackend):
    """Signs in by user name or e-mail (allauth) and answers rights from the user's role."""

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
