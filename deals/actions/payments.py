"""Money that comes and goes back: recorded once, laid on invoices, mended by further rows.

Every deed locks client → deals → invoices, in this order: two payments at once take turns, and the second sees what the
first left to pay.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals import allocation, signals, telling
from deals.actions import ground
from deals.actions.ground import NOUGHT, NotPossible
from deals.choices import InvoiceState, LineState, PaymentKind, PromiseState
from deals.models import (  # fmt: skip
    Allocation,
    Deal,
    FirmAccount,
    Invoice,
    OwnFirm,
    Payment,
    PaymentPromise,
    StatementLine,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.compiled import CompiledInsert, CompiledRecords

# What a correction may say anew.
SAID = ("client", "deal", "firm", "account", "paid_on", "amount", "currency", "document_number", "payer", "payer_inn", "purpose")  # fmt: skip


_add = CompiledInsert(Payment)
_lay_on = CompiledInsert(Allocation, is_prepared=True)


@transaction.atomic
def record_payment(
    *,
    by: User | None,
    client: Client,
    amount: Decimal,
    paid_on: date,
    deal: Deal | None = None,
    firm: OwnFirm | None = None,
    account: FirmAccount | None = None,
    currency: str = "RUB",
    document_number: str = "",
    payer: str = "",
    payer_inn: str = "",
    purpose: str = "",
    parts: Mapping[int, Decimal] | None = None,
    at: datetime | None = None,
) -> Payment:
    """Book money received from a client and lay it on his invoices; what exceeds them is kept as his advance.

    `parts` says which invoice gets how much ({}: none, all of it an advance). None: the oldest due first, of the deal if
    one is named, else of all the client's invoices of the firm in this currency.

    Raises NotPossible; nothing is recorded then.
    """
    at = at or timezone.now()
    _check(amount, paid_on, at)
    client = ground.hold_client(client)
    firm = ground.firm_or_default(firm or (account.firm if account else None))
    if deal is not None and deal.client_id != client.pk:
        raise NotPossible(_("The deal is with another client."))
    if deal is not None and deal.currency != currency:
        raise NotPossible(
            _("The deal is in %(currency)s: so are its payments.")
            % {"currency": deal.currency}
        )
    invoices = _held(client, firm, currency, deal, parts)
    given = _shares(amount, invoices.values(), parts)
    if deal is None:
        deal = _only_deal(invoices, given)
    payment = _add(
        Payment(
            client=client,
            deal=deal,
            firm=firm,
            account=account,
            kind=PaymentKind.RECEIPT,
            paid_on=paid_on,
            amount=amount,
            allocated=sum(given.values(), NOUGHT),
            currency=currency,
            document_number=document_number,
            payer=payer,
            payer_inn=payer_inn,
            purpose=purpose,
            made_by=by,
        )
    )
    laid = [Allocation(payment=payment, invoice=invoices[pk], amount=part) for pk, part in given.items()]  # fmt: skip
    if len(laid) == 1:
        _lay_on(laid[0])
    else:
        Allocation.objects.bulk_create(laid)
    for pk, part in given.items():
        ground.pay(invoices[pk], part)
    ground.keep_paid({payment.deal_id, *(invoices[pk].deal_id for pk in given)})
    _tell_laid(given)
    if (
        any(getattr(row, "is_promised", True) for row in invoices.values())
        or not invoices
    ):
        _settle_promises(client.pk, currency)
    journal.record(
        "payment.recorded",
        payment,
        by=by,
        at=at,
        client=client.pk,
        amount=str(amount),
        parts={str(pk): str(part) for pk, part in given.items()},
    )
    telling.paid(payment, by=by, at=at)
    return payment


def _held(
    client: Client, firm: OwnFirm, currency: str, deal: Deal | None, parts: Mapping[int, Decimal] | None
) -> dict[int, Invoice]:  # fmt: skip
    """What the payment may pay, locked after the deals; of a locked client."""
    if deal is not None and parts is not None and len(parts) == 1:
        [pk] = parts
        known = ground.lock_one_owed(pk, deal_id=deal.pk, client_id=client.pk, firm_id=firm.pk, currency=currency)  # fmt: skip
        if known is not None:
            return {pk: known}
    return {
        invoice.pk: invoice
        for invoice in ground.lock_owed(client.pk, firm.pk, currency, deal.pk if deal else None)
        if (parts is None and (deal is None or invoice.deal_id == deal.pk))
        or (parts is not None and invoice.pk in parts)
    }  # fmt: skip


def _check(amount: Decimal, paid_on: date, at: datetime) -> None:
    if amount <= 0:
        raise NotPossible(_("A payment is more than nought."))
    if amount != amount.quantize(NOUGHT):
        raise NotPossible(_("A payment has no fractions of a kopeck."))
    if paid_on > timezone.localdate(at):
        raise NotPossible(_("A payment cannot have come in the future."))


def _shares(
    amount: Decimal,
    invoices: Iterable[Invoice],
    parts: Mapping[int, Decimal] | None,
) -> dict[int, Decimal]:
    known = list(invoices)
    owed = [
        allocation.Owed(i.pk, i.due_on, i.total - i.paid)
        for i in known
        if i.state in ground.OPEN
    ]
    if parts is None:
        return allocation.oldest_first(amount, owed)
    try:
        return allocation.as_told(amount, owed, parts)
    except allocation.NotAllocable as refused:
        raise NotPossible(_refusal(refused.invoice, known)) from refused


def _refusal(pk: int | None, known: Iterable[Invoice]) -> str:
    if pk is None:
        return _("The parts on invoices exceed the payment.")
    invoice = next((i for i in known if i.pk == pk), None)
    if invoice is None:
        return _("One of the invoices is not to be paid by this payment: it is paid, cancelled or another firm's.")  # fmt: skip
    return _("Invoice %(number)s owes %(rest)s: it cannot get more.") % {
        "number": invoice.number,
        "rest": invoice.total - invoice.paid,
    }


def _only_deal(
    invoices: Mapping[int, Invoice], given: Mapping[int, Decimal]
) -> Deal | None:
    """The deal of all invoices that were paid, if it is one."""
    ids = {invoices[pk].deal_id for pk in given}
    pk = ids.pop() if len(ids) == 1 else None
    return Deal.with_bin.get(pk=pk) if pk else None


def _lay(
    payment: Payment, invoices: Mapping[int, Invoice], given: Mapping[int, Decimal]
) -> None:
    """Write the parts, and repeat them on the payment and the invoices. A part laid on twice grows."""
    known = {a.invoice_id: a for a in payment.allocations.filter(invoice__in=given)}
    for pk, part in given.items():
        if row := known.get(pk):
            row.amount += part
            row.save(update_fields=["amount"])
        else:
            Allocation.objects.create(payment=payment, invoice_id=pk, amount=part)
        ground.pay(invoices[pk], part)
    payment.allocated += sum(given.values(), NOUGHT)
    payment.save(update_fields=["allocated"])


def _take_back(allocations: Iterable[tuple[Allocation, Decimal]], invoices: Mapping[int, Invoice]) -> None:  # fmt: skip
    for row, part in allocations:
        ground.pay(invoices[row.invoice_id], -part)
        payment = Payment.objects.get(pk=row.payment_id)
        payment.allocated -= part
        payment.save(update_fields=["allocated"])
        if part == row.amount:
            row.delete()
        else:
            row.amount -= part
            row.save(update_fields=["amount"])


def _tell_laid(invoices: Iterable[int], *, cause: Payment | None = None) -> None:
    if ids := list(invoices):
        signals.payments_laid.send(sender=Payment, invoices=ids, cause=cause)


def release_invoice(invoice: Invoice) -> None:
    """Take all payments off a locked invoice: they become the client's advance. Its client and deals are locked."""
    rows = list(invoice.allocations.order_by("pk"))
    _take_back([(row, row.amount) for row in rows], {invoice.pk: invoice})
    if rows:
        _tell_laid([invoice.pk])


