"""Deeds of a bulk change: freeze what is to be changed, begin, stop, go on, undo; drop what nobody decided on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from clients import tasks
from clients.bulk import records, running, ways
from clients.bulk.client_records import CLIENTS
from clients.bulk.records import Records
from clients.bulk.ways import Way
from clients.choices import BulkDeed, BulkOutcome, BulkState
from clients.models import BulkChange, BulkChunk, BulkItem
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

UNDO_DAYS = 30
PREVIEW_KEPT = timedelta(days=1)


class NothingToChange(DomainError):
    pass


class MayNot(DomainError):
    pass


class BegunAlready(DomainError):
    pass


class CannotBeUndone(DomainError):
    pass


class CannotGoOn(DomainError):
    pass


@transaction.atomic
def preview(
    *,
    cards: QuerySet,
    way: Way,
    value: str,
    by: User,
    at: datetime,
    reason: str = "",
    parameters: str = "",
    ticked: Sequence[int] = (),
    about: Records = CLIENTS,
) -> BulkChange:
    """Freeze those of `cards` (already narrowed to what `by` sees) that the deed would change; nothing changes yet.

    Raises ValueNotUsable, MayNot, or NothingToChange when there is no such card.
    """
    _refuse_without_right(about, way, by)
    value = way.clean(value)
    if isinstance(way, ways.ProductWay):
        way = way.of(int(value))
    change = BulkChange.objects.create(
        entity=about.entity,
        deed=way.deed,
        field=way.field,
        value=value,
        reason=reason,
        parameters=parameters,
        is_ticked=bool(ticked),
        created_at=at,
        created_by=by,
    )
    apart = about.closed(way, value)
    counted = cards.order_by().aggregate(
        asked=Count("pk"), closed=Count("pk", filter=apart or Q(pk=None))
    )
    if apart is not None:
        cards = cards.exclude(apart)
    cards = way.changing(cards.annotate(now=way.now()), way.target(value))
    change.chunks_total, change.planned_count = _freeze(change, cards, about.chunk)
    if not change.planned_count:
        raise NothingToChange(about.nothing(way, **counted))
    change.asked_count, change.closed_count = counted["asked"], counted["closed"]
    change.same_count = max(
        0, change.asked_count - change.closed_count - change.planned_count
    )
    change.absent_count = max(0, len(set(ticked)) - change.asked_count) if ticked else 0
    change.save()
    return change


def _refuse_without_right(about: Records, way: Way, by: User) -> None:
    if not (by.has_perm(about.permission) and way.allowed(by)):
        raise MayNot(_("You have no right to make this change."))


def _freeze(change: BulkChange, cards: QuerySet, chunk: int) -> tuple[int, int]:
    """Write the chunks in one statement, however many cards; (chunks, cards)."""
    found = cards.order_by().values_list("pk", "now")
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:  # filters that contradict each other
        return 0, 0
    table = BulkChunk._meta.db_table
    return _insert_chunks(
        f'INSERT INTO {table} (change_id, number, ids, "values")'
        " SELECT %s, n / %s, array_agg(id ORDER BY id), array_agg(had ORDER BY id)"
        " FROM (SELECT id, had, row_number() OVER (ORDER BY id) - 1 AS n"
        f" FROM ({sql}) AS cards (id, had)) AS numbered GROUP BY n / %s"
        " RETURNING cardinality(ids)",
        [change.pk, chunk, *params, chunk],
    )


def _insert_chunks(sql: str, params: Sequence[Any]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        sizes = [size for (size,) in cursor.fetchall()]
    return len(sizes), sum(sizes)


def begin(*, change: BulkChange, by: User, at: datetime) -> bool:
    """Do what was previewed: here and now when it is little, else in the queue. True when it is over already.

    Raises BegunAlready when it was begun before (a second click changes nothing), ValueNotUsable when the value was
    retired since the preview, MayNot.
    """
    few = _queue(change=change, by=by, at=at)
    if few:
        running.run(change.pk)
    return few


@transaction.atomic
def _queue(*, change: BulkChange, by: User, at: datetime) -> bool:
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.created_by_id != by.pk:
        raise MayNot(_("Only whoever looked at this change may make it."))
    if change.state != BulkState.PREVIEW:
        raise BegunAlready(_("This change was begun already."))
    about = records.of(change)
    way = about.way_of(change.deed, change.field, change.value)
    if way is None:
        raise ways.ValueNotUsable(_("What was to be changed is no longer there."))
    _refuse_without_right(about, way, by)
    if change.deed == BulkDeed.ARCHIVE:
        change.value = ways.moment_text(at)
    else:
        way.clean(change.value)
    change.state = BulkState.QUEUED
    change.heartbeat_at = at
    change.save(update_fields=["state", "value", "heartbeat_at"])
    return _sooner_or_later(change)


def _sooner_or_later(change: BulkChange) -> bool:
    if change.planned_count <= records.of(change).inline:
        return True
    tasks.run_bulk_change.delay_on_commit(change_id=change.pk)
    return False


@transaction.atomic
def stop(*, change: BulkChange, by: User, at: datetime) -> bool:
    """Ask for a stop behind the chunk that is being done; what is done stays done. False when it has ended already.

    Whoever waits in the queue is stopped at once.
    """
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.state not in {BulkState.QUEUED, BulkState.RUNNING}:
        return False
    journal.record(f"{records.of(change).verb}_stopped", change, by=by, at=at)
    change.stop_asked = True
    if change.state == BulkState.QUEUED:
        change.state = BulkState.STOPPED
        change.started_at = change.started_at or at
        change.finished_at = at
    change.save(update_fields=["stop_asked", "state", "started_at", "finished_at"])
    return True


def go_on(*, change: BulkChange, by: User, at: datetime) -> bool:
    """Take a stopped or fallen change up where it stands. Raises CannotGoOn, or MayNot."""
    few = _queue_again(change=change, by=by, at=at)
    if few:
        running.run(change.pk)
    return few


@transaction.atomic
def _queue_again(*, change: BulkChange, by: User, at: datetime) -> bool:
    change = BulkChange.objects.select_for_update(of=["self"]).get(pk=change.pk)
    if change.created_by_id != by.pk:
        raise MayNot(_("Only whoever made this change may go on with it."))
    ended = change.state in {BulkState.STOPPED, BulkState.FAILED}
    if not ended or change.chunks_done >= change.chunks_total:
        raise CannotGoOn(_("There is nothing to go on with."))
    if BulkChange.objects.filter(undoes=change).exists():
        raise CannotGoOn(_("This change was undone."))
    if BulkChunk.objects.filter(change=change).count() < change.chunks_total:
        raise CannotGoOn(_("This change is too old to go on with."))
    change.state = BulkState.QUEUED
    change.stop_asked, change.failure = False, ""
    change.heartbeat_at, change.finished_at, change.tries = at, None, 0
    change.save(
        update_fields=[
            "state",
            "stop_asked",
            "failure",
            "heartbeat_at",
            "finished_at",
            "tries",
        ]
    )
    return _sooner_or_later(change)


def may_undo(change: BulkChange, by: User, *, at: datetime) -> bool:
    """Whether there is something to undo, the time for it has not passed, and `by` has the right."""
    if change.undoes_id or not change.changed_count or change.finished_at is None:
        return False
    if change.state in {BulkState.QUEUED, BulkState.RUNNING}:
        return False
    if at - change.finished_at > timedelta(days=UNDO_DAYS):
        return False
    about = records.of(change)
    way = about.way_of(change.deed, change.field, change.value)
    return way is not None and by.has_perm(about.permission) and way.allowed(by)


def undo(*, change: BulkChange, by: User, at: datetime) -> BulkChange:
    """Give the cards back what they had, those that nobody has changed since; returns the undo, itself a change.

    Raises CannotBeUndone, also when another has begun to undo it.
    """
    undone = _freeze_undo(change=change, by=by, at=at)
    if undone.planned_count <= records.of(undone).inline:
        running.run(undone.pk)
    return undone


@transaction.atomic
def _freeze_undo(*, change: BulkChange, by: User, at: datetime) -> BulkChange:
    change = BulkChange.objects.select_for_update(of=["self"]).get(pk=change.pk)
    if not may_undo(change, by, at=at):
        raise CannotBeUndone(_("This change can no longer be undone."))
    try:
        with transaction.atomic():
            undone = BulkChange.objects.create(
                entity=change.entity,
                deed=change.deed,
                field=change.field,
                value=change.value,
                undoes=change,
                state=BulkState.QUEUED,
                created_at=at,
                created_by=by,
                heartbeat_at=at,
            )
    except IntegrityError as error:
        raise CannotBeUndone(_("This change was undone already.")) from error
    chunks, items = BulkChunk._meta.db_table, BulkItem._meta.db_table
    chunk = records.of(change).chunk
    undone.chunks_total, undone.planned_count = _insert_chunks(
        f'INSERT INTO {chunks} (change_id, number, ids, "values")'
        " SELECT %s, n / %s, array_agg(id ORDER BY id), array_agg(had ORDER BY id)"
        " FROM (SELECT object_id AS id, before AS had,"
        " row_number() OVER (ORDER BY object_id) - 1 AS n"
        f" FROM {items} WHERE change_id = %s AND outcome = %s) AS numbered"
        " GROUP BY n / %s RETURNING cardinality(ids)",
        [undone.pk, chunk, change.pk, BulkOutcome.CHANGED, chunk],
    )
    undone.asked_count = undone.planned_count
    undone.save(update_fields=["chunks_total", "planned_count", "asked_count"])
    _sooner_or_later(undone)
    return undone


@transaction.atomic
def tidy(*, at: datetime) -> None:
    """Previews that nobody decided on, and frozen chunks of changes that can no longer go on."""
    BulkChange.objects.filter(
        state=BulkState.PREVIEW, created_at__lt=at - PREVIEW_KEPT
    ).delete()
    BulkChunk.objects.filter(
        change__state__in=[BulkState.STOPPED, BulkState.FAILED],
        change__finished_at__lt=at - timedelta(days=UNDO_DAYS),
    ).delete()
