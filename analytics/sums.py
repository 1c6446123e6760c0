"""Sums of many people at once, from which every indicator is made: from the facts, or for long periods from rollups.

`{person: {name: number}}`. Names: new_cards, contacts, contacts.KIND, opened, won, lost, cycle_days, cycled, revenue,
margin, priced and won_in of the company's currency (`revenue.USD` and the like of others); and as things stand now: in_work,
clients, stalled, owed, overdue, full, cards, late_work. Nothing is added over currencies.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from analytics import effort, fulfilment, kept_owed, rollups
from analytics.choices import PlanMeasure, PlanSpan
from analytics.models import ContactDay, PersonDay, SalesPlan
from analytics.scope import within
from clients import kept_fullness
from clients.models import Activity, Client
from clients.querysets import sees_cards_of
from deals import debts
from deals.choices import DealState
from deals.figures import midnight
from deals.models import Deal, Invoice
from deals.querysets import sees_all
from salesexpert.accounts.models import User
from salesexpert.core.aggregates import DaysBetween

CURRENCY = "RUB"
# A limit that nothing reaches keeps PostgreSQL from looking rows of a question within a question up one by one.
ALL = 1_000_000_000
Sums = dict[int, dict[str, Any]]
WON, LOST = Q(state=DealState.WON), Q(state=DealState.LOST)


@dataclass(frozen=True)
class Extent:
    """Of whom (`people` None: everybody), for which half-open period, as whom one reads, at which moment."""

    user: User
    people: Collection[int] | None
    since: date
    until: date
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at, timezone.get_default_timezone())

    @property
    def from_rollups(self) -> bool:
        """Rollups hold everything: they answer only whoever reads everything. What changed is counted before they do."""
        return (self.until - self.since).days >= fulfilment.LONG and sees_all(self.user)


def _new() -> Sums:
    return defaultdict(dict)


def _in(field: str, asked: Extent) -> dict[str, datetime]:
    return {f"{field}__gte": midnight(asked.since), f"{field}__lt": midnight(asked.until)}  # fmt: skip


# ── of the period ────────────────────────────────────────────────────────────────────────────────────────────────────


def cards(asked: Extent) -> Sums:
    rows = Client.objects.visible_to(asked.user).filter(**_in("created_at", asked), **within(asked.people, "created_by"))  # fmt: skip
    return _counted(rows, "created_by", "new_cards")


def _counted(rows: QuerySet, person: str, name: str) -> Sums:
    found = rows.order_by().values_list(person).annotate(n=Count("pk"))
    return {pk: {name: n} for pk, n in found if pk is not None}


def contacts(asked: Extent) -> Sums:
    rows = Activity.objects.visible_to(asked.user).filter(**within(asked.people, "performer"))  # fmt: skip
    made = effort.contacts(rows, since=asked.since, until=asked.until)
    return _by_kind(made.order_by().values_list("performer", "kind").annotate(n=Count("pk")))  # fmt: skip


def _by_kind(rows: Iterable[tuple[int, int, int]]) -> Sums:
    found = _new()
    for person, kind, n in rows:
        found[person][f"contacts.{kind}"] = n
        found[person]["contacts"] = found[person].get("contacts", 0) + n
    return found


def opened(asked: Extent) -> Sums:
    return _counted(_deals(asked).filter(**_in("opened_at", asked)), "responsible", "opened")  # fmt: skip


def _deals(asked: Extent) -> QuerySet[Deal]:
    return Deal.objects.visible_to(asked.user).filter(**within(asked.people, "responsible"))  # fmt: skip


def closed(asked: Extent) -> Sums:
    zone = timezone.get_default_timezone()
    days = DaysBetween(TruncDate("closed_at", tzinfo=zone), TruncDate("opened_at", tzinfo=zone))  # fmt: skip
    timed = WON & Q(opened_at__isnull=False)
    rows = (
        _deals(asked)
        .filter(**_in("closed_at", asked))
        .annotate(days=days)
        .order_by()
        .values("responsible", "currency")
        .annotate(
            won=Count("pk", filter=WON),
            lost=Count("pk", filter=LOST),
            priced=Count("amount", filter=WON),
            revenue=Sum("amount", filter=WON, default=0),
            margin=Sum("margin", filter=WON, default=0),
            cycle_days=Sum("days", filter=timed, default=0),
            cycled=Count("pk", filter=timed),
        )
    )
    return _of_currencies(rows, "responsible")


def _of_currencies(rows: Iterable[Any], person: str) -> Sums:
    found = _new()
    for row in rows:
        mine = found[row[person]]
        for name in ("opened", "won", "lost", "cycle_days", "cycled", "new_cards"):
            if row.get(name):
                mine[name] = mine.get(name, 0) + row[name]
        tail = "" if row["currency"] == CURRENCY else f".{row['currency']}"
        for name in ("revenue", "margin", "priced"):
            if row[name]:
                mine[name + tail] = row[name]
        if row["won"]:
            mine[f"won_in{tail}"] = row["won"]
    return found


def _kept(asked: Extent, model: Any) -> QuerySet:
    rows = model.objects.filter(day__gte=asked.since, day__lt=asked.until)
    return rows.filter(**within(asked.people, "user")).order_by()


def kept_days(asked: Extent) -> Sums:
    """new_cards, opened and all that closed deals came to, from rollups."""
    names = ("new_cards", "opened", "won", "lost", "priced", "revenue", "margin", "cycle_days", "cycled")  # fmt: skip
    rows = _kept(asked, PersonDay).values("user", "currency").annotate(**{f"s_{n}": Sum(n) for n in names})  # fmt: skip
    return _of_currencies(
        ({"user": r["user"], "currency": r["currency"], **{n: r[f"s_{n}"] for n in names}} for r in rows), "user"
    )  # fmt: skip


def kept_contacts(asked: Extent) -> Sums:
    rows = _kept(asked, ContactDay).filter(kind__is_contact=True)
    return _by_kind(rows.values_list("user", "kind").annotate(n=Sum("done")))


def contacts_by_days(since: date, until: date, people: Collection[int] | None) -> dict[int, int]:  # fmt: skip
    """{person: contacts} of these people (None: of everybody), from rollups."""
    rollups.refresh()
    kept = ContactDay.objects.filter(day__gte=since, day__lt=until, kind__is_contact=True, **within(people, "user"))  # fmt: skip
    return dict(kept.order_by().values_list("user").annotate(n=Sum("done")))


# ── as things stand now ──────────────────────────────────────────────────────────────────────────────────────────────


def open_deals(asked: Extent) -> Sums:
    rows = _deals(asked).filter(state=DealState.OPEN).order_by().values("responsible")
    stalled = Count("pk", filter=Q(due_at__lt=asked.at))
    return {
        row["responsible"]: dict(row)
        for row in rows.annotate(in_work=Count("pk"), stalled=stalled)
    }


def clients_in_work(asked: Extent) -> Sums:
    """Live clients with open deals. Cards of the deals are not looked up: the few that are not live have an index of their
    own, and what it has of these deals is taken away."""
    rows = _deals(asked).filter(state=DealState.OPEN).order_by()
    seen = Q()
    if not sees_all(asked.user):
        seen = Q(client__in=Client.objects.visible_to(asked.user))
    each = Count("client", distinct=True, filter=seen or None)
    found = _new()
    for person, n in rows.values_list("responsible").annotate(n=each):
        found[person]["clients"] = n
    # All of them are read once: looked up one by one they would be met with as many deals as there are.
    gone = Client.with_bin.filter(Q(archived_at__isnull=False) | Q(bin__isnull=False)).order_by()  # fmt: skip
    gone_ids = gone.values("pk")[:ALL]
    for person, n in rows.filter(client__in=gone_ids).values_list("responsible").annotate(n=each):  # fmt: skip
        if person in found:
            found[person]["clients"] -= n
    return found


def invoices(asked: Extent) -> Sums:
    found = _new()
    for row in _owed(asked):
        if row.person_id is None:
            continue
        mine = found[row.person_id]
        tail = "" if row.currency == CURRENCY else f".{row.currency}"
        mine[f"owed{tail}"], mine[f"unpaid{tail}"] = row.owed, row.invoices
        mine["overdue"] = mine.get("overdue", 0) + row.late
    return found


def _owed(asked: Extent) -> Sequence[kept_owed.Owed]:
    if sees_all(asked.user):
        return kept_owed.of_people(asked.people, on=asked.today)
    late = Q(due_on__lt=asked.today)
    rows = (
        Invoice.objects.visible_to(asked.user)
        # A correcting row is a cancelled one: the index of open invoices answers alone.
        .filter(state__in=debts.OPEN, **within(asked.people, "responsible"))
        .order_by()
        .values_list("responsible", "currency")
        .annotate(
            invoices=Count("pk"),
            owed=Sum(debts.REST),
            late=Count("pk", filter=late),
            late_owed=Sum(debts.REST, filter=late, default=0),
        )
    )
    return [kept_owed.Owed(*row) for row in rows]


def completeness(asked: Extent) -> Sums:
    if sees_cards_of(asked.user, asked.people):
        kept = kept_fullness.filled(asked.people)
        return {pk: {"full": full, "cards": cards} for pk, (cards, full, _thin) in kept.items() if pk != kept_fullness.NOBODY}  # fmt: skip
    rows = (
        Client.objects.visible_to(asked.user)
        .live()
        .filter(completeness__isnull=False, curator__isnull=False, **within(asked.people, "curator"))
        .order_by()
        .values("curator")
        .annotate(full=Sum("completeness"), cards=Count("pk"))
    )  # fmt: skip
    return {row.pop("curator"): row for row in rows}


def late_work(asked: Extent) -> Sums:
    rows = overdue_work(asked.user, asked.people, at=asked.at)
    return _counted(rows, "performer", "late_work")


def overdue_work(user: User, people: Collection[int] | None, *, at: datetime) -> QuerySet[Activity]:  # fmt: skip
    return Activity.objects.visible_to(user).overdue(at=at).filter(**within(people, "performer"))  # fmt: skip


def plan(asked: Extent) -> Sums:
    """Plans of turnover of the months that the period touches, and what came of them by its end."""
    first = asked.since.replace(day=1)
    plans = SalesPlan.objects.filter(
        measure=PlanMeasure.TURNOVER, span=PlanSpan.MONTH, since__gte=first, since__lt=asked.until, currency=CURRENCY, user__isnull=False,
        **within(asked.people, "user"),
    )  # fmt: skip
    planned = dict(plans.order_by().values_list("user").annotate(sum=Sum("amount")))
    if not planned:
        return {}
    reached = fulfilment.facts(PlanMeasure.TURNOVER, first, asked.until, currency=CURRENCY, people=tuple(planned))  # fmt: skip
    return {pk: {"planned": sum_, "reached": reached.get(pk, 0)} for pk, sum_ in planned.items()}  # fmt: skip


# ── together ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FAMILIES: dict[str, Callable[[Extent], Sums]] = {
    "cards": cards,
    "contacts": contacts,
    "opened": opened,
    "closed": closed,
    "open": open_deals,
    "clients": clients_in_work,
    "invoices": invoices,
    "completeness": completeness,
    "late_work": late_work,
    "plan": plan,
}
KEPT = {"cards": kept_days, "opened": kept_days, "closed": kept_days, "contacts": kept_contacts}  # fmt: skip


def sums(asked: Extent, families: Iterable[str]) -> Sums:
    """All sums of these families; one query for each, one for several that a rollup answers."""
    ways = list(dict.fromkeys(families))
    asking: list[Callable[[Extent], Sums]] = [FAMILIES[name] for name in ways]
    if asked.from_rollups and any(name in KEPT for name in ways):
        rollups.refresh()
        asking = [KEPT.get(name) or FAMILIES[name] for name in ways]
    found = _new()
    for way in dict.fromkeys(asking):
        for person, numbers in way(asked).items():
            found[person].update(numbers)
    return found


def total(of: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sums of several people as of one; a client in work with two of them counts for each."""
    whole: dict[str, Any] = {}
    for numbers in of:
        for name, number in numbers.items():
            whole[name] = whole.get(name, 0) + number
    return whole


