"""What is wrong with a question, in sentences. It is kept as it is: whoever asked mends it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.queries import catalogue, dividing, spans
from analytics.queries.conditions import (
    Filtering,
    WrongCondition,
    number,
)
from analytics.queries.entries import NUMBERS, Asked
from analytics.queries.question import By, Condition, Group, Measure, Question
from analytics.queries.reckoning import ADDED, KINDS, names_of
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError


def faults(question: Question, user: User, today: date) -> list[str]:
    """Why it cannot be answered; empty: it can. No query but those that the catalogue itself needs."""
    subject = catalogue.subject(question.subject)
    if subject is None:
        return [_("There is nothing called “%s” to count.") % question.subject]
    if not user.has_perm(subject.permission):
        return [_("You may not count this: %s.") % subject.label]
    known = catalogue.fields(subject, user)
    found = list(_gone(question, known))
    if found:
        return list(dict.fromkeys(found))
    try:
        spans.of(question.period, today)
        Filtering(known, today, subject.rows(user).none()).group(question.where)
        for by in (*question.rows, *question.columns):
            if known[by.field].is_number:
                dividing.borders(known[by.field], by)
    except DomainError as error:
        found.append(str(error))
    found += _of_dimensions(question, known)
    found += _of_measures(question, known, user)
    return found


def _gone(question: Question, known: Mapping[str, Asked]) -> Iterator[str]:
    named = [by.field for by in (*question.rows, *question.columns)]
    named += [c.field for c in question.where.conditions()]
    named += [name for m in question.measures for name, _kind in names_of(m)]
    if question.period.field:
        named.append(question.period.field)
    for name in named:
        if name not in known:
            yield _("The field “%s” is no longer there, or you may not see it: choose another or take it away.") % catalogue.called(name)  # fmt: skip


def _of_dimensions(question: Question, known: Mapping[str, Asked]) -> Iterator[str]:
    given = [*question.rows, *question.columns]
    for by in given:
        if not known[by.field].divides:
            yield _("Nothing can be divided by “%s”.") % known[by.field].label
    if len(set(given)) < len(given):
        yield _("The same field stands twice among rows and columns.")
    many = [by for by in given if known[by.field].entry.many]
    if len(many) > 1:
        yield _("A record has several values of “%(a)s” and of “%(b)s”: divide by one of them.") % {"a": known[many[0].field].label, "b": known[many[1].field].label}  # fmt: skip
    if question.period.field and not known[question.period.field].is_day:
        yield _("“%s” is no day: a period cannot be of it.") % known[question.period.field].label  # fmt: skip


def _of_measures(question: Question, known: Mapping[str, Asked], user: User) -> Iterator[str]:  # fmt: skip
    for measure in question.measures:
        yield from _of_measure(measure, known, question, user)


def _of_measure(measure: Measure, known: Mapping[str, Asked], question: Question, user: User) -> Iterator[str]:  # fmt: skip
    if measure.kind not in KINDS:
        yield _("There is no measure “%s”.") % measure.kind
        return
    for name, kind in names_of(measure):
        asked = known[name]
        if kind == "number" and (asked.type not in NUMBERS or asked.entry.many):
            yield _("“%s” is no number: it cannot be added up.") % asked.label
        if kind == "moment" and not asked.is_day:
            yield _("“%s” is no moment.") % asked.label
    if measure.share and measure.kind not in ADDED:
        yield _("A share can be shown of numbers and sums only.")
    if measure.kind == "ratio":
        if measure.of is None or measure.by is None:
            yield _("Say what is divided by what.")
        for inner in (measure.of, measure.by):
            if inner is not None and inner.kind == "ratio":
                yield _("Say what is divided by what.")
            elif inner is not None:
                yield from _of_measure(inner, known, question, user)
    if measure.kind == "outside":
        yield from _of_outside(measure, question, user)


def _of_outside(measure: Measure, question: Question, user: User) -> Iterator[str]:
    figure = catalogue.outsiders(user).get(measure.field)
    if figure is None:
        yield _("The figure “%s” is no longer there, or you may not see it.") % measure.field  # fmt: skip
        return
    for by in (*question.rows, *question.columns):
        if not outside_word(by, question, figure):
            yield _("“%(figure)s” is not known by “%(field)s”.") % {"figure": figure.label, "field": by.field.rpartition(".")[2]}  # fmt: skip


def outside_word(by: By, question: Question, figure: catalogue.Outside) -> str:
    """What the dimension is called for a figure from elsewhere: its own word, or `day`; empty if it knows none."""
    word = by.field.rpartition(".")[2]
    if word in figure.by:
        return word
    subject = catalogue.subject(question.subject)
    own = question.period.field or (subject.day if subject else "")
    return "day" if figure.days and by.field == own else ""


# ── contradictions ───────────────────────────────────────────────────────────────────────────────────────────────────


def contradictions(question: Question, known: Mapping[str, Asked]) -> list[str]:
    """Conditions that no record can meet together. The question is answered all the same: with nothing."""
    if question.where.negated or question.where.join == "or":
        return []
    return list(_clash(question.where, known))


def _clash(group: Group, known: Mapping[str, Asked]) -> Iterator[str]:
    by_field: dict[str, list[Condition]] = {}
    for part in group.parts:
        if isinstance(part, Condition) and part.field in known and not known[part.field].entry.many:  # fmt: skip
            by_field.setdefault(part.field, []).append(part)
    for name, conditions in by_field.items():
        asked = known[name]
        chosen = [set(c.values) for c in conditions if c.op == "in"]
        without = set().union(*(c.values for c in conditions if c.op == "not_in"))
        nothing = bool(chosen) and not set.intersection(*chosen) - without
        ops = {c.op for c in conditions}
        nothing |= {"yes", "no"} <= ops or {"empty", "given"} <= ops
        nothing |= "empty" in ops and bool(ops & {"ge", "le", "between", "eq"})
        if asked.type in NUMBERS:
            nothing |= _no_number(conditions)
        if nothing:
            yield _("The conditions on “%s” contradict each other: no record can meet them.") % asked.label  # fmt: skip


def _no_number(conditions: list[Condition]) -> bool:
    low: Decimal | None = None
    high: Decimal | None = None
    for condition in conditions:
        try:
            values = [number(v) if v.strip() else None for v in condition.values]
        except WrongCondition:
            return False
        first = values[0] if values else None
        second = values[1] if len(values) > 1 else None
        if condition.op in ("ge", "eq", "between") and first is not None:
            low = first if low is None else max(low, first)
        upper = second if condition.op == "between" else first
        if condition.op in ("le", "eq", "between") and upper is not None:
            high = upper if high is None else min(high, upper)
    return low is not None and high is not None and low > high
