"""Plans of those whose figures a reader may see, for his day page: the firm, departments, and people, who is behind first.

Whoever reads everybody's figures sees the firm and its departments; a head his departments and each of his people.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics import fulfilment, rollups
from analytics.choices import PlanMeasure
from analytics.fulfilment import Fulfilment, OwnPlan
from analytics.models import SalesPlan
from analytics.paying import NOUGHT
from analytics.scope import Scope, scope_of
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.tree import branches, ids_below
from salesexpert.core import preferences

# The day page has a narrow column; all of them stand on the page of plans.
PEOPLE = 6
DEPARTMENTS = 8


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """Whose plan it is, in words, and the plan; `plan` speaks as one's own does."""

    whose: str
    plan: OwnPlan

    @property
    def done(self) -> Fulfilment:
        return self.plan.done


@dataclass(frozen=True, slots=True)
class Measured:
    """What is planned by one measure. `groups`: the firm and departments; `people`: who is furthest behind comes first."""

    label: str
    groups: list[TeamPlan]
    people: list[TeamPlan]
    more: int
    link: str


def team_plans(user: User, *, on: date) -> list[Measured]:
    """Empty for whoever sees only his own figures. As many queries as measures are planned, and a few."""
    scope = scope_of(user)
    if scope.is_own:
        return []
    team = _Team(scope)
    plans = fulfilment.shortest(
        plan
        for plan in SalesPlan.objects.filter(fulfilment.running_on(on))
        if plan.user_id != user.pk and team.sees(plan)
    )
    facts = _facts(plans.values(), scope)
    found = []
    for measure in PlanMeasure.values:
        mine = [plan for plan in plans.values() if plan.measure == measure]
        told = {plan: _told(plan, team, facts, on) for plan in mine}
        groups = [told[plan] for plan in sorted(mine, key=team.place) if plan.user_id is None]  # fmt: skip
        # With the firm before them, single people are the matter of their heads.
        people = [] if groups and scope.people is None else [told[p] for p in mine if p.user_id]  # fmt: skip
        people.sort(key=lambda one: (one.done.ahead or NOUGHT, one.whose))
        if groups or people:
            more = max(len(people) - PEOPLE, 0) + max(len(groups) - DEPARTMENTS, 0)
            link = (groups or people)[0].plan.link
            found.append(Measured(str(PlanMeasure(measure).label), groups[:DEPARTMENTS], people[:PEOPLE], more, link))  # fmt: skip
    return found


class _Team:
    """Departments and people of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        users = list(User.objects.only("department_id", "is_active", "first_name", "last_name", "username"))  # fmt: skip
        self.names = {user.pk: str(user) for user in users}
        self.at_work = {user.pk for user in users if user.is_active}
        members: dict[int | None, set[int]] = {}
        for user in users:
            members.setdefault(user.department_id, set()).add(user.pk)
        tree = branches(Department.objects.order_by("position", "name", "pk"))
        self.departments = {branch.department.pk: branch.department for branch in tree}
        self.members = {pk: set[int]().union(*(members.get(one, ()) for one in below)) for pk, below in ids_below(tree).items()}  # fmt: skip

    def sees(self, plan: SalesPlan) -> bool:
        """The plan of a department only with all who work in it: its sum would tell of the others."""
        if plan.user_id is not None:
            return plan.user_id in self.at_work and self.scope.holds(plan.user_id)
        if self.scope.people is None:
            return True
        if plan.department_id is None:
            return False
        working = self.members[plan.department_id] & self.at_work
        return bool(working) and working <= set(self.scope.people)

    def place(self, plan: SalesPlan) -> int:
        """The firm first, then departments as they stand in their tree."""
        return list(self.departments).index(plan.department_id) if plan.department_id else -1  # fmt: skip

    def whose(self, plan: SalesPlan) -> str:
        if plan.user_id is not None:
            return self.names[plan.user_id]
        if plan.department_id is not None:
            return str(self.departments[plan.department_id])
        return str(preferences.get("company_name") or _("The firm"))

    def people_of(self, plan: SalesPlan) -> Collection[int] | None:
        """Whose facts fulfil the plan; None: everybody's."""
        if plan.user_id is not None:
            return {plan.user_id}
        return None if plan.department_id is None else self.members[plan.department_id]


type _Asked = tuple[str, str, date, str]


def _asked(plan: SalesPlan) -> _Asked:
    return (plan.measure, plan.span, plan.since, plan.currency)


def _facts(plans: Iterable[SalesPlan], scope: Scope) -> dict[_Asked, fulfilment.Facts]:
    people = scope.people
    rollups.refresh()
    return {
        (measure, span, since, currency): fulfilment.facts(measure, since, fulfilment.end_of(span, since), currency=currency, people=people, refreshed=True)
        for measure, span, since, currency in set(map(_asked, plans))
    }  # fmt: skip


def _told(plan: SalesPlan, team: _Team, facts: dict[_Asked, fulfilment.Facts], on: date) -> TeamPlan:  # fmt: skip
    people = team.people_of(plan)
    came = facts[_asked(plan)]
    fact = sum((value for pk, value in came.items() if people is None or pk in people), Decimal(0))  # fmt: skip
    tick = fulfilment.tick_of(plan.since, fulfilment.end_of(plan.span, plan.since), on)
    done = Fulfilment(plan.amount, fact, tick)
    return TeamPlan(team.whose(plan), OwnPlan(plan.measure, plan.span, plan.since, plan.currency, done))  # fmt: skip