# ── step by step ─────────────────────────────────────────────────────────────────────────────────────────────────────


STEPPED = ("revenue", "won", "opened", "new_cards", "contacts")


def steps(asked: Extent, name: str, edges: list[date]) -> dict[int, list[Any]]:
    """{person: what `name` of `STEPPED` came to between each two of the days `edges`}: one query."""
    whole = Extent(asked.user, asked.people, edges[0], edges[-1], asked.at)
    found: dict[int, list[Any]] = {}
    for person, day, n in _by_day(whole, name):
        mine = found.setdefault(person, [0] * (len(edges) - 1))
        mine[bisect_right(edges, day) - 1] += n or 0
    return found


def all_steps(asked: Extent, edges: list[date]) -> dict[str, dict[int, list[Any]]]:
    """The same of all names of `STEPPED`; from rollups two queries for all of them."""
    if not sees_all(asked.user):
        return {name: steps(asked, name, edges) for name in STEPPED}
    rollups.refresh()
    whole = Extent(asked.user, asked.people, edges[0], edges[-1], asked.at)
    made = _kept(whole, ContactDay).filter(kind__is_contact=True)
    of_days = _kept(whole, PersonDay).values_list("user", "day").annotate(
        money=Sum("revenue", filter=Q(currency=CURRENCY)), n_won=Sum("won"), n_opened=Sum("opened"), n_cards=Sum("new_cards")
    )  # fmt: skip
    rows = [(person, day, dict(zip(STEPPED, numbers, strict=False))) for person, day, *numbers in of_days]  # fmt: skip
    rows += [(person, day, {"contacts": n}) for person, day, n in made.values_list("user", "day").annotate(n=Sum("done"))]  # fmt: skip
    found: dict[str, dict[int, list[Any]]] = {name: {} for name in STEPPED}
    for person, day, numbers in rows:
        place = bisect_right(edges, day) - 1
        for name, n in numbers.items():
            if n:
                found[name].setdefault(person, [0] * (len(edges) - 1))[place] += n
    return found


