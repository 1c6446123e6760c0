from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts.models import Department, Role, User
from salesexpert.accounts.teams import department_ids_below
from salesexpert.accounts.tree import as_choices

STATES = (
    ("active", _("may sign in")),
    ("invited", _("invited, not in yet")),
    ("off", _("switched off")),
)


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="find", label=_("Name, e-mail or phone"))
    role = django_filters.ModelChoiceFilter(
        queryset=Role.objects.all(), label=_("Role"), empty_label=_("any role")
    )
    department = django_filters.ChoiceFilter(
        method="in_department", label=_("Department"), empty_label=_("any department")
    )
    state = django_filters.ChoiceFilter(
        choices=STATES, method="in_state", label=_("State"), empty_label=_("any state")
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["choices"] = as_choices(
            Department.objects.all()
        )

    def find(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Each word stands in a name, the user name, the e-mail or the phone."""
        for word in value.split()[:6]:
            found = found.filter(
                Q(last_name__icontains=word)
                | Q(first_name__icontains=word)
                | Q(patronymic__icontains=word)
                | Q(username__icontains=word)
                | Q(email__icontains=word)
                | Q(phone__icontains=word)
            )
        return found

    def in_department(
        self, found: QuerySet[User], name: str, value: str
    ) -> QuerySet[User]:
        return found.filter(department__in=department_ids_below(int(value)))

    def in_state(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "off":
            return found.filter(is_active=False)
        invited = Q(last_login=None, invited_at__isnull=False)
        if value == "invited":
            return found.filter(invited, is_active=True)
        return found.filter(~invited, is_active=True)
