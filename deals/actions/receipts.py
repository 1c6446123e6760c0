"""What is expected to come and when: planned receipts of a deal, and promises to pay."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals.actions import ground
from deals.actions.ground import NotPossible
from deals.choices import InvoiceState, PromiseState, ReceiptBasis
from deals.models import (  # fmt: skip
    Contract,
    Deal,
    Delivery,
    Invoice,
    PaymentPromise,
    PlannedReceipt,
    ReceiptSchedule,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.money import spread
from salesexpert.core.working_days import add_working_days


@transaction.atomic
def plan_by_schedule(
    deal: Deal,
    schedule: ReceiptSchedule,
    *,
    by: User | None,
    amount: Decimal | None = None,
    at: datetime | None = None,
) -> list[PlannedReceipt]:
    """Put the schedule's rows in place of the deal's plan: `amount` (that of the deal) divided to the kopeck.

    A row is counted from its event where that has happened; else from the day on which the deal is expected to end, or
    from today, until it does.
    """
    at = at or timezone.now()
    deal = _locked(deal)
    whole = amount if amount is not None else deal.amount
    rows = list(schedule.rows.all())
    if not whole or whole <= 0:
        raise NotPossible(_("The deal has no amount yet: enter its lines or its expected amount."))  # fmt: skip
    if not rows:
        raise NotPossible(_("The schedule is empty."))
    today = timezone.localdate(at)
    guess = max(deal.expected_on or today, today)
    begun = _begun(deal)
    invoice = deal.invoices.filter(corrects=None).exclude(state=InvoiceState.CANCELLED).order_by("-pk").first()  # fmt: skip
    deal.planned_receipts.all().delete()
    made: list[PlannedReceipt] = []
    for row, part in zip(rows, spread(whole, [r.percent for r in rows]), strict=True):
        if part <= 0:
            continue
        start = begun.get(row.basis) or (today if row.basis == ReceiptBasis.INVOICE else guess)  # fmt: skip
        made.append(
            PlannedReceipt.objects.create(
                client_id=deal.client_id,
                deal=deal,
                invoice=invoice,
                due_on=add_working_days(start, row.days),
                amount=part,
                currency=deal.currency,
                basis=row.basis,
                days=row.days,
                position=len(made),
            )
        )
    journal.record("deal.receipts_planned", deal, by=by, at=at, schedule=schedule.pk)
    return made


def _begun(deal: Deal) -> dict[str, date]:
    """The days of the events that have happened."""
    live = Invoice.objects.filter(deal=deal, corrects=None).exclude(state=InvoiceState.CANCELLED)  # fmt: skip
    days = {
        ReceiptBasis.INVOICE: live.order_by("issued_on").values_list("issued_on", flat=True).first(),
        ReceiptBasis.DELIVERY: Delivery.objects.filter(deal=deal, cancelled_at=None).order_by("delivered_on").values_list("delivered_on", flat=True).first(),
        ReceiptBasis.CONTRACT: Contract.objects.filter(deal=deal, signed_on__isnull=False).order_by("signed_on").values_list("signed_on", flat=True).first(),
    }  # fmt: skip
    return {str(basis): day for basis, day in days.items() if day}


def _locked(deal: Deal) -> Deal:
    ground.locked_client(deal.client_id)
    found = ground.lock_deals([deal.pk]).get(deal.pk)
    if found is None or found.bin_id:
        raise NotPossible(_("The deal is not there any more."))
    return found


@transaction.atomic
def plan_receipt(
    deal: Deal,
    *,
    by: User | None,
    due_on: date,
    amount: Decimal,
    comment: str = "",
    receipt: PlannedReceipt | None = None,
    at: datetime | None = None,
) -> PlannedReceipt:
    """Add a row to the plan of a deal, or change one: a day said by a person is counted from nothing."""
    at = at or timezone.now()
    deal = _locked(deal)
    if amount <= 0:
        raise NotPossible(_("A planned receipt is more than nought."))
    row = receipt or PlannedReceipt(deal=deal, position=deal.planned_receipts.count())
    row.client_id, row.currency = deal.client_id, deal.currency
    if row.due_on != due_on:
        row.basis, row.days = ReceiptBasis.DATE, 0
    row.due_on, row.amount, row.comment = due_on, amount, comment
    row.save()
    journal.record("deal.receipt_planned", deal, by=by, at=at, amount=str(amount))
    return row


@transaction.atomic
def drop_receipt(
    receipt: PlannedReceipt, *, by: User | None, at: datetime | None = None
) -> None:
    deal = _locked(receipt.deal)
    amount = str(receipt.amount)
    receipt.delete()
    journal.record(
        "deal.receipt_dropped", deal, by=by, at=at or timezone.now(), amount=amount
    )


@transaction.atomic
def promise(
    *,
    by: User,
    client: Client,
    promised_on: date,
    amount: Decimal | None = None,
    invoice: Invoice | None = None,
    currency: str = "RUB",
    comment: str = "",
    at: datetime | None = None,
) -> PaymentPromise:
    """Note the client's word to pay by a day, for one invoice or for all he owes. A newer word replaces the one before."""
    at = at or timezone.now()
    client = ground.locked_client(client.pk)
    if promised_on < timezone.localdate(at):
        raise NotPossible(_("A promise cannot be for a day that has passed."))
    if invoice is not None:
        if invoice.client_id != client.pk:
            raise NotPossible(_("The invoice is another client's."))
        if invoice.state not in (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID):
            raise NotPossible(_("The invoice owes nothing."))
        currency = invoice.currency
        amount = amount or invoice.total - invoice.paid
    if not amount or amount <= 0:
        raise NotPossible(_("Say how much was promised."))
    PaymentPromise.objects.filter(
        client=client, invoice=invoice, currency=currency, state=PromiseState.WAITING
    ).update(state=PromiseState.BROKEN)
    made = PaymentPromise.objects.create(
        client=client,
        deal=invoice.deal if invoice else None,
        invoice=invoice,
        promised_on=promised_on,
        amount=amount,
        currency=currency,
        comment=comment,
        made_by=by,
    )
    journal.record(
        "payment.promised", client, by=by, at=at, on=promised_on.isoformat(), amount=str(amount)
    )  # fmt: skip
    return made
