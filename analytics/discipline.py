"""How invoices are paid: of those issued in the period what was paid by the term, late, or not yet, and promises kept.

An invoice is paid on the day of the payment that closed it. Cancelled invoices are left out; sums of one currency each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from analytics.asking import share
from deals import paying_times
from deals.choices import PromiseState
from deals.models import Invoice, PaymentPromise
from salesexpert.accounts.models import User
from salesexpert.core.aggregates import DaysBetween

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Paying:
    """Invoices of one seller (None: of nobody) in one currency, by how they were paid."""

    person_id: int | None
    name: str
    currency: str
    issued: int
    total: Decimal
    on_time: int
    late: int
    overdue: int
    waiting: int
    overdue_sum: Decimal
    days_late: float | None
    on_time_share: float | None


@dataclass(frozen=True, slots=True)
class Promises:
    person_id: int
    name: str
    kept: int
    broken: int
    waiting: int
    kept_share: float | None


def paying(
    invoices: QuerySet[Invoice], *, since: date | None = None, until: date | None = None, on: date
) -> list[Paying]:  # fmt: skip
    """By seller and currency as of the day `on`, those who owe most overdue first. Two queries."""
    rows: Any = paying_times.counted(invoices)
    if since:
        rows = rows.filter(issued_on__gte=since)
    if until:
        rows = rows.filter(issued_on__lt=until)
    how = {name: paying_times.condition(name, on=on) for name in paying_times.WAYS}
    rest = F("total") - F("paid")
    found = list(
        rows.annotate(delay=DaysBetween(F("closed_on"), F("due_on"), output_field=IntegerField()))
        .order_by()
        .values("responsible", "currency")
        .annotate(
            issued=Count("pk"),
            sum=Sum("total", default=NOUGHT),
            **{f"n_{name}": Count("pk", filter=q) for name, q in how.items()},
            owed=Sum(rest, filter=how["overdue"], default=NOUGHT),
            days=Avg("delay", filter=how["late"]),
        )
    )  # fmt: skip
    names = User.objects.in_bulk([row["responsible"] for row in found if row["responsible"]])  # fmt: skip
    lines = [
        Paying(
            row["responsible"],
            str(names.get(row["responsible"]) or _("nobody")),
            row["currency"],
            row["issued"],
            row["sum"],
            row["n_on_time"],
            row["n_late"],
            row["n_overdue"],
            row["n_waiting"],
            row["owed"],
            None if row["days"] is None else round(float(row["days"]), 1),
            share(
                row["n_on_time"], row["n_on_time"] + row["n_late"] + row["n_overdue"]
            ),
        )
        for row in found
    ]
    return sorted(lines, key=lambda line: (-line.overdue_sum, -line.issued, line.name, line.currency))  # fmt: skip


def promises(
    given: QuerySet[PaymentPromise], *, since: date | None = None, until: date | None = None
) -> Sequence[Promises]:  # fmt: skip
    """Promises to pay with a day in the period, by who took them. Two queries."""
    rows = given.order_by()
    if since:
        rows = rows.filter(promised_on__gte=since)
    if until:
        rows = rows.filter(promised_on__lt=until)
    found = list(
        rows.values("made_by").annotate(
            kept=Count("pk", filter=Q(state=PromiseState.KEPT)),
            broken=Count("pk", filter=Q(state=PromiseState.BROKEN)),
            waiting=Count("pk", filter=Q(state=PromiseState.WAITING)),
        )
    )
    names = User.objects.in_bulk([row["made_by"] for row in found])
    lines = [
        Promises(row["made_by"], str(names[row["made_by"]]), row["kept"], row["broken"], row["waiting"],
                 share(row["kept"], row["kept"] + row["broken"]))
        for row in found
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-(line.kept + line.broken + line.waiting), line.name))  # fmt: skip
