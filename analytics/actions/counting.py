"""Counting money for pay: what was laid on invoices and what was won, written down once with the shares of that day.

Idempotent: what lies on the invoices now is compared with what was counted, and only the difference is written. So the
same call follows a payment, fills the past of a person put on a scheme, and mends what somebody wrote past the actions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from analytics import money_lines
from analytics.choices import Counted, PayState
from analytics.models import CountedMoney, CountedShare, MoneyToCount, PayMonth
from analytics.months import first_of, following
from analytics.paying import (  # fmt: skip
    NOUGHT,
    Part,
    added,
    minus,
    paid_parts,
    taken_back,
)
from deals.choices import DealState
from deals.models import Allocation, Deal, Invoice, Payment

AT_ONCE = 400
Shares = Sequence[tuple[int, Decimal]]


@dataclass(slots=True)
class _Pair:
    """A payment on an invoice: what lies there now, what was counted so far, and for whom."""

    amount: Decimal = NOUGHT
    paid_on: date | None = None
    counted: list[CountedMoney] = field(default_factory=list)

    @property
    def so_far(self) -> Decimal:
        return sum((row.gross for row in self.counted), NOUGHT)


class _Change(NamedTuple):
    """What made the money of an invoice other than it was, and when."""

    cause: Payment | None
    at: datetime


@transaction.atomic
def count_invoices(
    ids: Collection[int], *, cause: Payment | None = None, at: datetime | None = None
) -> int:
    """Count what changed on these invoices since they were counted last. Returns how many rows that made.

    Money taken back counts against those who had it counted, on the day of its `cause`, else today.
    """
    change = _Change(cause, at or timezone.now())
    _take_turns()
    return _count_all(dict.fromkeys(sorted(set(ids)), change))


def _take_turns() -> None:
    """Two who count the same at once would count it twice: the second waits for the first to commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('analytics.counting'))")


def count_waiting() -> int:
    """Count what payments and endings of deals left to be counted. Returns how many rows that made; nothing waits mostly."""
    if not MoneyToCount.objects.exists():
        return 0
    with transaction.atomic():
        _take_turns()
        rows = list(MoneyToCount.objects.select_related("cause").order_by("pk"))
        # What is counted is how things stand now, so the first row of an invoice takes all of the difference with it.
        invoices: dict[int, _Change] = {}
        deals: dict[int, datetime] = {}
        for row in rows:
            if row.invoice_id:
                invoices.setdefault(row.invoice_id, _Change(row.cause, row.at))
            if row.deal_id:
                deals.setdefault(row.deal_id, row.at)
        made = _count_all(invoices) + _count_all_wins(deals)
        MoneyToCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return made


def _count_all(changes: Mapping[int, _Change]) -> int:
    return sum(
        _count({pk: changes[pk] for pk in part}) for part in batched(changes, AT_ONCE)
    )


def _count(changes: Mapping[int, _Change]) -> int:
    pairs = _pairs(list(changes))
    changed = [key for key, pair in pairs.items() if pair.amount != pair.so_far]
    if not changed:
        return 0
    touched = sorted({invoice for invoice, _payment in changed})
    invoices = {i.pk: i for i in Invoice.objects.filter(pk__in=touched).select_related("deal")}  # fmt: skip
    lines = money_lines.of_invoices(list(invoices.values()))
    new = money_lines.of_new_clients(list(invoices.values()))
    shares = money_lines.shares_of(invoices.values())
    rows: list[tuple[CountedMoney, Shares]] = []
    for number in touched:
        own = {payment: pair for (invoice, payment), pair in pairs.items() if invoice == number}  # fmt: skip
        rows += _of_invoice(
            invoices[number], lines[number], own, shares[number], new[number], changes[number]
        )  # fmt: skip
    write(rows)
    return len(rows)


def _pairs(ids: list[int]) -> dict[tuple[int, int], _Pair]:
    pairs: dict[tuple[int, int], _Pair] = defaultdict(_Pair)
    allocated = Allocation.objects.filter(invoice__in=ids).order_by("payment__paid_on", "payment")  # fmt: skip
    for invoice, payment, amount, paid_on in allocated.values_list(
        "invoice", "payment", "amount", "payment__paid_on"
    ):
        pair = pairs[invoice, payment]
        pair.amount, pair.paid_on = amount, paid_on
    counted = CountedMoney.objects.filter(invoice__in=ids).order_by("pk")
    for row in counted.prefetch_related("shares"):
        pairs[row.invoice_id, row.payment_id].counted.append(row)  # type: ignore[index]
    return pairs


