import functools
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts.choices import Scope, Theme
from salesexpert.accounts.querysets import PeopleManager


@functools.cache
def _answering(paths: tuple[str, ...]) -> tuple[Any, ...]:
    """The backends that know rights; a page asks them for some sixty."""
    backends = [auth.load_backend(path) for path in paths]
    return tuple(backend for backend in backends if hasattr(backend, "has_perm"))


class Role(models.Model):
    """What a kind of employee may do, and whose records he sees.

    `permissions` are names as `has_perm` takes them (`clients.change_client`): one array, so that a page learns the
    user, his role and his rights in one query.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name in Russian"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    permissions = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        verbose_name=_("rights"),
    )
    scope = models.CharField(_("sees"), max_length=8, choices=Scope, default=Scope.ALL)
    requires_second_factor = models.BooleanField(
        _("second factor is required"), default=False
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=Scope.values), name="role_scope_known"
            )
        ]

    def __str__(self) -> str:
        return (
            self.name_en
            if self.name_en and translation.get_language() == "en"
            else self.name
        )


class Department(models.Model):
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="department_name_unique",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


def name_of(first_name: str, last_name: str, username: str) -> str:
    """How a person is named everywhere: “Анна Образцова”, without a name his user name."""
    return f"{first_name} {last_name}".strip() or username


def names_of(path: str) -> tuple[str, str, str]:
    """Columns of `values_list` that `name_of` takes, for the person at `path`."""
    return f"{path}__first_name", f"{path}__last_name", f"{path}__username"


class User(AbstractBaseUser):
    """A person who signs in. `first_name patronymic last_name` as Russians write them; e-mail is optional, unique when given."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    email = models.EmailField(_("e-mail"), blank=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    role = models.ForeignKey(
        Role,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("role"),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("department"),
    )
    head = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("head"),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("ru", "Русский"), ("en", "English")],
        default="ru",
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Moscow")
    theme = models.CharField(
        _("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM
    )
    list_columns = models.JSONField(default=dict, blank=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False, editable=False)
    is_superuser = models.BooleanField(_("all rights"), default=False)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = PeopleManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["last_name", "first_name", "username"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique_when_given",
            ),
            models.UniqueConstraint(
                models.functions.Lower("username"),
                name="user_username_unique_in_any_case",
            ),
        ]
        permissions = [
            ("manage_users", _("Add and change users and departments")),
            ("manage_roles", _("Change roles and their rights")),
            ("manage_company", _("Change the company's settings")),
            ("view_journal", _("Read the journal of the whole company")),
            ("view_figures", _("Read the figures of all departments")),
            ("view_team_figures", _("Read the figures of one's own department")),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return name_of(self.first_name, self.last_name, self.username)

    def get_short_name(self) -> str:
        """“Образцова А.”: for chips and narrow columns."""
        return (
            f"{self.last_name} {self.first_name[:1]}."
            if self.last_name and self.first_name
            else self.get_full_name()
        )

    @property
    def scope(self) -> str:
        if self.is_superuser:
            return Scope.ALL
        return self.role.scope if self.role else Scope.OWN

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the role grants `perm`; of an object, whether rules grant it too (see `accounts.backends`)."""
        if self.is_active and self.is_superuser:
            return True
        return any(
            backend.has_perm(self, perm, obj)
            for backend in _answering(tuple(settings.AUTHENTICATION_BACKENDS))
        )

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_superuser or bool(
            self.role
            and any(p.startswith(f"{app_label}.") for p in self.role.permissions)
        )
