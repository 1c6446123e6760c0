"""The look before an import: which rows are like known cards, or like one another, and which words nobody knows."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from clients.duplicates import LOOK, SURE, Matcher, near_names
from clients.importing import tracing
from clients.importing.converting import (
    UNKNOWN_CHOICE,
    UNKNOWN_PERSON,
    UNKNOWN_WORD,
    Draft,
)
from clients.importing.deciding import DOUBLED
from clients.importing.engine import Loader, TakenByAnother
from clients.importing.progress import locked, tick
from clients.importing.reading import Row
from clients.importing.targets import UNKNOWN, Entry
from clients.models import ImportJob, ImportMatch

# Words of one column that a person is asked about; a column with more of them is mapped wrongly.
MOST_WORDS = 60
# Rows that will be refused, of which a person sees an example.
MOST_REFUSED = 12
# Each name takes a search by trigrams, some milliseconds: a long file would be looked at for hours.
NEAR_NAMES_UP_TO = 5_000
_WORDS = {UNKNOWN_WORD, UNKNOWN_CHOICE, UNKNOWN_PERSON, UNKNOWN}


@transaction.atomic
def check_chunk(loader: Loader, job: ImportJob, rows: list[Row]) -> None:
    """Look at one chunk and move the check on, all or nothing."""
    began = monotonic()
    current = locked(job)
    if current.checked_count != job.checked_count:
        raise TakenByAnother
    drafts = [loader.read(row) for row in rows]
    sound = [draft for draft in drafts if not draft.faults]
    known = loader.known(sound)
    matcher = Matcher()
    matcher.look_up([draft.traits for draft in sound])
    earlier = tracing.earlier_than(job, sound)
    for row, traits in earlier.traits.items():
        matcher.learn(-row, traits, earlier.names[row])
    matches, new_keys = [], {}
    for draft in sound:
        match = _match(loader, draft, known, earlier, matcher)
        if draft.faults:
            continue
        if match:
            match.job, match.row = job, draft.row.number
            matches.append(match)
        new_keys.update(earlier.add(draft))
        matcher.learn(-draft.row.number, draft.traits, draft.values["name"])
    if job.rows_total <= NEAR_NAMES_UP_TO:
        matches += _near_names(job, sound, {match.row for match in matches})
    ImportMatch.objects.bulk_create(matches)
    tracing.remember(job, [d for d in sound if not d.faults], new_keys)
    count_words(job, drafts, matches)
    keep_refused(job, drafts)
    job.checked_count += len(rows)
    tick(job, len(rows), monotonic() - began)
    job.heartbeat_at = timezone.now()
    job.save(
        update_fields=[
            "checked_count",
            "match_count",
            "options",
            "pace",
            "heartbeat_at",
        ]
    )


def _match(
    loader: Loader,
    draft: Draft,
    known: Any,
    earlier: tracing.Earlier,
    matcher: Matcher,
) -> ImportMatch | None:
    holder: Any = loader.holder_of_id(draft, known)
    if draft.faults:
        return None
    if holder:
        return ImportMatch(level=SURE, evidence=["outside_id"], object_id=holder)
    if pk := known.fingerprints.get(draft.fingerprint):
        return ImportMatch(level=SURE, evidence=["row"], object_id=pk)
    if same := earlier.sure(draft):
        row, evidence = same
        word = {tracing.OUTSIDE_ID: "outside_id"}.get(evidence, evidence)
        return ImportMatch(level=DOUBLED, evidence=[word], other_row=row)
    in_file = None
    for pk, level, codes in matcher.find(draft.traits):
        evidence_codes = list(codes)
        if "branch" in codes:
            level = LOOK  # another office of the same firm has a card of its own
        if pk > 0:
            return ImportMatch(level=level, evidence=evidence_codes, object_id=pk)
        if level != LOOK and in_file is None:
            in_file = ImportMatch(level=DOUBLED, evidence=evidence_codes, other_row=-pk)
    return in_file


def _near_names(
    job: ImportJob, sound: list[Draft], matched: set[int]
) -> list[ImportMatch]:
    """Rows with nothing in common with any card but a name that is near: a person may know better."""
    free = [d for d in sound if not d.faults and d.row.number not in matched]
    near = near_names([draft.traits for draft in free])
    return [
        ImportMatch(
            job=job,
            row=free[place].row.number,
            level=LOOK,
            evidence=["near_name"],
            object_id=pk,
        )
        for place, (pk, _name) in near.items()
    ]


def count_words(
    job: ImportJob,
    read: Sequence[Draft] | Sequence[Entry],
    matches: list[ImportMatch],
    *,
    parts: int = 0,
) -> None:
    """Add what a chunk was found to be, and the words nobody knows, to what the job says."""
    found = Counter(job.options.get("found", {}))
    found.update(match.level for match in matches)
    refused = sum(1 for one in read if one.faults)
    found["refused"] += refused
    found["parts"] += parts
    found["new"] += len(read) - refused - len(matches) - parts
    job.options["found"] = dict(found)
    job.match_count += len(matches)
    unknown = [
        (fault.values["field"], fault.values["value"])
        for one in read
        for fault in one.faults
        if fault.text in _WORDS and "field" in fault.values
    ]
    added = [pair for one in read for pair in getattr(one, "new_words", ())]
    for key, pairs in (("unknown", unknown), ("added", added)):
        words: dict[str, Counter[str]] = defaultdict(Counter)
        for name, told in job.options.get(key, {}).items():
            words[name] = Counter(told)
        for name, value in pairs:
            if value in words[name] or len(words[name]) < MOST_WORDS:
                words[name][value] += 1
        job.options[key] = {name: dict(told) for name, told in words.items()}


def keep_refused(job: ImportJob, read: Sequence[Draft] | Sequence[Entry]) -> None:
    """Keep the first rows that will be refused, with the reasons, for the person who decides."""
    kept = job.options.setdefault("refused", [])
    for one in read:
        if one.faults and len(kept) < MOST_REFUSED:
            kept.append([one.row.number, [reason.kept() for reason in one.faults]])


def forget(job: ImportJob) -> None:
    """As if the job had never been checked: its columns or words are to be chosen anew."""
    rows = ImportMatch.objects.filter(job=job).order_by()
    rows._raw_delete(rows.db)
    tracing.forget(job)
    job.checked_count = job.match_count = 0
    job.pace = None
    for name in ("found", "unknown", "added", "refused", "begun"):
        job.options.pop(name, None)
