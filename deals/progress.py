"""The strip of stages over a deal: what it has passed, where it stands, what is still to come and by when."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from deals.choices import DealState, Outcome
from deals.clock import colour
from deals.models import Deal, PassagePause, StagePassage
from pipeline import clock
from pipeline.book import book
from pipeline.clock import day_of, due_on
from pipeline.models import Stage
from salesexpert.accounts.models import name_of, names_of
from salesexpert.core.compiled import CompiledQuery

PAST, NOW, NEXT, SKIPPED = "past", "now", "next", "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage. `days` are working days of the last stay, `until` the day left, or the day due while it is to come."""

    stage: Stage
    kind: str
    since: datetime | None = None
    until: datetime | date | None = None
    performer: str = ""
    days: int | None = None
    norm: int | None = None
    light: str = ""
    stays: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Days in which the clock of a stay stood: “waiting for the client until …”."""

    since: date
    until: date
    ended_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One passage as the page tells of it; people by name."""

    stage: Stage
    percent: int
    norm_days: int | None
    entered_at: datetime
    left_at: datetime | None
    outcome: str
    comment: str
    performer: str
    moved_by: str
    rests: list[Rest] = field(default_factory=list)


@CompiledQuery
def _stays(deal: int) -> QuerySet[StagePassage, Any]:
    return (
        StagePassage.objects.filter(deal=deal)
        .order_by("entered_at", "pk")
        .values_list(
            "pk", "stage_id", "percent", "norm_days", "entered_at", "left_at", "outcome", "comment",
            *names_of("performer"), *names_of("moved_by"),
        )
    )  # fmt: skip


@CompiledQuery
def _rests(deal: int) -> QuerySet[PassagePause, Any]:
    return (
        PassagePause.objects.filter(passage__deal=deal)
        .order_by("since", "pk")
        .values_list("passage_id", "since", "until", "ended_on", "reason")
    )


def stays_of(deal: Deal) -> list[Stay]:
    """All stays in order of time; two queries."""
    stages = book().stages
    found = {}
    for pk, stage, percent, norm, entered, left, outcome, comment, *names in _stays(deal=deal.pk):  # fmt: skip
        performer, mover = (
            name_of(*given) if given[2] else "" for given in (names[:3], names[3:])
        )
        found[pk] = Stay(stages[stage], percent, norm, entered, left, outcome, comment, performer, mover)  # fmt: skip
    for pk, *rest in _rests(deal=deal.pk):
        found[pk].rests.append(Rest(*rest))
    return list(found.values())


def days_of(stay: Stay, *, at: datetime) -> int:
    """Working days of a stay, to its end or to `at`; its rests are left out."""
    return clock.worked_days(
        day_of(stay.entered_at),
        day_of(stay.left_at or at),
        [clock.Pause(r.since, r.ended_on or r.until) for r in stay.rests],
    )


def now_days(stays: list[Stay], *, at: datetime) -> int:
    """Which working day of the stage it is, counted from 1; 0 of a deal that has ended."""
    stay = next((s for s in reversed(stays) if s.left_at is None), None)
    return days_of(stay, at=at) + 1 if stay else 0


def steps(deal: Deal, stays: list[Stay], *, at: datetime) -> list[Step]:
    """Stages of the process as they are now, and those the deal was in although they are retired since."""
    last = {s.stage.pk: s for s in stays}
    times: dict[int, int] = {}
    for each in stays:
        times[each.stage.pk] = times.get(each.stage.pk, 0) + 1
    stages = [
        s for s in book().way(deal.process_id) if s.retired_at is None or s.pk in last
    ]
    current = deal.stage if deal.state == DealState.OPEN else None
    place = deal.stage.position if deal.stage else -1
    due = day_of(at)
    if current is not None and deal.due_at:
        due = max(due, day_of(deal.due_at))
    found = []
    for stage in stages:
        stay = last.get(stage.pk)
        if stay is not None and (
            stage.position <= place or stay.left_at is None or current is None
        ):
            days = days_of(stay, at=at)
            found.append(
                Step(
                    stage,
                    NOW if current and stage.pk == current.pk else PAST,
                    stay.entered_at,
                    stay.left_at,
                    stay.performer,
                    days,
                    stay.norm_days,
                    colour(days, stay.norm_days),
                    times[stage.pk],
                    stay.outcome if stay.outcome == Outcome.LOST else "",
                )
            )
        elif current and stage.pk == current.pk:
            found.append(Step(stage, NOW, deal.entered_at))
        elif current and stage.position > place:
            if stage.norm_days is not None:
                due = due_on(due, stage.norm_days)
            found.append(
                Step(
                    stage,
                    NEXT,
                    until=due if stage.norm_days is not None else None,
                    norm=stage.norm_days,
                )
            )
        else:
            found.append(Step(stage, SKIPPED, norm=stage.norm_days))
    return found


def next_stage(deal: Deal) -> Stage | None:
    """Where the button leads: the first stage after this one that the process allows; None at the end of the way."""
    return next(iter(forward_stages(deal)), None)


def forward_stages(deal: Deal) -> list[Stage]:
    if deal.stage is None:
        return []
    return book().ahead(deal.stage)
