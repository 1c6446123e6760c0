"""The tree of departments."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts.actions import departments
from salesexpert.accounts.forms.settings import DepartmentForm
from salesexpert.accounts.models import Department
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tree import branches
from salesexpert.core.errors import DomainError

manages_users = permission_required("accounts.manage_users", raise_exception=True)


@require_GET
@manages_users
def department_list(request: SignedRequest) -> HttpResponse:
    found = Department.objects.annotate(
        people=Count("users", filter=Q(users__is_active=True))
    ).order_by("position", "name")
    return render(
        request, "accounts/department_list.html", {"branches": branches(found)}
    )


@require_http_methods(["GET", "POST"])
@manages_users
def department_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk) if pk else Department()
    initial = {}
    if not pk and request.GET.get("parent", "").isdecimal():
        initial = {"parent": request.GET["parent"][:18]}
    form = DepartmentForm(request.POST or None, instance=department, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            departments.save_department(
                department=form.save(commit=False), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:departments")
    stored = Department.objects.filter(pk=pk).first() if pk else None
    return render(
        request,
        "accounts/department_form.html",
        {"form": form, "department": stored},
        status=422 if form.is_bound else 200,
    )


@require_POST
@manages_users
def department_remove(request: SignedRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    try:
        departments.remove_department(
            department=department, by=request.user, at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:department", pk=pk)
    messages.success(request, _("The department is removed."))
    return redirect("accounts:departments")
