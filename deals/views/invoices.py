"""Invoices: list, page, and the dialogs in which one is issued, cancelled, promised and paid from the advance."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client
from clients.models.client import display_name
from deals import debts
from deals.actions import ground, invoices, payments, receipts
from deals.choices import InvoiceState
from deals.forms.deals import CURRENCIES
from deals.forms.money import (
    AdvanceForm,
    InvoiceForm,
    Lines,
    PromiseForm,
    ReasonForm,
    lines_of,
    typed_lines,
    whole_lines,
)
from deals.invoice_listing import TABS, InvoiceListing, number_in, overdue_days, rest_of
from deals.lines import totals
from deals.models import Deal, DealLine, Invoice, InvoiceLine
from deals.views.dialogs import ask, done
from deals.views.shared import FORMATS, read_or_404, spreadsheet
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

sees = permission_required("deals.view_invoice", raise_exception=True)
# What listens for it is drawn anew: the sections of a deal, the panel of a card, the page of an invoice.
CHANGED = ("money-changed", "deal-changed")


@require_GET
@sees
def invoice_list(request: SignedRequest) -> HttpResponseBase:
    today = timezone.localdate()
    listing = InvoiceListing(
        request.GET, Invoice.objects.visible_to(request.user), user=request.user, on=today
    )  # fmt: skip
    if request.GET.get("format") in FORMATS:
        return _export(request, listing)
    page = listing.page()
    for row in page.rows:
        row["days"] = overdue_days(row["state"], row["due_on"], today)
        row["rest"] = rest_of(row) if row["state"] in debts.OPEN else None
        row["client"] = _client_name(row)
        row["word"] = InvoiceState(row["state"]).label
        row["seller"] = f"{row['responsible__first_name'] or ''} {row['responsible__last_name'] or ''}".strip() or row["responsible__username"] or ""  # fmt: skip
    context = {
        "page": page,
        "listing": listing,
        "tabs": [(value, label, value == listing.state) for value, label in TABS],
        "about": _about(request, listing),
        "may_export": request.user.has_perm("deals.export_deals"),
    }
    return render_part(request, "deals/invoices.html", "list", context)


@require_GET
@sees
def invoice_totals(request: SignedRequest) -> HttpResponse:
    """Sums of all that the list found: asked apart, for they are added up over every row."""
    listing = InvoiceListing(
        request.GET, Invoice.objects.visible_to(request.user), user=request.user, on=timezone.localdate()
    )  # fmt: skip
    return render(request, "deals/invoices.html#totals", {"totals": listing.totals})


def _about(request: SignedRequest, listing: InvoiceListing) -> str:
    """The client or the deal whose invoices alone are shown."""
    if listing.deal:
        return str(Deal.objects.visible_to(request.user).filter(pk=listing.deal).first() or "")  # fmt: skip
    if listing.client:
        return str(Client.objects.visible_to(request.user).select_related("legal_form").filter(pk=listing.client).first() or "")  # fmt: skip
    return ""


def _client_name(row: dict[str, Any]) -> str:
    return display_name(
        row["client__legal_form__name"] or "",
        row["client__name"],
        is_person=row["client__is_person"],
    )


def _export(request: SignedRequest, listing: InvoiceListing) -> HttpResponseBase:
    labels = [_("Number"), _("Date"), _("Pay by"), _("Client"), _("Deal"), _("Sum"), _("Paid"), _("To pay"), _("Currency"), _("State"), _("Days overdue"), _("Seller"), _("Our firm")]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for chunk in listing.chunks():
            for r in chunk:
                rest = rest_of(r) if r["state"] in debts.OPEN else 0
                yield [
                    r["number"], r["issued_on"], r["due_on"], _client_name(r), r["deal__title"] or "", r["total"], r["paid"], rest,
                    r["currency"], str(InvoiceState(r["state"]).label), overdue_days(r["state"], r["due_on"], listing.on),
                    f"{r['responsible__first_name'] or ''} {r['responsible__last_name'] or ''}".strip(), r["firm__name"],
                ]  # fmt: skip

    return spreadsheet(request.user, request.GET["format"], _("invoices"), "invoices.exported", labels, rows)  # fmt: skip


@require_GET
@sees
def invoice(request: SignedRequest, pk: int) -> HttpResponse:
    shown = read_or_404(_visible(request), pk)
    return render_part(request, "deals/invoice.html", "all", _page_of(request, shown))


def _visible(request: SignedRequest) -> Any:
    return Invoice.objects.visible_to(request.user).select_related(
        "client__legal_form", "deal", "contract", "firm", "responsible", "made_by", "corrects", "correction"
    )  # fmt: skip


def _page_of(request: SignedRequest, shown: Invoice) -> dict[str, Any]:
    today = timezone.localdate()
    user = request.user
    owes = shown.state in debts.OPEN
    advance = ground.advance_of(shown.client_id, shown.currency, shown.firm_id) if owes else 0  # fmt: skip
    return {
        "invoice": shown,
        "rest": shown.total - shown.paid if owes else None,
        "days": overdue_days(shown.state, shown.due_on, today),
        "lines": list(shown.lines.all()),
        "parts": list(
            shown.allocations.select_related("payment__made_by").order_by("payment__paid_on", "pk")
        ),
        "promises": list(shown.promises.select_related("made_by").order_by("-made_at")[:20]),
        "deliveries": list(shown.deliveries.filter(cancelled_at=None)),
        "correction": getattr(shown, "correction", None),
        "advance": advance,
        "today": today,
        "can": {
            "pay": owes and user.has_perm("deals.add_payment"),
            "promise": owes and user.has_perm("deals.change_invoice"),
            "cancel": shown.state != InvoiceState.CANCELLED and user.has_perm("deals.cancel_invoice"),
            "refund": shown.paid > 0 and user.has_perm("deals.change_payment"),
            "deliver": bool(shown.deal_id) and shown.state != InvoiceState.CANCELLED and user.has_perm("deals.add_delivery"),
        },
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("deals.add_invoice", raise_exception=True)
def invoice_new(request: SignedRequest) -> HttpResponse:
    """Issue an invoice for ?deal=ID (with its lines) or for ?client=ID (with typed ones)."""
    deal, client = whose(request)
    proposed = list(deal.lines.all()) if deal else []
    form = InvoiceForm(request.POST or None, client=client, deal=deal)
    rows = Lines(request.POST or None, initial=lines_of(proposed), prefix="line")
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        given = form.cleaned_data
        try:
            issued = invoices.issue_invoice(
                by=request.user, client=client, deal=deal, lines=typed_lines(rows), at=timezone.now(), **given
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return go_to(request, "deals:invoice", issued.pk)
    bad = form.is_bound and (form.errors or not rows.is_valid())
    context = {
        "form": form,
        "rows": rows,
        "deal": deal,
        "client": client,
        "title": _("Issue an invoice"),
        "submit": _("Issue the invoice"),
        "about": str(deal or client),
        "address": request.get_full_path(),
        "firms": form.fields["firm"].queryset.exists(),  # type: ignore[attr-defined]
        **running_total(
            rows, proposed, deal.currency if deal else form["currency"].value()
        ),
    }
    return render_part(request, "deals/lines_dialog.html", "dialog", context, status=422 if bad else 200)  # fmt: skip


@require_POST
def lines_sum(request: SignedRequest) -> HttpResponse:
    """What the lines of a paper come to while they are typed: net, VAT and total, rounded as the paper rounds them."""
    if not any(map(request.user.has_perm, ("deals.add_invoice", "deals.add_delivery"))):
        raise PermissionDenied
    rows = Lines(request.POST, prefix="line")
    asked = request.POST.get("currency") or request.GET.get("currency", "")
    return render(request, "deals/lines_sum.html", running_total(rows, (), asked))


def running_total(
    rows: BaseFormSet, proposed: Iterable[DealLine], currency: str
) -> dict[str, Any]:
    """The sums of a paper's lines as they are typed so far, or of those that are proposed."""
    lines: Iterable[Any] = proposed
    others = 0
    if rows.is_bound:
        typed, others = whole_lines(rows)
        lines = invoices.rows_of(InvoiceLine, typed)
    known = dict(CURRENCIES)
    return {
        "sums": totals(lines),
        "unfinished": others,
        "currency": currency if currency in known else "RUB",
    }


