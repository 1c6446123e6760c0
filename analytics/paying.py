"""Arithmetic of commission: exact decimals, no database, no clock.

Money is spread over the lines that it pays, each line's part over the people who share it, and a rule turns what one
person got into pay. Every division ends in kopecks that add up to what was divided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from salesexpert.core.money import HUNDRED, kopecks, spread

NOUGHT = Decimal("0.00")
RECEIPTS, MARGIN, REVENUE = "receipts", "margin", "revenue"
ANY, NEW, REGULAR = "any", "new", "regular"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a sum falls on one line: with VAT, without it, and what of that is margin (None: the cost is not known)."""

    gross: Decimal
    net: Decimal
    margin: Decimal | None
    category: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From this much of the period's base on, each further rouble brings `percent`."""

    since: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """A deed with money in which `person` has a share: a receipt, what went back, a won deal, an unpaid invoice.

    `shares` are percents of everyone, in the order in which they stand at the deal. `weight` lessens what is only
    possible: the percent of a stage, as a fraction. `subject` is whatever the caller wants to find it by.
    """

    subject: Any
    parts: tuple[Part, ...]
    shares: tuple[tuple[int, Decimal], ...]
    person: int
    is_new: bool = False
    source: str = RECEIPTS
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class PercentRule:
    """`categories` None: of all products; else of these alone, given with the shelves that stand in them."""

    base: str
    steps: tuple[Step, ...]
    clients: str = ANY
    categories: frozenset[int] | None = None
    with_vat: bool = False


@dataclass(frozen=True, slots=True)
class Earned:
    """What a rule gives for one deed. `percent` is None where the deed lies on several steps.

    `whole` is what counted of the deed for all who share it, `base` this person's part of that.
    """

    money: Money
    whole: Decimal
    base: Decimal
    percent: Decimal | None
    amount: Decimal


# ── spreading ────────────────────────────────────────────────────────────────────────────────────────────────────────


