"""Goods handed over and work done: recorded with their papers, taken back by a mark."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.actions import ground
from deals.actions.ground import NotPossible
from deals.actions.invoices import LARGEST, TypedLine, rows_of, start_terms
from deals.choices import DeliveryKind, ReceiptBasis
from deals.models import Deal, DealLine, Delivery, DeliveryLine, Invoice, OwnFirm
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def record_delivery(
    *,
    by: User | None,
    deal: Deal,
    kind: str,
    number: str,
    delivered_on: date,
    lines: Sequence[TypedLine] | None = None,
    total: Decimal | None = None,
    invoice: Invoice | None = None,
    firm: OwnFirm | None = None,
    comment: str = "",
    closed_on: date | None = None,
    at: datetime | None = None,
) -> Delivery:
    """Record a delivery with the number of its waybill, `lines` typed or else those of the deal; `total` instead of them.

    Planned receipts counted from the delivery get their days. Raises NotPossible.
    """
    at = at or timezone.now()
    if kind not in DeliveryKind.values:
        raise NotPossible(_("Choose the kind of the paper."))
    if delivered_on > timezone.localdate(at):
        raise NotPossible(_("A delivery cannot have been made in the future."))
    if closed_on is not None and closed_on < delivered_on:
        raise NotPossible(_("Signed papers cannot be back before the delivery."))
    client = ground.locked_client(deal.client_id)
    found = ground.lock_deals([deal.pk]).get(deal.pk)
    if found is None or found.bin_id:
        raise NotPossible(_("The deal is not there any more."))
    if invoice is not None and invoice.deal_id != found.pk:
        raise NotPossible(_("The invoice is of another deal."))
    given: Sequence[TypedLine | DealLine] = lines or ()
    if lines is None:
        given = [] if total is not None else list(found.lines.select_related("product"))  # fmt: skip
    rows = rows_of(DeliveryLine, given)
    whole = sum((row.total for row in rows), ground.NOUGHT) if rows else total
    if whole is None or whole <= 0:
        raise NotPossible(_("Say what was delivered: lines, or the sum of the paper."))
    if whole > LARGEST:
        raise NotPossible(_("The sum is too large for one paper."))
    delivery = Delivery.objects.create(
        client=client,
        deal=found,
        invoice=invoice,
        firm=firm or (invoice.firm if invoice else ground.firm_or_default(None)),
        kind=kind,
        number=number.strip(),
        delivered_on=delivered_on,
        total=whole,
        vat_total=sum((row.vat for row in rows), ground.NOUGHT),
        currency=found.currency,
        comment=comment,
        closed_on=closed_on,
        made_by=by,
    )
    for row in rows:
        row.delivery = delivery
    DeliveryLine.objects.bulk_create(rows)
    start_terms(found, ReceiptBasis.DELIVERY, delivered_on)
    ground.keep_sums([found.pk])
    journal.record(
        "delivery.recorded", delivery, by=by, at=at, client=client.pk, number=delivery.number
    )  # fmt: skip
    return delivery


@transaction.atomic
def close_papers(
    delivery_id: int, *, by: User | None, on: date, at: datetime | None = None
) -> Delivery:
    """The signed papers of a delivery came back on that day."""
    at = at or timezone.now()
    delivery = _locked(delivery_id)
    if on < delivery.delivered_on:
        raise NotPossible(_("Signed papers cannot be back before the delivery."))
    delivery.closed_on = on
    delivery.save(update_fields=["closed_on"])
    journal.record(
        "delivery.papers_closed", delivery, by=by, at=at, client=delivery.client_id, number=delivery.number
    )  # fmt: skip
    return delivery


@transaction.atomic
def cancel_delivery(
    delivery_id: int, *, by: User | None, at: datetime | None = None
) -> Delivery:
    """It was recorded by mistake or came back whole: it stays in the history and counts no more."""
    at = at or timezone.now()
    delivery = _locked(delivery_id)
    delivery.cancelled_at = at
    delivery.save(update_fields=["cancelled_at"])
    ground.keep_sums([delivery.deal_id])
    journal.record(
        "delivery.cancelled", delivery, by=by, at=at, client=delivery.client_id, number=delivery.number
    )  # fmt: skip
    return delivery


def _locked(delivery_id: int) -> Delivery:
    known = Delivery.objects.values("client_id", "deal_id").get(pk=delivery_id)
    ground.locked_client(known["client_id"])
    ground.lock_deals([known["deal_id"]])
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    if delivery.cancelled_at:
        raise NotPossible(_("The delivery is cancelled already."))
    return delivery
