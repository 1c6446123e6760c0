"""Changes of processes and their stages. History is not touched: a passage keeps the percent and norm it began with."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext as _

from pipeline import book, process_presets
from pipeline.models import Norm, Process, Stage
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

# Places are numbered anew above all that are taken, then brought down: no two ever stand on one.
ASIDE = 10_000
# Longer processes than this are surely a mistake of whoever types.
MOST_STAGES = 60


class NameIsTaken(DomainError):
    pass


class IsTheLast(DomainError):
    """Work needs at least one of the sort."""


class GoesInACircle(DomainError):
    pass


class TooManyStages(DomainError):
    pass


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _next_place(rows: models.QuerySet) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def free_name(name: str) -> str:
    """The name itself, or with a number behind it where a process is called so already."""
    taken = set(Process.objects.values_list("name", flat=True))
    names = [name, *(f"{name} {n}" for n in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)


@transaction.atomic
def save_process(*, process: Process, by: User, at: datetime) -> Process:
    """Add the process as the last one, or keep its changes. Raises NameIsTaken, GoesInACircle."""
    new = process.pk is None
    same = Process.objects.filter(name=process.name).exclude(pk=process.pk)
    if same.exists():
        raise NameIsTaken(_("There is a process called “%s” already.") % process.name)
    _refuse_circle(process)
    if new:
        process.position = _next_place(Process.objects.all())
    process.save()
    verb = "process.added" if new else "process.changed"
    journal.record(verb, process, by=by, at=at, name=process.name)
    return process


def _refuse_circle(process: Process) -> None:
    """A conveyor that comes back to where it began would never end."""
    if process.pk is None or process.next_process_id is None:
        return
    following = dict(Process.objects.values_list("pk", "next_process_id"))
    step: int | None = process.next_process_id
    passed = set()
    while step is not None and step not in passed:
        if step == process.pk:
            raise GoesInACircle(_("Then the processes would go round in a circle."))
        passed.add(step)
        step = following.get(step)


@transaction.atomic
def add_template(*, code: str, by: User, at: datetime) -> list[Process]:
    """The processes of a ready template, each going on in the next. Raises KeyError for an unknown code."""
    template = process_presets.BY_CODE[code]
    made: list[Process] = []
    for ready in template.processes:
        place = _next_place(Process.objects.all())
        name = free_name(ready.name)
        made.append(process_presets.add_process(apps, ready, name, place))
    for this, following in itertools.pairwise(made):
        this.next_process = following
        this.save(update_fields=["next_process"])
    for process in made:
        journal.record("process.added", process, by=by, at=at, name=process.name, template=code)  # fmt: skip
    return made


@transaction.atomic
def retire_process(*, process: Process, by: User, at: datetime) -> bool:
    """Open no new deals in it. True if it was removed altogether, because no deal ever was in it.

    Raises IsTheLast when it is the only one in which deals can be opened.
    """
    others = Process.objects.select_for_update().in_use().exclude(pk=process.pk)
    if not list(others.values_list("pk", flat=True)):
        raise IsTheLast(_("Deals are opened in a process: at least one must stay."))
    name, pk = process.name, process.pk
    if _removed(process, stages=True):
        process.pk = pk
        journal.record("process.removed", process, by=by, at=at, name=name)
        return True
    process.retired_at = at
    process.save(update_fields=["retired_at"])
    journal.record("process.retired", process, by=by, at=at, name=name)
    return False


@transaction.atomic
def restore_process(*, process: Process, by: User, at: datetime) -> None:
    process.retired_at = None
    process.save(update_fields=["retired_at"])
    journal.record("process.restored", process, by=by, at=at, name=process.name)


@transaction.atomic
def step_process(*, process: Process, up: bool) -> None:
    """One place up or down in the list."""
    ids = list(Process.objects.select_for_update().values_list("pk", flat=True))
    _stepped(ids, process.pk, up)
    for place, pk in enumerate(ids, start=1):
        Process.objects.filter(pk=pk).exclude(position=place).update(position=place)
    book.forget()


def _stepped(ids: list[int], pk: int, up: bool) -> None:
    if pk not in ids:
        return
    at = ids.index(pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]


def _removed(row: models.Model, stages: bool = False) -> bool:
    """Whether the row could be deleted; what names it forbids that, and then nothing is changed."""
    try:
        with transaction.atomic():
            if stages:
                Stage.objects.filter(process=row.pk).delete()
            row.delete()
    except ProtectedError:
        return False
    return True


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def save_stage(
    *,
    stage: Stage,
    by: User,
    at: datetime,
    next_stages: list[Stage] | None = None,
) -> Stage:
    """Add the stage behind the others of its process, or keep its changes. Raises TooManyStages.

    A norm typed here is the company's word: what was taken from history for all clients goes.
    """
    Process.objects.select_for_update().get(pk=stage.process_id)
    new = stage.pk is None
    was = None if new else Stage.objects.get(pk=stage.pk).norm_days
    if new:
        mates = Stage.objects.filter(process=stage.process_id)
        if mates.count() >= MOST_STAGES:
            raise TooManyStages(_("A process has at most %d stages.") % MOST_STAGES)
        stage.position = _next_place(mates)
    stage.save()
    if next_stages is not None:
        stage.next_stages.set(next_stages)
    if was != stage.norm_days:
        Norm.objects.filter(stage=stage, region=None, industry=None, group=None).delete()  # fmt: skip
    verb = "stage.added" if new else "stage.changed"
    journal.record(verb, stage, by=by, at=at, name=stage.name, norm_days=stage.norm_days)  # fmt: skip
    return stage


def _order(stage: Stage) -> list[int]:
    """The stages of the process in their order, held until the end."""
    Process.objects.select_for_update().get(pk=stage.process_id)
    rows = Stage.objects.in_use().filter(process=stage.process_id)
    return list(rows.order_by("position").values_list("pk", flat=True))


def _number(ids: list[int]) -> None:
    Stage.objects.filter(pk__in=ids).update(position=F("position") + ASIDE)
    book.forget()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pipeline_stage AS t SET position = n.place"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS n (id, place) WHERE t.id = n.id",
            [ids],
        )


@transaction.atomic
def step_stage(*, stage: Stage, up: bool) -> None:
    """One place up or down, for those who do not drag."""
    ids = _order(stage)
    _stepped(ids, stage.pk, up)
    _number(ids)


@transaction.atomic
def move_stage(
    *, stage: Stage, before: int | None = None, after: int | None = None
) -> None:
    """Put the stage before or behind another of its process, at the end when that one is no longer there."""
    ids = _order(stage)
    if stage.pk not in ids:
        return
    ids.remove(stage.pk)
    place = len(ids)
    if before in ids:
        place = ids.index(before)
    elif after in ids:
        place = ids.index(after) + 1
    ids.insert(place, stage.pk)
    _number(ids)


@transaction.atomic
def retire_stage(*, stage: Stage, by: User, at: datetime) -> bool:
    """Take the stage out of the process. True if it was removed altogether, because no deal ever was in it.

    Deals that stand on it stay there until they are moved on. Raises IsTheLast.
    """
    ids = _order(stage)
    if ids == [stage.pk]:
        raise IsTheLast(_("A process needs at least one stage."))
    name, pk = stage.name, stage.pk
    if _removed(stage):
        stage.pk = pk
        journal.record("stage.removed", stage, by=by, at=at, name=name)
        return True
    stage.retired_at = at
    stage.save(update_fields=["retired_at"])
    journal.record("stage.retired", stage, by=by, at=at, name=name)
    return False


@transaction.atomic
def restore_stage(*, stage: Stage, by: User, at: datetime) -> None:
    """Take the stage back as the last of its process."""
    ids = _order(stage)
    if stage.pk in ids:
        return
    mates = Stage.objects.in_use().filter(process=stage.process_id)
    stage.retired_at, stage.position = None, _next_place(mates)
    stage.save(update_fields=["retired_at", "position"])
    journal.record("stage.restored", stage, by=by, at=at, name=stage.name)


# ── what belongs to a stage: checklist, activities, rules of performers ─────────────────────────────────────────────


@transaction.atomic
def save_part(*, part: Any, by: User, at: datetime) -> None:
    """Add a line of the checklist, an activity or a rule behind the others of its stage, or keep its changes."""
    Stage.objects.select_for_update().get(pk=part.stage_id)
    if part.pk is None:
        part.position = _next_place(type(part).objects.filter(stage=part.stage_id))
    part.save()
    _changed(part, by, at)


def _changed(part: Any, by: User, at: datetime) -> None:
    detail: Mapping[str, Any] = {"name": part.stage.name, "part": part._meta.model_name}
    journal.record("stage.changed", part.stage, by=by, at=at, **detail)


@transaction.atomic
def remove_part(*, part: Any, by: User, at: datetime) -> None:
    """Remove it; a line of the checklist that was ticked for a deal retires instead."""
    Stage.objects.select_for_update().get(pk=part.stage_id)
    pk = part.pk
    if not _removed(part):
        part.retired_at = at
        part.save(update_fields=["retired_at"])
    part.pk = pk
    _changed(part, by, at)


@transaction.atomic
def step_part(*, part: Any, up: bool) -> None:
    """One place up or down among those of its stage."""
    Stage.objects.select_for_update().get(pk=part.stage_id)
    rows = type(part).objects.filter(stage=part.stage_id)
    ids = list(rows.order_by("position", "pk").values_list("pk", flat=True))
    _stepped(ids, part.pk, up)
    for place, pk in enumerate(ids, start=1):
        rows.filter(pk=pk).exclude(position=place).update(position=place)
    book.forget()
