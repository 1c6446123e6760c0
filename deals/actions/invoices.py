"""Invoices: issued as snapshots, cancelled by a correcting row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Product
from deals import numbering, requisites
from deals.actions import ground, payments
from deals.actions.ground import NotPossible
from deals.choices import InvoiceState, NumberedKind, ReceiptBasis
from deals.models import (  # fmt: skip
    Allocation,
    Contract,
    Deal,
    DealLine,
    FirmAccount,
    Invoice,
    InvoiceLine,
    Line,
    OwnFirm,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.money import line_total, vat_inside
from salesexpert.core.working_days import add_working_days

USUAL_TERM_DAYS = 5
LARGEST = Decimal("999999999999.99")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as a person types it; the sums follow. `price` contains the VAT; `vat_percent` None: without VAT."""

    name: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    unit: str = ""
    discount: Decimal = Decimal(0)
    vat_percent: Decimal | None = None
    product: Product | None = None


def rows_of[Row: Line](
    model: type[Row], lines: Sequence[TypedLine | DealLine], **owner: Any
) -> list[Row]:
    """Lines of a paper, with their sums worked out, not saved."""
    made = []
    for position, line in enumerate(lines):
        total = line_total(line.quantity, line.price, line.discount)
        made.append(
            model(
                **owner,
                product=line.product,
                name=line.name,
                unit=line.unit,
                quantity=line.quantity,
                price=line.price,
                discount=line.discount,
                vat_percent=line.vat_percent,
                total=total,
                vat=vat_inside(total, line.vat_percent),
                position=position,
            )
        )
    return made


@transaction.atomic
def issue_invoice(
    *,
    by: User | None,
    deal: Deal | None = None,
    client: Client | None = None,
    lines: Sequence[TypedLine] | None = None,
    firm: OwnFirm | None = None,
    account: FirmAccount | None = None,
    contract: Contract | None = None,
    issued_on: date | None = None,
    due_on: date | None = None,
    basis: str = "",
    comment: str = "",
    currency: str = "",
    at: datetime | None = None,
) -> Invoice:
    """Issue an invoice for a deal or for a client alone, with `lines` typed or else those of the deal.

    Seller, buyer and lines are copied: later changes of them do not touch the paper. `due_on` is five working days on
    when it is not said. The client's advance is not used by itself: see `payments.use_advance`.

    Raises NotPossible: nothing to invoice, another client's deal, a term before the date, no own firm.
    """
    at = at or timezone.now()
    client = client or (deal.client if deal else None)
    if client is None:
        raise NotPossible(_("Say whose invoice it is."))
    client = ground.locked_client(client.pk)
    deal = _deal_of(client, deal)
    firm = ground.firm_or_default(firm)
    issued_on = issued_on or timezone.localdate(at)
    due_on = due_on or add_working_days(issued_on, USUAL_TERM_DAYS)
    if due_on < issued_on:
        raise NotPossible(_("The term of payment cannot be before the date of the invoice."))  # fmt: skip
    if contract is not None and contract.client_id != client.pk:
        raise NotPossible(_("The contract is with another client."))
    given: Sequence[Any] = (
        lines
        if lines is not None
        else list(deal.lines.select_related("product"))
        if deal
        else []
    )
    rows = rows_of(InvoiceLine, given)
    total = sum((row.total for row in rows), ground.NOUGHT)
    if total <= 0:
        raise NotPossible(_("There is nothing to invoice: enter lines with a price."))
    if total > LARGEST:
        raise NotPossible(_("The sum is too large for one invoice."))
    account = account or _account_of(firm, currency or (deal.currency if deal else "RUB"))  # fmt: skip
    invoice = Invoice.objects.create(
        client=client,
        deal=deal,
        contract=contract,
        firm=firm,
        account=account,
        number=numbering.next_number(firm, NumberedKind.INVOICE, issued_on),
        year=issued_on.year,
        issued_on=issued_on,
        due_on=due_on,
        currency=_currency(deal, currency),
        total=total,
        vat_total=sum((row.vat for row in rows), ground.NOUGHT),
        basis=basis,
        comment=comment,
        seller=requisites.seller_snapshot(firm, account),
        buyer=requisites.buyer_snapshot(client),
        responsible=deal.responsible if deal else client.curator or by,
        made_by=by,
    )
    for row in rows:
        row.invoice = invoice
    InvoiceLine.objects.bulk_create(rows)
    if deal is not None:
        start_terms(deal, ReceiptBasis.INVOICE, issued_on, invoice=invoice)
        ground.keep_sums([deal.pk])
    journal.record(
        "invoice.issued", invoice, by=by, at=at, client=client.pk, number=invoice.number
    )
    return invoice


