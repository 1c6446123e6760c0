from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserQuerySet(models.QuerySet):
    def named(self, login: str) -> "UserQuerySet":
        """Whoever signs in as `login`: a user name or an e-mail, in any case. A name wins over an e-mail."""
        login = login.strip().lower()
        return (
            self.annotate(lower_username=Lower("username"), lower_email=Lower("email"))
            .filter(Q(lower_username=login) | Q(lower_email=login, email__gt=""))
            .order_by(models.Case(models.When(lower_username=login, then=0), default=1))
        )

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_permission(self, permission: str) -> "UserQuerySet":
        """Active people who have the right, by role or as superusers."""
        return self.active().filter(
            Q(is_superuser=True) | Q(role__permissions__contains=[permission])
        )

    def for_list(self) -> "UserQuerySet":
        """Everything one row of the users' list shows."""
        return self.select_related("role", "department", "head")


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Users, with `create_user` and `create_superuser` of Django."""

    use_in_migrations = False
