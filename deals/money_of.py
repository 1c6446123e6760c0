"""The money of one deal and of one client, as their pages show it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.card_facts import Fact
from clients.models import Client
from deals import debts
from deals.allocation import covered
from deals.choices import InvoiceState, PromiseState
from deals.models import (
    Deal,
    Delivery,
    Invoice,
    Payment,
    PaymentPromise,
    PlannedReceipt,
)
from salesexpert.accounts.models import User
from salesexpert.core.addresses import address
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.templatetags.look import money

SHOWN = 60


@CompiledRecords
def _plan(deal: int) -> QuerySet[PlannedReceipt]:
    return PlannedReceipt.objects.filter(deal=deal)[:SHOWN]


@CompiledRecords
def _invoices(deal: int) -> QuerySet[Invoice]:
    rows = Invoice.objects.filter(deal=deal, corrects=None)
    live = rows.exclude(state=InvoiceState.CANCELLED)
    return live.defer("seller", "buyer")[:SHOWN]


@CompiledRecords
def _payments(deal: int) -> QuerySet[Payment]:
    rows = Payment.objects.filter(deal=deal).select_related("correction")
    return rows.order_by("-paid_on", "-pk")[:SHOWN]


@CompiledRecords
def _deliveries(deal: int) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(deal=deal)
    return rows.order_by("-delivered_on", "-pk")[:SHOWN]


def of_deal(deal: Deal, user: User) -> dict[str, Any]:
    """Plan against fact, invoices, payments of a deal. Money that came covers the plan in the order of its terms."""
    today = timezone.localdate()
    plan = _plan.records(deal=deal.pk)
    came = covered([row.amount for row in plan], deal.paid)
    invoices = _invoices.records(deal=deal.pk)
    live = deal.client.archived_at is None
    planned = sum((row.amount for row in plan), Decimal(0))
    owed = debts.debts_of_deals([deal.pk], on=today) if deal.invoiced > deal.paid else {}  # fmt: skip
    return {
        "money": {
            "plan": [
                (row, part, row.amount - part, part < row.amount and row.due_on < today)
                for row, part in zip(plan, came, strict=True)
            ],
            "planned": planned,
            "planned_rest": max(planned - max(deal.paid, Decimal(0)), Decimal(0)),
            "invoices": [
                (i, max((today - i.due_on).days, 0) if i.state in debts.OPEN else 0)
                for i in invoices
            ],
            "payments": _payments.records(deal=deal.pk) if user.has_perm("deals.view_payment") else [],
            "debt": owed.get(deal.pk),
            "may_plan": live and user.has_perm("deals.change_invoice"),
            "may_invoice": live and user.has_perm("deals.add_invoice"),
            "may_pay": user.has_perm("deals.add_payment"),
        }
    }  # fmt: skip


def deliveries_of(deal: Deal, user: User) -> dict[str, Any]:
    live = deal.client.archived_at is None
    return {
        "deliveries": _deliveries.records(deal=deal.pk),
        "may_deliver": live and user.has_perm("deals.add_delivery"),
    }


def debt_fact(client: Client, user: User) -> Fact:
    """The debt in the head of a card; its place alone when there is none to show."""
    if not user.has_perm("deals.view_invoice"):
        return Fact("debt")
    owed = debts.debts_of_clients([client.pk]).get(client.pk, [])
    return _fact(client, owed)


def _fact(client: Client, owed: Sequence[debts.Debt]) -> Fact:
    days = max((debt.days for debt in owed), default=0)
    return Fact(
        "debt",
        _("Debt"),
        ", ".join(money(debt.amount, debt.currency) for debt in owed),
        f"{address('deals:invoices')}?client={client.pk}&state=open",
        ngettext("%d day", "%d days", days) % days if days else "",
        is_bad=bool(days),
    )


def of_client(client: Client, user: User) -> dict[str, Any]:
    """Debt, days overdue, advance and promises of a client; nothing for whoever may not read invoices."""
    if not user.has_perm("deals.view_invoice"):
        return {"shown": False}
    today = timezone.localdate()
    owed = debts.debts_of_clients([client.pk], on=today).get(client.pk, [])
    paid = debts.paid_by(client.pk)
    free = [(row.currency, row.free) for row in paid if row.free]
    # The desk asks whether there are any together with the card.
    promises = (
        list(
            PaymentPromise.objects.filter(client=client, state=PromiseState.WAITING)[:3]
        )
        if getattr(client, "has_promises", True)
        else []
    )
    receipts = [row for row in paid if row.paid_on]
    last = max(receipts, key=lambda row: str(row.paid_on), default=None) if user.has_perm("deals.view_payment") else None  # fmt: skip
    live = client.archived_at is None
    may_invoice = live and user.has_perm("deals.add_invoice")
    may_pay = user.has_perm("deals.add_payment")
    return {
        "shown": bool(owed or free or promises or last or may_invoice or may_pay),
        "debts": owed,
        "fact": _fact(client, owed),
        "advances": free,
        "promises": promises,
        "last": last,
        "today": today,
        "may_invoice": may_invoice,
        "may_pay": may_pay,
    }
