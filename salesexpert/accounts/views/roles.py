"""Roles and their rights."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts.actions import roles
from salesexpert.accounts.forms.settings import RoleForm
from salesexpert.accounts.models import Role
from salesexpert.accounts.presets import BY_CODE
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

manages_roles = permission_required("accounts.manage_roles", raise_exception=True)


@require_GET
@manages_roles
def role_list(request: SignedRequest) -> HttpResponse:
    found = Role.objects.annotate(
        people=Count("users", filter=Q(users__is_active=True))
    ).order_by("position", "pk")
    return render(request, "accounts/role_list.html", {"roles": found})


@require_http_methods(["GET", "POST"])
@manages_roles
def role_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk) if pk else Role()
    form = RoleForm(request.POST or None, instance=role)
    if request.method == "POST" and form.is_valid():
        try:
            roles.save_role(
                role=form.save(commit=False), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:roles")
    stored = Role.objects.filter(pk=pk).first() if pk else None
    context = {
        "form": form,
        "role": stored,
        "is_preset": stored is not None and stored.code in BY_CODE,
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/role_form.html", context, status=status)


@require_POST
@manages_roles
def role_reset(request: SignedRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    if role.code not in BY_CODE:
        raise Http404
    try:
        roles.reset_role(role=role, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The role is as the product brings it."))
    return redirect("accounts:role", pk=pk)


@require_POST
@manages_roles
def role_remove(request: SignedRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    try:
        roles.remove_role(role=role, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:role", pk=pk)
    messages.success(request, _("The role is removed."))
    return redirect("accounts:roles")