def _deal_of(client: Client, deal: Deal | None) -> Deal | None:
    if deal is None:
        return None
    found = ground.lock_deals([deal.pk]).get(deal.pk)
    if found is None or found.bin_id:
        raise NotPossible(_("The deal is not there any more."))
    if found.client_id != client.pk:
        raise NotPossible(_("The deal is with another client."))
    return found


def _currency(deal: Deal | None, currency: str) -> str:
    """A deal has one currency: its sums could not be added otherwise."""
    if deal and currency and currency != deal.currency:
        raise NotPossible(
            _("The deal is in %(currency)s: so are its papers.")
            % {"currency": deal.currency}
        )
    return currency or (deal.currency if deal else "RUB")


def _account_of(firm: OwnFirm, currency: str) -> FirmAccount | None:
    live = firm.accounts.filter(retired_at=None, currency=currency)
    return live.order_by("-is_default", "pk").first()


def start_terms(
    deal: Deal, basis: str, on: date, *, invoice: Invoice | None = None
) -> None:
    """The event has happened from which planned receipts of the deal count their days."""
    for planned in deal.planned_receipts.filter(basis=basis):
        planned.due_on = add_working_days(on, planned.days)
        planned.invoice = planned.invoice or invoice
        planned.save(update_fields=["due_on", "invoice"])


@transaction.atomic
def cancel_invoice(
    invoice_id: int, *, by: User | None, reason: str = "", at: datetime | None = None
) -> Invoice:
    """Cancel an invoice by a correcting row of the same sum; what had paid it becomes the client's advance again.

    Returns the correcting row. Raises NotPossible when it is cancelled already.
    """
    at = at or timezone.now()
    known = Invoice.objects.values("client_id", "deal_id").get(pk=invoice_id)
    ground.locked_client(known["client_id"])
    touched = {known["deal_id"], *_deals_paying(invoice_id)}
    ground.lock_deals(touched)
    invoice = ground.lock_invoices([invoice_id])[invoice_id]
    if invoice.state == InvoiceState.CANCELLED or invoice.corrects_id:
        raise NotPossible(_("The invoice is cancelled already."))
    payments.release_invoice(invoice)
    correction = Invoice(
        client_id=invoice.client_id,
        deal_id=invoice.deal_id,
        contract_id=invoice.contract_id,
        firm_id=invoice.firm_id,
        account_id=invoice.account_id,
        number=_correcting_number(invoice),
        year=timezone.localdate(at).year,
        issued_on=timezone.localdate(at),
        due_on=timezone.localdate(at),
        state=InvoiceState.CANCELLED,
        currency=invoice.currency,
        total=invoice.total,
        vat_total=invoice.vat_total,
        basis=invoice.basis,
        comment=reason,
        seller=invoice.seller,
        buyer=invoice.buyer,
        corrects=invoice,
        responsible_id=invoice.responsible_id,
        made_by=by,
    )
    correction.save()
    invoice.state = InvoiceState.CANCELLED
    invoice.save(update_fields=["state", "paid"])
    invoice.planned_receipts.update(invoice=None)
    ground.keep_sums(touched)
    journal.record(
        "invoice.cancelled", invoice, by=by, at=at, client=invoice.client_id, number=invoice.number
    )  # fmt: skip
    return correction


def _correcting_number(invoice: Invoice) -> str:
    return f"{invoice.number[:38]}-К"


def _deals_paying(invoice_id: int) -> set[int]:
    rows = Allocation.objects.filter(invoice=invoice_id)
    return {pk for pk in rows.values_list("payment__deal", flat=True) if pk}
