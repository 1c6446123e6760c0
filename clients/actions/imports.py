"""Deeds of an import: take a file in, read it another way, begin, decide, stop, throw away, take back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clients import tasks
from clients.choices import ImportPhase, ImportState, RowDecision
from clients.importing import checking, remembering
from clients.importing.deciding import LEVELS
from clients.importing.engine import ASK, Options, check_mapping
from clients.importing.guessing import guess_mapping
from clients.importing.kinds import CLIENT, fields_of
from clients.importing.mending import REASON_HEADINGS
from clients.importing.plain import check_plain
from clients.importing.reading import Table, open_table, refuse_size
from clients.importing.reverting import may_be_reverted
from clients.importing.targets import TARGETS
from clients.models import ImportJob, ImportMapping, ImportMatch
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError


class AlreadyBegun(DomainError):
    pass


class NotNow(DomainError):
    """The import is in another state by now."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Under which name the meaning of the columns is kept, and for whom."""

    name: str
    shared: bool


def take_in(
    *, upload: UploadedFile, by: User, at: datetime, entity: str = CLIENT
) -> ImportJob:
    """Keep an uploaded file under a random name outside the web root, and guess what its columns are.

    Raises UnreadableFile, and keeps nothing, when it is no table.
    """
    refuse_size(upload.size or 0)
    job = ImportJob(
        entity=entity,
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
        update_fields=[
            "encoding",
            "delimiter",
            "columns",
            "mapping",
            "options",
            "remembered",
            "rows_total",
        ]
    )


def _remember(job: ImportJob, table: Table) -> None:
    job.encoding, job.delimiter = table.encoding, table.delimiter
    job.columns = table.columns
    saved = remembering.known_for(job, job.created_by) if job.created_by else []
    if saved:
        remembering.apply(saved[0], job)
    else:
        own = None if job.entity == CLIENT else fields_of(job.entity)
        job.mapping = _mapping_before(job) or guess_mapping(table, own)
    job.rows_total = table.count()


def _mapping_before(job: ImportJob) -> dict[str, str]:
    """How the same person mapped a file of the same columns last: a mended file maps itself."""
    columns = [column for column in job.columns if column not in REASON_HEADINGS]
    before = ImportJob.objects.filter(
        created_by=job.created_by, entity=job.entity, started_at__isnull=False
    ).order_by("-created_at")
    for earlier in before[:20]:
        own = [column for column in earlier.columns if column not in REASON_HEADINGS]
        if own == columns:
            names = {item.name for item in fields_of(job.entity)}
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
    remember: Remember | None = None,
) -> None:
    """Put an uploaded file in the queue: to be looked at first when duplicates are to be asked about, else to be loaded.

    Raises WrongOptions, or AlreadyBegun when it was begun before."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    _refuse_begun(job)
    table = Table(Path(job.file.path), "", columns=job.columns)
    chosen = {column: name for column, name in mapping.items() if name}
    if target := TARGETS.get(job.entity):
        check_plain(target, job.columns, chosen, options)
    else:
        fields = {item.name: item for item in fields_of(job.entity)}
        check_mapping(table, mapping, fields)
    job.mapping = chosen
    job.options = options.kept()
    checking.forget(job)
    if remember:
        job.remembered = remembering.keep(
            job=job,
            options=options,
            name=remember.name,
            shared=remember.shared,
            by=by,
            at=at,
        )
    job.phase = ImportPhase.CHECK if options.duplicates == ASK else ImportPhase.LOAD
    job.state, job.heartbeat_at = ImportState.QUEUED, at
    job.started_at = job.finished_at = None
    job.save()
    journal.record("import.started", job, by=by, at=at, rows=job.rows_total)
    tasks.run_import.delay_on_commit(job_id=job.pk)


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _locked(job: ImportJob, *states: str) -> ImportJob:
    """Raises NotNow when the import is in none of these states any more."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.state not in states:
        raise NotNow(_("The import has gone on meanwhile."))
    return job


@transaction.atomic
def decide_rows(*, job: ImportJob, decisions: Mapping[int, str]) -> None:
    """Keep what becomes of single rows; one that is as its whole level is kept as nothing."""
    job = _locked(job, ImportState.DECIDING)
    options = Options.from_kept(job.options)
    changed = []
    for match in ImportMatch.objects.filter(job=job, row__in=decisions):
        wanted = decisions[match.row]
        if wanted not in RowDecision.values:
            continue
        kept = "" if wanted == options.decisions.get(match.level) else wanted
        if kept != match.decision:
            match.decision = kept
            changed.append(match)
    ImportMatch.objects.bulk_update(changed, ["decision"])


