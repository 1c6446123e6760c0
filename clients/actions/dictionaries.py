"""Changes of the dictionaries: add, rename, order, retire, merge and take a merge back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.dictionaries import BY_MODEL, Dictionary
from clients.entry_moves import move, moved_fields, moving, note
from clients.fields import DIMENSION_PREFIX
from clients.holding import hold_clients
from clients.models import (
    ENTRY_UNDO,
    ActivityKind,
    Dimension,
    DimensionValue,
    EntryMerge,
    EntryMergePart,
    RelationshipType,
    Selection,
)
from clients.models.dictionaries import DictionaryEntry
from clients.references import rows_of
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import held
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import FieldType, registry

# More records than this are moved in the background, a chunk to a transaction.
AT_ONCE = 5_000


class NameIsTaken(DomainError):
    pass


class IsTheLast(DomainError):
    """Work needs at least one entry of the sort."""


class CannotMerge(DomainError):
    pass


class CannotUndo(DomainError):
    pass


# ── adding, renaming, order ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def save_entry(
    *, dictionary: Dictionary, entry: Any, by: User, at: datetime
) -> DictionaryEntry:
    """Add the entry at the end of its group, or keep its changes. Raises NameIsTaken."""
    new = entry.pk is None
    if new:
        last = dictionary.group_of(entry).order_by("-position").first()
        entry.position = last.position + 1 if last else 1
        if isinstance(entry, ActivityKind):
            entry.code = _code(entry)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise NameIsTaken(_("“%s” is here already.") % entry.name) from error
    verb = "entry.added" if new else "entry.changed"
    _record(verb, entry, by=by, at=at)
    return entry


def _code(kind: ActivityKind) -> str:
    """A word for a kind of the company's own; filters and imports know the kinds of the program by theirs."""
    taken = set(ActivityKind.with_bin.values_list("code", flat=True))
    return next(f"own-{n}" for n in range(1, len(taken) + 2) if f"own-{n}" not in taken)


@transaction.atomic
def move_entry(
    *,
    dictionary: Dictionary,
    entry: Any,
    before: int | None = None,
    after: int | None = None,
) -> None:
    """Put the entry before or behind another of its group, at the end when that one is no longer there."""
    ids = _locked_order(dictionary, entry)
    if entry.pk not in ids:
        return
    ids.remove(entry.pk)
    place = len(ids)
    if before in ids:
        place = ids.index(before)
    elif after in ids:
        place = ids.index(after) + 1
    ids.insert(place, entry.pk)
    _number(dictionary, ids)


def _locked_order(dictionary: Dictionary, entry: Any) -> list[int]:
    """The entry's group as it stands; merged names are not shown and so have no place in it."""
    rows = dictionary.group_of(entry).filter(merged_into=None)
    if dictionary.model is RelationshipType:
        # Steps of the ladder come first; the order is that within a step.
        rows = rows.filter(step=entry.step)
    return list(rows.select_for_update(of=["self"]).values_list("pk", flat=True))


@transaction.atomic
def step_entry(*, dictionary: Dictionary, entry: Any, up: bool) -> None:
    """One place up or down, for those who do not drag."""
    ids = _locked_order(dictionary, entry)
    if entry.pk not in ids:
        return
    at = ids.index(entry.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]
        _number(dictionary, ids)


@transaction.atomic
def sort_by_name(*, dictionary: Dictionary, owner_id: int | None) -> None:
    rows = dictionary.group(owner_id).filter(merged_into=None)
    rows = rows.select_for_update(of=["self"])
    ids = list(rows.order_by("folded", "pk").values_list("pk", flat=True))
    _number(dictionary, ids)


def _number(dictionary: Dictionary, ids: list[int]) -> None:
    table = connection.ops.quote_name(dictionary.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS t SET position = n.place FROM unnest(%s::bigint[]) WITH ORDINALITY AS n (id, place)"
            " WHERE t.id = n.id AND t.position <> n.place",
            [ids],
        )
    held.written(dictionary.model)


# ── retiring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def retire(*, entry: Any, by: User, at: datetime) -> bool:
    """Offer the entry no more; records that have it keep it. Raises IsTheLast."""
    entry = type(entry).objects.select_for_update(of=["self"]).get(pk=entry.pk)
    if entry.retired_at:
        return False
    others = type(entry).objects.in_use().exclude(pk=entry.pk)
    if isinstance(entry, RelationshipType):
        others = others.filter(step=entry.step)
    if isinstance(entry, RelationshipType | ActivityKind) and not others.exists():
        raise IsTheLast(
            _("“%s” is the only one of its sort in use: add another before retiring it.")
            % entry
        )  # fmt: skip
    entry.retired_at = at
    entry.save(update_fields=["retired_at"])
    _record("entry.retired", entry, by=by, at=at)
    return True


