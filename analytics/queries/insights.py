"""What to look at next in refusals: the largest reasons, and where each of them is met more often than elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.queries import catalogue, dividing, guarding, links
from analytics.queries.entries import Asked
from analytics.queries.question import (
    By,
    Condition,
    Group,
    Measure,
    Question,
)
from salesexpert.accounts.models import User

REASONS, PLACES = 2, 3
# Of fewer refusals nothing is told; a reason must be so many times as frequent in a place as in all.
FEWEST, WITH_REASON, TIMES = 5, 3, 1.25
GROUP, PENNY = "reason_group", Decimal("0.01")

# Where a reason may be concentrated, and what that is a matter of.
PLACES_OF: Mapping[str, str | Promise] = {
    "deal.products": _("Look at this product and at how its benefits are shown."),
    "deal.amount": _("Look at the prices and terms of this range."),
    "stage": _("Look at what is done at this stage, and how long it takes."),
    "refused_by": _("A reason that one hears more than the others is a matter of training, not of the offer."),
    "client.industry": _("Look at whether this segment is the right one, and what it is offered."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a dimension: `n` of its `whole` refusals have the reason; `link` opens exactly those."""

    dimension: str
    name: str
    link: str
    n: int
    whole: int
    part: float
    advice: str | Promise


@dataclass(frozen=True, slots=True)
class Insight:
    reason: str
    link: str
    n: int
    whole: int
    part: float
    places: Sequence[Place]


def applies(question: Question) -> bool:
    return question.subject == "refusals" and any(by.field in ("reason", GROUP) for by in (*question.rows, *question.columns))  # fmt: skip


def look(question: Question, *, user: User, at: datetime) -> list[Insight]:
    """The largest reasons of what `question` asks, with the places where each is frequent. Raises as `guarding.ask` does."""
    subject = catalogue.subjects()[question.subject]
    known = catalogue.fields(subject, user)
    model = subject.rows(user).model
    crossed = {}
    for field in (field for field in PLACES_OF if field in known):
        crossed[field] = guarding.ask(_by(question, (By(field),), (By(GROUP),)), user=user, at=at)  # fmt: skip
    whole = guarding.ask(_by(question, (By(GROUP),)), user=user, at=at)
    reasons = sorted(((whole.row_totals[n][0], key[0]) for n, key in enumerate(whole.rows)), key=lambda r: -r[0])  # fmt: skip
    called = dividing.names(known[GROUP], By(GROUP), [pk for _n, pk in reasons], model)
    found = []
    for count, reason in reasons[:REASONS]:
        if count < WITH_REASON or not whole.records:
            continue
        part = count / whole.records
        places = []
        for field, answer in crossed.items():
            if place := _place(question, known[field], answer, reason, part, model):
                places.append(place)
        places.sort(key=lambda p: p.whole * part - p.n)
        narrowed = narrow(question, [_one_of(GROUP, reason)], "reason")
        link = links.to("query_new", narrowed)
        found.append(Insight(called.get(reason, ""), link, count, whole.records, part, places[:PLACES]))  # fmt: skip
    return found


def _by(question: Question, rows: tuple[By, ...], columns: tuple[By, ...] = ()) -> Question:  # fmt: skip
    """Numbers of the same refusals, divided otherwise."""
    return Question(question.subject, (Measure(),), rows, columns, question.where, replace(question.period, asked=False))  # fmt: skip


def _place(question: Question, asked: Asked, answer: Any, reason: Any, usual: float, model: Any) -> Place | None:  # fmt: skip
    """The value of a dimension where the reason exceeds its usual part by most refusals."""
    column = next((c for c, key in enumerate(answer.columns) if key == (reason,)), None)
    best: tuple[float, int, int, Any] | None = None
    for r, (key,) in enumerate(answer.rows):
        n = answer.counts.get((r, column), 0) if column is not None else 0
        whole = answer.row_totals[r][0] or 0
        if key is None or whole < FEWEST or n < WITH_REASON or n / whole < usual * TIMES:  # fmt: skip
            continue
        excess = n - whole * usual
        if best is None or excess > best[0]:
            best = (excess, n, whole, key)
    if best is None:
        return None
    _excess, n, whole, key = best
    by = By(asked.name)
    conditions = [_one_of(GROUP, reason), _same(asked, by, key)]
    link = links.to("query_new", narrow(question, conditions, "reason"))
    name = dividing.names(asked, by, [key], model).get(key, str(key))
    return Place(asked.label, name, link, n, whole, n / whole, PLACES_OF[asked.name])


def _one_of(field: str, key: Any) -> Condition:
    return Condition(field, "in", ("none" if key is None else str(key),))


def _same(asked: Asked, by: By, key: Any) -> Condition:
    """The condition that holds for exactly the records of one group."""
    if not asked.is_number:
        return _one_of(asked.name, key)
    starts = dividing.borders(asked, by)
    low = str(starts[key - 1]) if key else ""
    high = str(starts[key] - PENNY) if key < len(starts) else ""
    return Condition(asked.name, "between", (low, high))


def narrow(question: Question, conditions: Sequence[Condition], rows: str) -> Question:
    """The same refusals, only those of the conditions, divided by a further field."""
    before: tuple[Condition | Group, ...] = (question.where,) if question.where.parts else ()  # fmt: skip
    if not question.where.negated and question.where.join == "and":
        before = question.where.parts
    return Question(question.subject, (Measure(),), (By(rows),), (), Group((*before, *conditions)), replace(question.period, asked=False))  # fmt: skip
