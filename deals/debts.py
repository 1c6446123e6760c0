"""Who owes how much and since when. Grouped queries; each sum is of one currency, none is added over two."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from deals.choices import InvoiceState, PaymentKind
from deals.models import Invoice, Payment
from salesexpert.core.compiled import CompiledQuery

NOUGHT = Decimal("0.00")
MONEY: DecimalField = DecimalField(max_digits=14, decimal_places=2)
OPEN = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
REST = ExpressionWrapper(F("total") - F("paid"), output_field=MONEY)
# Days past the term from which a group of age begins; the first holds what is not due yet.
AGES = (("not_due", None), ("1_7", 1), ("8_30", 8), ("31_60", 31), ("61_90", 61), ("over_90", 91))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Debt:
    """What one owes in one currency. `since`: the oldest term that has passed, None when none has; `days` after it."""

    currency: str
    amount: Decimal
    overdue: Decimal
    since: date | None
    days: int


def age_of(due_on: date, on: date) -> str:
    """The group of age of an invoice: due today it is not due yet, the day after it is one day late."""
    late = (on - due_on).days
    return next(
        name for name, first in reversed(AGES) if first is None or late >= first
    )


def owed(on: date) -> dict[str, Any]:
    """Aggregates over open invoices: what is owed, what of it is late, the oldest late term."""
    return {
        "owes": Sum(REST, default=NOUGHT),
        "late": Sum(REST, filter=Q(due_on__lt=on), default=NOUGHT),
        "since": Min("due_on", filter=Q(due_on__lt=on)),
    }


def open_invoices() -> QuerySet[Invoice]:
    return Invoice.objects.filter(state__in=OPEN)


def debts_of_deals(ids: Collection[int], *, on: date | None = None) -> dict[int, Debt]:
    """{deal: its debt} of those that owe anything: one query for a page of a list or a column of the board."""
    on = on or timezone.localdate()
    found: dict[int, Debt] = {}
    for pk, currency, owes, late, since in _debts(ids=list(ids), on=on):
        days = (on - since).days if since else 0
        found.setdefault(pk, Debt(currency, owes, late, since, days))
    return found


@CompiledQuery
def _debts(ids: list[int], on: date) -> QuerySet[Invoice, Any]:
    rows = open_invoices().filter(deal__any_of=ids).order_by("deal", "currency")
    return rows.values_list("deal", "currency").annotate(**owed(on))


def debts_of_clients(
    ids: Collection[int], *, on: date | None = None
) -> dict[int, list[Debt]]:
    """{client: his debts, one a currency} of those that owe anything: one query for a page of a list."""
    on = on or timezone.localdate()
    found: dict[int, list[Debt]] = {}
    for pk, currency, owes, late, since in _debts_by_client(ids=list(ids), on=on):
        days = (on - since).days if since else 0
        found.setdefault(pk, []).append(Debt(currency, owes, late, since, days))
    return found


@CompiledQuery
def _debts_by_client(ids: list[int], on: date) -> QuerySet[Invoice, Any]:
    rows = open_invoices().filter(client__any_of=ids).order_by("currency")
    return rows.values_list("client", "currency").annotate(**owed(on))


def with_debt(deals: QuerySet, *, on: date | None = None) -> QuerySet:
    """Deals with `debt`, what their invoices still owe, and `overdue_since`, the oldest term that has passed (or None).

    For sorting and filtering; a page of rows asks `debts_of_deals` instead.
    """
    on = on or timezone.localdate()
    mine = open_invoices().filter(deal=OuterRef("pk")).order_by().values("deal")
    rest = mine.annotate(owes=Sum(REST)).values("owes")
    late = mine.filter(due_on__lt=on).annotate(since=Min("due_on")).values("since")
    return deals.annotate(
        debt=Coalesce(Subquery(rest, output_field=MONEY), Value(NOUGHT)),
        overdue_since=Subquery(late, output_field=DateField()),
    )


def keys_of_deals(
    deals: QuerySet, name: str, *, descends: bool, on: date | None = None
) -> list[tuple[int, int]]:
    """Those of the deals that owe (`debt`, in kopecks) or owe late (`debt_days`), in this order: (how much, deal).

    Only open invoices are read, and few deals have any; descending, how much stands with a minus, so that keys grow.
    """
    on = on or timezone.localdate()
    rows = open_invoices().filter(deal__in=deals.order_by().values("pk")).order_by()
    if name == "debt_days":
        late = rows.filter(due_on__lt=on).values_list("deal").annotate(since=Min("due_on"))  # fmt: skip
        found = [((on - since).days, pk) for pk, since in late]
    else:
        owed = rows.values_list("deal").annotate(owes=Sum(REST))
        found = [(int(owes * 100), pk) for pk, owes in owed]
    return sorted((-much if descends else much, pk) for much, pk in found)


def owing_deals(*, late: bool = False) -> QuerySet:
    """Ids of deals with an open invoice, or a late one, for `pk__in`."""
    if late:
        return overdue_deals()
    return open_invoices().filter(deal__isnull=False).values("deal")


def overdue_deals(*, on: date | None = None) -> QuerySet:
    """Ids of deals with an invoice whose term has passed, for `pk__in`."""
    late = open_invoices().filter(due_on__lt=on or timezone.localdate())
    return late.filter(deal__isnull=False).values("deal")


def indebted_clients(*, on: date | None = None, at_least_days: int = 0) -> QuerySet:
    """Ids of clients who owe; with days, of those who are late by so many or more."""
    rows = open_invoices()
    if at_least_days:
        rows = rows.filter(
            due_on__lte=(on or timezone.localdate()) - timedelta(days=at_least_days)
        )
    return rows.order_by().values("client")


# ── advances ─────────────────────────────────────────────────────────────────────────────────────────────────────────


FREE = Case(
    When(kind=PaymentKind.RECEIPT, then=F("amount") - F("allocated")),
    default=-F("amount"),
    output_field=MONEY,
)


def _standing() -> QuerySet[Payment]:
    """Payments and refunds that nobody took back."""
    return Payment.objects.filter(correction=None).exclude(kind=PaymentKind.REVERSAL)


def advances(ids: Collection[int] | None = None) -> dict[int, dict[str, Decimal]]:
    """{client: {currency: what he has paid beyond his invoices}}, without noughts."""
    rows = _standing()
    if ids is not None:
        rows = rows.filter(client__in=list(ids))
    summed = rows.order_by().values("client", "currency").annotate(free=Sum(FREE))
    found: dict[int, dict[str, Decimal]] = {}
    for row in summed.filter(free__gt=0):
        found.setdefault(row["client"], {})[row["currency"]] = row["free"]
    return found


@dataclass(frozen=True, slots=True)
class Paid:
    """What a client paid in one currency: `free` beyond his invoices, and the last receipt (None: there was none)."""

    currency: str
    free: Decimal
    amount: Decimal | None
    paid_on: date | None


def paid_by(client_id: int) -> list[Paid]:
    """What the client paid, a row a currency: one query."""
    return [
        Paid(currency, max(free, NOUGHT), amounts[0] if amounts else None, day)
        for currency, free, amounts, day in _paid(client=client_id)
    ]


@CompiledQuery
def _paid(client: int) -> QuerySet[Payment, Any]:
    receipts = Q(kind=PaymentKind.RECEIPT)
    rows = _standing().filter(client=client).order_by("currency")
    return rows.values_list("currency").annotate(
        free=Sum(FREE),
        amounts=ArrayAgg("amount", filter=receipts, order_by=["-paid_on", "-pk"]),
        days=Max("paid_on", filter=receipts),
    )


# ── receivables ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Aged:
    """Debt by age, of one client or one seller (`id` None: of all) in one currency."""

    id: int | None
    currency: str
    total: Decimal
    overdue: Decimal
    count: int
    ages: dict[str, Decimal]
    since: date | None


def aged(
    invoices: QuerySet[Invoice], *, by: str = "", on: date, largest: int | None = None
) -> list[Aged]:
    """What open `invoices` owe by age, grouped by a foreign key ("client", "responsible") or not at all: one query.

    `largest`: so many groups with the most overdue debt, the most debt after that.
    """
    groups = {
        name: Sum(REST, filter=_aged(first, upto, on), default=NOUGHT)
        for (name, first), upto in zip(AGES, [*(a[1] for a in AGES[1:]), None], strict=True)
    }  # fmt: skip
    names = {f"age_{name}": value for name, value in groups.items()}
    keys = [by, "currency"] if by else ["currency"]
    rows = (
        invoices.filter(state__in=OPEN)
        .order_by()
        .values(*keys)
        .annotate(count=Count("pk"), **owed(on), **names)
        .order_by("-late", "-owes", *keys)
    )
    if largest is not None:
        rows = rows[:largest]
    return [
        Aged(
            row.get(by) if by else None,
            row["currency"],
            row["owes"],
            row["late"],
            row["count"],
            {name: row[f"age_{name}"] for name, _first in AGES},
            row["since"],
        )
        for row in rows
    ]


@CompiledQuery
def _owed_to(user: int) -> QuerySet[Invoice, Any]:
    rows = open_invoices().filter(responsible=user).order_by()
    return rows.values_list("pk", "number", "client", "currency", "due_on", "total", "paid")  # fmt: skip


class Owed(NamedTuple):
    """An open invoice."""

    id: int
    number: str
    client: int
    currency: str
    due_on: date
    total: Decimal
    paid: Decimal


def owed_to(user_id: int) -> list[Owed]:
    """The open invoices of one seller, in no order: as many as a person can look after."""
    return [Owed(*row) for row in _owed_to(user=user_id)]


def aged_of(rows: Collection[Owed], *, on: date) -> tuple[list[Aged], list[Aged]]:
    """What these owe by age: by client, and in all, in the order of `aged`. Added up here sooner than asked for twice."""
    ages = {day: age_of(day, on) for day in {row.due_on for row in rows}}
    sums: dict[tuple[int | None, str], dict[str, Any]] = {}
    for _id, _number, client, currency, due_on, total, paid in rows:
        rest = total - paid
        for key in ((client, currency), (None, currency)):
            found = sums.get(key)
            if found is None:
                found = sums[key] = {"owes": NOUGHT, "late": NOUGHT, "count": 0, "since": None, **dict.fromkeys(dict(AGES), NOUGHT)}  # fmt: skip
            found["owes"] += rest
            found["count"] += 1
            found[ages[due_on]] += rest
            if due_on < on:
                found["late"] += rest
                found["since"] = min(due_on, found["since"] or due_on)
    told = [
        Aged(pk, currency, s["owes"], s["late"], s["count"], {name: s[name] for name, _first in AGES}, s["since"])
        for (pk, currency), s in sums.items()
    ]  # fmt: skip
    told.sort(key=lambda row: (-row.overdue, -row.total, row.id or 0, row.currency))
    return [row for row in told if row.id], [row for row in told if not row.id]


def _aged(first: int | None, upto: int | None, on: date) -> Q:
    """Invoices late by `first` days and more, by fewer than `upto`."""
    if first is None:
        return Q(due_on__gte=on)
    late = Q(due_on__lte=on - timedelta(days=first))
    return late if upto is None else late & Q(due_on__gt=on - timedelta(days=upto))


def of_age(invoices: QuerySet[Invoice], age: str, *, on: date) -> QuerySet[Invoice]:
    """Those of a group of age; all of them when the group is not known."""
    starts = dict(AGES)
    if age not in starts:
        return invoices
    names = list(starts)
    following = names[names.index(age) + 1 :]
    upto = starts[following[0]] if following else None
    return invoices.filter(_aged(starts[age], upto, on))
