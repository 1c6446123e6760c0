"""Settings of fax lines, and what became of the last faxes."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mailing.actions import fax_lines
from mailing.actions.faxes import DRIVERS
from mailing.choices import FaxDriver
from mailing.fax_forms import FaxLineForm, TrialForm
from mailing.models import Fax, FaxLine
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

may_manage = permission_required("outbox.manage_mail", raise_exception=True)
SHOWN = 50


@require_GET
@may_manage
def lines(request: SignedRequest) -> HttpResponse:
    context = {
        "lines": FaxLine.objects.all(),
        "drivers": FaxDriver.choices,
        "faxes": Fax.objects.select_related("line", "client")[:SHOWN],
    }
    return render(request, "mailing/fax_lines.html", context)


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def line_new(request: SignedRequest, driver: str) -> HttpResponse:
    if driver not in FaxDriver.values:
        raise Http404
    return _edited(request, FaxLine(driver=driver))


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def line(request: SignedRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(FaxLine, pk=pk))


def _edited(request: SignedRequest, shown: FaxLine) -> HttpResponse:
    post = request.method == "POST"
    title = shown.name
    form = FaxLineForm(request.POST if post else None, instance=shown)
    if post and form.is_valid():
        saved = fax_lines.save(form.save(commit=False), form.given(), secret=form.cleaned_data.get("secret", ""), by=request.user, at=timezone.now())  # fmt: skip
        messages.success(request, _("Saved. Now try it out."))
        return redirect("mailing:fax_line", saved.pk)
    context = {"line": shown, "title": title, "form": form, "trial": TrialForm()}
    return render(request, "mailing/fax_line.html", context, status=422 if post else 200)  # fmt: skip


@require_POST
@may_manage
def line_trial(request: SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(FaxLine, pk=pk)
    form = TrialForm(request.POST)
    if form.is_valid():
        try:
            fax_lines.try_out(shown, number=form.cleaned_data["number"], by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, _("The trial page is queued: see below what becomes of it."))  # fmt: skip
            if complaint := DRIVERS[shown.driver].complaint(shown):
                messages.error(request, complaint)
            return redirect("mailing:fax_lines")
    context = {"line": shown, "title": shown.name, "form": FaxLineForm(instance=shown), "trial": form}  # fmt: skip
    return render(request, "mailing/fax_line.html", context, status=422)
