"""How far a job is: its lock, its pace, the wish to stop it."""

from datetime import timedelta

from clients.choices import ImportPhase
from clients.models import ImportJob

_SMOOTH = 0.3


class Cancelled(Exception):
    """Somebody asked to stop the import."""


def locked(job: ImportJob) -> ImportJob:
    """The job's row as it is now, held until the chunk ends. Raises Cancelled when it is to stop."""
    current = ImportJob.objects.select_for_update().get(pk=job.pk)
    if current.cancel_asked_at:
        raise Cancelled
    return current


def tick(job: ImportJob, rows: int, seconds: float) -> None:
    """Remember how fast it goes, the last chunks counting most."""
    pace = rows / max(seconds, 0.001)
    job.pace = pace if job.pace is None else job.pace + _SMOOTH * (pace - job.pace)


def done_of(job: ImportJob) -> tuple[int, int]:
    """(rows done, rows in all) of the phase that runs."""
    if job.phase == ImportPhase.CHECK:
        done = job.checked_count
    elif job.phase == ImportPhase.REVERT:
        return job.reverted_count + job.kept_count, max(
            1, job.created_count + job.updated_count
        )
    else:
        done = job.rows_done
    return done, max(job.rows_total, done, 1)


def time_left(job: ImportJob) -> timedelta | None:
    """By the pace of late; None until there is one."""
    done, total = done_of(job)
    if not job.pace or not done:
        return None
    return timedelta(seconds=round((total - done) / job.pace))
