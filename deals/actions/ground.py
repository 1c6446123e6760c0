"""What every action on money begins and ends with: locks in one order, and the sums a deal repeats."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import (  # fmt: skip
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clients.models import Client
from deals.choices import InvoiceState, PaymentKind, PromiseState
from deals.models import (  # fmt: skip
    Allocation,
    Deal,
    Delivery,
    Invoice,
    OwnFirm,
    Payment,
    PaymentPromise,
)
from salesexpert.core.compiled import CompiledQuery, CompiledRecords, CompiledUpdate
from salesexpert.core.errors import DomainError

NOUGHT = Decimal("0.00")
OPEN = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
# What paying an invoice looks at: the rest of it is long.
SUMS = ("client", "deal", "number", "due_on", "total", "paid", "state")
MONEY: DecimalField = DecimalField(max_digits=14, decimal_places=2)


class NotPossible(DomainError):
    """Money cannot be so; the sentence says why."""


@CompiledRecords
def _client(pk: int) -> QuerySet[Client]:
    rows = Client.objects.select_for_update(of=("self",)).filter(pk=pk)
    return rows.select_related("legal_form")


def locked_client(pk: int) -> Client:
    """The root of all that a client owes: whoever moves his money takes turns here."""
    client = next(iter(_client.records(pk=pk)), None)
    if client is None:
        raise NotPossible(_("The client's card is not there any more."))
    if client.merged_into_id:
        raise NotPossible(_("The card became part of another one: open that one."))
    return client


@CompiledQuery
def _holding(pk: int) -> QuerySet[Client, Any]:
    rows = Client.objects.select_for_update(of=("self",)).filter(pk=pk)
    return rows.order_by().values_list("merged_into_id")


def hold_client(known: Client) -> Client:
    """Lock a client as `locked_client` does; one whose name was read whole a moment ago is not read again."""
    field: Any = Client._meta.get_field("legal_form")
    if known.legal_form_id and not field.is_cached(known):
        return locked_client(known.pk)
    row = next(iter(_holding(pk=known.pk)), None)
    return known if row == (None,) else locked_client(known.pk)


@CompiledRecords
def _deals(ids: list[int]) -> QuerySet[Deal]:
    rows = Deal.with_bin.select_for_update(of=("self",))
    return rows.filter(pk__any_of=ids).order_by("pk")


def lock_deals(ids: Iterable[int | None]) -> dict[int, Deal]:
    wanted = {pk for pk in ids if pk}
    if not wanted:
        return {}
    return {deal.pk: deal for deal in _deals.records(ids=wanted)}


@CompiledRecords
def _invoices(ids: list[int]) -> QuerySet[Invoice]:
    rows = Invoice.objects.select_for_update(of=("self",))
    return rows.filter(pk__any_of=ids).order_by("pk")


def lock_invoices(ids: Iterable[int]) -> dict[int, Invoice]:
    return {invoice.pk: invoice for invoice in _invoices.records(ids=set(ids))}


@CompiledRecords
def _deals_owing(client: int, firm: int, currency: str) -> QuerySet[Deal]:
    owed = Invoice.objects.filter(client=client, firm=firm, currency=currency, state__in=OPEN)  # fmt: skip
    rows = Deal.with_bin.select_for_update(of=("self",))
    return rows.filter(pk__in=owed.values("deal")).order_by("pk")


@CompiledRecords
def _owed(client: int, firm: int, currency: str) -> QuerySet[Invoice]:
    rows = Invoice.objects.select_for_update(of=("self",))
    rows = rows.filter(client=client, firm=firm, currency=currency, state__in=OPEN)
    return rows.order_by("pk").only(*SUMS)


def lock_owed(
    client_id: int, firm_id: int, currency: str, deal_id: int | None
) -> list[Invoice]:
    """The invoices that a locked client owes one of our firms, after their deals and `deal_id` were locked; their sums
    and terms alone.
    """
    whose = {"client": client_id, "firm": firm_id, "currency": currency}
    locked = {deal.pk for deal in _deals_owing.records(**whose)}
    if deal_id not in locked:
        lock_deals([deal_id])
    return _owed.records(**whose)


@CompiledRecords
def _owed_of_deal(pk: int, deal: int, client: int, firm: int, currency: str) -> QuerySet[Invoice]:  # fmt: skip
    # PostgreSQL locks the rows of one row of the answer in the order in which `of` names them.
    rows = Invoice.objects.select_for_update(of=("deal", "self")).select_related("deal")
    rows = rows.filter(pk=pk, deal=deal, deal__client=client, client=client, firm=firm, currency=currency, state__in=OPEN)  # fmt: skip
    waiting = PaymentPromise.objects.filter(client=client, currency=currency, state=PromiseState.WAITING)  # fmt: skip
    return rows.annotate(is_promised=Exists(waiting)).order_by().only(*SUMS, "deal__client")  # fmt: skip


def lock_one_owed(pk: int, *, deal_id: int, client_id: int, firm_id: int, currency: str) -> Invoice | None:  # fmt: skip
    """An invoice that a locked client owes, after its deal was locked, in one statement; with its sums, and with
    `is_promised`: whether the client has given his word for anything that waits. None where the deal owes no such."""
    found = _owed_of_deal.records(pk=pk, deal=deal_id, client=client_id, firm=firm_id, currency=currency)  # fmt: skip
    return next(iter(found), None)


def firm_or_default(firm: OwnFirm | None) -> OwnFirm:
    """The firm named, else the one that is offered first."""
    found = (
        firm
        or OwnFirm.objects.filter(retired_at=None).order_by("-is_default", "pk").first()
    )
    if found is None:
        raise NotPossible(_("Enter an own firm in the settings first: papers are in its name."))  # fmt: skip
    return found


def state_of(invoice: Invoice) -> str:
    """What the sums of an invoice say; a cancelled one stays so."""
    if invoice.state == InvoiceState.CANCELLED:
        return InvoiceState.CANCELLED
    if not invoice.paid:
        return InvoiceState.ISSUED
    return (
        InvoiceState.PAID if invoice.paid >= invoice.total else InvoiceState.PARTLY_PAID
    )


@CompiledUpdate
def _keep_paid(
    pk: int, paid: Decimal, state: str
) -> tuple[QuerySet[Invoice], dict[str, Any]]:
    return Invoice.objects.filter(pk=pk), {"paid": paid, "state": state}


def pay(invoice: Invoice, part: Decimal) -> None:
    """Count a part of a payment (or, negative, one taken back) to a locked invoice."""
    invoice.paid += part
    invoice.state = state_of(invoice)
    _keep_paid(pk=invoice.pk, paid=invoice.paid, state=invoice.state)


def keep_sums(deals: Collection[int | None]) -> None:
    """Repeat on these deals what was invoiced, paid and delivered, in one statement. The caller holds their locks.

    Paid is what pays the deal's invoices, and what came for the deal and lies on no invoice yet.
    """
    ids = {pk for pk in deals if pk}
    if len(ids) == 1:
        _keep_sums_of_one(pk=ids.pop())
    elif ids:
        _keep_sums(ids=ids)


@CompiledUpdate
def _keep_sums_of_one(pk: int) -> tuple[QuerySet[Deal], dict[str, Coalesce]]:
    # PostgreSQL keeps one plan for it; a list of one it would plan anew each time.
    return Deal.with_bin.filter(pk=pk), sums_of_deals()


@CompiledUpdate
def _keep_sums(ids: list[int]) -> tuple[QuerySet[Deal], dict[str, Coalesce]]:
    return Deal.with_bin.filter(pk__any_of=ids), sums_of_deals()


def keep_paid(deals: Collection[int | None]) -> None:
    """As `keep_sums`, after money came: what was invoiced and delivered stays as it is, and is not added up again."""
    ids = {pk for pk in deals if pk}
    if len(ids) == 1:
        _keep_paid_of_one(pk=ids.pop())
    elif ids:
        _keep_sums(ids=ids)


@CompiledUpdate
def _keep_paid_of_one(pk: int) -> tuple[QuerySet[Deal], dict[str, Coalesce]]:
    return Deal.with_bin.filter(pk=pk), {"paid": sums_of_deals()["paid"]}


def sums_of_deals() -> dict[str, Coalesce]:
    """The three sums as expressions over a deal: for keeping them, and for proving that they were kept."""
    invoices = Invoice.objects.filter(deal=OuterRef("pk"), corrects=None).exclude(
        state=InvoiceState.CANCELLED
    )
    on_invoices = Allocation.objects.filter(invoice__deal=OuterRef("pk"))
    standing = Payment.objects.filter(deal=OuterRef("pk"), correction=None)
    free = standing.annotate(
        left=Case(
            When(kind=PaymentKind.RECEIPT, then=F("amount") - F("allocated")),
            When(kind=PaymentKind.REFUND, then=-F("amount")),
            default=Value(NOUGHT),
            output_field=MONEY,
        )
    )
    delivered = Delivery.objects.filter(deal=OuterRef("pk"), cancelled_at=None)
    return {
        "invoiced": _sum(invoices, "total"),
        "paid": Coalesce(
            _sum(on_invoices, "amount", key="invoice__deal") + _sum(free, "left"),
            Value(NOUGHT),
            output_field=MONEY,
        ),
        "delivered": _sum(delivered, "total"),
    }


def _sum(rows: QuerySet, field: str, *, key: str = "deal") -> Coalesce:
    summed = rows.order_by().values(key).annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(summed, output_field=MONEY), Value(NOUGHT))


def advance_of(client_id: int, currency: str, firm_id: int | None = None) -> Decimal:
    """What a client has paid (one of our firms) beyond his invoices: receipts not on invoices less what was given back."""
    rows = Payment.objects.filter(
        client=client_id, currency=currency, correction=None
    ).exclude(kind=PaymentKind.REVERSAL)
    if firm_id is not None:
        rows = rows.filter(firm=firm_id)
    sums = rows.aggregate(
        free=Sum(
            F("amount") - F("allocated"),
            filter=Q(kind=PaymentKind.RECEIPT),
            default=NOUGHT,
        ),
        back=Sum("amount", filter=Q(kind=PaymentKind.REFUND), default=NOUGHT),
    )
    return sums["free"] - sums["back"]
