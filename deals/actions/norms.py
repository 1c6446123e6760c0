"""Norms: typed by a person, taken from history, or declined."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.choices import NormSource
from pipeline.models import Norm, Stage
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.models import JournalEntry
from salesexpert.core.errors import DomainError

ALL_CLIENTS: dict[str, Any] = {"region": None, "industry": None, "group": None}


class NormIsThere(DomainError):
    pass


def _held(stage_id: int) -> Stage:
    return Stage.objects.select_for_update().get(pk=stage_id)


@transaction.atomic
def set_norm(
    *,
    stage: Stage,
    days: int | None,
    by: User,
    at: datetime,
    segment: dict[str, Any] | None = None,
    percentile: int | None = None,
    sample: int | None = None,
) -> None:
    """Let `days` working days hold at the stage from now on, for all clients or for those of a segment.

    With `percentile` and `sample` the norm comes from history. Without `days` the stage has no norm, its clock stops.
    """
    stage = _held(stage.pk)
    where = ALL_CLIENTS | (segment or {})
    if not segment:
        stage.norm_days = days
        stage.save(update_fields=["norm_days"])
    if percentile is None and not segment:
        # The stage itself says it: nothing need be kept beside it.
        Norm.objects.filter(stage=stage, **where).delete()
    elif days is not None:
        Norm.objects.update_or_create(
            stage=stage,
            **where,
            defaults={
                "days": days,
                "source": NormSource.HISTORY if percentile else NormSource.TYPED,
                "percentile": percentile,
                "sample": sample,
                "set_by": by,
            },
        )
    detail = {"name": stage.name, "norm_days": days, "percentile": percentile, "sample": sample}  # fmt: skip
    journal.record("norm.set", stage, by=by, at=at, **detail)


@transaction.atomic
def add_norm(*, norm: Norm, by: User, at: datetime) -> None:
    """A typed norm for a segment. Raises NormIsThere."""
    _held(norm.stage_id)
    where = {name: getattr(norm, name) for name in ALL_CLIENTS}
    if Norm.objects.filter(stage=norm.stage, **where).exists():
        raise NormIsThere(_("This segment has a norm already: remove that one first."))
    norm.set_by = by
    norm.save()
    detail = {"name": norm.stage.name, "norm_days": norm.days}
    journal.record("norm.set", norm.stage, by=by, at=at, **detail)


@transaction.atomic
def remove_norm(*, norm: Norm, by: User, at: datetime) -> None:
    """The stage's own norm holds for the segment again."""
    stage = _held(norm.stage_id)
    norm.delete()
    journal.record("norm.removed", stage, by=by, at=at, name=stage.name)


def decline(
    *, stage: Stage, days: int, percentile: int, segment: str, by: User, at: datetime
) -> None:
    """Do not propose these days for the stage again, as long as history says the same."""
    detail = {"name": stage.name, "norm_days": days, "percentile": percentile, "segment": segment}  # fmt: skip
    journal.record("norm.declined", stage, by=by, at=at, **detail)


def declined(stages: list[Stage]) -> set[tuple[int, str, int, int]]:
    """What was declined: stage, segment ("" for all, else "region=5"), percentile, days."""
    rows = JournalEntry.objects.filter(
        verb="norm.declined",
        subject_type="stage",
        subject_id__in=[stage.pk for stage in stages],
    ).values_list("subject_id", "detail")
    return {
        (
            pk,
            detail.get("segment", ""),
            detail.get("percentile", 0),
            detail.get("norm_days", 0),
        )
        for pk, detail in rows
    }
