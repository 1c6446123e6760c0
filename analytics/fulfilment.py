"""Sales plans against the facts: how much of what was planned came, whether the pace is enough, what contacts it takes.

Everyone's facts come from one query a measure, those of money from sums kept by days (decision 0024); a department's are
those of its people, with the departments below it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db.models import Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import contacts, kept_money, kept_work, rollups
from analytics.choices import PlanMeasure, PlanSpan
from analytics.models import PersonDay, SalesPlan
from analytics.money_lines import midnight
from analytics.months import following, quarter_of
from analytics.paying import NOUGHT
from clients.models import Activity
from deals.choices import DealState
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core import preferences
from salesexpert.core.preferences import Declared
from salesexpert.core.working_days import working_days_between

PAID, ISSUED, CLOSED = "paid", "issued", "closed"
COUNTS_BY = "plan_counts_by"
# Below this part of what the pace asks for a plan is behind, above it and below the whole at risk.
AT_RISK = Decimal("0.8")
MONEY: DecimalField = DecimalField(max_digits=18, decimal_places=2)
COUNTED_IN_MONEY = (PlanMeasure.TURNOVER, PlanMeasure.MARGIN, PlanMeasure.PAYMENTS)
# From so many won deals on, history says something.
ENOUGH = 10
# Until months of work are counted, what a deal takes of contacts is asked of so many that ended last: more of them say the same.
SAMPLE = 2_000
# From so many days on a period is read from sums where there are any.
LONG = 32
# Among people: all of them together.
FIRM = 0
Facts = dict[int, Decimal]


def declare() -> None:
    preferences.declare(
        Declared(
            COUNTS_BY,
            _("plans of turnover and margin are fulfilled by"),
            "choice",
            PAID,
            _("Paid invoices count by the day of payment, issued ones by their date, won deals by the day of closing."),
            ((PAID, _("paid invoices")), (ISSUED, _("issued invoices")), (CLOSED, _("closed deals"))),
        )
    )  # fmt: skip


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by(rows: QuerySet, person: str, value: object, people: Collection[int] | None) -> Facts:  # fmt: skip
    if people is not None:
        rows = rows.filter(**{f"{person}__in": people})
    found = rows.order_by().values_list(person).annotate(sum=value)
    return {pk: Decimal(amount) for pk, amount in found if pk is not None and amount is not None}  # fmt: skip


def _sales(
    since: date, until: date, currency: str, people: Collection[int] | None, *, margin: bool, kept: bool
) -> Facts:  # fmt: skip
    way = preferences.get(COUNTS_BY)
    if way == CLOSED:
        return _won("margin" if margin else "revenue", since, until, people, currency, kept=kept)  # fmt: skip
    name = "issued" if way == ISSUED else "paid"
    return kept_money.read(f"{name}_margin" if margin else name, since, until, currency=currency, people=people)  # fmt: skip


def _counts_won(measure: str) -> bool:
    if measure == PlanMeasure.WON:
        return True
    return measure in (PlanMeasure.TURNOVER, PlanMeasure.MARGIN) and preferences.get(COUNTS_BY) == CLOSED  # fmt: skip


def _won(
    name: str, since: date, until: date, people: Collection[int] | None, currency: str = "", *, kept: bool
) -> Facts:  # fmt: skip
    """What `name` of a day of a person came to; `kept`: from rollups."""
    if kept:
        days = PersonDay.objects.filter(day__gte=since, day__lt=until, won__gt=0)
        return _by(days.filter(currency=currency) if currency else days, "user", Sum(name), people)  # fmt: skip
    won = Deal.objects.filter(state=DealState.WON, closed_at__gte=midnight(since), closed_at__lt=midnight(until))  # fmt: skip
    value = {"won": Count("pk"), "revenue": Sum("amount"), "margin": Sum("margin")}[name]  # fmt: skip
    return _by(won.filter(currency=currency) if currency else won, "responsible", value, people)  # fmt: skip


def facts(
    measure: str, since: date, until: date, *, currency: str = "RUB", people: Collection[int] | None = None, refreshed: bool = False
) -> Facts:  # fmt: skip
    """{person: what he reached from `since` to the day before `until`}; people without anything are left out.

    `refreshed`: rollups were brought up to date just now, so they answer for short periods too.
    """
    kept = refreshed or ((until - since).days >= LONG and _counts_won(measure))
    if kept and not refreshed:
        rollups.refresh()
    if measure == PlanMeasure.TURNOVER:
        return _sales(since, until, currency, people, margin=False, kept=kept)
    if measure == PlanMeasure.MARGIN:
        return _sales(since, until, currency, people, margin=True, kept=kept)
    if measure == PlanMeasure.PAYMENTS:
        # Receipts less refunds that stand, for the responsible of their deal, else the client's curator.
        return kept_money.read("received", since, until, currency=currency, people=people)  # fmt: skip
    if measure == PlanMeasure.WON:
        return _won("won", since, until, people, kept=kept)
    if kept:
        return {pk: Decimal(n) for pk, n in contacts.by_days(since, until, people).items()}  # fmt: skip
    return _by(contacts.of_period(since, until), "performer", Count("pk"), people)


# ── fulfilment ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A plan and what came of it. `pace` is on_track, at_risk or behind; `tick` is what percent the pace asks for by now."""

    plan: Decimal
    fact: Decimal
    tick: Decimal

    @property
    def percent(self) -> Decimal | None:
        return (self.fact * 100 / self.plan).quantize(Decimal("0.1")) if self.plan else None  # fmt: skip

    @property
    def left(self) -> Decimal:
        return max(self.plan - self.fact, NOUGHT)

    @property
    def pace(self) -> str:
        asked = self.plan * self.tick / 100
        if self.fact >= asked:
            return "on_track"
        return "at_risk" if self.fact >= asked * AT_RISK else "behind"

    @property
    def ahead(self) -> Decimal | None:
        """Percent points before (or, negative, behind) the pace."""
        return None if self.percent is None else self.percent - self.tick

    @property
    def width(self) -> str:
        return f"{min(max(self.percent or NOUGHT, NOUGHT), Decimal(100)):.1f}"