def share_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`amount`, which may be negative, divided by `weights` to the kopeck; what rounding leaves goes to the largest
    share, to the first of equals. The parts add up to `amount`.

    Raises ValueError if no weight is positive or one is negative.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("Something must weigh, and nothing less than nought.")
    parts = [kopecks(amount * weight / whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda n: weights[n])
    parts[largest] += amount - sum(parts, NOUGHT)
    return parts


def paid_parts(lines: Sequence[Part], paid: Decimal) -> list[Part]:
    """What falls on each line of an invoice once `paid` of it has come: in proportion to the lines' sums with VAT.

    Paid in full, each line has exactly its own net and margin.
    """
    if not paid or not any(line.gross for line in lines):
        return [Part(NOUGHT, NOUGHT, NOUGHT if p.margin is not None else None, p.category) for p in lines]  # fmt: skip
    gross = spread(paid, [line.gross for line in lines])
    return [_scaled(line, part) for line, part in zip(lines, gross, strict=True)]


def _scaled(line: Part, gross: Decimal) -> Part:
    if gross == line.gross:
        return line
    net = kopecks(line.net * gross / line.gross)
    margin = None if line.margin is None else kopecks(line.margin * gross / line.gross)
    return replace(line, gross=gross, net=net, margin=margin)


def minus(parts: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    """Line by line; where the margin of one side is not known, that of the difference is not."""
    return [
        replace(
            a,
            gross=a.gross - b.gross,
            net=a.net - b.net,
            margin=None if a.margin is None or b.margin is None else a.margin - b.margin,
        )
        for a, b in zip(parts, others, strict=True)
    ]  # fmt: skip


def added(parts: Iterable[Sequence[Part]]) -> list[Part]:
    """Line by line the sum of several spreadings over the same lines."""
    found: list[Part] = []
    for row in parts:
        if not found:
            found = list(row)
            continue
        found = [
            replace(
                a,
                gross=a.gross + b.gross,
                net=a.net + b.net,
                margin=None if a.margin is None or b.margin is None else a.margin + b.margin,
            )
            for a, b in zip(found, row, strict=True)
        ]  # fmt: skip
    return found


def taken_back(parts: Sequence[Part], amount: Decimal) -> list[Part]:
    """The parts, all negative, of `amount` that is taken back of a sum that was spread as `parts`; all of it undoes them."""
    whole = sum((p.gross for p in parts), NOUGHT)
    kept = paid_parts(parts, whole - amount) if amount < whole else None
    left = kept or [Part(NOUGHT, NOUGHT, NOUGHT if p.margin is not None else None, p.category) for p in parts]  # fmt: skip
    return minus(left, parts)


def complete_shares(
    responsible: int | None, participants: Iterable[tuple[int, Decimal]]
) -> tuple[tuple[int, Decimal], ...]:
    """Shares of a deal that make 100 percent: the responsible has what the participants leave.

    Participants of more than 100 together divide all of it in proportion. Nobody at all: no shares.
    """
    found: dict[int, Decimal] = {}
    for person, share in participants:
        if share > 0:
            found[person] = found.get(person, Decimal(0)) + share
    given = sum(found.values(), Decimal(0))
    if responsible is not None and given < HUNDRED:
        rest = HUNDRED - given + found.pop(responsible, Decimal(0))
        found = {responsible: rest, **found}
    return tuple(found.items())


# ── pay ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def stepped(base: Decimal, steps: Sequence[Step]) -> Decimal:
    """What a period's whole base brings, not rounded: each step counts only for what lies above where it begins.

    Below nought the first step counts, if it begins at nought: who paid back more than came owes by the same percent.
    """
    if not steps:
        return Decimal(0)
    if base <= 0:
        first = steps[0]
        return base * first.percent / HUNDRED if first.since <= 0 else Decimal(0)
    brought = Decimal(0)
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        upto = base if following is None else min(base, following.since)
        if upto > step.since:
            brought += (upto - step.since) * step.percent / HUNDRED
    return brought


def fits(rule: PercentRule, money: Money) -> bool:
    wanted = REVENUE if rule.base == REVENUE else RECEIPTS
    if money.source != wanted:
        return False
    return rule.clients == ANY or money.is_new == (rule.clients == NEW)


def counted(rule: PercentRule, money: Money) -> tuple[Decimal, Decimal] | None:
    """(what counts of the deed, this person's part of it); None where the rule says nothing about the deed.

    Lines whose cost is not known count nothing towards a margin.
    """
    if not fits(rule, money):
        return None
    parts = [
        part
        for part in money.parts
        if rule.categories is None or part.category in rule.categories
    ]
    if not parts:
        return None
    whole = kopecks(sum((_of(rule, p) for p in parts), NOUGHT) * money.weight)
    people = [person for person, _share in money.shares]
    if money.person not in people:
        return None
    split = share_out(whole, [share for _person, share in money.shares])
    return whole, split[people.index(money.person)]


def _of(rule: PercentRule, part: Part) -> Decimal:
    if rule.base == MARGIN:
        return part.margin or NOUGHT
    return part.gross if rule.with_vat else part.net


def earned_by(
    rule: PercentRule, deeds: Iterable[Money], *, since: Decimal = NOUGHT
) -> tuple[list[Earned], Decimal]:
    """What the rule gives for each deed, in their order, and the base after the last; `since` is the base before the first.

    Rounding what the base brought so far, not each deed, makes the amounts add up to what the whole base brings, in
    whatever order the deeds came.
    """
    base, found = since, []
    before = kopecks(stepped(base, rule.steps))
    for deed in deeds:
        count = counted(rule, deed)
        if count is None:
            continue
        whole, own = count
        after = kopecks(stepped(base + own, rule.steps))
        found.append(
            Earned(deed, whole, own, _percent(rule.steps, base, base + own), after - before)
        )  # fmt: skip
        base, before = base + own, after
    return found, base


def _percent(steps: Sequence[Step], one: Decimal, other: Decimal) -> Decimal | None:
    """The percent of the step on which the whole stretch lies."""
    low, high = sorted((one, other))
    on = [n for n, step in enumerate(steps) if step.since <= max(low, NOUGHT)]
    if not on:
        return Decimal(0) if not steps or high <= steps[0].since else None
    number = on[-1]
    ends = steps[number + 1].since if number + 1 < len(steps) else None
    return steps[number].percent if ends is None or high <= ends else None


def reached(value: Decimal | None, steps: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal] | None:  # fmt: skip
    """The highest (threshold, amount) that `value` has reached; None below the first or where there is no value."""
    if value is None:
        return None
    return max((s for s in steps if value >= s[0]), default=None)


def proportional(value: Decimal | None, amount: Decimal, cap: Decimal = HUNDRED) -> Decimal:  # fmt: skip
    """`amount` × value percent, at most `cap` percent of it, never below nought."""
    if value is None or value <= 0:
        return NOUGHT
    return kopecks(amount * min(value, cap) / HUNDRED)
