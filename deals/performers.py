"""Who works at a stage for a client: the rule decides, and the load of people where it says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from deals.models import Deal
from pipeline.book import book
from pipeline.choices import Picking
from pipeline.models import PerformerRule, Stage
from pipeline.performers import rule_for
from pipeline.segments import Segment
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import department_ids_below


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen and by which rule; without a rule, or when nobody it names is at work, it is the curator.

    `hands_over`: the deal itself passes to the performer.
    """

    user: User | None
    rule: PerformerRule | None
    by_rule: bool

    @property
    def hands_over(self) -> bool:
        return bool(self.by_rule and self.rule and self.rule.hands_over)


def choose_performer(
    stage: Stage, client: Any, rules: Sequence[PerformerRule] | None = None
) -> Choice:
    """The performer whom `stage` gets for `client`, and why. `rules` are those of the stage, if they are at hand."""
    if rules is None:
        held = rule_for(book().rules.get(stage.pk, ()), Segment.of(client))
        # Whether he is at work is read now; the record that all requests share is not asked for him.
        rules = [] if held is None else list(PerformerRule.objects.filter(pk=held.pk).select_related("user", "department"))  # fmt: skip
    rule = rule_for(rules, Segment.of(client))
    person = _named_by(rule) if rule else None
    if person:
        return Choice(person, rule, True)
    curator = client.curator
    return Choice(curator if curator and curator.is_active else None, rule, False)


def pick_performer(stage: Stage, client: Any) -> User | None:
    """The performer of `stage` for `client`: by the rules, else the curator; None if he is not at work either."""
    return choose_performer(stage, client).user


def _named_by(rule: PerformerRule) -> User | None:
    if rule.picking == Picking.NAMED:
        return rule.user if rule.user and rule.user.is_active else None
    if rule.department_id is None:
        return None
    if rule.picking == Picking.HEAD:
        return head_of(rule.department_id)
    return least_loaded(rule.department_id)


def least_loaded(department_id: int) -> User | None:
    """Who of the department and those below it works on the fewest open deals; of equals, the one who was here first."""
    load = (
        Deal.objects.open()
        .filter(performer=OuterRef("pk"))
        .order_by()
        .values("performer")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        User.objects.active()
        .filter(department__in=department_ids_below(department_id))
        .annotate(load=Coalesce(Subquery(load, output_field=IntegerField()), 0))
        .order_by("load", "pk")
        .first()
    )


def head_of(department_id: int) -> User | None:
    """Whom the people of a department name as their head: the one of the department itself before one from above."""
    below = department_ids_below(department_id)
    return (
        User.objects.active()
        .annotate(
            led=Count(
                "subordinates",
                filter=Q(
                    subordinates__is_active=True, subordinates__department__in=below
                ),
            ),
            own=Case(
                When(department=department_id, then=0),
                When(department__in=below, then=1),
                default=2,
                output_field=IntegerField(),
            ),
        )
        .filter(led__gt=0)
        .order_by("own", "-led", "pk")
        .first()
    )
