"""How an invoice was paid: by its term, late, not yet and overdue, not yet due."""

from datetime import date
from typing import Any

from django.db.models import DateField, F, Max, OuterRef, Q, QuerySet, Subquery

from deals.choices import InvoiceState
from deals.models import Allocation, Invoice

ON_TIME, LATE, OVERDUE, WAITING = WAYS = ("on_time", "late", "overdue", "waiting")
OPEN = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)


def counted(invoices: QuerySet[Invoice]) -> QuerySet[Any]:
    """Invoices that stand, with `closed_on`: the day of the last payment of those paid in full."""
    last = Allocation.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(on=Max("payment__paid_on")).values("on")  # fmt: skip
    standing = invoices.filter(corrects=None).exclude(state=InvoiceState.CANCELLED)
    return standing.annotate(closed_on=Subquery(last, output_field=DateField()))


def condition(way: str, *, on: date) -> Q:
    """Over `counted`, as of the day `on`."""
    paid = Q(state=InvoiceState.PAID)
    return {
        ON_TIME: paid & (Q(closed_on__lte=F("due_on")) | Q(closed_on=None)),
        LATE: paid & Q(closed_on__gt=F("due_on")),
        OVERDUE: Q(state__in=OPEN, due_on__lt=on),
        WAITING: Q(state__in=OPEN, due_on__gte=on),
    }[way]
