"""Payments: the list, and the dialogs in which one is recorded, given back, corrected."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients import searching
from clients.models import Campaign, Client
from clients.querysets import sees_all
from deals import debts, firms, payers, touches
from deals.actions import ground, payments
from deals.choices import PaymentKind
from deals.forms.money import CorrectionForm, PaymentForm, ReasonForm, RefundForm
from deals.invoice_listing import currency_in, day_in, number_in
from deals.models import Allocation, Deal, Invoice, Payment
from deals.views.dialogs import ask, done
from deals.views.invoices import CHANGED, whose
from deals.views.shared import FORMATS, read_or_404, spreadsheet
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

PAGE_SIZE = 25
OFFERED = 30
corrects = permission_required("deals.change_payment", raise_exception=True)


def _sellers(request: SignedRequest) -> list[int]:
    asked = (number_in(text) for text in request.GET.getlist("responsible"))
    return [pk for pk in asked if pk is not None]


def _of_campaign(request: SignedRequest) -> tuple[int, str] | None:
    """?campaign=5&way=first: payments on invoices of the deals that the campaign is owed."""
    campaign, way = number_in(request.GET.get("campaign")), request.GET.get("way", "")
    if campaign is None:
        return None
    return campaign, way if way in touches.WAYS else touches.NAMED


def _found(request: SignedRequest) -> QuerySet[Payment]:
    rows: Any = Payment.objects.visible_to(request.user)
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    if typed:
        clients = searching.matching(Client.objects.all(), searching.read_query(typed))
        rows = rows.filter(Q(document_number=typed) | Q(client__in=clients.order_by().values("pk")))  # fmt: skip
    wanted = {
        "paid_on__gte": day_in(request.GET.get("since")),
        "paid_on__lte": day_in(request.GET.get("until")),
        "client": number_in(request.GET.get("client")),
        "deal": number_in(request.GET.get("deal")),
        "kind": request.GET.get("kind") if request.GET.get("kind") in PaymentKind.values else None,
        "currency": currency_in(request.GET.get("currency")) or None,
    }  # fmt: skip
    if owed := _of_campaign(request):
        deals = Deal.objects.filter(touches.deals_of(*owed))
        paid = Allocation.objects.filter(
            invoice__deal__in=deals.order_by().values("pk")
        )
        rows = rows.filter(pk__in=paid.values("payment"))
    sellers = _sellers(request)
    if sellers:
        rows = payers.of_people(rows, sellers)
    return rows.filter(**{k: v for k, v in wanted.items() if v is not None})


@require_GET
@permission_required("deals.view_payment", raise_exception=True)
def payment_list(request: SignedRequest) -> HttpResponseBase:
    found = _found(request)
    if request.GET.get("format") in FORMATS:
        return _export(request, found)
    part = keyset.Part(found, ("-paid_on", "-pk"))
    page = keyset.page(
        [part],
        ["pk"],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = Payment.objects.select_related(
        "client__legal_form", "deal", "firm", "corrects", "correction"
    ).prefetch_related("allocations__invoice").in_bulk([row["pk"] for row in page.rows])  # fmt: skip
    context = {
        "page": page,
        "payments": [rows[row["pk"]] for row in page.rows],
        "kinds": PaymentKind.choices,
        "q": request.GET.get("q", "")[:100],
        "narrowed": any(request.GET.get(n) for n in ("q", "since", "until", "client", "deal", "kind", "responsible", "currency", "campaign")),
        "campaign": Campaign.objects.filter(pk=owed[0]).first() if (owed := _of_campaign(request)) else None,
        "sellers": list(User.objects.filter(pk__in=_sellers(request))),
        "may_export": request.user.has_perm("deals.export_deals"),
        "may_correct": request.user.has_perm("deals.change_payment"),
    }  # fmt: skip
    return render_part(request, "deals/payments.html", "list", context)


@require_GET
@permission_required("deals.view_payment", raise_exception=True)
def payment_totals(request: SignedRequest) -> HttpResponse:
    """Sums of all that the list found: asked apart, for they are added up over every row."""
    return render(request, "deals/payments.html#totals", {"totals": _totals(_found(request))})  # fmt: skip


def _totals(found: QuerySet[Payment]) -> list[dict[str, Any]]:
    """Received less given back, corrections taken out, one sum a currency."""
    standing = found.filter(correction=None).exclude(kind=PaymentKind.REVERSAL)
    sums = standing.order_by().values("currency").annotate(
        came=Sum("amount", filter=Q(kind=PaymentKind.RECEIPT), default=ground.NOUGHT),
        back=Sum("amount", filter=Q(kind=PaymentKind.REFUND), default=ground.NOUGHT),
    )  # fmt: skip
    return [dict(row) for row in sums.order_by("currency")]


def _export(request: SignedRequest, found: QuerySet[Payment]) -> HttpResponseBase:
    labels = [_("Date"), _("Kind"), _("Client"), _("Deal"), _("Amount"), _("Of it on invoices"), _("Currency"), _("Document number"), _("Payer"), _("Purpose"), _("Our firm")]  # fmt: skip
    rows = found.select_related("client__legal_form", "deal", "firm").order_by("-paid_on", "-pk")  # fmt: skip

    def values() -> Iterator[list[Any]]:
        for p in rows.iterator(chunk_size=500):
            sign = 1 if p.kind == PaymentKind.RECEIPT else -1
            yield [p.paid_on, str(p.get_kind_display()), str(p.client), str(p.deal or ""), sign * p.amount, p.allocated, p.currency, p.document_number, p.payer, p.purpose, str(p.firm)]  # fmt: skip

    return spreadsheet(request.user, request.GET["format"], _("payments"), "payments.exported", labels, values)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("deals.add_payment", raise_exception=True)
def payment_new(request: SignedRequest) -> HttpResponse:
    """Record a payment by ?invoice=, ?deal= or ?client=; its way over the invoices is proposed."""
    invoice = _invoice_asked(request)
    if invoice is not None:
        deal, client = invoice.deal, invoice.client
    else:
        deal, client = whose(request)
    currency = invoice.currency if invoice else deal.currency if deal else currency_in(request.GET.get("currency"), "RUB")  # fmt: skip
    open_ones = _owed(client, deal, invoice, currency)
    rest = sum((i.total - i.paid for i in open_ones), ground.NOUGHT)
    firm = open_ones[0].firm if open_ones else firms.default_firm()
    form = PaymentForm(
        request.POST or None,
        invoices=open_ones,
        initial={"amount": rest or None, "firm": firm},
    )
    if request.method == "POST" and form.is_valid():
        given = {n: form.cleaned_data[n] for n in ("amount", "paid_on", "document_number", "firm", "payer", "purpose")}  # fmt: skip
        parts = form.parts
        if parts is None and invoice is not None:
            owes = invoice.total - invoice.paid
            parts = {invoice.pk: min(given["amount"], owes)}
        try:
            made = payments.record_payment(
                by=request.user, client=client, deal=deal, currency=currency, parts=parts, at=timezone.now(), **given
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(
                request, _recorded(made), _back(invoice, deal, client), *CHANGED
            )
    context: dict[str, Any] = {
        "client": client,
        "deal": deal,
        "invoice": invoice,
        "currency": currency,
    }
    return ask(
        request,
        form,
        title=_("Record a payment"),
        submit=_("Record the payment"),
        about=str(client),
        template="deals/payment_dialog.html",
        back=_back(invoice, deal, client),
        **context,
    )


def _invoice_asked(request: SignedRequest) -> Invoice | None:
    pk = number_in(request.GET.get("invoice"))
    if not pk:
        return None
    if sees_all(request.user) and pk < 2**63:
        for found in _known.records(pk=pk):
            return found
        raise Http404
    return read_or_404(Invoice.objects.visible_to(request.user).select_related(*SAID).only(*SHOWN), pk)  # fmt: skip


SAID = "client__legal_form", "deal__responsible", "firm"
# What the dialogs show and the deeds look at: invoices, cards and deals have long rows.
SHOWN = (
    *(*ground.SUMS, "currency", "firm"),
    *("client__name", "client__is_person", "client__legal_form"),
    *("deal__client", "deal__currency", "deal__title", "deal__responsible"),
)


@CompiledRecords
def _known(pk: int) -> QuerySet[Invoice]:
    return Invoice.objects.filter(pk=pk).select_related(*SAID).only(*SHOWN)


def _owed(client: Client, deal: Deal | None, invoice: Invoice | None, currency: str) -> list[Invoice]:  # fmt: skip
    """What the payment can be laid on: the invoice asked for, else those of the deal or the client, the oldest first."""
    if invoice is not None:
        return [invoice] if invoice.state in ground.OPEN else []
    rows = debts.open_invoices().filter(client=client, currency=currency).select_related("firm")  # fmt: skip
    if deal is not None:
        rows = rows.filter(deal=deal)
    return list(rows.order_by("due_on", "pk")[:OFFERED])


def _recorded(made: Payment) -> str:
    if left := made.amount - made.allocated:
        return _("The payment is recorded; %(left)s %(currency)s of it are an advance.") % {"left": left, "currency": made.currency}  # fmt: skip
    return _("The payment is recorded.")


def _back(invoice: Invoice | None, deal: Deal | None, client: Client) -> str:
    if invoice is not None:
        return invoice.get_absolute_url()
    return deal.get_absolute_url() if deal is not None else client.get_absolute_url()


@require_http_methods(["GET", "POST"])
@corrects
def refund_new(request: SignedRequest) -> HttpResponse:
    """Money given back to the client of ?invoice=, ?deal= or ?client=."""
    invoice = _invoice_asked(request)
    deal, client = (invoice.deal, invoice.client) if invoice else whose(request)
    currency = invoice.currency if invoice else deal.currency if deal else "RUB"
    free = ground.advance_of(client.pk, currency)
    form = RefundForm(request.POST or None, initial={"amount": free or (invoice.paid if invoice else None)})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            payments.refund(
                by=request.user, client=client, deal=deal, invoice=invoice, currency=currency, at=timezone.now(), **form.cleaned_data
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The refund is recorded."), _back(invoice, deal, client), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Record a refund"),
        about=_("It takes from the client's advance first, then from what paid the invoice.") if invoice else str(client),
        submit=_("Record the refund"),
        back=_back(invoice, deal, client),
    )  # fmt: skip


def _payment(request: SignedRequest, pk: int) -> Payment:
    return read_or_404(Payment.objects.visible_to(request.user).select_related("client__legal_form", "deal"), pk)  # fmt: skip


@require_http_methods(["GET", "POST"])
@corrects
def payment_reverse(request: SignedRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payments.reverse_payment(payment.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The payment is taken back; what it had paid is owed again."), reverse("deals:payments"), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Take a payment back"),
        about=f"{payment.client}: {payment.amount} {payment.currency}",
        submit=_("Take the payment back"),
        back=reverse("deals:payments"),
    )


@require_http_methods(["GET", "POST"])
@corrects
def payment_correct(request: SignedRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    initial = {n: getattr(payment, n) for n in ("amount", "paid_on", "document_number")}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            payments.correct_payment(payment.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The payment is corrected."), reverse("deals:payments"), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Correct a payment"),
        about=_("The wrong one stays in the history with its correction; the right one is laid on invoices anew."),
        submit=_("Save the correction"),
        back=reverse("deals:payments"),
    )  # fmt: skip
