"""Who can do a piece of work: by the rules of a stage, by role and department, by segment, by product."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clients.models import Client
from deals.choices import DealState
from deals.models import Deal
from pipeline.calendars import people_open_to
from pipeline.choices import Picking
from pipeline.models import PerformerRule
from pipeline.segments import Segment, fits
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import department_ids_below

AT_MOST = 200
# What the grid says of a person and reckons with.
SHOWN = ("username", "first_name", "last_name", "time_zone", "department__name")


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids of what was chosen; None asks for nothing."""

    stage: int | None = None
    role: int | None = None
    department: int | None = None
    region: int | None = None
    industry: int | None = None
    group: int | None = None
    product: int | None = None

    @property
    def segment(self) -> Segment:
        return Segment(self.region, self.industry, self.group)

    @property
    def has_segment(self) -> bool:
        return bool(self.region or self.industry or self.group)


def candidates(asked: Asked, user: User) -> QuerySet[User]:
    """People at work whose time `user` may see, who fit all that is asked for.

    A stage: whom its rules name for the segment; without rules, everyone. A segment without a stage: who leads clients of it.
    A product: who has won a deal with it.
    """
    found = people_open_to(user)
    if asked.role:
        found = found.filter(role=asked.role)
    if asked.department:
        found = found.filter(department__in=department_ids_below(asked.department))
    if asked.stage:
        named = _named(asked)
        if named is not None:
            found = found.filter(named)
    elif asked.has_segment:
        led = Client.objects.filter(curator__isnull=False, archived_at=None)
        for name in ("region", "industry", "group"):
            if value := getattr(asked, name):
                led = led.filter(**{name: value})
        found = found.filter(pk__in=led.values("curator"))
    if asked.product:
        sold = Deal.objects.filter(state=DealState.WON, lines__product=asked.product)
        found = found.filter(pk__in=sold.values("responsible"))
    return (
        found.select_related("department")
        .only(*SHOWN)
        .order_by("department__name", "last_name", "first_name", "pk")[:AT_MOST]
    )


def _named(asked: Asked) -> Q | None:
    """Whom the rules of the stage name; None where it has none for the segment."""
    rules = [
        rule
        for rule in PerformerRule.objects.filter(stage=asked.stage)
        if not asked.has_segment or fits(rule, asked.segment)
    ]
    if not rules:
        return None
    people, departments = set(), set()
    for rule in rules:
        if rule.picking == Picking.NAMED:
            people.add(rule.user_id)
        elif rule.department_id:
            departments.update(department_ids_below(rule.department_id))
    return Q(pk__in=people) | Q(department__in=departments)
