"""The booking of a long bank statement as a deed: begun, stopped, gone on with, taken up where a worker was lost."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.ground import NotPossible
from deals.choices import StatementState
from deals.models import BankStatement, StatementBooking
from deals.statement_tasks import book_statement
from salesexpert.accounts.models import User
from salesexpert.audit import journal

# More documents than these are taken in and booked by a worker, while the page shows how far it is.
AT_ONCE = 300
# A chunk takes a second or two; the sweep looks each 30 seconds; what a dead worker left goes on within a minute.
SILENCE = timedelta(seconds=25)
MOST_FALLS = 3
MOVING = (StatementState.QUEUED, StatementState.RUNNING)


def begin(
    statement: BankStatement,
    lines: int,
    *,
    by: User | None,
    at: datetime,
    from_file: bool = False,
) -> StatementBooking:
    """Let a worker go through the waiting lines of a statement from the first on, once all of this is committed.

    `from_file`: its documents are to be taken in first, from the file that is kept.
    """
    booking, _made = StatementBooking.objects.update_or_create(
        statement_id=statement.pk,
        defaults={
            "state": StatementState.QUEUED,
            "by": by,
            "heartbeat_at": at,
            "falls": 0,
            "upto": None,
            "taken": {},
            "total": lines,
            "done": 0,
            "booked": 0,
            **({"taken_in": 0} if from_file else {}),
        },
    )
    book_statement.delay_on_commit(booking_id=booking.pk)
    return booking


@transaction.atomic
def stop(booking: StatementBooking, *, by: User, at: datetime) -> None:
    """Stop after the chunk at hand: what is booked stays, the rest waits for people."""
    moving = StatementBooking.objects.filter(pk=booking.pk, state__in=MOVING)
    if moving.exclude(taken_in=None).exists():
        raise NotPossible(_("The documents of the file are still being taken in."))
    if not moving.update(state=StatementState.STOPPED, heartbeat_at=at):
        raise NotPossible(_("The booking has ended meanwhile."))
    journal.record("statement.booking_stopped", booking.statement, by=by, at=at)


@transaction.atomic
def go_on(booking: StatementBooking, *, by: User, at: datetime) -> None:
    """Book on behind the last line looked at, in the name of whoever says so."""
    stopped = StatementBooking.objects.filter(
        pk=booking.pk, state=StatementState.STOPPED
    )
    if not stopped.update(state=StatementState.QUEUED, by=by, falls=0, heartbeat_at=at):
        raise NotPossible(_("The booking goes on already."))
    book_statement.delay_on_commit(booking_id=booking.pk)


@transaction.atomic
def take_up_abandoned(*, at: datetime) -> None:
    """Ring again where a bell was not heard or a worker is lost; where workers are lost again and again, stop.

    A living worker holds the row while it books a chunk, and is passed over however long that takes.
    """
    moving = StatementBooking.objects.filter(state__in=MOVING, heartbeat_at__lt=at - SILENCE)  # fmt: skip
    silent = moving.select_for_update(skip_locked=True).order_by("pk")
    for pk, state, falls in silent.values_list("pk", "state", "falls"):
        one = StatementBooking.objects.filter(pk=pk)
        falls += state == StatementState.RUNNING
        if falls > MOST_FALLS:
            one.update(state=StatementState.STOPPED, falls=falls)
            continue
        one.update(state=StatementState.QUEUED, falls=falls, heartbeat_at=at)
        book_statement.delay_on_commit(booking_id=pk)
