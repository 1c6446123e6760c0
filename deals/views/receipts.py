"""Of one deal: deliveries, and what is planned to come."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.actions import deliveries, receipts
from deals.forms.money import (  # fmt: skip
    ByScheduleForm,
    DeliveryForm,
    Lines,
    PapersBackForm,
    ReasonForm,
    ReceiptForm,
    lines_of,
    typed_lines,
)
from deals.models import Deal, Delivery, PlannedReceipt
from deals.views.dialogs import ask, done
from deals.views.invoices import running_total
from deals.views.shared import read_or_404
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

delivers = permission_required("deals.add_delivery", raise_exception=True)
plans = permission_required("deals.change_invoice", raise_exception=True)
DELIVERED = ("deliveries-changed", "money-changed", "deal-changed")
PLANNED = ("money-changed",)


def _deal(request: SignedRequest, pk: int) -> Deal:
    rows = Deal.objects.visible_to(request.user).select_related("client__legal_form")
    return read_or_404(rows, pk)


@require_http_methods(["GET", "POST"])
@delivers
def delivery_new(request: SignedRequest, deal_pk: int) -> HttpResponse:
    deal = _deal(request, deal_pk)
    form = DeliveryForm(request.POST or None, deal=deal)
    proposed = list(deal.lines.all())
    rows = Lines(request.POST or None, initial=lines_of(proposed), prefix="line")
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        lines = typed_lines(rows)
        try:
            deliveries.record_delivery(
                by=request.user, deal=deal, lines=lines if lines and not form.cleaned_data["total"] else (), at=timezone.now(), **form.cleaned_data
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The delivery is recorded."), deal.get_absolute_url(), *DELIVERED)  # fmt: skip
    bad = form.is_bound and (form.errors or not rows.is_valid())
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "deal": deal,
        "client": deal.client,
        "title": _("Record a delivery"),
        "submit": _("Record the delivery"),
        "about": str(deal),
        "address": request.get_full_path(),
        "firms": True,
        **running_total(rows, proposed, deal.currency),
    }
    return render_part(request, "deals/lines_dialog.html", "dialog", context, status=422 if bad else 200)  # fmt: skip


def _delivery(request: SignedRequest, pk: int) -> Delivery:
    return read_or_404(Delivery.objects.visible_to(request.user).select_related("deal"), pk)  # fmt: skip


@require_http_methods(["GET", "POST"])
@delivers
def delivery_close(request: SignedRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    form = PapersBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.close_papers(delivery.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error("on", str(error))
        else:
            return done(request, _("Signed papers are back."), delivery.deal.get_absolute_url(), *DELIVERED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Signed papers are back"),
        about=str(delivery),
        submit=_("Note the day"),
        back=delivery.deal.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@delivers
def delivery_cancel(request: SignedRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.cancel_delivery(delivery.pk, by=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The delivery is cancelled."), delivery.deal.get_absolute_url(), *DELIVERED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Cancel a delivery"),
        about=str(delivery),
        submit=_("Cancel the delivery"),
        back=delivery.deal.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@plans
def receipt(request: SignedRequest, deal_pk: int, pk: int | None = None) -> HttpResponse:  # fmt: skip
    """Add a planned receipt, or change one."""
    deal = _deal(request, deal_pk)
    row = read_or_404(deal.planned_receipts.all(), pk) if pk else None
    kept = PlannedReceipt.objects.get(pk=row.pk) if row else None
    form = ReceiptForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        given = {n: form.cleaned_data[n] for n in ("due_on", "amount", "comment")}
        try:
            receipts.plan_receipt(deal, by=request.user, receipt=kept, at=timezone.now(), **given)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The plan of receipts is changed."), deal.get_absolute_url(), *PLANNED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Planned receipt"),
        about=str(deal),
        submit=_("Save"),
        back=deal.get_absolute_url(),
    )


@require_POST
@plans
def receipt_drop(request: SignedRequest, deal_pk: int, pk: int) -> HttpResponse:
    deal = _deal(request, deal_pk)
    row = read_or_404(deal.planned_receipts.select_related("deal"), pk)
    receipts.drop_receipt(row, by=request.user, at=timezone.now())
    return done(request, _("The plan of receipts is changed."), deal.get_absolute_url(), *PLANNED)  # fmt: skip


@require_http_methods(["GET", "POST"])
@plans
def by_schedule(request: SignedRequest, deal_pk: int) -> HttpResponse:
    """Divide the deal's amount by a schedule, in place of the plan."""
    deal = _deal(request, deal_pk)
    amount = deal.amount or deal.invoiced or None
    form = ByScheduleForm(request.POST or None, initial={"amount": amount})
    if request.method == "POST" and form.is_valid():
        try:
            receipts.plan_by_schedule(deal, form.cleaned_data["schedule"], amount=form.cleaned_data["amount"], by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The plan of receipts is changed."), deal.get_absolute_url(), *PLANNED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Receipts by a schedule"),
        about=_("The plan that the deal has now is replaced."),
        submit=_("Put the schedule in"),
        back=deal.get_absolute_url(),
    )
