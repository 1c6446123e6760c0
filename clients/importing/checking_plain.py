"""The look before an import of anything that is no client: what is known, what comes twice, what is new, what is refused."""

from time import monotonic

from django.db import transaction
from django.utils import timezone

from clients.duplicates import LOOK, SURE
from clients.importing import tracing
from clients.importing.checking import count_words, keep_refused
from clients.importing.deciding import DOUBLED
from clients.importing.engine import TakenByAnother
from clients.importing.plain import PlainLoader
from clients.importing.progress import locked, tick
from clients.importing.reading import Row
from clients.importing.targets import Entry
from clients.models import ImportJob, ImportKey, ImportMatch, ImportTrace

_SAID_LETTERS = 120


@transaction.atomic
def check_chunk(loader: PlainLoader, job: ImportJob, rows: list[Row]) -> None:
    """Look at one chunk and move the check on, all or nothing."""
    began = monotonic()
    if locked(job).checked_count != job.checked_count:
        raise TakenByAnother
    entries = loader.read(rows)
    sound = [entry for entry in entries if not entry.faults]
    known = loader.known(sound)
    keys = {e.row.number: tracing.key(job.entity, loader.key(e)) for e in sound}
    prints = {e.row.number: tracing.key("row", e.fingerprint) for e in sound}
    wanted = {*keys.values(), *prints.values()}
    found = ImportKey.objects.filter(job=job, key__in=wanted).order_by()
    first = dict(found.values_list("key", "row"))
    earlier, new, parts = set(first), [], 0
    matches = []
    for entry in sound:
        number = entry.row.number
        if pk := known.get(number):
            match = ImportMatch(level=SURE, evidence=["known"], object_id=pk)
        elif keys[number] in first and prints[number] not in first and loader.continues(entry):  # fmt: skip
            first[prints[number]] = number
            parts += 1
            continue
        elif keys[number] in first:
            match = ImportMatch(
                level=DOUBLED, evidence=["same_key"], other_row=first[keys[number]]
            )
        else:
            new.append(entry)
            first[keys[number]] = first[prints[number]] = number
            continue
        match.job, match.row = job, number
        matches.append(match)
    for number, (pk, evidence) in loader.similar(new).items():
        matches.append(
            ImportMatch(
                job=job, row=number, level=LOOK, evidence=evidence, object_id=pk
            )
        )
    ImportMatch.objects.bulk_create(matches)
    fresh = {key: row for key, row in first.items() if key not in earlier}
    ImportKey.objects.bulk_create(
        ImportKey(job=job, key=key, row=row) for key, row in fresh.items()
    )
    _trace(job, entries, matches)
    count_words(job, entries, matches, parts=parts)
    keep_refused(job, entries)
    job.checked_count += len(rows)
    tick(job, len(rows), monotonic() - began)
    job.heartbeat_at = timezone.now()
    job.save(
        update_fields=["checked_count", "match_count", "options", "pace", "heartbeat_at"]
    )  # fmt: skip


def _trace(job: ImportJob, entries: list[Entry], matches: list[ImportMatch]) -> None:
    """What the rows in question say, and the rows that they are like."""
    wanted = {m.row for m in matches} | {m.other_row for m in matches}
    ImportTrace.objects.bulk_create(
        [
            ImportTrace(job=job, row=entry.row.number, said=_said(entry))
            for entry in entries
            if entry.row.number in wanted
        ],
        ignore_conflicts=True,
    )


def _said(entry: Entry) -> dict[str, str]:
    return {
        name: "; ".join(" ".join(cell.split()) for cell in cells)[:_SAID_LETTERS]
        for name, cells in entry.said.items()
    }
