"""Closed deals of a period by any division: won and lost, what they brought, how long they took in calendar days."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from analytics import kept_work, rollups
from analytics.asking import Question, bounds, day, percentiles, share
from analytics.dividing import DIVISIONS, NOBODY, PRODUCTS
from analytics.models import PersonDay
from analytics.scope import within
from clients.models import Client
from deals.choices import DealState
from deals.models import Deal

# Rows of a division as long as the base (clients): the most won come first, the rest is one row.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Length:
    """`revenue` by currency. Days from opening to closing of `timed` won deals; those of lost ones have their own median.

    By product the money is that of the product's lines.
    """

    key: int | None
    name: str
    won: int
    lost: int
    win_rate: float | None
    revenue: dict[str, Decimal]
    timed: int
    mean: float | None
    median: int | None
    p75: int | None
    p90: int | None
    lost_median: int | None


@dataclass(frozen=True, slots=True)
class Lengths:
    by: str
    rows: Sequence[Length]
    whole: Length
    hidden: int


def lengths(
    deals: QuerySet[Deal],
    *,
    since: date | None = None,
    until: date | None = None,
    by: str = "manager",
    kept: bool = False,
    people: Collection[int] | None = None,
) -> Lengths:
    """Deals that closed in the period, by `by` (a name of `DIVISIONS`); the most won come first. Four queries at most.

    `kept`: these are all deals of `people` (None: of everybody), so that months answer by manager.
    """
    division = DIVISIONS[by]
    closed = deals.filter(~Q(state=DealState.OPEN))
    of_months = _kept(since, until, people) if kept and by == "manager" and since and until else None  # fmt: skip
    if of_months:
        parts, whole = of_months
    elif division.many or division.model is Client:
        parts = _read(closed, since, until, "" if division.many else division.path, division.many)  # fmt: skip
        whole = _read(closed, since, until, "", False).get(None, _NOTHING)
    else:
        parts, whole = _counted(closed, since, until, division.path)
    names = division.names([key for key in parts if key is not None])
    rows = [_length(key, names.get(key) or _(NOBODY), *told) for key, told in parts.items()]  # fmt: skip
    rows.sort(key=lambda row: (-row.won, -row.lost, row.name))
    total = _length(None, "", *whole)
    return Lengths(by, rows[:LONGEST], total, max(0, len(rows) - LONGEST))


Told = tuple[tuple[Any, ...], dict[str, Decimal]]
_NOTHING: Told = ((0,) * 3 + (None,) * 5, {})


class _Part:
    """Closed deals counted by how many days they took: some hundred numbers tell what a million deals would."""

    def __init__(self) -> None:
        self.ended = {DealState.WON: 0, DealState.LOST: 0}
        self.days: dict[str, Counter[int]] = {state: Counter() for state in self.ended}
        self.revenue: dict[str, Decimal] = {}

    def add(self, state: DealState, currency: str, days: int | None, n: int, money: Decimal | None) -> None:  # fmt: skip
        self.ended[state] += n
        if days is not None:
            self.days[state][days] += n
        if state == DealState.WON and money:
            self.revenue[currency] = self.revenue.get(currency, Decimal(0)) + money

    @property
    def told(self) -> Told:
        won = self.days[DealState.WON]
        timed = won.total()
        mean = Decimal(sum(days * n for days, n in won.items())) / timed if timed else None  # fmt: skip
        spread = percentiles(won) or (None, None, None)
        lost = percentiles(self.days[DealState.LOST])
        return (self.ended[DealState.WON], self.ended[DealState.LOST], timed, mean, *spread, lost[0] if lost else None), self.revenue  # fmt: skip


def _kept(since: date, until: date, people: Collection[int] | None) -> tuple[dict[int | None, Told], Told] | None:  # fmt: skip
    """The same of people from months, their money from their days."""
    ended = kept_work.ended(since, until, people=people)
    if ended is None:
        return None
    rollups.refresh()
    parts: dict[int | None, _Part] = defaultdict(_Part)
    whole = _Part()
    for person, state, days, n in ended:
        for part in (parts[person], whole):
            part.add(DealState(state), "", days, n, None)
    sold = PersonDay.objects.filter(day__gte=since, day__lt=until, won__gt=0, **within(people, "user"))  # fmt: skip
    for person, currency, money in sold.order_by().values_list("user", "currency").annotate(sum=Sum("revenue")):  # fmt: skip
        for part in (parts[person], whole):
            part.add(DealState.WON, currency, None, 0, money)
    return {key: part.told for key, part in parts.items()}, whole.told


def _counted(closed: QuerySet[Deal], since: date | None, until: date | None, path: str) -> tuple[dict[int | None, Told], Told]:  # fmt: skip
    """The parts and the whole from one reading, for divisions of few parts."""
    ask = Question(**bounds(since, until))
    scope = ask.within(closed, "pk", "state", "opened_at", "closed_at", "currency", "amount", path)  # fmt: skip
    parts: dict[int | None, _Part] = defaultdict(_Part)
    whole = _Part()
    found = ask.rows(f"""
        SELECT key, state, currency, {day("closed_at")} - {day("opened_at")}, count(*), sum(amount)
        FROM {scope} AS d(id, state, opened_at, closed_at, currency, amount, key)
        WHERE closed_at >= %(since)s AND closed_at < %(until)s GROUP BY 1, 2, 3, 4
    """)
    for key, state, *told in found:
        parts[key].add(DealState(state), *told)
        whole.add(DealState(state), *told)
    return {key: part.told for key, part in parts.items()}, whole.told


def _read(closed: QuerySet[Deal], since: date | None, until: date | None, path: str, many: bool) -> dict[int | None, Told]:  # fmt: skip
    ask = Question(**bounds(since, until))
    scope = ask.within(closed, "pk", "state", "opened_at", "closed_at", "currency", "amount", *([path] if path else []))  # fmt: skip
    columns = "id, state, opened_at, closed_at, currency, amount" + (", key" if path else "")  # fmt: skip
    key = "part.key" if many else "d.key" if path else "NULL::bigint"
    money = "part.money" if many else "d.amount"
    days = f"{day('d.closed_at')} - {day('d.opened_at')}"
    found = ask.rows(f"""
        WITH told AS (
            SELECT {key} AS key, d.state, d.currency, {money} AS money, {days} AS days
            FROM {scope} AS d({columns}) {f"LEFT JOIN {PRODUCTS}" if many else ""}
            WHERE d.closed_at >= %(since)s AND d.closed_at < %(until)s
        )
        SELECT key, CASE WHEN GROUPING(currency) = 0 THEN currency END,
            count(*) FILTER (WHERE state = 'won'), count(*) FILTER (WHERE state = 'lost'),
            count(days) FILTER (WHERE state = 'won'), avg(days) FILTER (WHERE state = 'won'),
            percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY days) FILTER (WHERE state = 'won'),
            percentile_disc(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE state = 'lost'),
            sum(money) FILTER (WHERE state = 'won')
        FROM told GROUP BY GROUPING SETS ((key), (key, currency))
    """)
    parts: dict[int | None, Told] = {}
    sums: dict[int | None, dict[str, Decimal]] = {}
    for part, currency, won, lost, timed, mean, spread, lost_median, money_ in found:
        if currency is None:
            middle = spread or (None, None, None)
            parts[part] = ((won, lost, timed, mean, *middle, lost_median), sums.setdefault(part, {}))  # fmt: skip
        elif money_:
            sums.setdefault(part, {})[currency] = money_
    return parts


def _length(key: int | None, name: str, told: tuple[Any, ...], revenue: dict[str, Decimal]) -> Length:  # fmt: skip
    won, lost, timed, mean, median, p75, p90, lost_median = told
    rate = share(won, won + lost)
    return Length(key, name, won, lost, rate, revenue, timed, None if mean is None else round(float(mean), 1), median, p75, p90, lost_median)  # fmt: skip
