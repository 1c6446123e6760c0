"""Running an import that is a row: claimed by one worker, alive by its heartbeat, taken up where another fell."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients import telling
from clients.choices import ImportPhase, ImportState
from clients.importing import checking, checking_plain, reverting, tracing
from clients.importing.engine import Loader, Options, TakenByAnother
from clients.importing.plain import PlainLoader
from clients.importing.progress import Cancelled
from clients.importing.reading import open_table
from clients.importing.targets import TARGETS
from clients.models import ImportJob
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.acting import acting
from salesexpert.core.errors import DomainError

logger = structlog.get_logger(__name__)

# A chunk takes a second or two; the sweep looks each 30 seconds; an abandoned job goes on within a minute.
SILENT_FOR = timedelta(seconds=25)
# A job without a file is run by the command itself: nobody else can go on with it.
COMMAND_SILENT_FOR = timedelta(minutes=3)
# A worker hands a long import on before the task's time limit, so that short work gets its turn.
SHIFT_SECONDS = 120
_MOST_FALLS = 3
TASKS = {
    ImportPhase.CHECK: "clients.import",
    ImportPhase.LOAD: "clients.import",
    ImportPhase.REVERT: "clients.import_revert",
}


def run(job_id: int) -> bool:
    """Do the job's phase as far as one shift goes. True when nothing remains to be done now; False when more does.

    Does nothing (True) when another worker holds the job, it waits for a person, or it has ended already.
    """
    if not claim(job_id, at=timezone.now()):
        return True
    job = ImportJob.objects.select_related("created_by", "reverted_by").get(pk=job_id)
    author = job.reverted_by if job.phase == ImportPhase.REVERT else job.created_by
    zone = ZoneInfo(author.time_zone) if author else timezone.get_default_timezone()
    with (
        translation.override(author.language if author else None),
        timezone.override(zone),
        acting_for(job, author),
    ):
        try:
            return _run(job)
        except TakenByAnother:
            return True
        except Cancelled:
            stop(job)
        except DomainError as error:
            fail(job, str(error))
        except Exception:
            logger.exception("import_failed", job=job_id)
            fail(
                job,
                _(
                    "The import stopped because of a fault in the program. The rows loaded before it are kept."
                ),
            )
    return True


def acting_for(job: ImportJob, author: User | None) -> AbstractContextManager[None]:
    """The journal names the person and, by its address, the import: so it is told later what others have changed since."""
    task = TASKS[ImportPhase(job.phase)]
    return acting(user=author, task=task, url=reverting.address_of(job))


def claim(job_id: int, *, at: datetime) -> bool:
    """Take a waiting or abandoned job. True for exactly one caller."""
    free = Q(state=ImportState.QUEUED) | Q(
        state=ImportState.RUNNING, heartbeat_at__lt=at - SILENT_FOR
    )
    taken = ImportJob.objects.filter(free, pk=job_id).update(
        state=ImportState.RUNNING,
        heartbeat_at=at,
        started_at=Coalesce("started_at", at),
    )
    return bool(taken)


def _run(job: ImportJob) -> bool:
    if _falls_here_again(job):
        raise DomainError(
            _(
                "The import stopped three times at the same place, behind row %(count)d, and was given up. The rows loaded before it are kept."
            )
            % {"count": job.rows_done}
        )
    ends = monotonic() + SHIFT_SECONDS
    work: dict[str, Callable[[ImportJob, float], bool]] = {
        ImportPhase.CHECK: _check,
        ImportPhase.LOAD: _load,
        ImportPhase.REVERT: _revert,
    }
    return work[job.phase](job, ends)


def _loader(job: ImportJob) -> Any:
    table = open_table(
        Path(job.file.path), encoding=job.encoding, delimiter=job.delimiter
    )
    options = Options.from_kept(job.options)
    by, at = job.created_by, timezone.now()
    if kind := TARGETS.get(job.entity):
        return PlainLoader(kind, table, job.mapping, options, by=by, at=at)
    return Loader(table, job.mapping, options, by=by, at=at)


def _check(job: ImportJob, ends: float) -> bool:
    loader = _loader(job)
    is_plain = job.entity in TARGETS
    check = checking_plain.check_chunk if is_plain else checking.check_chunk
    for rows in loader.chunks(skip=job.checked_count):
        check(loader, job, rows)
        if monotonic() > ends:
            return hand_on(job)
    job.pace = None
    words = ("unknown", "added")
    asked = any(any(job.options.get(name, {}).values()) for name in words)
    if job.match_count or asked or job.options.get("refused") or is_plain:
        job.state = ImportState.DECIDING
        job.heartbeat_at = timezone.now()
        _save_unless_cancelled(job, "state", "heartbeat_at", "pace")
        return True
    job.phase = ImportPhase.LOAD
    job.save(update_fields=["phase", "pace"])
    return _load(job, ends)


def _load(job: ImportJob, ends: float) -> bool:
    loader = _loader(job)
    for rows in loader.chunks(skip=job.rows_done):
        loader.load_chunk(job, rows)
        if monotonic() > ends:
            return hand_on(job)
    loader.settle_parents(job)
    finish(job)
    return True


def _revert(job: ImportJob, ends: float) -> bool:
    while reverting.revert_chunk(job, at=timezone.now()):
        if monotonic() > ends:
            return hand_on(job)
    reverting.finish(job, at=timezone.now())
    return True


def _falls_here_again(job: ImportJob) -> bool:
    """Count the times that the job was begun at the same row: a row that kills workers must not do so for ever."""
    place = [job.phase, job.checked_count, job.rows_done, job.reverted_upto]
    begun = job.options.get("begun", [])
    times = begun[1] + 1 if begun and begun[0] == place else 1
    job.options["begun"] = [place, times]
    job.save(update_fields=["options"])
    return times > _MOST_FALLS


def hand_on(job: ImportJob) -> bool:
    job.heartbeat_at = timezone.now()
    job.state = ImportState.QUEUED
    _save_unless_cancelled(job, "state", "heartbeat_at")
    return False


def _save_unless_cancelled(job: ImportJob, *names: str) -> None:
    """Raises Cancelled when somebody asked to stop between the last chunk and now."""
    values = {name: getattr(job, name) for name in names}
    rows = ImportJob.objects.filter(pk=job.pk, cancel_asked_at=None)
    if not rows.update(**values):
        raise Cancelled


def finish(job: ImportJob) -> None:
    job.state = ImportState.DONE
    job.finished_at = job.heartbeat_at = timezone.now()
    job.rows_total = job.rows_done
    job.save(update_fields=["state", "finished_at", "heartbeat_at", "rows_total"])
    tracing.forget(job)
    journal.record(
        "import.finished",
        job,
        by=job.created_by,
        at=job.finished_at,
        created=job.created_count,
        updated=job.updated_count,
    )
    telling.import_ended(job, "done", at=job.finished_at)


def stop(job: ImportJob) -> None:
    """End a job that somebody wished to stop. One that had only been looked at waits for its columns again."""
    at = timezone.now()
    ImportJob.objects.filter(pk=job.pk).update(
        state=ImportState.CANCELLED if job.phase == ImportPhase.LOAD else ImportState.UPLOADED,
        cancel_asked_at=None,
        heartbeat_at=at,
        finished_at=at,
    )  # fmt: skip
    by = job.created_by
    journal.record("import.stopped", job, by=by, at=at, rows=job.rows_done)


def fail(job: ImportJob, sentence: str) -> None:
    """A fault of the loading ends the import; one of the taking back leaves it as it was before, to be tried again."""
    ImportJob.objects.filter(pk=job.pk).update(
        state=ImportState.FAILED, failure=sentence, finished_at=timezone.now()
    )
    job.failure = sentence
    telling.import_ended(job, "failed", at=timezone.now())


def abandoned(*, at: datetime) -> list[int]:
    """Ids of unfinished jobs that nobody has touched for a while; those that only the command can run are closed."""
    silent = ImportJob.objects.filter(
        state__in=[ImportState.QUEUED, ImportState.RUNNING],
        heartbeat_at__lt=at - SILENT_FOR,
    )
    with translation.override(None):
        silent.filter(file="", heartbeat_at__lt=at - COMMAND_SILENT_FOR).exclude(
            phase=ImportPhase.REVERT
        ).update(
            state=ImportState.FAILED,
            finished_at=at,
            failure=_(
                "The import was interrupted. Load the file again: the rows that are in the base already are passed over."
            ),
        )
    return list(
        silent.exclude(Q(file="") & ~Q(phase=ImportPhase.REVERT)).values_list(
            "pk", flat=True
        )
    )
