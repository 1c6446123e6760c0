"""Taking a merge of dictionary entries back, a noted step at a time, the last one first."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime

from clients.holding import hold_clients
from clients.models import EntryMerge, EntryMergePart, Selection
from clients.references import is_sum
from salesexpert.audit.acting import acting
from salesexpert.core import held


def take_back(merge_id: int, *, at: datetime) -> bool:
    """Undo the last noted step of the merge, in a transaction of its own. True when nothing is left.

    A step that was taken back is struck off, so two workers on one merge do no harm, and a fallen one loses nothing.
    """
    with transaction.atomic():
        merge = EntryMerge.objects.select_for_update(of=["self"]).get(pk=merge_id)
        if merge.undo_asked_at is None or merge.undone_at:
            return True
        part = merge.parts.order_by("-pk").first()
        if part is None:
            EntryMerge.objects.filter(pk=merge_id).update(undone_at=at, heartbeat_at=at)
            return True
        with acting(user=merge.undo_asked_by_id, task="dictionaries.undo"):
            left = _reverse(part)
        part.delete()
        EntryMerge.objects.filter(pk=merge_id).update(
            left_alone=F("left_alone") + left, heartbeat_at=at
        )
        return False


def _reverse(part: EntryMergePart) -> int:
    """Give the step's rows back what they had; how many were changed since, and stay as they are."""
    model: Any = apps.get_model(part.table)
    if is_sum(model):  # merges once moved sums too
        return 0
    held.written(model)
    if model is Selection:
        return _selections(part)
    if part.field == "retired_at":
        for pk, retired_at in part.kept:
            led = Q(merged_into=part.became_id) | Q(merged_into=None)
            model._base_manager.filter(led, pk=pk).update(
                merged_into=None,
                retired_at=parse_datetime(retired_at) if retired_at else None,
            )
        return 0
    hold_clients([model._base_manager.filter(pk__in=part.rows)])
    back = _point_back(model, part, part.rows)
    return len(part.rows) - back + _bring_back(part.kept)


def _point_back(model: Any, part: EntryMergePart, ids: list[int]) -> int:
    rows = model._base_manager.filter(pk__in=ids, **{part.field: part.became_id})
    try:
        with transaction.atomic():
            return rows.update(**{part.field: part.was_id})
    except IntegrityError:
        # Somebody added the like of one of them meanwhile: that one stays, the others go back.
        if len(ids) == 1:
            return 0
        half = len(ids) // 2
        return _point_back(model, part, ids[:half]) + _point_back(
            model, part, ids[half:]
        )


def _bring_back(kept: list[Any]) -> int:
    """Rows that the merge took for the same fact twice; one whose record is gone meanwhile is left out."""
    left = 0
    for told in kept:
        try:
            with transaction.atomic():
                for found in serializers.deserialize("python", [told]):
                    found.save()
                    # Deferred foreign keys speak now, not at the end of everything.
                    _check_now()
        except IntegrityError:
            left += 1
    return left


def _check_now() -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _selections(part: EntryMergePart) -> int:
    """Saved selections name the old entry again, unless somebody rewrote them since."""
    left = 0
    for pk, before, after in part.kept:
        rows = Selection.with_bin.filter(pk=pk, parameters=after)
        left += 0 if rows.update(parameters=before) else 1
    return left
