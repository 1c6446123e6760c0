"""Processes, their stages and what is laid down for these, held by each process of the server: every deal and every board
reads them, nobody changes them for weeks. Its records are shared by all requests: read them, never change them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import m2m_changed

from clients.models import ActivityGoal, ActivityKind
from pipeline.models import (  # fmt: skip
    Norm,
    PerformerRule,
    Process,
    Stage,
    StageActivity,
    StageCheck,
)
from salesexpert.core.held import Held


@dataclass(slots=True)
class Book:
    """`ways`: the stages of each process in their order, retired ones too; `following`: what a stage allows, if it says so.

    By stage too: lines of the checklist in use, activities it plans (with kind and goal), norms of segments, and rules of
    performers. Whom a rule names is not held: people come and go.
    """

    processes: dict[int, Process]
    stages: dict[int, Stage]
    ways: dict[int, list[Stage]] = field(default_factory=lambda: defaultdict(list))
    following: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    checks: dict[int, list[StageCheck]] = field(default_factory=dict)
    planned: dict[int, list[StageActivity]] = field(default_factory=dict)
    norms: dict[int, list[Norm]] = field(default_factory=dict)
    rules: dict[int, list[PerformerRule]] = field(default_factory=dict)

    def way(self, process_id: int) -> list[Stage]:
        return self.ways.get(process_id, [])

    def behind(self, stage: Stage) -> list[Stage]:
        """The stages in use before this one: a deal may go back to any of them."""
        return [
            s
            for s in self.way(stage.process_id)
            if s.position < stage.position and s.retired_at is None
        ]

    def allowed(self, stage: Stage) -> set[int]:
        """Stages in use that the process names as the next after this one; empty: any later one may follow."""
        return {
            pk
            for pk in self.following.get(stage.pk, ())
            if self.stages[pk].retired_at is None
        }

    def ahead(self, stage: Stage) -> list[Stage]:
        """The stages in use behind this one to which its process lets a deal go."""
        allowed = self.allowed(stage)
        return [
            s
            for s in self.way(stage.process_id)
            if s.position > stage.position
            and s.retired_at is None
            and (not allowed or s.pk in allowed)
        ]


def _read() -> Book:
    processes = {p.pk: p for p in Process.objects.order_by("position", "name")}
    stages = {s.pk: s for s in Stage.objects.order_by("process", "position", "pk")}
    book = Book(processes, stages)
    for stage in stages.values():
        book.ways[stage.process_id].append(stage)
    links: Iterable[tuple[int, int]] = Stage.next_stages.through.objects.values_list(
        "from_stage_id", "to_stage_id"
    )
    for before, after in links:
        book.following[before].add(after)
    laid_down: tuple[tuple[dict[int, list[Any]], QuerySet[Any]], ...] = (
        (book.checks, StageCheck.objects.filter(retired_at=None)),
        (book.planned, StageActivity.objects.select_related("kind", "goal")),
        (book.norms, Norm.objects.all()),
        (book.rules, PerformerRule.objects.all()),
    )
    for rows, found in laid_down:
        for row in found:
            rows.setdefault(row.stage_id, []).append(row)
    return book


_held = Held("processes", _read)
book = _held.get
forget = _held.forget


def watch() -> None:
    """Read the book again when something in it is changed."""
    _held.watch((Process, Stage, StageCheck, StageActivity, Norm, PerformerRule, ActivityKind, ActivityGoal))  # fmt: skip
    m2m_changed.connect(forget, sender=Stage.next_stages.through, weak=False, dispatch_uid="process-book")  # fmt: skip
