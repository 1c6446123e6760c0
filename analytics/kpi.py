"""KPI: a few figures of a role with targets and weights; the ready set (KP7-KP11) and own ones by formula.

Each answers for all people at once: {person: value}, without those who have none; where nothing can be divided there is
no value, and a dash is shown.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics import (
    contacts,
    counting,
    formulas,
    fulfilment,
    indicators,
    kept_money,
    kept_work,
    rollups,
    sums,
)
from analytics.asking import Question
from analytics.choices import Good, PlanMeasure, Unit
from analytics.counting import Figures
from analytics.fulfilment import MONEY
from analytics.models import KpiChoice, OwnIndicator, PersonDay
from analytics.money_lines import midnight
from analytics.paying import NOUGHT
from analytics.sums import Extent
from clients.choices import Ladder
from clients.models import RelationshipType
from deals.choices import DealState
from deals.models import Deal, Invoice
from salesexpert.accounts.models import Role, User
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.folding import fold

FEWEST, MOST = 3, 5
CAP = Decimal(150)
KPI = "kpi"
Values = Mapping[int, Decimal | None]
Ask = Callable[[Collection[int], date, date], Values]


@dataclass(frozen=True, slots=True)
class Indicator:
    """`code` is its name in formulas. `definition` and `formula` stand beside each figure."""

    code: str
    name: str | Promise
    definition: str | Promise
    formula: str | Promise
    unit: str
    good: str
    ask: Ask

    @property
    def told(self) -> str:
        """What it says and how it is counted, in sentences; whoever made one of his own may have left the full stop out."""
        said = str(self.definition).strip()
        words = [said if said.endswith(".") else f"{said}."] if said else []
        if self.formula:
            words.append(f"{_('Formula')}: {self.formula}.")
        return " ".join(words)


Known = Mapping[str, Indicator]


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ended_deals(people: Collection[int], since: date, until: date) -> dict[int, tuple[int, int, Decimal]]:  # fmt: skip
    """{person: (won, refused, revenue in roubles)} of deals that were closed in the period, from sums of days."""
    rollups.refresh()
    return {row[0]: row[1:] for row in _ended_by_days(people=list(people), since=since, until=until)}  # fmt: skip


# Written by the ORM once: PostgreSQL answers these for a seller in less time than it takes to write them.


@CompiledQuery
def _ended_by_days(people: list[int], since: date, until: date) -> QuerySet[Any, Any]:
    """(person, won, refused, revenue in roubles)"""
    days = PersonDay.objects.filter(user__any_of=people, day__gte=since, day__lt=until)
    return days.order_by().values_list("user").annotate(
        n_won=Sum("won"), n_lost=Sum("lost"), sum=Sum("revenue", filter=Q(currency="RUB"), default=NOUGHT)
    )  # fmt: skip


def _of_ended(place: int, people: Collection[int], since: date, until: date) -> dict[int, Decimal]:  # fmt: skip
    """{person: what stands at this place of his ended deals}; whose is nought is left out."""
    ended = _ended_deals(people, since, until)
    return {pk: Decimal(row[place]) for pk, row in ended.items() if row[place]}


def _won(people: Collection[int], since: date, until: date) -> Values:
    return _of_ended(0, people, since, until)


def _lost(people: Collection[int], since: date, until: date) -> Values:
    return _of_ended(1, people, since, until)


def _revenue(people: Collection[int], since: date, until: date) -> Values:
    return _of_ended(2, people, since, until)


def _receipts(people: Collection[int], since: date, until: date) -> Values:
    return fulfilment.facts(PlanMeasure.PAYMENTS, since, until, people=people)


def _contacts(people: Collection[int], since: date, until: date) -> Values:
    rollups.refresh()
    return {pk: Decimal(n) for pk, n in contacts.by_days(since, until, people).items()}


def _regular_contacts(people: Collection[int], since: date, until: date) -> Values:
    """From months of work; days amid a month are counted."""
    stood = kept_work.stood(since, until, people=people)
    found: dict[int, Decimal] = {}
    if stood is not None:
        regular = {one.pk for one in RelationshipType.objects.filter(step=Ladder.REGULAR)}  # fmt: skip
        for (pk, kind), n in stood.items():
            if kind in regular:
                found[pk] = found.get(pk, Decimal(0)) + n
        return found
    made = contacts.of_period(since, until).filter(client__isnull=False, relationship__step=Ladder.REGULAR, performer__in=people)  # fmt: skip
    return {pk: Decimal(n) for pk, n in made.order_by().values_list("performer").annotate(n=Count("pk"))}  # fmt: skip


def _divided(above: Values, below: Values, *, percent: bool = True) -> Values:
    return {
        pk: ((above.get(pk) or NOUGHT) * (100 if percent else 1) / whole).quantize(Decimal("0.01"))
        for pk, whole in below.items()
        if whole
    }  # fmt: skip


def _win_rate(people: Collection[int], since: date, until: date) -> Values:
    ended = _ended_deals(people, since, until)
    return _divided({pk: Decimal(won) for pk, (won, *_) in ended.items()}, {pk: Decimal(won + lost) for pk, (won, lost, _) in ended.items()})  # fmt: skip


@CompiledQuery
def _cancelled_since(people: list[int], day: date, from_day: date) -> QuerySet[Any, Any]:  # fmt: skip
    """(person, what those owed that were cancelled from `from_day` on)"""
    before = Invoice.objects.filter(responsible__any_of=people, corrects=None, currency="RUB", issued_on__lt=day).order_by()  # fmt: skip
    cancelled = before.filter(correction__issued_on__gte=from_day, correction__corrects__isnull=False)  # fmt: skip
    return cancelled.values_list("responsible").annotate(sum=Sum(OWING))


OWING = ExpressionWrapper(F("total") - F("paid"), output_field=MONEY)


def _receivables_at(people: Collection[int], day: date) -> dict[int, Decimal]:
    """{person: what invoices issued before the day still owed at its beginning}: issued less cancelled less paid by then.

    Days of money tell it of the invoices that stand; those that were cancelled since stood then.
    """
    totals = defaultdict(Decimal, kept_money.owed(day, currency="RUB", people=people))
    for person, part in _cancelled_since(people=list(people), day=day, from_day=day):
        totals[person] += part
    return {pk: whole for pk, whole in totals.items() if whole > 0}


def _paid_of_receivables(people: Collection[int], since: date, until: date) -> Values:
    return _divided(_receipts(people, since, until), _receivables_at(people, since))


def _new_to_regular(people: Collection[int], since: date, until: date) -> Values:
    counts = kept_work.won_by_client(since, until, people=people)
    if counts is None:
        counts = _won_by_client(people, since, until)
    new, regular = ({pk: Decimal(both[place]) for pk, both in counts.items() if both[place]} for place in (0, 1))  # fmt: skip
    return _divided(new, regular)


def _won_by_client(people: Collection[int], since: date, until: date) -> dict[int, tuple[int, int]]:  # fmt: skip
    """{person: (clients whose first won deal closed in the period, clients with a later one)}, where no months tell it."""
    won = Deal.objects.filter(responsible__in=people, state=DealState.WON, closed_at__gte=midnight(since), closed_at__lt=midnight(until))  # fmt: skip
    first = (
        Deal.objects.filter(client=OuterRef("client"), state=DealState.WON)
        .order_by()
        .values("client")
        .annotate(first=Min("closed_at"))
        .values("first")[:1]
    )
    # Two levels, so that the first deal of a client is looked up once a deal.
    ask = Question()
    rows = ask.within(won.annotate(first=Subquery(first)), "responsible", "client", "closed_at", "first")  # fmt: skip
    found = ask.rows(f"""
        SELECT person, count(DISTINCT client) FILTER (WHERE at = first), count(DISTINCT client) FILTER (WHERE at > first)
        FROM (SELECT * FROM {rows} AS w(person, client, at, first) OFFSET 0) AS d GROUP BY 1
    """)
    return {pk: (new, later) for pk, new, later in found}


# ── the set ──────────────────────────────────────────────────────────────────────────────────────────────────────────

READY = (
    Indicator("paid_of_receivables", _("Payments to receivables"), _("Receipts less refunds of the month in percent of what clients owed at its start."), _("receipts ÷ receivables at the start × 100"), Unit.PERCENT, Good.MORE, _paid_of_receivables),
    Indicator("win_rate", _("Share of won deals"), _("Won deals in percent of those closed in the period."), _("won ÷ (won + refused) × 100"), Unit.PERCENT, Good.MORE, _win_rate),
    Indicator("new_to_regular", _("New clients to regular"), _("Clients whose first won deal closed in the period, in percent of those with a later one closed in it."), _("new ÷ regular × 100"), Unit.PERCENT, Good.MORE, _new_to_regular),
    Indicator("contacts", _("Contacts"), _("Done calls, meetings and other work that counts as a contact, by its performer."), _("number of contacts"), Unit.NUMBER, Good.MORE, _contacts),
    Indicator("regular_contacts", _("Contacts with regular clients"), _("Contacts with clients who were regular at that moment."), _("number of contacts"), Unit.NUMBER, Good.MORE, _regular_contacts),
    Indicator("won", _("Won deals"), _("Deals that closed in success in the period, by their responsible."), _("number of deals"), Unit.NUMBER, Good.MORE, _won),
    Indicator("lost", _("Refusals"), _("Deals that closed in refusal in the period."), _("number of deals"), Unit.NUMBER, Good.LESS, _lost),
    Indicator("revenue", _("Revenue"), _("Amounts of won deals by the day of closing, in roubles."), _("sum of amounts"), Unit.MONEY, Good.MORE, _revenue),
    Indicator("receipts", _("Receipts"), _("Payments less refunds by their day, in roubles."), _("sum of payments"), Unit.MONEY, Good.MORE, _receipts),
)  # fmt: skip


def ready() -> dict[str, Indicator]:
    """What formulas may name: the ready set, then every indicator of the diagnosis that it lacks."""
    found = {indicator.code: indicator for indicator in READY}
    for one in (*indicators.INDICATORS, *indicators.by_kind()):
        if one.name not in found:
            found[one.name] = _of_diagnosis(one)
    return found


_UNITS = {indicators.Unit.MONEY: Unit.MONEY, indicators.Unit.PERCENT: Unit.PERCENT, indicators.Unit.DAYS: Unit.DAYS}  # fmt: skip


def _of_diagnosis(one: indicators.Indicator) -> Indicator:
    """An indicator of the diagnosis as a KPI: the same figure, of everybody at once."""

    def ask(people: Collection[int], since: date, until: date) -> Values:
        asked = Extent(User(is_superuser=True), tuple(people), since, until, timezone.now())  # fmt: skip
        found = sums.sums(asked, one.families)
        values = {pk: one.value(found.get(pk, {})) for pk in people}
        return {pk: None if v is None else Decimal(v).quantize(Decimal("0.01")) for pk, v in values.items()}  # fmt: skip

    good = Good.LESS if one.good == "down" else Good.MORE
    return Indicator(one.name, one.label, one.definition, one.formula, _UNITS.get(one.unit, Unit.NUMBER), good, ask)  # fmt: skip


def known() -> dict[str, Indicator]:
    """Everything a KPI may be: the ready ones, then the company's own."""
    found = ready()
    labels = labels_of(found)
    for own in OwnIndicator.objects.filter(retired_at=None):
        if own.code not in found:
            found[own.code] = _own(own, labels)
    return found


