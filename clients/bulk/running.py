"""Running a bulk change that is a row: in short transactions, claimed by one worker, taken up where another fell.

Each chunk locks its cards in the order of their ids, looks again at what they have, and changes those that still are as
the preview showed them. Nobody waits longer for it than a chunk takes.
"""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.query_utils import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.bulk import records, ways
from clients.choices import BulkDeed, BulkOutcome, BulkState
from clients.models import BulkChange, BulkChunk, BulkItem
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.acting import acting
from salesexpert.core.errors import DomainError

logger = structlog.get_logger(__name__)

# The sweep looks each 20 seconds: an abandoned change goes on within a minute.
SILENT_FOR = timedelta(seconds=25)
# A worker hands a long change on before the task's time limit, so that short work gets its turn.
SHIFT_SECONDS = 240
# A card that somebody holds is waited for so long; the others of its chunk are held meanwhile, so not long.
LOCK_WAIT = "1500ms"
_MOST_WAITS = 20
_MOST_FALLS = 3


class TakenByAnother(Exception):
    """Another worker holds the change now; what this one began is undone by its rollback."""


class Stopped(Exception):
    pass


class HeldByOthers(DomainError):
    pass


class MayNoLonger(DomainError):
    pass


def run(change_id: int) -> bool:
    """Do the change as far as one shift goes. True when it has ended; False when more remains to be done.

    Does nothing (True) when another worker holds it or it has ended already.
    """
    if not claim(change_id, at=timezone.now()):
        return True
    change = BulkChange.objects.select_related("created_by", "undoes").get(pk=change_id)
    with translation.override(change.created_by.language):
        try:
            return _run(change)
        except TakenByAnother:
            return True
        except Stopped:
            end(change, BulkState.STOPPED)
        except DomainError as error:
            end(change, BulkState.FAILED, str(error))
        except Exception:
            logger.exception("bulk_change_failed", change=change_id)
            fault = _(
                "The change stopped because of a fault in the program. What was changed before it is listed and can be undone."
            )
            end(change, BulkState.FAILED, fault)
    return True


def claim(change_id: int, *, at: datetime) -> bool:
    """Take a waiting or abandoned change. True for exactly one caller."""
    free = Q(state=BulkState.QUEUED) | Q(
        state=BulkState.RUNNING, heartbeat_at__lt=at - SILENT_FOR
    )
    taken = BulkChange.objects.filter(free, pk=change_id).update(
        state=BulkState.RUNNING,
        heartbeat_at=at,
        started_at=Coalesce("started_at", at),
        tries=F("tries") + 1,
    )
    return bool(taken)


def _run(change: BulkChange) -> bool:
    if change.tries > _MOST_FALLS:
        raise DomainError(
            _("The change stopped three times at the same place and was given up. What was changed before it is listed and can be undone.")
        )  # fmt: skip
    work = Work(change)
    ends = monotonic() + SHIFT_SECONDS
    for number in range(change.chunks_done, change.chunks_total):
        work.do(number)
        if monotonic() > ends and number + 1 < change.chunks_total:
            hand_on(change)
            return False
    end(change, BulkState.DONE)
    return True


