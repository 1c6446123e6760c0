"""Setting sales plans and KPI."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import fulfilment
from analytics.choices import PlanMeasure, PlanSpan
from analytics.models import KpiChoice, SalesPlan
from analytics.months import following
from salesexpert.accounts.models import Role, User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.money import spread

WHOLE = (PlanMeasure.WON, PlanMeasure.CONTACTS)
# A sum is spread in units of which a month has a hundred or so: rounding then says nothing else than the seasons do.
ROUND_FROM = 1000
LARGEST = Decimal("99999999999999")


class PlanTooLarge(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Whose:
    """A row of the grid: a person, a department, or (neither) the firm."""

    user: int | None = None
    department: int | None = None


@transaction.atomic
def set_plans(
    cells: Mapping[tuple[Whose, date], Decimal | None], *, measure: str, span: str, by: User | None
) -> int:  # fmt: skip
    """Set plans of one measure; None takes a plan away. Returns how many changed."""
    known = {
        (Whose(p.user_id, p.department_id), p.since): p
        for p in SalesPlan.objects.select_for_update().filter(
            measure=measure, span=span, since__in={since for _whose, since in cells}
        )
    }
    gone, put = [], []
    for (whose, since), amount in cells.items():
        plan = known.get((whose, since))
        if amount is None:
            if plan is not None:
                gone.append(plan.pk)
        elif plan is None or plan.amount != amount:
            put.append(SalesPlan(span=span, since=since, measure=measure, user_id=whose.user, department_id=whose.department, amount=amount, set_by=by))  # fmt: skip
    if gone:
        SalesPlan.objects.filter(pk__in=gone).delete()
    if put:
        # A cell that somebody else set meanwhile takes this amount, as if it had been set before.
        SalesPlan.objects.bulk_create(
            put,
            update_conflicts=True,
            unique_fields=["measure", "span", "since", "user", "department"],
            update_fields=["amount", "set_by", "set_at"],
        )
    changed = len(gone) + len(put)
    if changed and by is not None:
        journal.record("plans.set", by, by=by, at=timezone.now(), count=changed)
    return changed


def seasons(measure: str, year: int, people: Iterable[int] | None = None) -> list[Decimal]:  # fmt: skip
    """How heavy each month of a year is, from the two years before it; months nothing is known of weigh the mean."""
    wanted = None if people is None else set(people)
    weights = []
    for month in range(1, 13):
        came = Decimal(0)
        for back in (1, 2):
            since = date(year - back, month, 1)
            for person, value in fulfilment.facts(measure, since, following(since)).items():  # fmt: skip
                if wanted is None or person in wanted:
                    came += value
        weights.append(max(came, Decimal(0)))
    known = [w for w in weights if w]
    mean = sum(known, Decimal(0)) / len(known) if known else Decimal(1)
    return [w or mean for w in weights]


def spread_year(whole: Decimal, weights: list[Decimal], measure: str) -> list[Decimal]:  # fmt: skip
    """A year's plan over its months by their weight: the parts add up to it; counts stay whole, and sums as round as the
    year's is: nobody plans kopecks."""
    units = (Decimal(1),) if measure in WHOLE else (Decimal(1000), Decimal(1), Decimal("0.01"))  # fmt: skip
    fitting = (u for u in units if whole % u == 0 and whole >= u * ROUND_FROM)
    unit = next(fitting, units[-1])
    return [part * 100 * unit for part in spread(whole / 100 / unit, weights)]


@transaction.atomic
def copy_year(*, measure: str, year: int, percent: Decimal, by: User | None, of: Collection[Whose] | None = None) -> int:  # fmt: skip
    """Set the year's monthly plans (`of` these only, if given) as those of the year before, changed by `percent`, where none are
    set yet. Raises PlanTooLarge, and sets nothing then."""
    before = SalesPlan.objects.filter(measure=measure, span=PlanSpan.MONTH, since__year=year - 1)  # fmt: skip
    taken = set(SalesPlan.objects.filter(measure=measure, span=PlanSpan.MONTH, since__year=year).values_list("user", "department", "since"))  # fmt: skip
    cells: dict[tuple[Whose, date], Decimal | None] = {}
    for plan in before:
        since = plan.since.replace(year=year)
        whose = Whose(plan.user_id, plan.department_id)
        if (plan.user_id, plan.department_id, since) in taken or (of is not None and whose not in of):  # fmt: skip
            continue
        amount = (plan.amount * (100 + percent) / 100).quantize(Decimal(1))
        if amount > LARGEST:
            raise PlanTooLarge(_("Nothing was copied: a plan of %(month)s would be more than can be kept.") % {"month": f"{since:%m.%Y}"})  # fmt: skip
        cells[whose, since] = amount
    return set_plans(cells, measure=measure, span=PlanSpan.MONTH, by=by)


@transaction.atomic
def set_kpi(role: Role, rows: Iterable[tuple[str, Decimal, int]], *, by: User) -> None:
    """Replace the KPI of a role by (indicator, target, weight), in this order."""
    KpiChoice.objects.filter(role=role).delete()
    for position, (indicator, target, weight) in enumerate(rows):
        KpiChoice.objects.create(role=role, indicator=indicator, target=target, weight=weight, position=position)  # fmt: skip
    journal.record("kpi.set", role, by=by, at=timezone.now(), name=role.name)