def labels_of(known: Mapping[str, Indicator]) -> dict[str, str]:
    """{code: what it is called in formulas that people read}; those called alike keep their codes, but the first."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code, one in known.items():
        label = str(one.name)
        if fold(label) not in taken and not set(label) & set('«»“”„"'):
            found[code] = label
            taken.add(fold(label))
    return found


def codes_of(known: Mapping[str, Indicator]) -> dict[str, str]:
    """{folded name: code} by which formulas are understood: names of every language, then the codes themselves."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in labels_of(known).items():
                found.setdefault(fold(label), code)
    return found | {code: code for code in known}


def _own(own: OwnIndicator, labels: Mapping[str, str]) -> Indicator:
    def ask(people: Collection[int], since: date, until: date) -> Values:
        return by_formula(own.formula, people, since, until)

    return Indicator(own.code, str(own), own.definition, formulas.worded(own.formula, labels), own.unit, own.good, ask)  # fmt: skip


def by_formula(formula: str, people: Collection[int], since: date, until: date) -> Values:  # fmt: skip
    """Values of a formula over the indicators that are ready. A number that nobody has is nought; a share that cannot be divided is none."""
    try:
        node, wanted = formulas.parse(formula), formulas.names(formula)
    except formulas.WrongFormula:
        return {}
    by_code = ready()
    asked = {n: (by_code[n], by_code[n].ask(people, since, until)) for n in wanted if n in by_code}  # fmt: skip
    found: dict[int, Decimal | None] = {}
    for person in people:
        values = {
            name: found_for.get(person, None if one.unit == Unit.PERCENT else NOUGHT)
            for name, (one, found_for) in asked.items()
        }
        value = formulas.worked_out(node, values)
        found[person] = value
    return found


