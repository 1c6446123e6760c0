"""The strip of stages over a deal: what it has passed, where it stands, what is still to come and by when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from deals.choices import DealState, Outcome
from deals.clock import colour, days_of
from deals.models import Deal, StagePassage
from pipeline.clock import day_of, due_on
from pipeline.models import Stage

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


def passages_of(deal: Deal) -> list[StagePassage]:
    """All stays in order of time, with their stage, performer and pauses; two queries."""
    rows = deal.passages.select_related("stage", "performer", "moved_by")
    return list(rows.prefetch_related("pauses").order_by("entered_at", "pk"))


def steps(deal: Deal, passages: list[StagePassage], *, at: datetime) -> list[Step]:
    """Stages of the process as they are now, and those the deal was in although they are retired since."""
    last = {p.stage_id: p for p in passages}
    stays: dict[int, int] = {}
    for passage in passages:
        stays[passage.stage_id] = stays.get(passage.stage_id, 0) + 1
    stages = [
        s
        for s in deal.process.stages.order_by("position", "pk")
        if s.retired_at is None or s.pk in last
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
                    str(stay.performer or ""),
                    days,
                    stay.norm_days,
                    colour(days, stay.norm_days),
                    stays[stage.pk],
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
    allowed = {s.pk for s in deal.stage.next_stages.all() if s.retired_at is None}
    later = deal.process.stages.in_use().filter(position__gt=deal.stage.position)
    return [s for s in later.order_by("position") if not allowed or s.pk in allowed]


def now_days(deal: Deal, passages: list[StagePassage]) -> int:
    """Which working day of the stage it is, counted from 1."""
    stay = next((p for p in reversed(passages) if p.left_at is None), None)
    return days_of(stay, at=timezone.now()) + 1 if stay else 0