def whose(request: SignedRequest) -> tuple[Deal | None, Client]:
    """The deal and the client that ?deal= or ?client= names, if the reader may see them; 404 otherwise."""
    deal_id, client_id = number_in(request.GET.get("deal")), number_in(request.GET.get("client"))  # fmt: skip
    if deal_id:
        deals = Deal.objects.visible_to(request.user).select_related("client__legal_form")  # fmt: skip
        deal = read_or_404(deals, deal_id)
        return deal, deal.client
    if client_id:
        clients = Client.objects.visible_to(request.user).select_related("legal_form")
        return None, read_or_404(clients, client_id)
    raise Http404


@require_http_methods(["GET", "POST"])
@permission_required("deals.cancel_invoice", raise_exception=True)
def invoice_cancel(request: SignedRequest, pk: int) -> HttpResponse:
    shown = read_or_404(_visible(request), pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invoices.cancel_invoice(shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("Invoice %s is cancelled.") % shown, shown.get_absolute_url(), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Cancel invoice No. %s") % shown,
        about=_("It will owe nothing; what was paid becomes the client's advance. A correcting row is kept beside it."),
        submit=_("Cancel the invoice"),
        back=shown.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("deals.change_invoice", raise_exception=True)
def invoice_promise(request: SignedRequest, pk: int) -> HttpResponse:
    shown = read_or_404(_visible(request), pk)
    form = PromiseForm(request.POST or None, initial={"amount": shown.total - shown.paid})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            receipts.promise(by=request.user, client=shown.client, invoice=shown, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The promise is noted."), shown.get_absolute_url(), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Promise to pay invoice No. %s") % shown,
        about=str(shown.client),
        submit=_("Note the promise"),
        back=shown.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@permission_required("deals.add_payment", raise_exception=True)
def invoice_advance(request: SignedRequest, pk: int) -> HttpResponse:
    shown = read_or_404(_visible(request), pk)
    free = ground.advance_of(shown.client_id, shown.currency, shown.firm_id)
    form = AdvanceForm(request.POST or None, initial={"amount": min(free, shown.total - shown.paid)})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            payments.use_advance(shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("Paid from the advance."), shown.get_absolute_url(), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Pay invoice No. %s from the advance") % shown,
        about=str(shown.client),
        submit=_("Pay from the advance"),
        back=shown.get_absolute_url(),
    )