def _of_invoice(
    invoice: Invoice,
    lines: Sequence[Part],
    pairs: Mapping[int, _Pair],
    shares: Shares,
    is_new: bool,
    change: _Change,
) -> list[tuple[CountedMoney, Shares]]:
    made: list[tuple[CountedMoney, Shares]] = []
    spreadings = [stored(row.lines) for pair in pairs.values() for row in pair.counted]
    for payment, pair in pairs.items():
        back = pair.so_far - pair.amount
        if back <= 0:
            continue
        # Those who had it give it back, in the shares of the last receipt counted.
        last = next(r for r in reversed(pair.counted) if r.kind == Counted.RECEIPT)
        parts = taken_back(added(stored(r.lines) for r in pair.counted), back)
        day = change.cause.paid_on if change.cause else timezone.localdate(change.at)
        row = _row(Counted.BACK, day, invoice, payment, parts, last.is_new)
        row.cause = change.cause
        made.append((row, [(s.user_id, s.percent) for s in last.shares.all()]))
        spreadings.append(parts)
    for payment, pair in pairs.items():
        came = pair.amount - pair.so_far
        if came <= 0:
            continue
        counted = added(spreadings) if spreadings else []
        so_far = sum((part.gross for part in counted), NOUGHT)
        parts = paid_parts(lines, so_far + came)
        parts = minus(parts, counted) if counted else parts
        day = max(pair.paid_on or invoice.issued_on, invoice.issued_on)
        made.append((_row(Counted.RECEIPT, day, invoice, payment, parts, is_new), shares))  # fmt: skip
        spreadings.append(parts)
    return made


def _row(kind: str, day: date, invoice: Invoice, payment: int, parts: Sequence[Part], is_new: bool) -> CountedMoney:  # fmt: skip
    return CountedMoney(
        kind=kind,
        day=day,
        deal_id=invoice.deal_id,
        invoice_id=invoice.pk,
        payment_id=payment,
        currency=invoice.currency,
        gross=sum((p.gross for p in parts), NOUGHT),
        net=sum((p.net for p in parts), NOUGHT),
        lines=as_stored(parts),
        is_new=is_new,
    )


def as_stored(parts: Iterable[Part]) -> list[list[Any]]:
    return [
        [str(p.gross), str(p.net), None if p.margin is None else str(p.margin), p.category]
        for p in parts
    ]  # fmt: skip


def stored(lines: Iterable[Sequence[Any]]) -> list[Part]:
    return [
        Part(Decimal(gross), Decimal(net), None if margin is None else Decimal(margin), category)
        for gross, net, margin, category in lines
    ]  # fmt: skip


def write(rows: Sequence[tuple[CountedMoney, Shares]]) -> None:
    """Write counted money with its shares, each in the month of its person that is still open."""
    rows = [(row, shares) for row, shares in rows if shares]
    if not rows:
        return
    people = {person for _row, shares in rows for person, _percent in shares}
    closed = _closed(people, min(row.day for row, _shares in rows))
    CountedMoney.objects.bulk_create([row for row, _shares in rows])
    CountedShare.objects.bulk_create(
        CountedShare(
            money=row,
            user_id=person,
            percent=percent,
            position=position,
            month=_open_month(closed, person, row.day),
        )
        for row, shares in rows
        for position, (person, percent) in enumerate(shares)
    )


def _closed(people: Collection[int], since: date) -> set[tuple[int, date]]:
    """Closed months of these people. Their rows are locked: a month being closed at this moment is waited for."""
    rows = PayMonth.objects.select_for_update(of=("self",)).filter(user__in=people, month__gte=first_of(since))  # fmt: skip
    return {
        (row.user_id, row.month)
        for row in rows.order_by("pk").only("user_id", "month", "state")
        if row.state == PayState.CLOSED
    }


def _open_month(closed: set[tuple[int, date]], person: int, day: date) -> date:
    month = first_of(day)
    while (person, month) in closed:
        month = following(month)
    return month