@transaction.atomic
def use_advance(
    invoice_id: int,
    *,
    by: User | None,
    amount: Decimal | None = None,
    at: datetime | None = None,
) -> Decimal:
    """Pay an invoice from the client's advance, at most `amount`; the oldest receipt is used first. Returns what was paid.

    Raises NotPossible when the invoice owes nothing or there is no advance.
    """
    at = at or timezone.now()
    known = Invoice.objects.get(pk=invoice_id)
    ground.locked_client(known.client_id)
    receipts = list(
        Payment.objects.filter(
            client=known.client_id,
            currency=known.currency,
            firm=known.firm_id,
            kind=PaymentKind.RECEIPT,
            correction=None,
            allocated__lt=F("amount"),
        ).order_by("paid_on", "pk")
    )
    touched = {known.deal_id, *(r.deal_id for r in receipts)}
    ground.lock_deals(touched)
    invoice = ground.lock_invoices([invoice_id])[invoice_id]
    if invoice.state not in ground.OPEN:
        raise NotPossible(_("The invoice owes nothing."))
    left = min(
        invoice.total - invoice.paid,
        ground.advance_of(invoice.client_id, invoice.currency, invoice.firm_id),
        invoice.total if amount is None else amount,
    )
    if left <= 0 or not receipts:
        raise NotPossible(_("The client has no advance to pay it from."))
    paid = NOUGHT
    for receipt in receipts:
        part = min(left - paid, receipt.amount - receipt.allocated)
        if part > 0:
            _lay(receipt, {invoice.pk: invoice}, {invoice.pk: part})
            paid += part
    ground.keep_sums(touched)
    _tell_laid([invoice.pk])
    journal.record(
        "invoice.paid_from_advance", invoice, by=by, at=at, client=invoice.client_id, amount=str(paid)
    )  # fmt: skip
    return paid


