import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesexpert.accounts.models import User


class UserTable(tables.Table):
    """Columns and orders of the users' list; the page draws the rows itself."""

    name = tables.Column(
        verbose_name=pgettext_lazy("of a person", "Name"),
        accessor="last_name",
        order_by=("last_name", "first_name", "pk"),
    )
    username = tables.Column(verbose_name=_("User name"))
    role = tables.Column(
        verbose_name=_("Role"), order_by=("role__position", "last_name", "pk")
    )
    department = tables.Column(
        verbose_name=_("Department"), order_by=("department__name", "last_name", "pk")
    )
    head = tables.Column(
        verbose_name=_("Head"), order_by=("head__last_name", "last_name", "pk")
    )
    last_login = tables.Column(
        verbose_name=_("Last sign-in"), order_by=("last_login", "pk")
    )

    class Meta:
        model = User
        fields = ("name", "username", "role", "department", "head", "last_login")
        order_by = "name"
