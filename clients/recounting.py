"""A recount of the whole base that is a row: claimed by one worker, alive by its heartbeat, taken up where another fell.

What a card says of itself is worked out by `completeness.refresh`, where the facts would carry it by the ladder; both go
through the cards by id, a chunk a transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from clients import completeness
from clients.actions import ladder
from clients.choices import RecountState
from clients.models import Client, Recount
from salesexpert.accounts.models import User
from salesexpert.core.held import drop_all

logger = structlog.get_logger(__name__)

COMPLETENESS, LADDER = "completeness", "ladder"
CHUNK = 2_000
# A chunk takes well under a second; the sweep looks each 30 seconds.
SILENT_FOR = timedelta(seconds=25)
SHIFT_SECONDS = 240
_MOST_FALLS = 3
_LIVE = (RecountState.QUEUED, RecountState.RUNNING)


class Superseded(Exception):
    """The rules changed again: a newer recount does the work."""


def begin(kind: str, *, by: User | None, at: datetime) -> Recount:
    """A new recount of this kind, to be rung for once the caller's transaction commits; the one under way stops."""
    Recount.objects.filter(kind=kind, state__in=_LIVE).update(
        state=RecountState.SUPERSEDED, finished_at=at
    )
    return Recount.objects.create(
        kind=kind,
        cards_total=_size(),
        created_at=at,
        created_by=by,
        heartbeat_at=at,
    )


def _size() -> int:
    """About how many cards there are: the planner's own guess where the table is large."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = 'clients_client'::regclass"
        )
        guess = cursor.fetchone()[0]
    return guess if guess > 50_000 else Client.objects.count()


def run(recount_id: int) -> bool:
    """Go through the cards as far as one shift goes. False when more remains to be done.

    Does nothing (True) when another worker holds the recount or it has ended already.
    """
    now = timezone.now()
    free = Q(state=RecountState.QUEUED) | Q(
        state=RecountState.RUNNING, heartbeat_at__lt=now - SILENT_FOR
    )
    taken = Recount.objects.filter(free, pk=recount_id).update(
        state=RecountState.RUNNING, heartbeat_at=now
    )
    if not taken:
        return True
    recount = Recount.objects.select_related("created_by").get(pk=recount_id)
    try:
        _refuse_falling_for_ever(recount)
        # This process may hold the rules as they were a second ago.
        drop_all()
        return _run(recount)
    except Superseded:
        return True
    except Exception as error:
        logger.exception("recount_failed", recount=recount_id)
        Recount.objects.filter(pk=recount_id, state=RecountState.RUNNING).update(
            state=RecountState.FAILED,
            failure=type(error).__name__,
            finished_at=timezone.now(),
        )
        return True


def _refuse_falling_for_ever(recount: Recount) -> None:
    begun = recount.begun
    times = begun[1] + 1 if begun and begun[0] == recount.last_id else 1
    recount.begun = [recount.last_id, times]
    recount.save(update_fields=["begun"])
    if times > _MOST_FALLS:
        raise RuntimeError("fell three times at the same card")


def _run(recount: Recount) -> bool:
    count = _COUNTERS[recount.kind]
    recount.cards_total = recount.cards_total or _size()
    ends = monotonic() + SHIFT_SECONDS
    while True:
        more = _chunk(recount, count)
        if not more:
            return True
        if monotonic() > ends:
            Recount.objects.filter(pk=recount.pk, state=RecountState.RUNNING).update(
                state=RecountState.QUEUED, heartbeat_at=timezone.now()
            )
            return False


@transaction.atomic
def _chunk(
    recount: Recount, count: Callable[[Sequence[int], Recount, datetime], int]
) -> bool:
    """One chunk and the mark that it is done, together or not at all. False when there was nothing left."""
    now = timezone.now()
    ids = list(
        Client.with_bin.filter(pk__gt=recount.last_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:CHUNK]
    )
    changed = 0
    if ids:
        lock(ids)
        changed = count(ids, recount, now)
    recount.last_id = ids[-1] if ids else recount.last_id
    recount.cards_done += len(ids)
    recount.changed_count += changed
    ended = len(ids) < CHUNK
    values = {
        "last_id": recount.last_id,
        "cards_done": recount.cards_done,
        "changed_count": recount.changed_count,
        "cards_total": recount.cards_total,
        "heartbeat_at": now,
    }
    if ended:
        values |= {
            "state": RecountState.DONE,
            "finished_at": now,
            "cards_total": recount.cards_done,
        }
    mine = Recount.objects.filter(pk=recount.pk, state=RecountState.RUNNING)
    if not mine.update(**values):
        raise Superseded
    return not ended


def lock(ids: Sequence[int]) -> None:
    """Hold the cards in one order, so that two recounts wait for each other instead of falling into a deadlock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM clients_client WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(ids)],
        )


def _count_completeness(ids: Sequence[int], recount: Recount, at: datetime) -> int:
    return completeness.refresh(ids, at=at)


def _rise(ids: Sequence[int], recount: Recount, at: datetime) -> int:
    return len(ladder.rise_by_facts(ids, by=recount.created_by, at=at))


_COUNTERS: dict[str, Callable[[Sequence[int], Recount, datetime], int]] = {
    COMPLETENESS: _count_completeness,
    LADDER: _rise,
}


def count_due(*, at: datetime, limit: int = 20_000) -> int:
    """Recount the cards that time alone has changed by the moment `at`: silent too long, untouched too long."""
    done = 0
    while done < limit:
        with transaction.atomic():
            ids = list(
                Client.with_bin.filter(completeness_due_at__lte=at)
                .order_by("completeness_due_at")
                .values_list("pk", flat=True)[:CHUNK]
            )
            if not ids:
                break
            lock(sorted(ids))
            completeness.refresh(ids, at=at)
        done += len(ids)
    return done


def abandoned(*, at: datetime) -> list[int]:
    """Ids of unfinished recounts that nobody has touched for a while."""
    silent = Recount.objects.filter(state__in=_LIVE, heartbeat_at__lt=at - SILENT_FOR)
    return list(silent.order_by("pk").values_list("pk", flat=True))


def latest(kind: str) -> Recount | None:
    return Recount.objects.filter(kind=kind).first()