def end_of(span: str, since: date) -> date:
    return following(since, {PlanSpan.MONTH: 1, PlanSpan.QUARTER: 3}.get(span, 12))  # type: ignore[call-overload]


def begin_of(span: str, day: date) -> date:
    if span == PlanSpan.YEAR:
        return date(day.year, 1, 1)
    return quarter_of(day) if span == PlanSpan.QUARTER else day.replace(day=1)


def tick_of(since: date, until: date, today: date) -> Decimal:
    """How many percent of the working days of the period are over, today included."""
    whole = working_days_between(since - timedelta(days=1), until - timedelta(days=1))
    done = working_days_between(since - timedelta(days=1), min(today, until - timedelta(days=1)))  # fmt: skip
    return (Decimal(done) * 100 / whole).quantize(Decimal("0.1")) if whole else NOUGHT


def plan_of(user: User, measure: str, *, on: date, span: str = PlanSpan.MONTH) -> Fulfilment | None:  # fmt: skip
    """A person's own plan of the month (quarter, year) of the day `on`; None where none is set."""
    since = begin_of(span, on)
    plan = SalesPlan.objects.filter(user=user, measure=measure, span=span, since=since).first()  # fmt: skip
    if plan is None:
        return None
    until = end_of(span, since)
    fact = facts(measure, since, until, currency=plan.currency, people=[user.pk]).get(user.pk, NOUGHT)  # fmt: skip
    return Fulfilment(plan.amount, fact, tick_of(since, until, on))


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """A plan of one person that runs on a day, of a month, quarter or year."""

    measure: str
    span: str
    since: date
    currency: str
    done: Fulfilment

    @property
    def is_money(self) -> bool:
        return self.measure in COUNTED_IN_MONEY

    @property
    def measure_label(self) -> str:
        return str(PlanMeasure(self.measure).label)

    @property
    def told(self) -> str:
        """“November 2026”, “quarter 4 of 2026”, “2026”."""
        if self.span == PlanSpan.YEAR:
            return f"{self.since:%Y}"
        if self.span == PlanSpan.QUARTER:
            return gettext("quarter %(n)d of %(year)d") % {"n": (self.since.month + 2) // 3, "year": self.since.year}  # fmt: skip
        return formats.date_format(self.since, "F Y")

    @property
    def link(self) -> str:
        asked = {"measure": self.measure, "span": self.span, "since": f"{self.since:%Y-%m}"}  # fmt: skip
        return f"{reverse('analytics:plans')}?{urlencode(asked)}"


def running_on(day: date) -> Q:
    """Plans of the month, the quarter and the year that the day is in."""
    running = Q()
    for span in PlanSpan.values:
        running |= Q(span=span, since=begin_of(span, day))
    return running


def shortest(plans: Iterable[SalesPlan]) -> dict[tuple[str, int | None, int | None], SalesPlan]:  # fmt: skip
    """Of each (measure, person, department) the plan of the shortest period."""
    order = [PlanSpan.MONTH, PlanSpan.QUARTER, PlanSpan.YEAR]
    found: dict[tuple[str, int | None, int | None], SalesPlan] = {}
    for plan in plans:
        key = (plan.measure, plan.user_id, plan.department_id)
        known = found.get(key)
        if known is None or order.index(plan.span) < order.index(known.span):  # type: ignore[arg-type]
            found[key] = plan
    return found


def own_plans(user: int, *, on: date) -> list[OwnPlan]:
    """His plans that run on the day `on`, of each measure the one of the shortest period: two queries and one a measure."""
    plans = shortest(SalesPlan.objects.filter(running_on(on), user=user))
    if plans:
        rollups.refresh()
    found = []
    for measure in PlanMeasure.values:
        if plan := plans.get((measure, user, None)):
            until = end_of(plan.span, plan.since)
            fact = facts(measure, plan.since, until, currency=plan.currency, people=[user], refreshed=True).get(user, NOUGHT)  # fmt: skip
            done = Fulfilment(plan.amount, fact, tick_of(plan.since, until, on))
            found.append(OwnPlan(measure, plan.span, plan.since, plan.currency, done))
    return found


def percent_of(measure: str) -> Callable[[int, date, date], Decimal | None]:
    """For bonuses: fulfilment in percent of a person's plan of the period; months that make up a quarter are added."""

    def value(user: int, since: date, until: date) -> Decimal | None:
        own = SalesPlan.objects.filter(user=user, measure=measure)
        span = PlanSpan.MONTH if following(since) == until else PlanSpan.QUARTER
        plans = list(own.filter(span=span, since=since)) or list(
            own.filter(span=PlanSpan.MONTH, since__gte=since, since__lt=until)
        )
        whole = sum((p.amount for p in plans), NOUGHT)
        if not whole:
            return None
        fact = facts(measure, since, until, currency=plans[0].currency, people=[user]).get(user, NOUGHT)  # fmt: skip
        return (fact * 100 / whole).quantize(Decimal("0.01"))

    return value


# ── contacts needed (BX3) ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Needed:
    """How many contacts it takes to meet the plan, measured over `months` of own history.

    `won` deals are the sample; with fewer than ENOUGH of them the answer is a guess and says so.
    """

    done: int
    needed: int
    per_day: Decimal
    deals: int
    won: int
    average: Decimal
    win_rate: Decimal
    contacts_per_deal: Decimal
    months: int = 12

    @property
    def is_thin(self) -> bool:
        return self.won < ENOUGH

    @property
    def whole(self) -> int:
        return self.done + self.needed


@dataclass(frozen=True, slots=True)
class _History:
    """What deals of a person, or of all together, came to: `on_deals` are contacts on those that `ended`, or on the latest
    `asked` of them."""

    won: int
    ended: int
    money: Decimal
    on_deals: int
    asked: int
    done: int

    def needed(self, left: Decimal, *, days: int, months: int, in_deals: bool) -> Needed | None:  # fmt: skip
        if not self.won or not self.money:
            return None
        average = self.money / self.won
        win_rate = Decimal(self.won) / self.ended
        each = Decimal(self.on_deals) / self.asked
        deals = _up(left if in_deals else left / average)
        needed = _up(Decimal(deals) / win_rate * each) if left > 0 else 0
        return Needed(
            done=self.done,
            needed=needed,
            per_day=(Decimal(needed) / max(days, 1)).quantize(Decimal("0.1")),
            deals=deals,
            won=self.won,
            average=average.quantize(Decimal("0.01")),
            win_rate=(win_rate * 100).quantize(Decimal("0.1")),
            contacts_per_deal=each.quantize(Decimal("0.1")),
            months=months,
        )


def contacts_needed(
    left: Mapping[int, Decimal], *, people: Collection[int] = (), since: date, until: date, today: date, months: int = 12, in_deals: bool = False
) -> dict[int, Needed | None]:  # fmt: skip
    """{person: what is `left` of his plan ÷ average deal ÷ win rate × contacts that a deal takes from opening to its end};
    under FIRM of all `people` together. With `in_deals` plans are of won deals and need no average. As many queries for one
    person as for all.

    None for whoever has no won deal in his history to measure by.
    """
    if not left:
        return {}
    histories = _histories([pk for pk in left if pk != FIRM], people if FIRM in left else (), following(since, -months), since, until)  # fmt: skip
    days = working_days_between(today - timedelta(days=1), until - timedelta(days=1))
    return {pk: histories[pk].needed(amount, days=days, months=months, in_deals=in_deals) for pk, amount in left.items()}  # fmt: skip


def _histories(
    single: Collection[int], together: Collection[int], begin: date, since: date, until: date
) -> dict[int, _History]:  # fmt: skip
    """Deals that ended from `begin` to `since`, contacts done from then until `until`: of `single` people, and under FIRM of
    those `together`."""
    rollups.refresh()
    asked = {*single, *together}
    days = PersonDay.objects.filter(user__in=asked, day__gte=begin, day__lt=since)
    counts = {
        pk: (won, won + lost, money)
        for pk, won, lost, money in days.order_by().values_list("user").annotate(
            Sum("won"), Sum("lost"), money=Sum("revenue", filter=Q(currency="RUB"), default=NOUGHT)
        )
    }  # fmt: skip
    done = contacts.by_days(since, until, asked)
    kept = kept_work.on_ended(begin, since, people=asked)
    ended = Deal.objects.filter(closed_at__gte=midnight(begin), closed_at__lt=midnight(since))  # fmt: skip
    on_deals: dict[int, int] = kept or {}
    if kept is None:
        own = ended.filter(responsible=OuterRef(OuterRef("pk")))
        on_deals = dict(
            User.objects.filter(pk__in=[pk for pk in single if pk in counts and counts[pk][0]])
            .order_by()
            .values_list("pk", Coalesce(Subquery(_contacts_on(own).order_by().values("status").annotate(count=Count("*")).values("count")), 0))
        )  # fmt: skip

    def history(people: Collection[int], on_deals: int) -> _History:
        rows = [counts[pk] for pk in people if pk in counts]
        won, whole, money = (sum(column) for column in zip((0, 0, NOUGHT), *rows, strict=True))  # fmt: skip
        asked = min(whole, SAMPLE) if kept is None else whole
        return _History(won, whole, money, on_deals, asked, sum(done.get(pk, 0) for pk in people))  # fmt: skip

    found = {pk: history([pk], on_deals.get(pk, 0)) for pk in single}
    if together:
        of_all = _contacts_on(ended.filter(responsible__in=together)).count() if kept is None else sum(kept.get(pk, 0) for pk in set(together))  # fmt: skip
        found[FIRM] = history(together, of_all)
    return found


def _contacts_on(ended: QuerySet[Deal, Any]) -> QuerySet[Activity, Any]:
    """Contacts of the latest SAMPLE of these deals."""
    latest = ended.order_by("-closed_at", "-pk").values("pk")[:SAMPLE]
    return Activity.objects.filter(deal__in=latest, status="done", kind__is_contact=True)  # fmt: skip


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def counts_by_words() -> str:
    """What turnover and margin are counted by, for the line under a figure."""
    words = {PAID: _("paid invoices"), ISSUED: _("issued invoices"), CLOSED: _("closed deals")}  # fmt: skip
    return str(words[preferences.get(COUNTS_BY)])
