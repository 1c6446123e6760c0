"""The engine for everything that is no client: the same files, options, rows and jobs, with less to be found out.

A chunk is one transaction, as in `engine`. A row is known when the target says so, or when the same row was loaded
before; then it is skipped, unless somebody decided otherwise.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched, islice
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.importing.deciding import Decided, decisions_for
from clients.importing.engine import (
    ASK,
    CHUNK,
    CREATE,
    CREATED,
    DUPLICATE,
    POLICIES,
    REJECTED,
    UPDATE,
    UPDATED,
    Options,
    TakenByAnother,
    Verdict,
    WrongOptions,
    keep_rows,
    move_on,
    take_turns,
)
from clients.importing.progress import locked, tick
from clients.importing.reading import Row, Table
from clients.importing.reasons import shown
from clients.importing.targets import Entry, JoiningTarget, Target
from clients.models import ImportJob, ImportRow
from salesexpert.accounts.models import User


class PlainLoader:
    """Loads one table into one target. `dry_run` decides all and writes nothing."""

    def __init__(
        self,
        kind: type[Target],
        table: Table,
        mapping: Mapping[str, str],
        options: Options,
        *,
        by: User | None,
        at: datetime,
        dry_run: bool = False,
    ) -> None:
        self._table = table
        self._options = options
        self._dry_run = dry_run
        self._kind = kind
        self._fields = {item.name: item for item in kind.fields}
        check_plain(kind, table.columns, mapping, options)
        self._places: dict[str, list[int]] = {}
        for index, column in enumerate(table.columns):
            if name := mapping.get(column):
                self._places.setdefault(name, []).append(index)
        self._replaced = {
            name: {" ".join(f.split()).casefold(): to for f, to in pairs.items()}
            for name, pairs in options.replacements.items()
        }
        self._target = kind(create_missing=options.create_missing, by=by, at=at)
        self._target.mapped = {*self._places}
        # Of rows judged in a trial, which the base does not know.
        self._seen: dict[str, Verdict] = {}
        # {row: what the rows of its record say}
        self._parts: dict[int, set[str]] = {}

    def chunks(self, *, skip: int = 0) -> Iterator[list[Row]]:
        yield from map(list, batched(islice(self._table.rows(), skip, None), CHUNK))

    def _read(self, row: Row) -> Entry:
        entry = Entry(row)
        if row.fault:
            entry.faults.append(row.fault)
            return entry
        if row.doubt:
            entry.doubts.append(row.doubt)
        said = {
            name: [row.cells[i] for i in places if row.cells[i].strip()]
            for name, places in self._places.items()
        }
        entry.fingerprint = self._fingerprint(said)
        for name in self._fields:
            known = self._replaced.get(name, {})
            cells = [known.get(" ".join(c.split()).casefold(), c) for c in said.get(name, ())]  # fmt: skip
            cells = [cell for cell in cells if cell.strip()]
            if not cells and self._options.defaults.get(name):
                cells = [self._options.defaults[name]]
            if cells:
                entry.said[name] = cells
        if self._target.is_nameless(entry):
            # Known again by its place in the same file, never taken for another row.
            entry.fingerprint = self._fingerprint(said | {"": [str(row.number)]})
        return entry

    def _fingerprint(self, said: Mapping[str, list[str]]) -> str:
        cells = sorted((n, [" ".join(c.split()) for c in found]) for n, found in said.items() if found)  # fmt: skip
        text = json.dumps([self._kind.entity, cells], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def read(self, rows: Sequence[Row]) -> list[Entry]:
        """Entries with what is wrong or doubtful in them; writes nothing."""
        entries = [self._read(row) for row in rows]
        self._target.read([entry for entry in entries if not entry.faults])
        return entries

    def known(self, sound: list[Entry]) -> dict[int, int]:
        """{row: id} of rows that the base surely has: loaded before, or the target says so."""
        return self._loaded(sound) | self._target.known(sound)

    def similar(self, new: list[Entry]) -> dict[int, tuple[int, list[str]]]:
        return self._target.similar(new)

    def continues(self, entry: Entry) -> bool:
        return isinstance(self._target, JoiningTarget) and self._target.continues(entry)

    def key(self, entry: Entry) -> str:
        """By what a later row of the file is surely the same."""
        return self._target.key(entry) or entry.fingerprint

    def judge(
        self,
        rows: list[Row],
        decided: Mapping[int, Decided] | None = None,
        job: ImportJob | None = None,
    ) -> list[Verdict]:
        """Decide what each row is; reads the base, writes nothing."""
        entries = self.read(rows)
        sound = [entry for entry in entries if not entry.faults]
        loaded = self._loaded(sound)
        known = loaded | self._target.known(sound)
        own = self._of_this_file(job, known, loaded)
        if not self._dry_run:
            self._seen, self._parts = {}, {}
        became = _became(job, decided) if job and decided else {}
        verdicts: list[Any] = []
        for entry in entries:
            told = decided.get(entry.row.number) if decided else None
            verdict = told and self._as_told(entry, told, became, verdicts)
            verdicts.append(verdict or self._judge_one(entry, known, own))
        return verdicts

    def _as_told(
        self,
        entry: Any,
        told: Decided,
        became: Mapping[int, int],
        before: Sequence[Verdict],
    ) -> Verdict | None:
        """What a person decided for the row; None when it is refused, or what it was like is gone."""
        if entry.faults:
            return None
        if told.decision == CREATE:
            return self._new(entry)
        outcome = UPDATED if told.decision == UPDATE else DUPLICATE
        if told.object_id:
            return Verdict(entry, outcome, client_id=told.object_id)
        if pk := became.get(told.other_row or 0):
            return Verdict(entry, outcome, client_id=pk)
        same = next((v for v in before if v.row == told.other_row), None)
        if same is None or same.outcome == REJECTED:
            return None
        return Verdict(entry, DUPLICATE, client_id=same.client_id, same_as=same)

    def _of_this_file(
        self,
        job: ImportJob | None,
        known: Mapping[int, int],
        loaded: Mapping[int, int],
    ) -> set[int]:
        """Records that earlier rows of this very file made, of those that rows not loaded yet are known as."""
        if job is None:
            return set()
        ids = [pk for row, pk in known.items() if row not in loaded]
        made = ImportRow.objects.filter(job=job, outcome=CREATED, object_id__in=ids)
        return {pk for pk in made.values_list("object_id", flat=True) if pk}

    def _judge_one(
        self, entry: Any, known: Mapping[int, int], own: Collection[int]
    ) -> Verdict:
        if entry.faults:
            return Verdict(entry, REJECTED)
        if self.continues(entry):
            earlier = self._seen.get(self.key(entry))
            if earlier and entry.fingerprint not in self._parts[earlier.row]:
                self._parts[earlier.row].add(entry.fingerprint)
                return Verdict(entry, UPDATED, same_as=earlier, is_part=True)
            pk = known.get(entry.row.number)
            if pk in own:
                return Verdict(entry, UPDATED, client_id=pk, is_part=True)
        if self._options.duplicates != CREATE:
            if pk := known.get(entry.row.number):
                outcome = UPDATED if self._options.duplicates == UPDATE else DUPLICATE
                return Verdict(entry, outcome, client_id=pk)
            key = self.key(entry)
            if key in self._seen:
                return Verdict(entry, DUPLICATE, same_as=self._seen[key])
        return self._new(entry)

    def _new(self, entry: Any) -> Verdict:
        verdict = Verdict(entry, CREATED)
        self._seen.setdefault(self.key(entry), verdict)
        self._parts[entry.row.number] = {entry.fingerprint}
        return verdict

    def _loaded(self, entries: list[Entry]) -> dict[int, int]:
        rows = {entry.fingerprint: entry.row.number for entry in entries}
        found = ImportRow.objects.filter(
            fingerprint__in=rows,
            job__entity=self._kind.entity,
            object_id__isnull=False,
            undone="",
        )
        by_print = {print_: pk for print_, pk in found.values_list("fingerprint", "object_id") if pk}  # fmt: skip
        return {e.row.number: by_print[e.fingerprint] for e in entries if e.fingerprint in by_print}  # fmt: skip

    def try_chunk(self, rows: list[Row]) -> list[Verdict]:
        """What `load_chunk` would say, with nothing left in the base."""
        with transaction.atomic():
            verdicts = self.judge(rows)
            self._write(verdicts)
            transaction.set_rollback(True)
        self._target.forget()
        return verdicts

    @transaction.atomic
    def load_chunk(self, job: ImportJob, rows: list[Row]) -> list[Verdict]:
        """Judge and write one chunk, and move the job on, all or nothing."""
        began = monotonic()
        if locked(job).rows_done != job.rows_done:
            raise TakenByAnother
        take_turns()
        decided = decisions_for(job, self._options.decisions, rows)
        verdicts = self.judge(rows, decided, job)
        self._write(verdicts)
        keep_rows(job, verdicts)
        tick(job, len(rows), monotonic() - began)
        move_on(job, verdicts)
        return verdicts

    def _write(self, verdicts: list[Verdict]) -> None:
        new: list[Any] = [v for v in verdicts if v.outcome == CREATED]
        written: list[Any] = [v for v in verdicts if v.outcome in {CREATED, UPDATED}]
        self._target.hold(
            [v.draft for v in written], [v.client_id for v in written if v.client_id]
        )
        made = self._target.create([v.draft for v in new])
        for verdict, pk in zip(new, made, strict=True):
            verdict.client_id = pk
        for verdict in verdicts:
            if verdict.same_as:
                verdict.client_id = verdict.same_as.client_id
        self._add([v for v in verdicts if v.is_part])
        known: list[Any] = [v for v in verdicts if v.outcome == UPDATED and not v.is_part]  # fmt: skip
        filled = self._target.fill([(v.client_id, v.draft) for v in known])
        for verdict, brought in zip(known, filled, strict=True):
            if not brought:
                verdict.outcome = DUPLICATE
            elif isinstance(brought, dict):
                verdict.changes = brought

    def _add(self, parts: list[Any]) -> None:
        if not parts or not isinstance(self._target, JoiningTarget):
            return
        said = self._target.add([(v.client_id, v.draft) for v in parts])
        for verdict, reason in zip(parts, said, strict=True):
            if reason:
                verdict.draft.faults.append(reason)
                verdict.outcome, verdict.client_id = REJECTED, None

    def settle_parents(self, job: ImportJob) -> int:
        """Nothing waits for the end of the file."""
        return 0


def _became(job: ImportJob, decided: Mapping[int, Decided]) -> dict[int, int]:
    """{row: id} of earlier rows of the file that later ones are like."""
    rows = {told.other_row for told in decided.values() if told.other_row}
    found = ImportRow.objects.filter(job=job, row__in=rows, object_id__isnull=False)
    return {row: pk for row, pk in found.values_list("row", "object_id") if pk}


def check_plain(
    kind: type[Target],
    columns: Collection[str],
    mapping: Mapping[str, str],
    options: Options,
) -> None:
    """Raises WrongOptions unless the mapping names columns and fields, each field once, and nothing needed lacks."""
    fields = {item.name: item for item in kind.fields}
    if options.duplicates not in {*POLICIES, ASK}:
        raise WrongOptions(
            _("Duplicates are skipped, updated or created: skip, update, create.")
        )
    filled: dict[str, str] = {}
    for column, name in mapping.items():
        if column not in columns:
            raise WrongOptions(
                _("The table has no column “%(name)s”.") % {"name": shown(column)}
            )
        if name in filled and not (fields[name].many or name == "note"):
            raise WrongOptions(
                _(
                    "The columns “%(one)s” and “%(two)s” are both mapped to “%(field)s”; choose one."
                )
                % {
                    "one": shown(filled[name]),
                    "two": shown(column),
                    "field": fields[name].label,
                }
            )
        if name in fields:
            filled[name] = column
    given = {name for name in mapping.values() if name}
    for name in [*given, *options.defaults, *options.replacements]:
        if name not in fields:
            raise WrongOptions(_("There is no field “%(name)s”.") % {"name": name})
    for names in kind.needed:
        if not {*given, *options.defaults} & {*names}:
            raise WrongOptions(
                _("Say which column is “%(field)s” (%(name)s), or give its value for all rows.")
                % {"field": fields[names[0]].label, "name": names[0]}
            )  # fmt: skip
