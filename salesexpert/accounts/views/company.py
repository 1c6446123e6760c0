"""The hub of settings, settings of the company, locked logins."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts import lockout
from salesexpert.accounts.actions import company
from salesexpert.accounts.forms.settings import CompanyForm
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.settings_pages import pages_for


@require_GET
def settings_hub(request: SignedRequest) -> HttpResponse:
    pages = pages_for(request.user)
    if not pages:
        raise PermissionDenied
    return render(request, "core/settings.html", {"pages": pages})


@require_http_methods(["GET", "POST"])
@permission_required("accounts.manage_company", raise_exception=True)
def company_settings(request: SignedRequest) -> HttpResponse:
    form = CompanyForm.build(request.POST or None)
    if request.method == "POST" and form.is_valid():
        company.change(values=form.changed(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:company")
    status = 422 if form.is_bound else 200
    return render(request, "core/settings_company.html", {"form": form}, status=status)


@require_GET
@permission_required("accounts.manage_users", raise_exception=True)
def lockouts(request: SignedRequest) -> HttpResponse:
    return render(
        request, "accounts/lockouts.html", {"locked": lockout.locked_logins()}
    )


@require_POST
@permission_required("accounts.manage_users", raise_exception=True)
def unlock(request: SignedRequest) -> HttpResponse:
    name = request.POST.get("username", "")[:255].replace("\0", "")
    if name:
        company.unlock(login=name, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s may try again.") % {"name": name})
    return redirect("accounts:lockouts")
