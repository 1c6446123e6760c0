"""Deeds of an import: take a file in, read it another way, begin, throw away."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clients import tasks
from clients.choices import ImportState
from clients.fields import importable
from clients.importing.engine import Options, check_mapping
from clients.importing.guessing import guess_mapping
from clients.importing.mending import REASON_HEADINGS
from clients.importing.reading import Table, open_table, refuse_size
from clients.models import ImportJob
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError


class AlreadyBegun(DomainError):
    pass


def take_in(*, upload: UploadedFile, by: User, at: datetime) -> ImportJob:
    """Keep an uploaded file under a random name outside the web root, and guess what its columns are.

    Raises UnreadableFile, and keeps nothing, when it is no table.
    """
    refuse_size(upload.size or 0)
    job = ImportJob(
        name=(upload.name or "")[:255].replace("\x00", ""),
        created_by=by,
        created_at=at,
        heartbeat_at=at,
    )
    job.file.save(f"{uuid4().hex}{_ending(upload.name or '')}", upload, save=False)
    try:
        table = open_table(Path(job.file.path))
        _remember(job, table)
    except BaseException:
        job.file.delete(save=False)
        raise
    job.save()
    return job


def _ending(name: str) -> str:
    return ".xlsx" if name.lower().endswith(".xlsx") else ".csv"


def read_again(*, job: ImportJob, encoding: str, delimiter: str) -> None:
    """Read the file in another encoding or with another delimiter. Raises UnreadableFile, and changes nothing."""
    _refuse_begun(job)
    table = open_table(Path(job.file.path), encoding=encoding, delimiter=delimiter)
    _remember(job, table)
    job.save(
        update_fields=["encoding", "delimiter", "columns", "mapping", "rows_total"]
    )


def _remember(job: ImportJob, table: Table) -> None:
    job.encoding, job.delimiter = table.encoding, table.delimiter
    job.columns = table.columns
    job.mapping = _mapping_before(job) or guess_mapping(table)
    job.rows_total = table.count()


def _mapping_before(job: ImportJob) -> dict[str, str]:
    """How the same person mapped a file of the same columns last: a mended file maps itself."""
    columns = [column for column in job.columns if column not in REASON_HEADINGS]
    before = ImportJob.objects.filter(
        created_by=job.created_by, started_at__isnull=False
    ).order_by("-created_at")
    for earlier in before[:20]:
        own = [column for column in earlier.columns if column not in REASON_HEADINGS]
        if own == columns:
            names = {item.name for item in importable("client")}
            return {c: name for c, name in earlier.mapping.items() if name in names}
    return {}


@transaction.atomic
def begin(
    *,
    job: ImportJob,
    mapping: dict[str, str],
    options: Options,
    by: User,
    at: datetime,
) -> None:
    """Put an uploaded file in the queue. Raises WrongOptions, or AlreadyBegun when it was begun before."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    _refuse_begun(job)
    fields = {item.name: item for item in importable("client")}
    table = Table(Path(job.file.path), "", columns=job.columns)
    check_mapping(table, mapping, fields)
    job.mapping = {column: name for column, name in mapping.items() if name}
    job.options = options.kept()
    job.state = ImportState.QUEUED
    job.heartbeat_at = at
    job.save(update_fields=["mapping", "options", "state", "heartbeat_at"])
    journal.record("import.started", job, by=by, at=at, rows=job.rows_total)
    tasks.run_import.delay_on_commit(job_id=job.pk)


@transaction.atomic
def throw_away(*, job: ImportJob, by: User, at: datetime) -> None:
    """Delete a file that was never loaded."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    _refuse_begun(job)
    journal.record("import.thrown_away", job, by=by, at=at)
    storage, name = job.file.storage, job.file.name or ""
    job.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _refuse_begun(job: ImportJob) -> None:
    if job.state != ImportState.UPLOADED:
        raise AlreadyBegun(_("The loading of this file has begun already."))
