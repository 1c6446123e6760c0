"""Running an import that is a row: claimed by one worker, alive by its heartbeat, taken up where another fell."""

from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.choices import ImportState
from clients.importing.engine import Loader, Options, TakenByAnother
from clients.importing.reading import open_table
from clients.models import ImportJob
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

logger = structlog.get_logger(__name__)

# A chunk takes a second or two; the sweep looks each 30 seconds; an abandoned job goes on within a minute.
SILENT_FOR = timedelta(seconds=25)
# A job without a file is run by the command itself: nobody else can go on with it.
COMMAND_SILENT_FOR = timedelta(minutes=3)
# A worker hands a long import on before the task's time limit, so that short work gets its turn.
SHIFT_SECONDS = 240
_MOST_FALLS = 3


def run(job_id: int) -> bool:
    """Load the job's file as far as one shift goes. True when the job has ended; False when more remains to be done.

    Does nothing (True) when another worker holds the job or it has ended already.
    """
    if not claim(job_id, at=timezone.now()):
        return True
    job = ImportJob.objects.select_related("created_by").get(pk=job_id)
    author = job.created_by
    zone = ZoneInfo(author.time_zone) if author else timezone.get_default_timezone()
    with (
        translation.override(author.language if author else None),
        timezone.override(zone),
    ):
        try:
            return _run(job)
        except TakenByAnother:
            return True
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
    table = open_table(
        Path(job.file.path), encoding=job.encoding, delimiter=job.delimiter
    )
    loader = Loader(
        table,
        job.mapping,
        Options.from_kept(job.options),
        by=job.created_by,
        at=timezone.now(),
    )
    ends = monotonic() + SHIFT_SECONDS
    for rows in loader.chunks(skip=job.rows_done):
        loader.load_chunk(job, rows)
        if monotonic() > ends:
            hand_on(job)
            return False
    loader.settle_parents(job)
    finish(job)
    return True


def _falls_here_again(job: ImportJob) -> bool:
    """Count the times that the job was begun at the same row: a row that kills workers must not do so for ever."""
    begun = job.options.get("begun", [])
    times = begun[1] + 1 if begun and begun[0] == job.rows_done else 1
    job.options["begun"] = [job.rows_done, times]
    job.save(update_fields=["options"])
    return times > _MOST_FALLS


def hand_on(job: ImportJob) -> None:
    job.state = ImportState.QUEUED
    job.heartbeat_at = timezone.now()
    job.save(update_fields=["state", "heartbeat_at"])


def finish(job: ImportJob) -> None:
    job.state = ImportState.DONE
    job.finished_at = job.heartbeat_at = timezone.now()
    job.rows_total = job.rows_done
    job.save(update_fields=["state", "finished_at", "heartbeat_at", "rows_total"])
    journal.record(
        "import.finished",
        job,
        by=job.created_by,
        at=job.finished_at,
        created=job.created_count,
        updated=job.updated_count,
    )


def fail(job: ImportJob, sentence: str) -> None:
    ImportJob.objects.filter(pk=job.pk).update(
        state=ImportState.FAILED, failure=sentence, finished_at=timezone.now()
    )


def abandoned(*, at: datetime) -> list[int]:
    """Ids of unfinished jobs that nobody has touched for a while; those that only the command can run are closed."""
    silent = ImportJob.objects.filter(
        state__in=[ImportState.QUEUED, ImportState.RUNNING],
        heartbeat_at__lt=at - SILENT_FOR,
    )
    with translation.override(None):
        silent.filter(file="", heartbeat_at__lt=at - COMMAND_SILENT_FOR).update(
            state=ImportState.FAILED,
            finished_at=at,
            failure=_(
                "The import was interrupted. Load the file again: the rows that are in the base already are passed over."
            ),
        )
    return list(silent.exclude(file="").values_list("pk", flat=True))
