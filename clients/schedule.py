"""What beat starts for the client base."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from clients import entry_moves, pairing, recounting, reminders, tasks
from clients.actions import bin as bin_actions
from clients.actions import bulk, dictionaries, drafts, erasure, inquiries
from clients.bulk import running as bulk_running
from clients.importing import running
from salesexpert.audit.acting import acting

SECONDS_FOR_DUPLICATES = 10


@shared_task(ignore_result=True)
def take_up_abandoned_imports() -> None:
    """Ring again for imports whose worker fell silent, or whose bell was never heard."""
    for job_id in running.abandoned(at=timezone.now()):
        tasks.run_import.delay(job_id=job_id)


@shared_task(ignore_result=True)
def remind() -> None:
    """Each minute: planned work that is near, and what began while nobody looked."""
    reminders.remind(at=timezone.now())


@shared_task(ignore_result=True)
def look_for_duplicates() -> None:
    """Compare the cards changed since the last time, for some seconds; the rest waits for the next turn."""
    ends = monotonic() + SECONDS_FOR_DUPLICATES
    while pairing.look_at_changed(at=timezone.now()) and monotonic() < ends:
        pass


@shared_task(ignore_result=True)
def note_cards_never_compared() -> None:
    """At night: cards that came past the triggers, and pairs whose shared number may be everybody's by now."""
    pairing.note_the_unknown()


@shared_task(ignore_result=True)
def take_up_abandoned_recounts() -> None:
    """Ring again for recounts whose worker fell silent, or whose bell was never heard."""
    for recount_id in recounting.abandoned(at=timezone.now()):
        tasks.run_recount.delay(recount_id=recount_id)


@shared_task(ignore_result=True)
def recount_what_time_changed() -> None:
    """Cards silent or untouched for too long since the last look."""
    recounting.count_due(at=timezone.now())


@shared_task(ignore_result=True)
def throw_away_old_drafts() -> None:
    """Drafts that nobody came back to."""
    drafts.throw_away_old(at=timezone.now())


@shared_task(ignore_result=True)
def take_up_erasures() -> None:
    """Ring again for erasures whose bell was never heard."""
    for erasure_id in erasure.take_up(at=timezone.now()):
        tasks.erase_person.delay(erasure_id=erasure_id)


@shared_task(ignore_result=True)
def take_up_abandoned_merges() -> None:
    """Ring again for merges of dictionary entries that nobody moves on."""
    for merge_id in entry_moves.abandoned(at=timezone.now()):
        tasks.move_merged_entries.delay(merge_id=merge_id)


@shared_task(ignore_result=True)
def empty_the_bin() -> None:
    """Remove what has lain its days; some each hour, so that a large bin keeps nobody waiting."""
    with acting(task="bin.purge"):
        bin_actions.purge(today=timezone.localdate(), at=timezone.now())
    dictionaries.forget_old_merges(at=timezone.now())


@shared_task(ignore_result=True)
def take_up_abandoned_bulk_changes() -> None:
    """Ring again for changes whose worker fell silent, or whose bell was never heard."""
    for change_id in bulk_running.abandoned(at=timezone.now()):
        tasks.run_bulk_change.delay(change_id=change_id)


@shared_task(ignore_result=True)
def tidy_bulk_changes() -> None:
    """Forget previews that nobody decided on."""
    bulk.tidy(at=timezone.now())


@shared_task(ignore_result=True)
def recount_at_night() -> None:
    """All cards once a night: what was changed past the actions, a dimension retired, two types made one."""
    recount = recounting.begin(recounting.COMPLETENESS, by=None, at=timezone.now())
    tasks.run_recount.delay(recount_id=recount.pk)


@shared_task(ignore_result=True)
def tell_of_late_answers() -> None:
    """Tell heads of inquiries whose first answer is late, each once."""
    with acting(task="inquiries.late"):
        inquiries.tell_of_late_ones(at=timezone.now())