@transaction.atomic
def take_up(*, entry: Any, by: User, at: datetime) -> bool:
    """Offer a retired entry again. Raises CannotMerge for one that was merged away."""
    entry = type(entry).objects.select_for_update(of=["self"]).get(pk=entry.pk)
    if entry.merged_into_id:
        raise CannotMerge(
            _("“%(name)s” was merged into “%(into)s”.")
            % {"name": entry, "into": entry.merged_into}
        )
    if entry.retired_at is None:
        return False
    entry.retired_at = None
    entry.save(update_fields=["retired_at"])
    _record("entry.taken_up", entry, by=by, at=at)
    return True


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def merge_entries(
    *, source: Any, target: Any, by: User, at: datetime
) -> tuple[EntryMerge, bool]:
    """Move every record of `source` to `target`; the source stays retired, as a name that leads to its successor.

    All in one transaction, noted step by step so that it can be taken back; with very many records the second of
    the pair is False and the first is the job that moves them in the background. Saved selections follow. Raises
    CannotMerge.
    """
    with transaction.atomic():
        source, target = _both(source, target)
        total = sum(number for _label, number in moving(source))
        at_once = total <= AT_ONCE
        hold_clients(_moved(source, rows=at_once))
        merge = EntryMerge.objects.create(
            model=type(source)._meta.model_name or "",
            source_id=source.pk,
            target_id=target.pk,
            total=total if at_once else _count(source),
            moved=total if at_once else 0,
            asked_at=at,
            asked_by=by,
            finished_at=at if at_once else None,
        )
        _merge_inner(source, target, merge=merge, at=at, rows=at_once)
        _record("entry.merged", source, by=by, at=at, into=target.pk, into_name=target.name)  # fmt: skip
        return merge, at_once


def _moved(source: Any, *, rows: bool) -> Iterator[QuerySet[Any]]:
    """All that moves in the one transaction: with `rows` the entry's records, those of the little dictionaries below it always."""
    for field in moved_fields(type(source)):
        below: Any = field.model
        if not issubclass(below, DictionaryEntry):
            if rows:
                yield rows_of(field, [source.pk])
        elif field.name != "merged_into":
            for entry in below.with_bin.filter(**{field.name: source}):
                yield from _moved(entry, rows=True)


def _count(source: Any) -> int:
    return sum(rows_of(f, [source.pk]).count() for f in moved_fields(type(source)))


def _both(source: Any, target: Any) -> tuple[Any, Any]:
    model = type(source)
    if source.pk == target.pk:
        raise CannotMerge(_("Choose another entry: this is the same one."))
    rows = model.objects.select_for_update(of=["self"]).order_by("pk")
    found = rows.in_bulk([source.pk, target.pk])
    if len(found) < 2:
        raise CannotMerge(_("One of the two is no longer there."))
    source, target = found[source.pk], found[target.pk]
    if source.merged_into_id:
        raise CannotMerge(
            _("“%(name)s” was merged into “%(into)s”.")
            % {"name": source, "into": source.merged_into}
        )
    if target.merged_into_id or target.retired_at:
        raise CannotMerge(_("“%s” is retired: take it back first.") % target)
    return source, target


def _merge_inner(
    source: Any, target: Any, *, merge: EntryMerge, at: datetime, rows: bool
) -> None:
    """The entry itself and the little dictionaries below it; with `rows`, the records too."""
    model = type(source)
    heir = model._meta.get_field("merged_into")
    for field in moved_fields(model):
        below: Any = field.model
        if issubclass(below, DictionaryEntry) and field.name != "merged_into":
            _merge_below(field, source, target, merge=merge, at=at)
    if rows:
        for field in moved_fields(model):
            ids = list(rows_of(field, [source.pk]).values_list("pk", flat=True))
            move(field, source.pk, target.pk, ids, merge=merge)
    earlier = model.with_bin.filter(merged_into=source)
    note(merge, heir, source.pk, target.pk, list(earlier.values_list("pk", flat=True)))
    earlier.update(merged_into=target)
    retired = model._meta.get_field("retired_at")
    note(merge, retired, source.pk, target.pk, [], [[source.pk, source.retired_at]])
    model.objects.filter(pk=source.pk).update(
        merged_into=target, retired_at=source.retired_at or at
    )
    _follow(source, target, merge=merge)
    held.written(model)


