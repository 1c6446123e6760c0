"""The engine for everything that is no client: the same files, options, rows and jobs, with less to be found out.

A chunk is one transaction, as in `engine`. A row is known when the target says so, or when the same row was loaded
before; then it is skipped.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import batched, islice
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.importing.engine import (
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
    keep_row,
    move_on,
    take_turns,
)
from clients.importing.progress import locked, tick
from clients.importing.reading import Row, Table
from clients.importing.reasons import shown
from clients.importing.targets import Entry, Target
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
        self._check(mapping)
        self._places: dict[str, list[int]] = {}
        for index, column in enumerate(table.columns):
            if name := mapping.get(column):
                self._places.setdefault(name, []).append(index)
        self._replaced = {
            name: {" ".join(f.split()).casefold(): to for f, to in pairs.items()}
            for name, pairs in options.replacements.items()
        }
        self._target = kind(create_missing=options.create_missing, by=by, at=at)
        # Of rows judged in a trial, which the base does not know.
        self._seen: dict[str, Verdict] = {}

    def _check(self, mapping: Mapping[str, str]) -> None:
        if self._options.duplicates not in POLICIES:
            raise WrongOptions(
                _("Duplicates are skipped, updated or created: skip, update, create.")
            )
        for column in mapping:
            if column not in self._table.columns:
                raise WrongOptions(
                    _("The table has no column “%(name)s”.") % {"name": shown(column)}
                )
        given = {name for name in mapping.values() if name}
        for name in [*given, *self._options.defaults, *self._options.replacements]:
            if name not in self._fields:
                raise WrongOptions(_("There is no field “%(name)s”.") % {"name": name})
        for names in self._kind.needed:
            if not {*given, *self._options.defaults} & {*names}:
                raise WrongOptions(
                    _("Say which column is “%(field)s” (--map COLUMN=%(name)s), or give its value for all rows.")
                    % {"field": self._fields[names[0]].label, "name": names[0]}
                )  # fmt: skip

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
        return entry

    def _fingerprint(self, said: Mapping[str, list[str]]) -> str:
        cells = sorted((n, [" ".join(c.split()) for c in found]) for n, found in said.items() if found)  # fmt: skip
        text = json.dumps([self._kind.entity, cells], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def judge(self, rows: list[Row]) -> list[Verdict]:
        """Decide what each row is; reads the base, writes nothing."""
        entries = [self._read(row) for row in rows]
        sound = [entry for entry in entries if not entry.faults]
        self._target.read(sound)
        sound = [entry for entry in sound if not entry.faults]
        known = self._loaded(sound) | self._target.known(sound)
        if not self._dry_run:
            self._seen = {}
        verdicts: list[Any] = []
        for entry in entries:
            verdicts.append(self._judge_one(entry, known))
        return verdicts

    def _judge_one(self, entry: Any, known: Mapping[int, int]) -> Verdict:
        if entry.faults:
            return Verdict(entry, REJECTED)
        if self._options.duplicates != CREATE:
            if pk := known.get(entry.row.number):
                outcome = UPDATED if self._options.duplicates == UPDATE else DUPLICATE
                return Verdict(entry, outcome, client_id=pk)
            key = self._target.key(entry) or entry.fingerprint
            if key in self._seen:
                return Verdict(entry, DUPLICATE, same_as=self._seen[key])
            verdict = self._seen[key] = Verdict(entry, CREATED)
            return verdict
        return Verdict(entry, CREATED)

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
        verdicts = self.judge(rows)
        self._write(verdicts)
        ImportRow.objects.bulk_create(keep_row(job, verdict) for verdict in verdicts)
        tick(job, len(rows), monotonic() - began)
        move_on(job, verdicts)
        return verdicts

    def _write(self, verdicts: list[Verdict]) -> None:
        new: list[Any] = [v for v in verdicts if v.outcome == CREATED]
        made = self._target.create([v.draft for v in new])
        for verdict, pk in zip(new, made, strict=True):
            verdict.client_id = pk
        for verdict in verdicts:
            if verdict.same_as:
                verdict.client_id = verdict.same_as.client_id
        known: list[Any] = [v for v in verdicts if v.outcome == UPDATED]
        filled = self._target.fill([(v.client_id, v.draft) for v in known])
        for verdict, brought in zip(known, filled, strict=True):
            if not brought:
                verdict.outcome = DUPLICATE

    def settle_parents(self, job: ImportJob) -> int:
        """Nothing waits for the end of the file."""
        return 0
