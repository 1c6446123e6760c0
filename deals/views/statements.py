"""Bank statements: loaded, looked at, and what is unsure decided line by line."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import searching
from clients.models import Client
from deals import debts
from deals.actions import ground, statement_booking, statements
from deals.bank.proposing import Proposal, propose
from deals.bank.reading import LARGEST_BYTES
from deals.bank.wording import sentence
from deals.choices import LineState, PaymentWay
from deals.forms.money import (
    AccountForm,
    LineRefundForm,
    PaymentForm,
    ReasonForm,
    StatementForm,
)
from deals.invoice_listing import number_in
from deals.models import (  # fmt: skip
    BankStatement,
    FirmAccount,
    Invoice,
    StatementBooking,
    StatementLine,
)
from deals.views.dialogs import ask, done
from deals.views.shared import read_or_404
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

loads = permission_required("deals.load_statements", raise_exception=True)
PAGE_SIZE = 25
CANDIDATES = 8
CHANGED = ("statements-changed",)


@require_http_methods(["GET", "POST"])
@loads
def statement_list(request: SignedRequest) -> HttpResponse:
    """What waits for a decision, and the statements loaded; a POST loads one."""
    form = StatementForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and (loaded := _load(request, form)) is not None:
            return loaded
        status = 422
    waiting = StatementLine.objects.filter(state=LineState.WAITING)
    # What a worker is still going through is not asked of people.
    moving = StatementBooking.objects.filter(state__in=statement_booking.MOVING)
    if at_work := list(moving.values_list("statement", flat=True)):
        waiting = waiting.exclude(statement__in=at_work)
    page = keyset.page(
        [keyset.Part(waiting, ("-booked_on", "-pk"))],
        ["pk"],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "form": form,
        "limit": LARGEST_BYTES,
        "page": page,
        "rows": _with_proposals(_lines(page)),
        "statements": list(
            BankStatement.objects.select_related("loaded_by", "booking")[:30]
        ),
    }
    return render_part(request, "deals/statements.html", "all", context, status=status)


def _lines(page: keyset.Page) -> list[StatementLine]:
    found = StatementLine.objects.in_bulk([row["pk"] for row in page.rows])
    return [found[row["pk"]] for row in page.rows]


def _with_proposals(lines: list[StatementLine], *, asked: bool = True) -> list[tuple[StatementLine, Proposal | None]]:  # fmt: skip
    waiting = [line for line in lines if asked and line.state == LineState.WAITING]
    proposals = propose(waiting) if waiting else {}
    return [(line, proposals.get(line.pk)) for line in lines]


def _load(request: SignedRequest, form: StatementForm) -> HttpResponse | None:
    upload = form.cleaned_data["file"]
    try:
        done = statements.load_statement(
            upload.read(LARGEST_BYTES + 1), file_name=upload.name or "", by=request.user, at=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        form.add_error("file", str(error))
        return None
    if done.statement is None:
        messages.info(request, _("Nothing new: all documents of this file were loaded before."))  # fmt: skip
        return redirect("deals:statements")
    if done.booking is not None:
        messages.success(request, _("The file is in order. Its documents are being taken in."))  # fmt: skip
        return redirect("deals:statement", done.statement.pk)
    messages.success(request, _("Loaded: booked at once %(matched)d, to be decided %(unmatched)d.") % {"matched": done.matched, "unmatched": done.unmatched})  # fmt: skip
    return redirect("deals:statement", done.statement.pk)


@require_GET
@loads
def statement(request: SignedRequest, pk: int) -> HttpResponse:
    shown = read_or_404(
        BankStatement.objects.select_related("loaded_by", "booking"), pk
    )
    lines = shown.lines.select_related("payment__client__legal_form")
    way = request.GET.get("way", "")
    if way in PaymentWay.values:
        lines = lines.filter(way=way)
    page = keyset.page(
        [keyset.Part(lines, ("-booked_on", "-pk"))],
        ["pk"],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    found = lines.in_bulk([row["pk"] for row in page.rows])
    known = set(FirmAccount.objects.filter(number__in=[a["number"] for a in shown.accounts]).values_list("number", flat=True))  # fmt: skip
    figures = shown.figures
    context = {
        "statement": shown,
        "booking": (booking := getattr(shown, "booking", None)),
        "page": page,
        "rows": _with_proposals([found[row["pk"]] for row in page.rows], asked=not (booking and booking.is_moving)),
        "ways": [
            (code, label, figures.get(name, {"count": 0, "sum": "0"}), code == way)
            for code, label, name in (
                ("in", _("Came in"), "incoming"),
                ("out", _("Paid out"), "outgoing"),
                ("own", _("Between our accounts"), "own_transfers"),
                ("unknown", _("Not ours"), "unknown"),
            )
        ],
        "warnings": [sentence(w) for w in shown.warnings if w.get("code") != "unknown_account"],
        "accounts": [(a, a["number"] in known) for a in shown.accounts],
        "way": way,
    }  # fmt: skip
    return render_part(request, "deals/statement.html", "all", context)


def _booking(pk: int) -> StatementBooking:
    return read_or_404(
        BankStatement.objects.select_related("booking").exclude(booking=None), pk
    ).booking


@require_GET
@never_cache
@loads
def progress(request: SignedRequest, pk: int) -> HttpResponse:
    """The moving part of a long statement; when all documents are in, and at the end, the browser loads the page anew."""
    booking = _booking(pk)
    all_came_in = "in" in request.GET and booking.taken_in is None
    if all_came_in or not booking.is_moving:
        return go_to(request, "deals:statement", pk)
    context = {"statement": booking.statement, "booking": booking}
    return render(request, "deals/statement.html#progress", context)


@require_POST
@loads
def booking_stop(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        statement_booking.stop(_booking(pk), by=request.user, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("deals:statement", pk)


@require_POST
@loads
def booking_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        statement_booking.go_on(_booking(pk), by=request.user, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("deals:statement", pk)


def _line(pk: int) -> StatementLine:
    return read_or_404(StatementLine.objects.select_related("statement"), pk)


@require_http_methods(["GET", "POST"])
@loads
def line_book(request: SignedRequest, pk: int) -> HttpResponse:
    """Whose payment it is and what it pays: proposed, changed, confirmed."""
    line = _line(pk)
    if line.state != LineState.WAITING:
        raise Http404
    proposal = propose([line])[line.pk]
    client = _client(request) or proposal.client
    typed = " ".join(request.GET.get("find", "").replace("\x00", " ").split())[:100]
    open_ones = []
    if client is not None:
        rows = debts.open_invoices().filter(client=client, currency=line.currency)
        if proposal.account is not None:
            rows = rows.filter(firm=proposal.account.firm)
        open_ones = list(rows.order_by("due_on", "pk")[:30])
    parts = {invoice.pk: part for invoice, part in proposal.parts}
    initial: dict[str, Any] = {"amount": line.amount, "paid_on": line.booked_on, "by_hand": True}  # fmt: skip
    initial |= {f"part_{pk}": part for pk, part in parts.items()}
    form = PaymentForm(request.POST or None, invoices=open_ones, initial=initial)
    for name in ("amount", "paid_on", "document_number", "firm", "payer", "purpose"):
        del form.fields[name]
    if request.method == "POST" and client is not None and form.is_valid():
        try:
            statements.book_line(line.pk, by=request.user, client=client, parts=form.parts if open_ones else {}, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The payment is booked."), reverse("deals:statements"), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Whose payment is it"),
        submit=_("Book the payment"),
        template="deals/line_dialog.html",
        line=line,
        proposal=proposal,
        client=client,
        typed=typed,
        candidates=_candidates(request, typed),
        here=reverse("deals:line_book", args=[line.pk]),
    )


def _client(request: SignedRequest) -> Client | None:
    pk = number_in(request.GET.get("client"))
    rows = Client.objects.visible_to(request.user).select_related("legal_form")
    return read_or_404(rows, pk) if pk else None


def _candidates(request: SignedRequest, typed: str) -> list[Client]:
    query = searching.read_query(typed)
    if query is None:
        return []
    rows = Client.objects.visible_to(request.user).filter(merged_into=None)
    found = searching.matching(rows, query).select_related("legal_form")
    return list(found.order_by("folded", "pk")[:CANDIDATES])


@require_http_methods(["GET", "POST"])
@permission_required(["deals.load_statements", "deals.change_payment"], raise_exception=True)  # fmt: skip
def line_refund(request: SignedRequest, pk: int) -> HttpResponse:
    """What was paid out is a client's money given back: whose, and off which invoice."""
    line = _line(pk)
    if line.way != PaymentWay.OUTGOING or line.state == LineState.BOOKED:
        raise Http404
    visible = Client.objects.visible_to(request.user).filter(merged_into=None)
    client = _client(request)
    if client is None and line.recipient_inn:
        found = visible.filter(inn=line.recipient_inn).select_related("legal_form")
        client = found.order_by("archived_at", "pk").first()
    typed = " ".join(request.GET.get("find", "").replace("\x00", " ").split())[:100]
    paid = Invoice.objects.none()
    free = Decimal(0)
    if client is not None:
        paid = Invoice.objects.filter(client=client, currency=line.currency, paid__gt=0)
        free = ground.advance_of(client.pk, line.currency)
    enough = free >= line.amount
    initial = {"invoice": None if enough else paid.filter(paid__gte=line.amount).order_by("-issued_on", "-pk").first()}  # fmt: skip
    form = LineRefundForm(request.POST or None, invoices=paid.order_by("-issued_on", "-pk"), initial=initial)  # fmt: skip
    if request.method == "POST" and client is not None and form.is_valid():
        try:
            statements.refund_line(line.pk, by=request.user, client=client, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The refund is recorded."), reverse("deals:statement", args=[line.statement_id]), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("A refund to a client"),
        submit=_("Record the refund"),
        template="deals/line_refund.html",
        line=line,
        client=client,
        typed=typed,
        free=free,
        candidates=_candidates(request, typed),
        here=reverse("deals:line_refund", args=[line.pk]),
    )


