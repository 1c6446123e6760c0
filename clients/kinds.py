"""The dictionaries of the history (kinds, their goals and results) as one small book that each process holds.

Every card draws them, and they change a few times a year: three queries a page would be for nothing.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from clients.choices import ActivityCode
from clients.models import ActivityGoal, ActivityKind, ActivityResult
from salesexpert.core.held import Held

# Codes that one filter of the feed shows; a kind of the company's own is found under “Other”.
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("calls", _("Calls"), (ActivityCode.CALL,)),
    ("meetings", _("Meetings"), (ActivityCode.MEETING, ActivityCode.DEMONSTRATION)),
    (
        "letters",
        _("Letters"),
        (
            ActivityCode.EMAIL,
            ActivityCode.LETTER,
            ActivityCode.FAX,
            ActivityCode.MESSAGE,
            ActivityCode.DOCUMENTS,
        ),
    ),
    ("service", _("Service"), (ActivityCode.SUPPORT, ActivityCode.SATISFACTION)),
    ("notes", _("Notes"), (ActivityCode.NOTE,)),
)
OTHER = "other"


@dataclass(frozen=True)
class Book:
    kinds: Sequence[ActivityKind]
    goals: Sequence[ActivityGoal]
    results: Sequence[ActivityResult]
    edition: str = field(default_factory=lambda: uuid4().hex)

    @functools.cached_property
    def by_id(
        self,
    ) -> tuple[
        dict[int, ActivityKind], dict[int, ActivityGoal], dict[int, ActivityResult]
    ]:
        """Kinds, goals and results, each by its id: a feed draws twenty rows of them."""
        return (
            {k.pk: k for k in self.kinds},
            {g.pk: g for g in self.goals},
            {r.pk: r for r in self.results},
        )

    def in_use(self) -> list[ActivityKind]:
        return [k for k in self.kinds if k.retired_at is None]

    def kind(self, pk: int | None) -> ActivityKind | None:
        return next((k for k in self.kinds if k.pk == pk), None)

    def by_code(self, code: str) -> ActivityKind | None:
        return next((k for k in self.kinds if k.code == code), None)

    def goals_of(self, kind: ActivityKind | None) -> list[ActivityGoal]:
        """Goals that may be chosen today: of one kind, or all when no kind is given."""
        return [
            g
            for g in self.goals
            if g.retired_at is None and (kind is None or g.kind_id == kind.pk)
        ]

    def results_of(self, kind: ActivityKind | None) -> list[ActivityResult]:
        return [
            r
            for r in self.results
            if r.retired_at is None and (kind is None or r.kind_id in {None, kind.pk})
        ]

    def kind_ids(self, group: str) -> list[int] | None:
        """Ids of the kinds that a filter of the feed shows; None for all of them."""
        named = {word: codes for word, _label, codes in GROUPS}
        if group in named:
            return [k.pk for k in self.kinds if k.code in named[group]]
        if group == OTHER:
            known = {code for codes in named.values() for code in codes}
            return [k.pk for k in self.kinds if k.code not in known]
        return None


def _read() -> Book:
    return Book(
        kinds=list(ActivityKind.objects.order_by("position", "pk")),
        goals=list(ActivityGoal.objects.order_by("kind", "position", "pk")),
        results=list(
            ActivityResult.objects.order_by("kind__position", "position", "pk")
        ),
    )


_held = Held("history-dictionaries", _read)
book = _held.get
forget = _held.forget


def watch() -> None:
    """Forget the book when an entry of it is saved or removed."""
    _held.watch((ActivityKind, ActivityGoal, ActivityResult))
