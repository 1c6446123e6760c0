"""Norms proposed from own history: how long won deals stayed at each stage, in working days without pauses."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deals.models import PassagePause, StagePassage
from pipeline.clock import Pause, day_of, worked_days
from pipeline.models import Stage

# Of each stage the latest passages: how people work now, and no page that reads a million rows.
LATEST = 1000
# Fewer passages than this say nothing.
ENOUGH = 10
PERCENTILES = (50, 75, 90)
DEFAULT_PERCENTILE = 75
SEGMENTS = ("region", "industry", "group")
BARS = 12


@dataclass(frozen=True, slots=True)
class Sample:
    """Working days that passages took, in ascending order."""

    days: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.days)

    @property
    def suffices(self) -> bool:
        return self.size >= ENOUGH

    def percentile(self, percent: int) -> int:
        """The least number of days in which at least `percent` per cent of the passages were over; 1 at least.

        Raises ValueError for an empty sample.
        """
        if not self.days:
            raise ValueError("An empty sample has no percentile.")
        place = max(1, math.ceil(len(self.days) * percent / 100))
        return max(1, self.days[place - 1])

    def bars(self) -> list[tuple[int, int, int]]:
        """The distribution as at most `BARS` bars: first day, last day, passages."""
        if not self.days:
            return []
        width = max(1, math.ceil((self.days[-1] + 1) / BARS))
        counted: dict[int, int] = defaultdict(int)
        for day in self.days:
            counted[day // width] += 1
        last = self.days[-1] // width
        return [(n * width, n * width + width - 1, counted[n]) for n in range(last + 1)]


def sample_of(days: Iterable[int]) -> Sample:
    return Sample(tuple(sorted(days)))


@dataclass(frozen=True, slots=True)
class History:
    """The sample of a stage, and those of the segments by the id of their entry."""

    whole: Sample
    segments: dict[int, Sample]


def histories(stages: Sequence[Stage], segment: str = "") -> dict[int, History]:
    """What each stage's won deals say; `segment` is one of `SEGMENTS` or empty. One query a stage and one for pauses.

    Deals of which the import said that they do not count in norms are left out, as is the way back of a deal.
    """
    read = {stage.pk: _latest(stage, segment) for stage in stages}
    ids = [row[0] for rows in read.values() for row in rows]
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for passage, since, until, ended in PassagePause.objects.filter(
        passage__in=ids
    ).values_list("passage", "since", "until", "ended_on"):
        pauses[passage].append(Pause(since, ended or until))
    found = {}
    for stage in stages:
        whole: list[int] = []
        parts: dict[int, list[int]] = defaultdict(list)
        for pk, entered_at, left_at, entry in read[stage.pk]:
            days = worked_days(day_of(entered_at), day_of(left_at), pauses.get(pk, ()))
            whole.append(days)
            if entry is not None:
                parts[entry].append(days)
        samples = {entry: sample_of(days) for entry, days in parts.items()}
        found[stage.pk] = History(sample_of(whole), samples)
    return found


def _latest(stage: Stage, segment: str) -> list[tuple[Any, ...]]:
    entry = (
        f"deal__client__{segment}" if segment in SEGMENTS else "deal__client__parent"
    )
    rows = (
        StagePassage.objects.filter(
            stage=stage,
            left_at__isnull=False,
            outcome__in=["forward", "won"],
            deal__state="won",
            deal__in_norms=True,
            deal__bin=None,
        )
        .order_by("-left_at")
        .values_list("pk", "entered_at", "left_at", entry)[:LATEST]
    )
    if segment in SEGMENTS:
        return list(rows)
    return [(pk, entered, left, None) for pk, entered, left, _parent in rows]