@transaction.atomic
def decide_level(*, job: ImportJob, level: str, decision: str) -> None:
    """One decision for all rows of a level, those decided one by one included."""
    job = _locked(job, ImportState.DECIDING)
    if level not in LEVELS or decision not in RowDecision.values:
        return
    options = Options.from_kept(job.options)
    job.options["decisions"] = {**options.decisions, level: decision}
    job.save(update_fields=["options"])
    rows = ImportMatch.objects.filter(job=job, level=level)
    rows.exclude(decision="").update(decision="")


@transaction.atomic
def take_words(
    *, job: ImportJob, words: Mapping[str, Mapping[str, str]], create_missing: bool, at: datetime
) -> None:  # fmt: skip
    """Take words of the file for words of the base, {field: {word: word}}, and look at the whole file again."""
    job = _locked(job, ImportState.DECIDING)
    kept = job.options.setdefault("replacements", {})
    for name, pairs in words.items():
        kept.setdefault(name, {}).update(pairs)
    job.options["create_missing"] = create_missing or job.options.get("create_missing")
    if job.remembered and job.remembered.owner_id == job.created_by_id:
        job.remembered.options = {**job.remembered.options, "replacements": kept}
        job.remembered.save(update_fields=["options"])
    checking.forget(job)
    _queue(job, ImportPhase.CHECK, at=at)


@transaction.atomic
def go_on(*, job: ImportJob, at: datetime) -> None:
    """Load, with the decisions made; or load what remained when the import was stopped."""
    job = _locked(job, ImportState.DECIDING, ImportState.CANCELLED)
    job.finished_at = None
    _queue(job, ImportPhase.LOAD, at=at)


@transaction.atomic
def choose_columns_again(*, job: ImportJob) -> None:
    job = _locked(job, ImportState.DECIDING)
    checking.forget(job)
    job.state = ImportState.UPLOADED
    job.save()


def _queue(job: ImportJob, phase: str, *, at: datetime) -> None:
    job.phase, job.state, job.heartbeat_at = phase, ImportState.QUEUED, at
    job.pace = None
    job.save()
    tasks.run_import.delay_on_commit(job_id=job.pk)


# ── stopping and taking back ─────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def stop(*, job: ImportJob, at: datetime) -> None:
    """Ask the worker to stop after its chunk. Raises NotNow when there is nothing to stop."""
    job = _locked(job, ImportState.QUEUED, ImportState.RUNNING)
    if job.phase == ImportPhase.REVERT:
        raise NotNow(_("An import that is being taken back cannot be stopped."))
    job.cancel_asked_at = at
    job.save(update_fields=["cancel_asked_at"])
    tasks.run_import.delay_on_commit(job_id=job.pk)


@transaction.atomic
def revert(*, job: ImportJob, by: User, at: datetime) -> None:
    """Put the taking back of an import in the queue. Raises NotNow when it is too late, or nothing is to be taken back."""
    job = ImportJob.objects.select_for_update(of=["self"]).get(pk=job.pk)
    if not may_be_reverted(job, at=at):
        raise NotNow(
            _(
                "This import cannot be taken back: it changed nothing, is older than 30 days or has been taken back already."
            )
        )
    job.reverted_by, job.failure, job.cancel_asked_at = by, "", None
    journal.record("import.revert_started", job, by=by, at=at)
    _queue(job, ImportPhase.REVERT, at=at)


# ── saved sets of columns ────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def use_columns(*, job: ImportJob, saved: ImportMapping) -> None:
    """Let the columns of an uploaded file mean what they mean in a saved set."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    _refuse_begun(job)
    remembering.apply(saved, job)
    job.save(update_fields=["mapping", "options", "remembered"])


def change_columns(
    *, saved: ImportMapping, name: str, shared: bool, mapping: dict[str, str], options: Options
) -> None:  # fmt: skip
    saved.name, saved.is_shared = name, shared
    saved.mapping, saved.options = mapping, options.kept()
    saved.save(update_fields=["name", "is_shared", "mapping", "options"])


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