# ── what a person is shown ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shown:
    """A KPI of a person in a period: `attained` is the percent of the target, None where there is no value."""

    indicator: Indicator
    value: Decimal | None
    target: Decimal
    weight: int
    before: Decimal | None

    @property
    def attained(self) -> Decimal | None:
        return attained(self.value, self.target, self.indicator.good)

    @property
    def is_reached(self) -> bool:
        return (self.attained or NOUGHT) >= 100


def attained(value: Decimal | None, target: Decimal, good: str) -> Decimal | None:
    """How much of a target is reached, in percent, at most CAP; where less is better, half of it is twice as good."""
    if value is None or not target:
        return None
    if good == Good.LESS:
        found = CAP if value <= 0 else target * 100 / value
    else:
        found = value * 100 / target
    return min(max(found, NOUGHT), CAP).quantize(Decimal("0.1"))


def score(rows: Sequence[Shown]) -> Decimal | None:
    """The weighted mean of what was attained, in percent; a KPI without a value counts nought. None without KPI."""
    weights = sum(row.weight for row in rows)
    if not weights:
        return None
    whole = sum(((row.attained or NOUGHT) * row.weight for row in rows), NOUGHT)
    return (whole / weights).quantize(Decimal("0.1"))


def figures(user: User, people: Collection[int], codes: Collection[str], since: date, until: date, before: tuple[date, date], *, at: datetime) -> Figures:  # fmt: skip
    """The values of these indicators, of a team, for whoever counts them."""
    own = set(codes) - {one.code for one in READY}
    formulas_ = dict(OwnIndicator.objects.filter(code__in=own).values_list("code", "formula"))  # fmt: skip
    asked = {
        "people": sorted(people),
        "indicators": {code: formulas_.get(code, "") for code in sorted(codes)},
        "since": since.isoformat(),
        "until": until.isoformat(),
        "before": [day.isoformat() for day in before],
    }
    return Figures(KPI, user, asked, tuple(asked), at)