# ── won deals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def count_wins(ids: Iterable[int], *, at: datetime | None = None) -> int:
    """Count these deals as won, or no longer won, if that changed since. Returns how many rows that made."""
    at = at or timezone.now()
    _take_turns()
    return _count_all_wins(dict.fromkeys(sorted(set(ids)), at))


def _count_all_wins(moments: Mapping[int, datetime]) -> int:
    return sum(
        _count_wins({pk: moments[pk] for pk in part})
        for part in batched(moments, AT_ONCE)
    )


def _count_wins(moments: Mapping[int, datetime]) -> int:
    ids = list(moments)
    deals = list(Deal.with_bin.filter(pk__in=ids).order_by("pk"))
    counted: dict[int, list[CountedMoney]] = defaultdict(list)
    known = CountedMoney.objects.filter(deal__in=ids, kind__in=[Counted.WIN, Counted.REOPENED])  # fmt: skip
    for row in known.order_by("pk").prefetch_related("shares"):
        counted[row.deal_id].append(row)  # type: ignore[index]
    lines = money_lines.of_deals(deals)
    shares = money_lines.shares_of_deals(deals)
    new = money_lines.new_at_closing(deals)
    rows: list[tuple[CountedMoney, Shares]] = []
    for deal in deals:
        won = deal.amount or NOUGHT if deal.state == DealState.WON and deal.bin_id is None else NOUGHT  # fmt: skip
        so_far = sum((row.gross for row in counted[deal.pk]), NOUGHT)
        if won == so_far:
            continue
        if so_far:
            last = next(r for r in reversed(counted[deal.pk]) if r.kind == Counted.WIN)
            parts = taken_back(added(stored(r.lines) for r in counted[deal.pk]), so_far)
            day = timezone.localdate(moments[deal.pk])
            if won and deal.closed_at:
                day = timezone.localdate(deal.closed_at)
            rows.append((_win(Counted.REOPENED, day, deal, parts, last.is_new), [(s.user_id, s.percent) for s in last.shares.all()]))  # fmt: skip
        if won and deal.closed_at:
            day = timezone.localdate(deal.closed_at)
            parts = paid_parts(lines[deal.pk], won)
            rows.append((_win(Counted.WIN, day, deal, parts, new[deal.pk]), shares[deal.pk]))  # fmt: skip
    write(rows)
    return len(rows)


def _win(kind: str, day: date, deal: Deal, parts: Sequence[Part], is_new: bool) -> CountedMoney:  # fmt: skip
    return CountedMoney(
        kind=kind,
        day=day,
        deal=deal,
        currency=deal.currency,
        gross=sum((p.gross for p in parts), NOUGHT),
        net=sum((p.net for p in parts), NOUGHT),
        lines=as_stored(parts),
        is_new=is_new,
    )


# ── the past ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def count_past(
    since: date, until: date | None = None, *, people: Collection[int] | None = None
) -> int:
    """Count all that came and was won from `since` to the day before `until`, for these people or for everyone.

    Shares are those of today: what they were then nobody wrote down before.
    """
    allocated = Allocation.objects.filter(
        Q(payment__paid_on__gte=since) | Q(invoice__issued_on__gte=since)
    )
    begins = timezone.make_aware(
        datetime.combine(since, datetime.min.time()), timezone.get_default_timezone()
    )
    won = Deal.objects.filter(state=DealState.WON, closed_at__gte=begins)
    if until:
        ends = timezone.make_aware(
            datetime.combine(until, datetime.min.time()), timezone.get_default_timezone()
        )  # fmt: skip
        allocated = allocated.filter(payment__paid_on__lt=until)
        won = won.filter(closed_at__lt=ends)
    if people is not None:
        of_deal = Q(responsible__in=people) | Q(participants__user__in=people)
        ours = Deal.with_bin.filter(of_deal).values("pk")
        allocated = allocated.filter(
            Q(invoice__deal__in=ours) | Q(invoice__deal=None, invoice__responsible__in=people)
        )  # fmt: skip
        won = won.filter(pk__in=ours)
    made = count_invoices(set(allocated.values_list("invoice", flat=True)))
    return made + count_wins(won.values_list("pk", flat=True))