@transaction.atomic
def refund(
    *,
    by: User | None,
    client: Client,
    amount: Decimal,
    paid_on: date,
    deal: Deal | None = None,
    invoice: Invoice | None = None,
    firm: OwnFirm | None = None,
    currency: str = "RUB",
    document_number: str = "",
    purpose: str = "",
    at: datetime | None = None,
) -> Payment:
    """Record money given back. It takes from the client's advance; with `invoice`, what the advance lacks is first taken
    off that invoice, which owes it again.

    Raises NotPossible when there is not so much to give back.
    """
    at = at or timezone.now()
    _check(amount, paid_on, at)
    client = ground.locked_client(client.pk)
    firm = ground.firm_or_default(firm or (invoice.firm if invoice else None))
    deal = deal or (invoice.deal if invoice else None)
    if deal is not None and deal.client_id != client.pk:
        raise NotPossible(_("The deal is with another client."))
    rows: list[Allocation] = []
    if invoice is not None:
        if invoice.client_id != client.pk:
            raise NotPossible(_("The invoice is another client's."))
        rows = list(
            invoice.allocations.select_related("payment").order_by("made_at", "pk")
        )
    touched = {
        deal.pk if deal else None,
        invoice.deal_id if invoice else None,
        *(row.payment.deal_id for row in rows),
    }
    ground.lock_deals(touched)
    lacking = amount - ground.advance_of(client.pk, currency, firm.pk)
    if lacking > 0 and invoice is not None:
        locked = ground.lock_invoices([invoice.pk])
        by_id = {row.pk: row for row in rows}
        back = allocation.newest_back(lacking, [(r.pk, r.amount) for r in rows])
        _take_back([(by_id[pk], part) for pk, part in back.items()], locked)
        lacking -= sum(back.values(), NOUGHT)
    if lacking > 0:
        raise NotPossible(
            _("There is only %(amount)s to give back.") % {"amount": amount - lacking}
        )
    payment = Payment.objects.create(
        client=client,
        deal=deal,
        firm=firm,
        kind=PaymentKind.REFUND,
        paid_on=paid_on,
        amount=amount,
        currency=currency,
        document_number=document_number,
        purpose=purpose,
        made_by=by,
    )
    ground.keep_sums(touched)
    _tell_laid([invoice.pk] if invoice else [], cause=payment)
    journal.record(
        "payment.refunded", payment, by=by, at=at, client=client.pk, amount=str(amount)
    )
    return payment


