"""Work for Celery. A task is a doorbell: it may ring twice, the row says what is to be done."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from clients import entry_moves, erasure_work, recounting
from clients.bulk import running as bulk_running
from clients.importing import running


@shared_task(acks_late=True, ignore_result=True)
def run_import(*, job_id: int) -> None:
    """Load a file one shift long; what remains is rung for again."""
    if not running.run(job_id):
        run_import.delay(job_id=job_id)


@shared_task(acks_late=True, ignore_result=True)
def run_recount(*, recount_id: int) -> None:
    """Recount the cards one shift long; what remains is rung for again."""
    if not recounting.run(recount_id):
        run_recount.delay(recount_id=recount_id)


@shared_task(acks_late=True, ignore_result=True)
def erase_person(*, erasure_id: int) -> None:
    """Carry out an erasure that somebody decided."""
    erasure_work.carry_out(erasure_id)


@shared_task(acks_late=True, ignore_result=True)
def move_merged_entries(*, merge_id: int) -> None:
    """Move the records of a merged entry, or move them back, one shift long; what remains is rung for again."""
    ends = monotonic() + entry_moves.SHIFT_SECONDS
    while monotonic() < ends:
        if entry_moves.go_on(merge_id, at=timezone.now()):
            return
    move_merged_entries.delay(merge_id=merge_id)


@shared_task(acks_late=True, ignore_result=True)
def run_bulk_change(*, change_id: int) -> None:
    """Change many cards one shift long; what remains is rung for again."""
    if not bulk_running.run(change_id):
        run_bulk_change.delay(change_id=change_id)
