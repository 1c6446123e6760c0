"""Whether the procedure is kept: checklists, stages jumped over, successes by exception, résumés, next steps, by seller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from analytics.effort import contacts
from clients.models import Activity
from deals import figures
from deals.choices import DealState
from deals.models import Deal
from salesexpert.accounts.models import User

COUNTED = ("moved", "skipped", "jumped", "overridden", "contacts", "silent", "open", "without_step")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keeping:
    """Deals of a seller that left a stage in the period (`moved`), and of them those that broke a rule.

    `overridden` are his successes without their condition, `silent` his contacts without a résumé of `contacts`,
    `without_step` his open deals with no next step of `open` ones, now.
    """

    person_id: int
    name: str
    moved: int
    skipped: int
    jumped: int
    overridden: int
    contacts: int
    silent: int
    open: int
    without_step: int

    @property
    def faults(self) -> int:
        return self.skipped + self.jumped + self.overridden + self.silent + self.without_step  # fmt: skip


def procedure(
    deals: QuerySet[Deal],
    activities: QuerySet[Activity],
    *,
    since: date | None = None,
    until: date | None = None,
    spoken: dict[int, int] | None = None,
) -> list[Keeping]:
    """By responsible of the deals and performer of the contacts, those with most faults first. Nine queries.

    `spoken` are the contacts by performer, where they are known already.
    """
    span = figures.Span(since or figures.EVER[0], until - timedelta(days=1) if until else figures.EVER[1])  # fmt: skip
    made = contacts(activities, since=since, until=until)
    open_ = deals.filter(state=DealState.OPEN)
    found = {
        "moved": _of(deals.filter(figures.moved(span)), "responsible"),
        "skipped": _of(deals.filter(figures.skipped(span)), "responsible"),
        "jumped": _of(deals.filter(figures.jumped(span)), "responsible"),
        "overridden": _of(deals.filter(figures.overridden(span)), "responsible"),
        "contacts": _of(made, "performer") if spoken is None else spoken,
        "silent": _of(silent(made), "performer"),
        "open": _of(open_, "responsible"),
        "without_step": _of(open_.filter(next_step_at=None), "responsible"),
    }
    people = {pk for counts in found.values() for pk in counts}
    names = User.objects.in_bulk(people)
    lines = [Keeping(pk, str(names[pk]), **{name: counts.get(pk, 0) for name, counts in found.items()}) for pk in people]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.faults, line.name))


def silent(made: QuerySet[Activity]) -> QuerySet[Activity]:
    return made.filter(summary="")


def _of(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")))


def whole(lines: Sequence[Keeping]) -> dict[str, int]:
    return {name: sum(getattr(line, name) for line in lines) for name in COUNTED}