@require_POST
@loads
def line_link(request: SignedRequest, pk: int) -> HttpResponse:
    """It is the payment that was recorded by hand."""
    line = _line(pk)
    twin = propose([line])[line.pk].twin if line.state == LineState.WAITING else None
    if twin is None:
        raise Http404
    try:
        statements.link_line(line.pk, twin, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("deals:statements")
    return done(request, _("The line is that payment: nothing was booked twice."), reverse("deals:statements"), *CHANGED)  # fmt: skip


@require_http_methods(["GET", "POST"])
@loads
def line_aside(request: SignedRequest, pk: int) -> HttpResponse:
    line = _line(pk)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("What it is")
    if request.method == "POST" and form.is_valid():
        try:
            statements.set_aside(line.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The line is set aside."), reverse("deals:statements"), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Not a client's payment"),
        about=f"{line.payer}: {line.amount} {line.currency}",
        submit=_("Set aside"),
        back=reverse("deals:statements"),
    )


@require_POST
@loads
def line_take_up(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        statements.take_up(_line(pk).pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("deals:statements")
    return done(request, _("The line waits again."), reverse("deals:statements"), *CHANGED)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required(["deals.load_statements", "deals.manage_own_firms"], raise_exception=True)  # fmt: skip
def account_add(request: SignedRequest, pk: int, number: str) -> HttpResponse:
    """Enter an account that the statement names as one of an own firm."""
    shown = read_or_404(BankStatement.objects.all(), pk)
    told = next((a for a in shown.accounts if a["number"] == number), None)
    if told is None:
        raise Http404
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            booked = statements.add_own_account(number, firm=form.cleaned_data["firm"], told=told, by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if booked is None:
                return done(request, _("The account is added; its payments are being booked."), reverse("deals:statement", args=[pk]), *CHANGED)  # fmt: skip
            said = ngettext("The account is added; %d payment was booked.", "The account is added; %d payments were booked.", booked) % booked  # fmt: skip
            return done(request, said, reverse("deals:statement", args=[pk]), *CHANGED)
    return ask(
        request,
        form,
        title=_("Add to own firms"),
        about=" · ".join(filter(None, [number, told.get("bank"), told.get("name")])),
        submit=_("Add the account"),
        back=reverse("deals:statement", args=[pk]),
    )
