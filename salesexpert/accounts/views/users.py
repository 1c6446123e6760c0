"""People: the list, adding, changing, letting in and keeping out."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from salesexpert.accounts import letters, links
from salesexpert.accounts.actions import may_administer, people
from salesexpert.accounts.filters import UserFilter
from salesexpert.accounts.forms.people import UserForm
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tables import UserTable
from salesexpert.core import preferences
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

manages_users = permission_required("accounts.manage_users", raise_exception=True)
PER_PAGE = 50


@require_GET
@manages_users
def user_list(request: SignedRequest) -> HttpResponse:
    query = request.GET.copy()
    if "state" not in query and not query.get("q"):
        query["state"] = "active"
    filters = UserFilter(query, queryset=User.objects.for_list())
    found = filters.qs if filters.is_valid() else User.objects.none()
    table = UserTable(found)
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(
        table
    )
    context = {"filters": filters, "table": table}
    return render_part(request, "accounts/user_list.html", "table", context)


@require_http_methods(["GET", "POST"])
@manages_users
def user_add(request: SignedRequest) -> HttpResponse:
    blank = User(
        language=preferences.get("default_language"),
        time_zone=preferences.get("default_time_zone"),
    )
    form = UserForm(request.POST or None, instance=blank, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = people.add_user(
                user=form.save(commit=False), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": user})
            return redirect("accounts:user", pk=user.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@never_cache
@manages_users
def user_edit(request: SignedRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User.objects.for_list(), pk=pk)
    form = UserForm(request.POST or None, instance=user, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_user(
                user=form.save(commit=False),
                changed=form.changed_data,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:users")
    return _form_page(request, form, get_object_or_404(User.objects.for_list(), pk=pk))


def _form_page(
    request: SignedRequest, form: UserForm, person: User | None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "person": person}
    if person is not None:
        commands = may_administer(request.user, person)
        context |= {
            "may_administer": commands,
            "has_second_factor": Authenticator.objects.filter(
                user=person, type=Authenticator.Type.TOTP
            ).exists(),
        }
        if commands and person.is_active and not person.has_usable_password():
            # The browser's own host: the administrator copies the address under which he works.
            context["invitation_link"] = request.build_absolute_uri(
                letters.path_of(person, links.INVITATION)
            )
    status = 422 if form.is_bound else 200
    return render(request, "accounts/user_form.html", context, status=status)


def _deed(request: SignedRequest, pk: int, deed: str, done: str) -> HttpResponse:
    user = get_object_or_404(User.objects.select_related("role"), pk=pk)
    try:
        getattr(people, deed)(user=user, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % {"name": user})
    return redirect("accounts:user", pk=pk)


@require_POST
@manages_users
def user_invite(request: SignedRequest, pk: int) -> HttpResponse:
    return _deed(request, pk, "invite", _("A new link is made for %(name)s."))


@require_POST
@manages_users
def user_deactivate(request: SignedRequest, pk: int) -> HttpResponse:
    return _deed(request, pk, "deactivate", _("%(name)s can sign in no more."))


@require_POST
@manages_users
def user_reactivate(request: SignedRequest, pk: int) -> HttpResponse:
    return _deed(request, pk, "reactivate", _("%(name)s can sign in again."))


@require_POST
@manages_users
def user_remove_second_factor(request: SignedRequest, pk: int) -> HttpResponse:
    return _deed(
        request,
        pk,
        "remove_second_factor",
        _("The second factor of %(name)s is removed."),
    )
