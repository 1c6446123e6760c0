"""Own firms, their accounts and pictures, and the rates of VAT."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.actions import firms as actions
from deals.forms.firms import AccountForm, FirmForm, PictureForm, RateForm
from deals.models import FirmAccount, OwnFirm, VatRate
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

manages = permission_required("deals.manage_own_firms", raise_exception=True)


@require_GET
@manages
def firms(request: SignedRequest) -> HttpResponse:
    context = {
        "firms": OwnFirm.objects.prefetch_related("accounts").order_by(
            "retired_at", "-is_default", "name"
        ),
        "rates": VatRate.objects.order_by("kind", "-since"),
    }
    return render(request, "deals/firms.html", context)


@require_http_methods(["GET", "POST"])
@manages
def firm(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    """A firm with its accounts and pictures; without `pk` a new one."""
    kept = get_object_or_404(OwnFirm, pk=pk) if pk else OwnFirm()
    form = FirmForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        actions.save_firm(
            firm=form.save(commit=False), by=request.user, at=timezone.now()
        )
        for doubt in form.doubts.values():
            messages.warning(
                request, _("Saved, but look again: %(doubt)s") % {"doubt": doubt}
            )
        if not form.doubts:
            messages.success(request, _("Saved: %s.") % kept)
        return redirect("deals:firm", kept.pk)
    if pk and not form.is_bound:
        form.doubts = _doubts(kept)
    context = {
        "form": form,
        "firm": kept,
        "accounts": kept.accounts.all() if pk else [],
        "pictures": [
            ("logo", _("Logo"), kept.logo),
            ("stamp", _("Stamp"), kept.stamp),
            ("signature", _("Signature of the head"), kept.signature),
        ],
    }
    return render(
        request, "deals/firm.html", context, status=422 if form.errors else 200
    )


def _doubts(kept: OwnFirm) -> dict:
    """What is doubtful in a kept firm, shown each time it is opened."""
    again = FirmForm({f: getattr(kept, f) for f in FirmForm.base_fields}, instance=OwnFirm())  # fmt: skip
    again.is_valid()
    return again.doubts


@require_POST
@manages
def firm_retire(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(OwnFirm, pk=pk)
    actions.retire_firm(firm=kept, by=request.user, at=timezone.now())
    return redirect("deals:firms")


@require_http_methods(["GET", "POST"])
@manages
def account(request: SignedRequest, firm_pk: int, pk: int | None = None) -> HttpResponse:  # fmt: skip
    owner = get_object_or_404(OwnFirm, pk=firm_pk)
    kept = get_object_or_404(owner.accounts, pk=pk) if pk else FirmAccount(firm=owner)
    form = AccountForm(request.POST or None, instance=kept)
    back = reverse("deals:firm", args=[owner.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_account(
                account=form.save(commit=False), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error("number", str(error))
        else:
            for doubt in form.doubts.values():
                messages.warning(
                    request, _("Saved, but look again: %(doubt)s") % {"doubt": doubt}
                )
            return done(request, _("The account is saved."), back)
    return ask(
        request,
        form,
        title=_("Bank account") if not pk else kept.number,
        submit=_("Save the account"),
        back=back,
    )


@require_POST
@manages
def account_retire(request: SignedRequest, firm_pk: int, pk: int) -> HttpResponse:
    kept = get_object_or_404(FirmAccount, pk=pk, firm=firm_pk)
    actions.retire_account(account=kept, by=request.user, at=timezone.now())
    return redirect("deals:firm", firm_pk)


@require_http_methods(["GET", "POST"])
@manages
def picture(request: SignedRequest, pk: int, which: str) -> HttpResponseBase:
    """A picture of the firm; posting puts another in its place, or takes it away with `remove`."""
    kept = get_object_or_404(OwnFirm, pk=pk)
    if which not in actions.PICTURES:
        raise Http404
    if request.method == "POST":
        return _set_picture(request, kept, which)
    file = getattr(kept, which)
    try:
        opened = file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _set_picture(request: SignedRequest, kept: OwnFirm, which: str) -> HttpResponse:
    if "remove" in request.POST:
        cleaned = None
    else:
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            for error in form.errors.get("picture", []):
                messages.error(request, str(error))
            return redirect("deals:firm", kept.pk)
        cleaned = form.cleaned_data["picture"]
    actions.set_picture(
        firm=kept, which=which, picture=cleaned, by=request.user, at=timezone.now()
    )
    return redirect("deals:firm", kept.pk)


@require_http_methods(["GET", "POST"])
@manages
def rate(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    kept = get_object_or_404(VatRate, pk=pk) if pk else VatRate()
    form = RateForm(request.POST or None, instance=kept)
    back = reverse("deals:firms")
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, _("The rate is saved."), back)
    return ask(
        request, form, title=_("Rate of VAT"), submit=_("Save the rate"), back=back
    )