@transaction.atomic
def reverse_payment(
    payment_id: int, *, by: User | None, reason: str = "", at: datetime | None = None
) -> Payment:
    """Undo a payment or refund by a row of its own: what it had paid is owed again. Returns that row.

    A line of a bank statement that it was booked from waits again. Raises NotPossible: reversed already, itself a
    reversal, or its advance was given back meanwhile.
    """
    at = at or timezone.now()
    known = Payment.objects.get(pk=payment_id)
    ground.locked_client(known.client_id)
    rows = list(Allocation.objects.filter(payment=payment_id).select_related("invoice"))
    touched = {known.deal_id, *(row.invoice.deal_id for row in rows)}
    ground.lock_deals(touched)
    invoices = ground.lock_invoices(row.invoice_id for row in rows)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    if payment.kind == PaymentKind.REVERSAL:
        raise NotPossible(_("A correction is not corrected: record the payment anew."))
    if Payment.objects.filter(corrects=payment).exists():
        raise NotPossible(_("The payment is corrected already."))
    parts = {str(row.invoice_id): str(row.amount) for row in rows}
    _take_back([(row, row.amount) for row in rows], invoices)
    reversal = Payment.objects.create(
        client_id=payment.client_id,
        deal_id=payment.deal_id,
        firm_id=payment.firm_id,
        account_id=payment.account_id,
        kind=PaymentKind.REVERSAL,
        paid_on=timezone.localdate(at),
        amount=payment.amount,
        currency=payment.currency,
        document_number=payment.document_number,
        payer=payment.payer,
        payer_inn=payment.payer_inn,
        purpose=reason,
        corrects=payment,
        made_by=by,
    )
    if ground.advance_of(payment.client_id, payment.currency, payment.firm_id) < 0:
        raise NotPossible(_("A part of this money was given back: correct the refund first."))  # fmt: skip
    StatementLine.objects.filter(payment=payment).update(
        payment=None,
        state=LineState.WAITING
        if payment.kind == PaymentKind.RECEIPT
        else LineState.KEPT,
        by_itself=False,
    )
    ground.keep_sums(touched)
    _tell_laid(invoices, cause=reversal)
    journal.record(
        "payment.reversed",
        payment,
        by=by,
        at=at,
        client=payment.client_id,
        amount=str(payment.amount),
        parts=parts,
    )
    return reversal


@transaction.atomic
def correct_payment(
    payment_id: int,
    *,
    by: User | None,
    reason: str = "",
    parts: Mapping[int, Decimal] | None = None,
    at: datetime | None = None,
    **said: Any,
) -> Payment:
    """Reverse a receipt and record it anew with what `said` changes (see SAID). Returns the new payment."""
    old = Payment.objects.select_related(
        "client__legal_form", "deal", "firm", "account"
    ).get(pk=payment_id)
    if old.kind != PaymentKind.RECEIPT:
        raise NotPossible(_("Only a payment is corrected so."))
    for pk in sorted({old.client_id, getattr(said.get("client"), "pk", old.client_id)}):
        ground.locked_client(pk)
    line = StatementLine.objects.filter(payment=old).first()
    reverse_payment(payment_id, by=by, reason=reason, at=at)
    given = {name: getattr(old, name) for name in SAID} | said
    new = record_payment(by=by, parts=parts, at=at, **given)
    if line is not None:
        StatementLine.objects.filter(pk=line.pk).update(
            payment=new, state=LineState.BOOKED
        )
    return new


@CompiledRecords
def _waiting(client: int, currency: str) -> QuerySet[PaymentPromise]:
    rows = PaymentPromise.objects.filter(client=client, currency=currency, state=PromiseState.WAITING)  # fmt: skip
    return rows.select_related("invoice")


def _settle_promises(client_id: int, currency: str) -> None:
    """A promise is kept when its invoice is paid, or when as much has come since it was given."""
    for promise in _waiting.records(client=client_id, currency=currency):
        if promise.invoice_id:
            kept = promise.invoice.state == InvoiceState.PAID  # type: ignore[union-attr]
        else:
            came = Payment.objects.filter(
                client=client_id,
                currency=currency,
                kind=PaymentKind.RECEIPT,
                correction=None,
                paid_on__gte=timezone.localdate(promise.made_at),
            ).aggregate(sum=Sum("amount", default=NOUGHT))["sum"]
            kept = came >= promise.amount
        if kept:
            promise.state = PromiseState.KEPT
            promise.save(update_fields=["state"])
