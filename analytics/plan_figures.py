"""What came of the plans of a period, and what it takes to meet those that run, as figures that a worker may count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from analytics import counting, fulfilment, rollups
from analytics.choices import PlanMeasure
from analytics.counting import Figures
from analytics.fulfilment import FIRM, Facts, Needed
from analytics.paying import NOUGHT
from salesexpert.accounts.models import User
from salesexpert.core import preferences

PLANS = "plans"


@dataclass(frozen=True, slots=True)
class PlanNumbers:
    """`facts` by person; `needed` by person, of all `people` under FIRM: contacts to what is left of their plans."""

    facts: Facts
    needed: dict[int, Needed | None]


def figures(
    user: User, measure: str, since: date, until: date, *, people: list[int], of_firm: bool, planned: Mapping[int, Decimal], at: datetime
) -> Figures:  # fmt: skip
    """`planned`: the plans that run, of these people and of the FIRM, for which contacts are reckoned. `of_firm`: facts are
    told of everybody, for the firm is their sum."""
    asked = {
        "measure": measure,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "people": people,
        "of_firm": of_firm,
        "planned": {str(pk): str(amount) for pk, amount in planned.items()},
        "counts_by": preferences.get(fulfilment.COUNTS_BY),
    }
    return Figures(PLANS, user, asked, ("measure", "since", "until", "people"), at)


@counting.makes(PLANS)
def _numbers(user: User, asked: Mapping[str, Any], at: datetime) -> PlanNumbers:
    since, until = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])  # fmt: skip
    measure, people = asked["measure"], asked["people"]
    rollups.refresh()
    facts = fulfilment.facts(measure, since, until, people=None if asked["of_firm"] else people, refreshed=True)  # fmt: skip
    left = {}
    for pk, amount in ((int(key), Decimal(text)) for key, text in asked["planned"].items()):  # fmt: skip
        fact = facts.get(pk, NOUGHT) if pk != FIRM else sum(facts.values(), NOUGHT)
        left[pk] = max(amount - fact, NOUGHT)
    needed = fulfilment.contacts_needed(left, people=people, since=since, until=until, today=fulfilment.today(), in_deals=measure == PlanMeasure.WON)  # fmt: skip
    return PlanNumbers(facts, needed)
