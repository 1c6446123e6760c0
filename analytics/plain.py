"""The reports of the pages as plain rows, for the command: the same functions, nothing counted anew."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from analytics import (
    cash,
    discipline,
    effort,
    forecast,
    funnel,
    lengths,
    outstayed,
    procedure,
    refusals,
    stalled,
)
from analytics.asked import EARLIEST, LATEST, Asked
from analytics.dividing import OF_DEALS, OF_REFUSALS
from analytics.months import first_of, following
from analytics.scope import scope_of, within
from clients import base_reports
from clients.models import Activity
from clients.named import look_up
from deals import competitor_prices, debts
from deals.figures import midnight
from deals.models import (
    CompetitorPrice,
    Invoice,
    Payment,
    PaymentPromise,
    PlannedReceipt,
)
from deals.team import load as hours
from deals.team import loading
from salesexpert.accounts.models import User

Row = dict[str, Any]
Told = tuple[list[Row], Row]


def cash_days(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """A year from the beginning of this month, where nothing else is asked."""
    begin = since or today.replace(day=1)
    # A year after 29 February is 1 March.
    return begin, until or following(begin, 12) + (begin - first_of(begin))


def flat(row: Any, before: str = "") -> Row:
    """A row as names and plain values: parts of parts are joined by “_”, sums are text with kopecks."""
    told: Row = {}
    pairs = [(f.name, getattr(row, f.name)) for f in fields(row)] if is_dataclass(row) else list(row.items())  # fmt: skip
    for name, value in pairs:
        name = f"{before}{name}"
        if is_dataclass(value) or isinstance(value, Mapping):
            told |= flat(value, f"{name}_")
        elif isinstance(value, Decimal):
            told[name] = str(value.quantize(Decimal("0.01")))
        elif isinstance(value, date | datetime):
            told[name] = value.isoformat()
        elif isinstance(value, tuple | list):
            told[name] = "; ".join(_short(part) for part in value)
        else:
            told[name] = value
    return told


def _short(part: Any) -> str:
    if is_dataclass(part):
        return ", ".join(str(getattr(part, f.name)) for f in fields(part))
    return str(part)


def _funnel(ask: Asked) -> Told:
    process = ask.its_process()
    if process is None:
        return [], {}
    way = ask.chosen("way", (funnel.ENTRY, funnel.EXIT))
    found = funnel.funnel(ask.deals, process, **ask.span, way=way)
    whole = {"process": str(process), "way": way, "won": found.won, "bottleneck": str(found.bottleneck)}  # fmt: skip
    return [flat(step) for step in found.steps], whole | flat(found.ripening, "ripening_")  # fmt: skip


def _deals(ask: Asked) -> Told:
    found = lengths.lengths(ask.deals, **ask.span, by=ask.divided(OF_DEALS))
    return [flat(row) for row in found.rows], flat(found.whole)


def _refusals(ask: Asked) -> Told:
    found = refusals.refusals(ask.deals, **ask.span, by=ask.divided(OF_REFUSALS))
    names = {column.key: column.name for column in found.columns}
    rows = [
        {"reason": r.name, "under": r.under, "total": r.total, "share": r.share}
        | {names[key]: r.cells.get(key, 0) for key in names}
        for r in found.rows
    ]  # fmt: skip
    return rows, {"total": found.total} | {c.name: c.total for c in found.columns}


def _stalled(ask: Asked) -> Told:
    at = midnight(ask.at) if ask.at else timezone.now()
    found = stalled.stalled(ask.deals, at=at)
    return [flat(row) for row in found.rows], {"total": found.total}


def _forecast(ask: Asked) -> Told:
    found = forecast.forecast(ask.deals, on=ask.on)
    return [flat(row) for row in found.months], flat(found.totals) | {"without_sum": found.without_sum}  # fmt: skip


def _cash(ask: Asked) -> Told:
    since, until = cash_days(ask.since, ask.until, ask.on)
    found = cash.cash(ask.seen(Payment), ask.seen(Invoice), ask.seen(PlannedReceipt), since=since, until=until, on=ask.on, step=ask.chosen("step", cash.steps(since, until)))  # fmt: skip
    return [flat(row) for row in found.buckets], flat(found.overdue, "overdue_")


def _paying(ask: Asked) -> Told:
    rows = discipline.paying(ask.seen(Invoice), **ask.span, on=ask.on)
    return [flat(row) for row in rows], {"issued": sum(row.issued for row in rows)}


def _promises(ask: Asked) -> Told:
    rows = discipline.promises(ask.seen(PaymentPromise), **ask.span)
    return [flat(row) for row in rows], {"kept": sum(r.kept for r in rows), "broken": sum(r.broken for r in rows)}  # fmt: skip


def _effort(ask: Asked) -> Told:
    found = effort.effort(ask.seen(Activity), ask.deals, **ask.span, by=ask.divided(tuple(effort.BY)))  # fmt: skip
    return [flat(row) for row in found.lines], flat(found.whole)


def _cold_calls(ask: Asked) -> Told:
    rows = effort.cold_calls(ask.seen(Activity), **ask.span)
    return [flat(row) for row in rows], {"calls": sum(row.calls for row in rows)}


def _procedure(ask: Asked) -> Told:
    rows = procedure.procedure(ask.deals, ask.seen(Activity), **ask.span)
    return [flat(row) for row in rows], procedure.whole(rows)


def _completeness(ask: Asked) -> Told:
    rows, whole = base_reports.fullness_by_curator(ask.clients, below=60, at=timezone.now())  # fmt: skip

    def told(row: Any) -> Row:
        return {"curator": str(row.curator or ""), "cards": row.cards, "average": round(row.average, 2), "below_60": row.below, "waiting": row.waiting}  # fmt: skip

    return [told(row) for row in rows], told(whole)


def _ladder(ask: Asked) -> Told:
    rows = base_reports.passings(ask.clients, since=midnight(ask.since or EARLIEST), until=midnight(ask.until or LATEST))  # fmt: skip
    return [{"step": str(r.step.label), "came": r.came, "further": r.further, "share": r.share} for r in rows], {}  # fmt: skip


def _norms(ask: Asked) -> Told:
    process = ask.its_process()
    if process is None:
        return [], {}
    rows = outstayed.outstayed(ask.deals, process, **ask.span)
    return [flat(row) for row in rows], {"process": str(process), "normed": sum(r.normed for r in rows), "late": sum(r.late for r in rows)}  # fmt: skip


def _receivables(ask: Asked) -> Told:
    by = ask.divided(("client", "responsible"))
    found = debts.aged(ask.seen(Invoice), by=by, on=ask.on)
    ids = [row.id for row in found if row.id]
    names = look_up(clients=ids).clients if by == "client" else look_up(people=ids).people  # fmt: skip
    rows = [{by: names.get(row.id or 0, "(none)")} | _without(flat(row), "id") for row in found]  # fmt: skip
    whole = [_without(flat(row), "id", "since") for row in debts.aged(ask.seen(Invoice), on=ask.on)]  # fmt: skip
    return rows, whole[0] if len(whole) == 1 else {"currencies": whole}


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _competitors(ask: Asked) -> Told:
    rows = competitor_prices.with_ours(CompetitorPrice.objects.exclude(product=None))
    rows = rows.filter(**{k: v for k, v in (("seen_on__gte", ask.since), ("seen_on__lt", ask.until)) if v})  # fmt: skip
    found = [
        flat({"product": str(r.product), "competitor": str(r.competitor), "seen_on": r.seen_on, "currency": r.currency, "price": r.price, "ours": r.ours})
        for r in rows.select_related("product", "competitor").order_by("seen_on", "pk")
    ]  # fmt: skip
    return found, {"prices": len(found)}


def _load(ask: Asked) -> Told:
    since = ask.since or ask.on.replace(day=1)
    until = ask.until or ask.on + timedelta(days=1)
    scope = None if ask.user is None else scope_of(ask.user).people
    people = User.objects.filter(is_active=True, **within(scope, "pk")).order_by("last_name", "first_name", "pk")  # fmt: skip
    days = hours.by_day(list(people), since, until)
    found = {person: loading.total(days[person.pk].values()) for person in people}

    def told(load: loading.Load) -> Row:
        return {name: round(getattr(load, name) / 60, 2) for name in ("done", "planned", "working")} | {"percent": load.percent}  # fmt: skip

    return [{"person": str(person)} | told(load) for person, load in found.items()], told(loading.total(found.values()))  # fmt: skip


REPORTS: dict[str, Callable[[Asked], Told]] = {
    "norms": _norms,
    "receivables": _receivables,
    "competitors": _competitors,
    "load": _load,
    "funnel": _funnel,
    "deals": _deals,
    "refusals": _refusals,
    "stalled": _stalled,
    "forecast": _forecast,
    "cash": _cash,
    "paying": _paying,
    "promises": _promises,
    "effort": _effort,
    "cold_calls": _cold_calls,
    "procedure": _procedure,
    "completeness": _completeness,
    "ladder": _ladder,
}