def _merge_below(
    field: Any, source: Any, target: Any, *, merge: EntryMerge, at: datetime
) -> None:
    """Goals of a kind, values of a dimension: those of one name become one, the rest change their owner."""
    model = field.model
    theirs = {e.folded: e for e in model.with_bin.filter(**{field.name: target, "bin": None})}  # fmt: skip
    for entry in model.with_bin.filter(**{field.name: source}):
        same = theirs.get(entry.folded)
        if same is None or entry.bin_id:
            note(merge, field, source.pk, target.pk, [entry.pk])
            model.with_bin.filter(pk=entry.pk).update(**{field.name: target})
            held.written(model)
        elif not entry.merged_into_id:
            heir = same.merged_into if same.merged_into_id else same
            _merge_inner(entry, heir, merge=merge, at=at, rows=True)


def _follow(source: Any, target: Any, *, merge: EntryMerge) -> None:
    """Saved selections that name the entry name its successor from now on."""
    old, new = str(source.pk), str(target.pk)
    model = type(source)
    names = _parameters(source)
    changed = []
    for selection in Selection.with_bin.filter(_mentions(names)):
        params = QueryDict(selection.parameters, mutable=True)
        before = params.urlencode()
        for name in names:
            values = params.getlist(name)
            if old in values:
                kept = dict.fromkeys(new if v == old else v for v in values)
                params.setlist(name, list(kept))
        if model is Dimension:
            moved = params.pop(f"{DIMENSION_PREFIX}{old}", [])
            if moved:
                params.setlist(f"{DIMENSION_PREFIX}{new}", moved)
        if params.urlencode() != before:
            changed.append([selection.pk, selection.parameters, params.urlencode()])
            selection.parameters = params.urlencode()
            selection.save(update_fields=["parameters"])
    field = Selection._meta.get_field("parameters")
    note(merge, field, source.pk, target.pk, [], changed)


def ask_undo(*, merge: EntryMerge, by: User, at: datetime) -> EntryMerge:
    """Decide that a merge is taken back; the records follow, `entry_moves.go_on` step by step.

    The entry itself is on offer again at once. Raises CannotUndo.
    """
    model: Any = apps.get_model("clients", merge.model)
    with transaction.atomic():
        merge = EntryMerge.objects.select_for_update(of=["self"]).get(pk=merge.pk)
        source = model.with_bin.select_for_update(of=["self"]).filter(pk=merge.source_id).first()  # fmt: skip
        if merge.undo_asked_at:
            raise CannotUndo(_("This merge is taken back already."))
        if merge.finished_at is None:
            raise CannotUndo(_("Its records are still being moved: take it back when they are there."))  # fmt: skip
        if merge.asked_at < at - ENTRY_UNDO or not merge.parts.exists():
            raise CannotUndo(_("A merge can be taken back for 30 days; these are over."))  # fmt: skip
        if source is None or source.merged_into_id != merge.target_id:
            raise CannotUndo(_("The entry it was merged into was merged further since: take that back first."))  # fmt: skip
        merge.undo_asked_at, merge.undo_asked_by, merge.heartbeat_at = at, by, at
        merge.save(update_fields=["undo_asked_at", "undo_asked_by", "heartbeat_at"])
        model.with_bin.filter(pk=source.pk).update(merged_into=None)
        held.written(model)
        into = model.with_bin.get(pk=merge.target_id)
        _record("entry.unmerged", source, by=by, at=at, into=into.pk, into_name=into.name)  # fmt: skip
    return merge


def forget_old_merges(*, at: datetime) -> None:
    """What merges remember is of no use when they can no longer be taken back."""
    old = EntryMerge.objects.filter(asked_at__lt=at - ENTRY_UNDO, undo_asked_at=None, finished_at__isnull=False)  # fmt: skip
    EntryMergePart.objects.filter(merge__in=old).delete()


def _parameters(entry: Any) -> list[str]:
    """Parameters of lists whose values are entries of this dictionary."""
    if isinstance(entry, Dimension):
        return [f"{DIMENSION_PREFIX}{entry.pk}"]
    if isinstance(entry, DimensionValue):
        return [f"{DIMENSION_PREFIX}{entry.dimension_id}"]
    label = type(entry)._meta.label
    return [
        f.name
        for entity in ("client", "contact")
        for f in registry.fields(entity)
        if f.type == FieldType.DICTIONARY and f.model == label
    ]


def _mentions(names: list[str]) -> Q:
    wanted = Q(pk__in=[])
    for name in names:
        wanted |= Q(parameters__contains=f"{name}=")
    return wanted


def _record(verb: str, entry: Any, *, by: User, at: datetime, **detail: Any) -> None:
    dictionary = BY_MODEL[type(entry)]
    journal.record(
        verb,
        entry,
        by=by,
        at=at,
        name=entry.name,
        dictionary=dictionary.slug,
        **detail,
    )
