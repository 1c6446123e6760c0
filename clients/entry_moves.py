"""Moving the records of one dictionary entry to another: what there is, at once, or a chunk at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from clients import entry_undo
from clients.holding import hold_clients
from clients.models import EntryMerge, EntryMergePart
from clients.models.dictionaries import DictionaryEntry
from clients.references import is_history, is_sum, pointing_at, rows_of
from salesexpert.audit.acting import acting
from salesexpert.core import held

CHUNK = 2_000
SILENT_FOR = timedelta(seconds=25)
SHIFT_SECONDS = 240


def moved_fields(model: type[models.Model]) -> list[models.ForeignKey]:
    return [f for f in pointing_at(model) if not (is_history(f) or is_sum(f.model))]


def moving(entry: Any) -> list[tuple[str, int]]:
    """What a merge would move, table by table, counted to ten thousand."""
    found: dict[str, int] = {}
    for field in moved_fields(type(entry)):
        if field.name == "merged_into":
            continue
        number = len(rows_of(field, [entry.pk]).values_list("pk")[:10_001])
        if number:
            label = str(field.model._meta.verbose_name_plural)
            found[label] = found.get(label, 0) + number
    return list(found.items())


def move(
    field: Any, source_id: int, target_id: int, ids: Iterable[int], *, merge: EntryMerge
) -> int:
    """Point rows at the other entry; a row whose like stands there already is the same fact twice and goes.

    What was moved and what went is noted with `merge`, so that it can be taken back.
    """
    model = field.model
    if issubclass(model, DictionaryEntry):
        return 0
    moved = 0
    held.written(model)
    for part in batched(ids, CHUNK):
        rows = model._base_manager.filter(pk__in=part, **{field.name: source_id})
        gone: list[Any] = []
        for twin in _twins(field, target_id):
            same = list(rows.filter(twin))
            gone += serializers.serialize("python", same)
            model._base_manager.filter(pk__in=[row.pk for row in same]).delete()
        left = list(rows.values_list("pk", flat=True))
        note(merge, field, source_id, target_id, left, gone)
        moved += rows.filter(pk__in=left).update(**{field.name: target_id})
    return moved


def note(
    merge: EntryMerge,
    field: Any,
    was_id: int,
    became_id: int,
    rows: list[int],
    kept: list[Any] | None = None,
) -> None:
    """Remember a step of the merge."""
    if rows or kept:
        EntryMergePart.objects.create(
            merge=merge,
            table=field.model._meta.label,
            field=field.name,
            was_id=was_id,
            became_id=became_id,
            rows=rows,
            kept=kept or [],
        )


def _twins(field: Any, target_id: int) -> Iterable[Any]:
    """For each uniqueness that `field` is part of: the rows that would break it."""
    model = field.model
    sets: list[tuple[tuple[str, ...], Q]] = [
        (tuple(c.fields), c.condition or Q())
        for c in model._meta.constraints
        if isinstance(c, models.UniqueConstraint) and field.name in c.fields
    ]
    sets += [(tuple(names), Q()) for names in model._meta.unique_together if field.name in names]  # fmt: skip
    if field.unique:
        sets.append(((field.name,), Q()))
    for names, condition in sets:
        same = {name: OuterRef(name) for name in names if name != field.name}
        twin = model._base_manager.filter(condition, **{field.name: target_id}, **same)
        yield Q(Exists(twin)) & condition if condition else Q(Exists(twin))


def move_on(merge_id: int, *, at: datetime) -> bool:
    """Move one more chunk of a merge, in a transaction of its own. True when nothing is left.

    Moving what is left is all there is to it, so two workers on one merge do no harm, and a fallen one loses nothing.
    """
    merge = EntryMerge.objects.filter(pk=merge_id, finished_at=None).first()
    if merge is None:
        return True
    model: Any = apps.get_model("clients", merge.model)
    for field in moved_fields(model):
        if issubclass(field.model, DictionaryEntry):
            continue
        with transaction.atomic():
            rows = rows_of(field, [merge.source_id]).order_by("pk")
            part = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:CHUNK]))
            hold_clients([part.order_by()])
            ids = list(
                part.select_for_update(of=["self"], skip_locked=True).values_list("pk", flat=True)
            )  # fmt: skip
            if not ids:
                if rows.exists():
                    return False
                continue
            with acting(user=merge.asked_by_id, task="dictionaries.merge"):
                move(field, merge.source_id, merge.target_id, ids, merge=merge)
            EntryMerge.objects.filter(pk=merge_id).update(
                moved=F("moved") + len(ids), heartbeat_at=at
            )
        return False
    EntryMerge.objects.filter(pk=merge_id).update(finished_at=at, heartbeat_at=at)
    return True


def go_on(merge_id: int, *, at: datetime) -> bool:
    """One more chunk of a merge, or of its undo. True when nothing is left."""
    if EntryMerge.objects.filter(pk=merge_id, undo_asked_at__isnull=False).exists():
        return entry_undo.take_back(merge_id, at=at)
    return move_on(merge_id, at=at)


def abandoned(*, at: datetime) -> list[int]:
    """Merges that nobody moves on."""
    silent = Q(heartbeat_at=None, asked_at__lt=at - SILENT_FOR) | Q(
        heartbeat_at__lt=at - SILENT_FOR
    )
    unfinished = Q(finished_at=None) | Q(undo_asked_at__isnull=False, undone_at=None)
    rows = EntryMerge.objects.filter(silent & unfinished)
    return list(rows.values_list("pk", flat=True))
