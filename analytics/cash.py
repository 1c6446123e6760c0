"""Money by weeks or months: what was planned to come, what came, what is still expected.

*Planned* are the planned receipts of deals by their day, *came* the payments less refunds by theirs (corrected ones left
out), *expected* the unpaid part of open invoices by their term, and planned receipts without an invoice of open deals,
from today on. What is overdue stands apart: nobody knows its day. Sums of one currency each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, When

from analytics import kept_money, kept_owed, kept_planned
from deals.choices import DealState, InvoiceState, PaymentKind
from deals.models import Invoice, Payment, PlannedReceipt

WEEK, MONTH = "week", "month"
# Of a longer period weeks are told only to who asks for them: nobody reads a year of them.
WEEKS_OF = timedelta(weeks=27)
NOUGHT = Decimal(0)
OPEN = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
REST = F("total") - F("paid")
Day = tuple[date, str, Decimal]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Money of the days from `since` to the day before `until`. `invoiced` and `uninvoiced` make what is expected."""

    since: date
    until: date
    currency: str
    planned: Decimal
    came: Decimal
    invoiced: Decimal
    uninvoiced: Decimal

    @property
    def expected(self) -> Decimal:
        return self.invoiced + self.uninvoiced


@dataclass(frozen=True, slots=True)
class Cash:
    step: str
    buckets: Sequence[Bucket]
    overdue: dict[str, Decimal]


def steps(since: date, until: date) -> tuple[str, str]:
    """Both steps, first the one in which a period of this length is told if none is asked for."""
    return (MONTH, WEEK) if until - since > WEEKS_OF else (WEEK, MONTH)


def cash(
    payments: QuerySet[Payment],
    invoices: QuerySet[Invoice],
    planned: QuerySet[PlannedReceipt],
    *,
    since: date,
    until: date,
    on: date,
    step: str = WEEK,
    people: Sequence[int] | None = None,
    debts_of: Sequence[int] | None = None,
) -> Cash:
    """By `step` from `since` to the day before `until`, as of the day `on`; every step has its row. Four queries at most.

    `people`, where it is given, are those whose all of `payments` and `planned` are: sums of days answer (`kept_money`, `kept_planned`).
    So are `debts_of` of `invoices` (`kept_owed`).
    """
    found = _terms(invoices, until, on) if debts_of is None else kept_owed.terms(debts_of, until=until, on=on)  # fmt: skip
    invoiced, overdue = _owed(found, since, until)
    if people is None:
        promised, uninvoiced = _promised(planned, since, until, on)
        came = _came(payments, since, until)
    else:
        kept = kept_planned.days(since, until, people=people)
        promised = [row[:3] for row in kept]
        uninvoiced = [(day, currency, awaited) for day, currency, _all, awaited in kept if awaited and day >= on]  # fmt: skip
        came = kept_money.days("received", since, until, people=people)
    days = {"planned": promised, "came": came, "invoiced": invoiced, "uninvoiced": uninvoiced}  # fmt: skip
    sums = {name: _stepped(of, step) for name, of in days.items()}
    currencies = sorted({c for of in sums.values() for _since, c in of}, key=lambda c: (c != "RUB", c))  # fmt: skip
    buckets = [
        Bucket(begin, end, currency, *(sums[name].get((first, currency), NOUGHT) for name in ("planned", "came", "invoiced", "uninvoiced")))
        for currency in currencies
        for first, begin, end in _steps(since, until, step)
    ]  # fmt: skip
    return Cash(step, buckets, overdue)


def _terms(invoices: QuerySet[Invoice], until: date, on: date) -> Iterable[tuple[date | None, str, Decimal]]:  # fmt: skip
    """(term, currency, unpaid part) of open invoices; of those whose term has passed, whatever it was, None."""
    term = Case(When(due_on__gte=on, then=F("due_on")))
    # A correcting row is a cancelled one: the index of open invoices answers alone.
    open_ = invoices.filter(state__in=OPEN, due_on__lt=max(until, on))
    return open_.order_by().values_list(term, "currency").annotate(sum=Sum(REST))


def _owed(found: Iterable[tuple[date | None, str, Decimal]], since: date, until: date) -> tuple[list[Day], dict[str, Decimal]]:  # fmt: skip
    """What falls due by days of the period, and what is overdue."""
    ahead, late = [], {}
    for day, currency, rest in found:
        if day is None:
            late[currency] = rest
        elif since <= day < until:
            ahead.append((day, currency, rest))
    return ahead, {currency: rest for currency, rest in late.items() if rest}


def _promised(planned: QuerySet[PlannedReceipt], since: date, until: date, on: date) -> tuple[list[Day], list[Day]]:  # fmt: skip
    """What is planned, and of it what is still to come without an invoice."""
    waits = Q(invoice=None, deal__state=DealState.OPEN, due_on__gte=on)
    return _by(planned, "due_on", since, until, Sum("amount")), _by(planned.filter(waits), "due_on", since, until, Sum("amount"))  # fmt: skip


def _came(payments: QuerySet[Payment], since: date, until: date) -> list[Day]:
    return _by(_standing(payments), "paid_on", since, until, _net())


def _standing(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    # The few that were corrected are looked for among all, not all among the corrected.
    corrected = Payment.objects.filter(corrects=OuterRef("pk"), corrects__isnull=False)
    return payments.filter(~Exists(corrected)).exclude(kind=PaymentKind.REVERSAL)


def _net() -> Any:
    received = Sum("amount", filter=Q(kind=PaymentKind.RECEIPT), default=NOUGHT)
    returned = Sum("amount", filter=Q(kind=PaymentKind.REFUND), default=NOUGHT)
    return received - returned


def _by(rows: QuerySet[Any], field: str, since: date, until: date, what: Any) -> list[Day]:  # fmt: skip
    """The base adds up days, which an index holds in order; a year of them makes weeks and months at no cost."""
    of_period = rows.filter(**{f"{field}__gte": since, f"{field}__lt": until}).order_by()  # fmt: skip
    return list(of_period.values_list(field, "currency").annotate(sum=what))


def _stepped(days: Iterable[Day], step: str) -> dict[tuple[date, str], Decimal]:  # fmt: skip
    found: dict[tuple[date, str], Decimal] = {}
    for day, currency, total in days:
        first = _first(day, step)
        found[first, currency] = found.get((first, currency), NOUGHT) + total
    return found


def _first(day: date, step: str) -> date:
    """The first day of its week or month."""
    return day - timedelta(days=day.weekday()) if step == WEEK else day.replace(day=1)


def _steps(since: date, until: date, step: str) -> list[tuple[date, date, date]]:
    """(first day of the week or month, first day of it in the period, first day after it in the period)."""
    first = _first(since, step)
    steps = []
    while first < until:
        following = first + timedelta(days=7) if step == WEEK else (first.replace(day=28) + timedelta(days=4)).replace(day=1)  # fmt: skip
        steps.append((first, max(first, since), min(following, until)))
        first = following
    return steps
