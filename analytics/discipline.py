"""How invoices are paid: of those issued in the period what was paid by the term, late, or not yet, and promises kept.

An invoice is paid on the day of the payment that closed it. Cancelled invoices are left out; sums of one currency each.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from analytics import kept_owed, kept_paying
from analytics.asking import Question, share
from clients.named import look_up
from deals.choices import InvoiceState, PromiseState
from deals.models import Invoice, PaymentPromise

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


_READ = ("pk", "responsible", "currency", "state", "issued_on", "due_on", "total", "paid")  # fmt: skip
_OPEN = "i.state IN ('issued', 'partly')"


# Person, currency, issued, total, paid in time, late, overdue, waiting, owed overdue, days late on average.
_Row = tuple[int | None, str, int, Decimal, int, int, int, int, Decimal, Any]


def paying(
    invoices: QuerySet[Invoice],
    *,
    since: date | None = None,
    until: date | None = None,
    on: date,
    kept: bool = False,
    people: Collection[int] | None = None,
) -> list[Paying]:
    """By seller and currency as of the day `on`, those who owe most overdue first. Three queries.

    `kept`: the invoices are all those of `people` (None: of everybody), so that days of issue tell how they were paid.
    """
    found = _kept(since, until, on, people) if kept else None
    if found is None:
        found = _read(invoices, since, until, on)
    names = look_up(people=[person for person, *_rest in found]).people
    lines = [
        Paying(
            person,
            names.get(person or 0) or _("nobody"),
            currency,
            issued,
            total,
            on_time,
            late,
            overdue,
            waiting,
            owed,
            None if days is None else round(float(days), 1),
            share(on_time, on_time + late + overdue),
        )
        for person, currency, issued, total, on_time, late, overdue, waiting, owed, days in found
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.overdue_sum, -line.issued, line.name, line.currency))  # fmt: skip


def _read(invoices: QuerySet[Invoice], since: date | None, until: date | None, on: date) -> list[_Row]:  # fmt: skip
    """From the invoices and what pays them."""
    ask = Question(since=since or date.min, until=until or date.max, on=on)
    standing = invoices.filter(corrects=None).exclude(state=InvoiceState.CANCELLED)
    of_period = f"""(SELECT * FROM {ask.within(standing, *_READ)} AS i(id, person, currency, state, issued_on, due_on, total, paid)
        WHERE i.issued_on >= %(since)s AND i.issued_on < %(until)s)"""
    # Only payments after the term tell anything: whoever is paid in full and has none of them was paid in time.
    return ask.rows(f"""
        SELECT i.person, i.currency, count(*), sum(i.total),
            count(*) FILTER (WHERE i.state = 'paid' AND l.id IS NULL), count(*) FILTER (WHERE l.id IS NOT NULL),
            count(*) FILTER (WHERE {_OPEN} AND i.due_on < %(on)s), count(*) FILTER (WHERE {_OPEN} AND i.due_on >= %(on)s),
            coalesce(sum(i.total - i.paid) FILTER (WHERE {_OPEN} AND i.due_on < %(on)s), 0), avg(l.days)
        FROM {of_period} AS i LEFT JOIN (
            SELECT p.id, max(m.paid_on) - p.due_on AS days FROM {of_period} AS p
            JOIN deals_allocation AS a ON a.invoice_id = p.id JOIN deals_payment AS m ON m.id = a.payment_id
            WHERE p.state = 'paid' AND m.paid_on > p.due_on AND m.paid_on > (SELECT min(due_on) FROM {of_period} AS d)
            GROUP BY p.id, p.due_on
        ) AS l ON l.id = i.id
        GROUP BY 1, 2
    """)


def _kept(
    since: date | None, until: date | None, on: date, people: Collection[int] | None
) -> list[_Row] | None:  # fmt: skip
    """From days of issue, and from the terms of what is still owed."""
    days = kept_paying.read(since or date.min, until or date.max, people=people)
    if days is None:
        return None
    found = kept_owed.of_people(people, on=on, since=since, until=until)
    owed = {
        (o.person_id, o.currency): (o.late, o.invoices - o.late, o.late_owed)
        for o in found
    }
    return [
        (d.person_id, d.currency, d.issued, d.total, d.paid - d.late, d.late, *owed.get((d.person_id, d.currency), (0, 0, NOUGHT)),
         Decimal(d.days_late) / d.late if d.late else None)
        for d in days
    ]  # fmt: skip


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
    names = look_up(people=[row["made_by"] for row in found]).people
    lines = [
        Promises(row["made_by"], names.get(row["made_by"], ""), row["kept"], row["broken"], row["waiting"],
                 share(row["kept"], row["kept"] + row["broken"]))
        for row in found
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-(line.kept + line.broken + line.waiting), line.name))  # fmt: skip