@counting.makes(KPI)
def _asked(user: User, asked: Mapping[str, Any], at: datetime) -> dict[str, tuple[Values, Values]]:  # fmt: skip
    since, until, *before = (date.fromisoformat(day) for day in (asked["since"], asked["until"], *asked["before"]))  # fmt: skip
    return values(asked["people"], known(), asked["indicators"], since, until, (before[0], before[1]))  # fmt: skip


def values(people: Sequence[int], by_code: Known, codes: Collection[str], since: date, until: date, before: tuple[date, date] | None = None) -> dict[str, tuple[Values, Values]]:  # fmt: skip
    """{indicator: its values of the period, those of the one before}. Each is asked once for all."""
    return {
        code: (by_code[code].ask(people, since, until), by_code[code].ask(people, *before) if before else {})
        for code in codes
        if code in by_code
    }  # fmt: skip


def choices_of(people: Collection[User], by_code: Known) -> dict[int, list[KpiChoice]]:  # fmt: skip
    """{role: its KPI} of these people's roles, without indicators that are offered no more."""
    found: dict[int, list[KpiChoice]] = {}
    for choice in KpiChoice.objects.filter(role__in={p.role_id for p in people if p.role_id}):  # fmt: skip
        if choice.indicator in by_code:
            found.setdefault(choice.role_id, []).append(choice)
    return found


def codes_in(choices: Mapping[int, Sequence[KpiChoice]]) -> set[str]:
    return {choice.indicator for rows in choices.values() for choice in rows}


def of_people(people: Collection[User], since: date, until: date, before: tuple[date, date] | None = None) -> dict[int, list[Shown]]:  # fmt: skip
    """{person: the KPI of his role}, counted now."""
    by_code = known()
    choices = choices_of(people, by_code)
    found = values([p.pk for p in people], by_code, codes_in(choices), since, until, before)  # fmt: skip
    return shown(people, by_code, choices, found, compared=bool(before))


def shown(people: Collection[User], by_code: Known, choices: Mapping[int, Sequence[KpiChoice]], found: Mapping[str, tuple[Values, Values]], *, compared: bool = True) -> dict[int, list[Shown]]:  # fmt: skip
    """{person: the KPI of his role} of the values that were counted."""
    return {
        p.pk: [
            Shown(
                by_code[c.indicator],
                _value(by_code[c.indicator], found[c.indicator][0], p.pk),
                c.target,
                c.weight,
                _value(by_code[c.indicator], found[c.indicator][1], p.pk) if compared else None,
            )
            for c in choices.get(p.role_id or 0, [])
            if c.indicator in found
        ]
        for p in people
    }  # fmt: skip


def _value(indicator: Indicator, values: Values, person: int) -> Decimal | None:
    return values.get(person, None if indicator.unit == Unit.PERCENT else NOUGHT)


def score_of(user: int, since: date, until: date) -> Decimal | None:
    """For bonuses: the weighted KPI of a person in percent."""
    person = User.objects.filter(pk=user).first()
    return score(of_people([person], since, until)[user]) if person else None


def roles() -> Sequence[Role]:
    return list(Role.objects.order_by("position", "pk"))