class Work:
    """A change about to be done, chunk by chunk."""

    def __init__(self, change: BulkChange) -> None:
        self.change = change
        # An undo writes the same field; what it expects to find is what the undone change wrote.
        self.first = change.undoes or change
        self.records = records.of(change)
        way = self.records.way_of(self.first.deed, self.first.field, self.first.value)
        if way is None:
            raise DomainError(_("What was to be changed is no longer there."))
        self.way = way
        if not change.undoes_id and change.deed != BulkDeed.ARCHIVE:
            self.way.clean(change.value)
        self.after = self.way.target(self.first.value)

    def do(self, number: int) -> None:
        """One chunk in one transaction; cards that somebody holds are waited for, in short turns."""
        for _turn in range(_MOST_WAITS):
            try:
                with (
                    acting(user=self.change.created_by_id, task=self.records.task),
                    transaction.atomic(),
                ):
                    self._do(number)
                return
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in {"55P03", "40P01"}:
                    raise
                # Waiting is a sign of life too.
                self._beat(number)
        raise HeldByOthers(
            _("Somebody has held one of the cards for a long time. What was changed before it is listed; go on later.")
        )  # fmt: skip

    def _beat(self, number: int) -> None:
        alive = BulkChange.objects.filter(
            pk=self.change.pk, state=BulkState.RUNNING, chunks_done=number
        )
        if not alive.update(heartbeat_at=timezone.now()):
            raise TakenByAnother

    def _do(self, number: int) -> None:
        at = timezone.now()
        self._take(number, at)
        by = self._author()
        chunk = BulkChunk.objects.get(change=self.change, number=number)
        held = self._hold(self._reach(by), chunk.ids)
        # Read behind the locks: what others saved while we waited for them is seen.
        now = dict(
            self.records.all()
            .filter(pk__in=held)
            .annotate(now=self.way.now())
            .values_list("pk", "now")
        )
        wanted = self._wanted(chunk)
        outcomes = {pk: self._outcome(pk, held, now, wanted, chunk) for pk in chunk.ids}
        targets = {
            pk: wanted[pk]
            for pk, outcome in outcomes.items()
            if outcome == BulkOutcome.CHANGED
        }
        if targets:
            reason = self.change.reason
            if self.change.undoes_id and not reason:
                reason = _("a bulk change was undone")
            act = ways.Act(by, at, self.change.pk, reason)
            refused = self.way.write(targets, now, act) or ()
            for pk in refused:
                outcomes[pk] = BulkOutcome.REFUSED
                del targets[pk]
            self.records.follow(sorted(targets), self.way, act)
        BulkItem.objects.bulk_create(
            BulkItem(
                change=self.change, object_id=pk, outcome=outcome, before=now.get(pk, "")
            )
            for pk, outcome in outcomes.items()
        )  # fmt: skip
        self._count(len(targets), len(outcomes) - len(targets))

    def _take(self, number: int, at: datetime) -> None:
        """Count the chunk as done in the transaction that does it: it is done once, by whoever holds the row."""
        mine = BulkChange.objects.filter(
            pk=self.change.pk,
            state=BulkState.RUNNING,
            chunks_done=number,
            stop_asked=False,
        ).update(chunks_done=number + 1, tries=0, heartbeat_at=at)
        if mine:
            return
        state = BulkChange.objects.filter(
            pk=self.change.pk, chunks_done=number, state=BulkState.RUNNING
        )
        raise Stopped if state.filter(stop_asked=True).exists() else TakenByAnother

    def _author(self) -> User:
        """Who changes, with the rights that he has at this moment."""
        by: User = User.objects.select_related("role").get(pk=self.change.created_by_id)
        if not (
            by.is_active
            and by.has_perm(self.records.permission)
            and self.way.allowed(by)
        ):
            raise MayNoLonger(
                _("The right to make this change was withdrawn. What was changed before is listed.")
            )  # fmt: skip
        return by

    def _reach(self, by: User) -> QuerySet:
        """Whoever gave cards away may take them back, though he sees them no more."""
        if self.change.undoes_id and self.first.created_by_id == by.pk:
            return self.records.all()
        return self.records.visible_to(by)

    def _hold(self, reach: QuerySet, ids: list[int]) -> dict[int, bool]:
        """Lock the cards in one order; {id: whether it is closed}."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])
        return self.records.hold(reach, ids)

    def _wanted(self, chunk: BulkChunk) -> dict[int, str]:
        if not self.change.undoes_id:
            return dict.fromkeys(chunk.ids, self.after)
        back = self.way.still_there(set(chunk.values))
        pairs = zip(chunk.ids, chunk.values, strict=True)
        return {pk: back[value] for pk, value in pairs if value in back}

    def _outcome(
        self,
        pk: int,
        held: dict[int, bool],
        now: dict[int, str],
        wanted: dict[int, str],
        chunk: BulkChunk,
    ) -> BulkOutcome:
        if pk not in held:
            return BulkOutcome.GONE
        if pk not in wanted:
            return BulkOutcome.VALUE
        if held[pk] and self.records.closed(self.way, self.first.value) is not None:
            return BulkOutcome.CLOSED
        if self.change.undoes_id:
            expected = self.after
        else:
            expected = chunk.values[chunk.ids.index(pk)]
        if now[pk] != expected or now[pk] == wanted[pk]:
            return BulkOutcome.OTHER
        return BulkOutcome.CHANGED

    def _count(self, changed: int, left: int) -> None:
        BulkChange.objects.filter(pk=self.change.pk).update(
            changed_count=F("changed_count") + changed,
            left_count=F("left_count") + left,
        )


def hand_on(change: BulkChange) -> None:
    BulkChange.objects.filter(pk=change.pk, state=BulkState.RUNNING).update(
        state=BulkState.QUEUED, heartbeat_at=timezone.now(), tries=0
    )


def end(change: BulkChange, state: BulkState, failure: str = "") -> None:
    """Close the change, unless another worker has it by now; the frozen chunks of a finished one are of no more use."""
    at = timezone.now()
    with transaction.atomic():
        ended = BulkChange.objects.filter(pk=change.pk, state=BulkState.RUNNING).update(
            state=state, failure=failure, finished_at=at, heartbeat_at=at, tries=0
        )
        if not ended:
            return
        if state == BulkState.DONE:
            BulkChunk.objects.filter(change=change).delete()
        change.refresh_from_db()
        about = records.of(change)
        verb = f"{about.verb}_undone" if change.undoes_id else f"{about.verb}_changed"
        journal.record(
            verb,
            change,
            by=change.created_by,
            at=at,
            deed=change.deed,
            field=change.field,
            count=change.changed_count,
            left=change.left_count,
            state=str(state),
        )
        if state in (BulkState.DONE, BulkState.FAILED):
            about.ended(change, at=at)


def abandoned(*, at: datetime) -> list[int]:
    """Ids of unfinished changes that nobody has touched for a while."""
    silent = BulkChange.objects.filter(
        state__in=[BulkState.QUEUED, BulkState.RUNNING],
        heartbeat_at__lt=at - SILENT_FOR,
    )
    return list(silent.values_list("pk", flat=True))
