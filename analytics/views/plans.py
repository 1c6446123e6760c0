"""Sales plans: what was planned and what came of it, contacts needed to meet them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analytics import choosing, counting, fulfilment, pay_scope, plan_figures
from analytics.actions.plans import Whose
from analytics.choices import PlanMeasure, PlanSpan
from analytics.fulfilment import COUNTED_IN_MONEY, FIRM, Fulfilment
from analytics.models import SalesPlan
from analytics.months import following
from analytics.paying import NOUGHT
from analytics.plan_figures import PlanNumbers
from analytics.team_plans import team_plans
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tree import branches, ids_below
from salesexpert.core.http import render_part

sees = permission_required("analytics.view_plans", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: the firm, a department or a person."""

    label: str
    depth: int
    plan: Fulfilment | None
    fact: Decimal
    whose: Whose
    needed: fulfilment.Needed | None = None


@require_GET
@sees
def page(request: SignedRequest) -> HttpResponse:
    asked = request.GET
    measure, no_measure = choosing.one_of(asked.get("measure", ""), PlanMeasure.choices, PlanMeasure.PAYMENTS)  # fmt: skip
    span, no_span = choosing.one_of(asked.get("span", ""), PlanSpan.choices, PlanSpan.MONTH)  # fmt: skip
    month, no_month = choosing.month(asked.get("since", ""), fulfilment.today())
    since = fulfilment.begin_of(span, month)
    until = fulfilment.end_of(span, since)
    today = fulfilment.today()
    people = list(pay_scope.people_in_order(request.user))
    plans = _plans(measure, span, since, until)
    tick = fulfilment.tick_of(since, until, today)
    ids = [p.pk for p in people]
    runs = since <= today < until and measure != PlanMeasure.CONTACTS
    planned = _planned(request.user, plans, ids) if runs else {}
    figures = plan_figures.figures(request.user, measure, since, until, people=ids, of_firm=pay_scope.departments(request.user) is None, planned=planned, at=timezone.now())  # fmt: skip
    found = counting.counted(figures, again=counting.again(request)) if ids != [request.user.pk] else counting.at_once(figures)  # fmt: skip
    rows = [] if found.value is None else _rows(request.user, people, plans, found.value, tick)  # fmt: skip
    context = {
        "found": found,
        "team": ids != [request.user.pk],
        "misread": [fault for fault in (no_measure, no_span, no_month) if fault],
        "measure": measure,
        "measures": PlanMeasure.choices,
        "span": span,
        "spans": PlanSpan.choices,
        "since": since,
        "until": until,
        "before": fulfilment.begin_of(span, following(since, -1)),
        "after": until,
        "rows": rows,
        "money": measure in COUNTED_IN_MONEY,
        "tick": tick,
        "counts_by": fulfilment.counts_by_words(),
        "shows_needed": any(row.needed for row in rows),
    }
    return render_part(request, "analytics/plans.html", "figures", context)


@require_GET
@sees
def mine(request: SignedRequest) -> HttpResponse:
    """The reader's own plans and those of his people for his day page, which asks for them when it stands; nothing where
    there are none."""
    today = fulfilment.today()
    context = {
        "plans": fulfilment.own_plans(request.user.pk, on=today),
        "team": team_plans(request.user, on=today),
    }
    return render(request, "analytics/plans_mine.html", context)


def _plans(measure: str, span: str, since: date, until: date) -> dict[Whose, Decimal]:
    """Plans of the period; where a longer one has none, its months make it up."""
    found: dict[Whose, Decimal] = {}
    exact = SalesPlan.objects.filter(measure=measure, span=span, since=since)
    for plan in exact:
        found[Whose(plan.user_id, plan.department_id)] = plan.amount
    if span != PlanSpan.MONTH:
        added: dict[Whose, Decimal] = {}
        for plan in SalesPlan.objects.filter(measure=measure, span=PlanSpan.MONTH, since__gte=since, since__lt=until):  # fmt: skip
            whose = Whose(plan.user_id, plan.department_id)
            added[whose] = added.get(whose, NOUGHT) + plan.amount
        found = added | found
    return found


def _planned(user: User, plans: dict[Whose, Decimal], people: list[int]) -> dict[int, Decimal]:  # fmt: skip
    """Plans of people and of the firm, for which is told how many contacts they take; not those of departments."""
    found = {pk: plans[whose] for pk in people if (whose := Whose(pk)) in plans}
    if Whose() in plans and pay_scope.departments(user) is None:
        found[FIRM] = plans[Whose()]
    return found


def _rows(
    user: User, people: list[User], plans: dict[Whose, Decimal], numbers: PlanNumbers, tick: Decimal
) -> list[Row]:  # fmt: skip
    facts = numbers.facts

    def row(label: str, depth: int, whose: Whose, fact: Decimal) -> Row:
        plan = plans.get(whose)
        needed = None if whose.department else numbers.needed.get(whose.user or FIRM)
        return Row(label, depth, Fulfilment(plan, fact, tick) if plan is not None else None, fact, whose, needed)  # fmt: skip

    by_department: dict[int | None, list[User]] = {}
    for person in people:
        by_department.setdefault(person.department_id, []).append(person)
    found, led = [], pay_scope.departments(user)
    if led is None:
        found.append(row(_("The whole firm"), 0, Whose(), sum(facts.values(), NOUGHT)))
    tree = branches(Department.objects.all())
    all_below = ids_below(tree)
    for branch in tree:
        pk = branch.department.pk
        below = all_below[pk] if by_department.get(pk) or Whose(None, pk) in plans else set()  # fmt: skip
        members = [p for d in below for p in by_department.get(d, [])]
        if (led is None or pk in led) and below and (Whose(None, pk) in plans or any(p.pk in facts or Whose(p.pk) in plans for p in members)):  # fmt: skip
            fact = sum((facts.get(p.pk, NOUGHT) for p in members), NOUGHT)
            found.append(row(str(branch.department), 1, Whose(None, pk), fact))
        for person in by_department.get(pk, []):
            if Whose(person.pk) in plans or facts.get(person.pk):
                found.append(row(str(person), 2, Whose(person.pk), facts.get(person.pk, NOUGHT)))  # fmt: skip
    for person in by_department.get(None, []):
        if Whose(person.pk) in plans or facts.get(person.pk):
            found.append(row(str(person), 2, Whose(person.pk), facts.get(person.pk, NOUGHT)))  # fmt: skip
    return found