def _by_day(asked: Extent, name: str) -> Iterable[tuple[int, date, Any]]:
    if sees_all(asked.user):
        rollups.refresh()
        if name == "contacts":
            kept = _kept(asked, ContactDay).filter(kind__is_contact=True)
            return kept.values_list("user", "day").annotate(n=Sum("done"))
        kept = _kept(asked, PersonDay)
        if name == "revenue":
            kept = kept.filter(currency=CURRENCY)
        return kept.values_list("user", "day").annotate(n=Sum(name))
    zone = timezone.get_default_timezone()
    rows: Any
    value: Any = Count("pk")
    if name == "contacts":
        made = Activity.objects.visible_to(asked.user).filter(**within(asked.people, "performer"))  # fmt: skip
        rows = effort.contacts(made, since=asked.since, until=asked.until)
        person, moment = "performer", "done_at"
    elif name == "new_cards":
        rows = Client.objects.visible_to(asked.user).filter(**_in("created_at", asked), **within(asked.people, "created_by"))  # fmt: skip
        person, moment = "created_by", "created_at"
    else:
        moment = "opened_at" if name == "opened" else "closed_at"
        rows, person = _deals(asked).filter(**_in(moment, asked)), "responsible"
        if name != "opened":
            rows = rows.filter(WON)
        if name == "revenue":
            value = Sum("amount", filter=Q(currency=CURRENCY))
    days = rows.order_by().annotate(on_day=TruncDate(moment, tzinfo=zone))
    return days.values_list(person, "on_day").annotate(n=value)
