"""Whether the procedure is kept: checklists, stages jumped over, successes by exception, résumés, next steps, by seller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from analytics import kept_funnel
from analytics.effort import contacts
from analytics.funnel_sql import JUMPED, MOVED, SKIPPED
from clients.models import Activity
from clients.named import look_up
from deals import figures
from deals.choices import DealState
from deals.models import Deal

_KINDS = {MOVED: "moved", SKIPPED: "skipped", JUMPED: "jumped"}
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
    people: Sequence[int] | None = None,
    processes: Sequence[int] = (),
) -> list[Keeping]:
    """By responsible of the deals and performer of the contacts, those with most faults first. Nine queries at most.

    `spoken` are the contacts by performer, where they are known already. `people`, where it is given, are those whose deals
    in `processes` all of them are (`kept_funnel.EVERYBODY`: whosever): months may answer.
    """
    span = figures.Span(since or figures.EVER[0], until - timedelta(days=1) if until else figures.EVER[1])  # fmt: skip
    made = contacts(activities, since=since, until=until)
    open_ = deals.filter(state=DealState.OPEN)
    kept = _kept(people, processes, since, until) if people is not None and since and until else None  # fmt: skip
    found = {
        **(
            kept
            or {
                "moved": _of(deals.filter(figures.moved(span)), "responsible"),
                "skipped": _of(deals.filter(figures.skipped(span)), "responsible"),
                "jumped": _of(deals.filter(figures.jumped(span)), "responsible"),
            }
        ),
        "overridden": _of(deals.filter(figures.overridden(span)), "responsible"),
        "contacts": _of(made, "performer") if spoken is None else spoken,
        "silent": _of(silent(made), "performer"),
        "open": _of(open_, "responsible"),
        "without_step": _of(open_.filter(next_step_at=None), "responsible"),
    }
    told = {pk for counts in found.values() for pk in counts}
    names = look_up(people=told).people
    lines = [Keeping(pk, names.get(pk, ""), **{name: counts.get(pk, 0) for name, counts in found.items()}) for pk in told]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.faults, line.name))


def _kept(people: Sequence[int], processes: Sequence[int], since: date, until: date) -> dict[str, dict[int, int]] | None:  # fmt: skip
    """What months say of the deals; None where they cannot: the period begins amid one, or changes wait to be counted."""
    process = processes[0] if len(processes) == 1 else None
    if since.day != 1 or not kept_funnel.answers_for_leaving(process, until=until):
        return None
    found: dict[str, dict[int, int]] = {name: {} for name in _KINDS.values()}
    whose = None if kept_funnel.EVERYBODY in people else people
    for person, kind, n in kept_funnel.procedure(whose, processes, since=since, until=until):  # fmt: skip
        found[_KINDS[kind]][person] = n
    return found


def silent(made: QuerySet[Activity]) -> QuerySet[Activity]:
    return made.filter(summary="")


def _of(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")))


def whole(lines: Sequence[Keeping]) -> dict[str, int]:
    return {name: sum(getattr(line, name) for line in lines) for name in COUNTED}
