"""The engine of an import: reads a table chunk by chunk, decides what each row is, writes, and remembers each row.

One chunk is one transaction that ends with the job's row saying how far it is; so a worker may die at any moment, and
whoever takes the job up goes on behind the last finished chunk.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched, islice
from time import monotonic
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.duplicates import EVIDENCE, Matcher
from clients.fields import importable
from clients.importing import stop_list
from clients.importing.converting import NO_NAME, SOURCE_NEEDED, Converter, Draft
from clients.importing.copying import put, tell_who
from clients.importing.deciding import DECISIONS, Decided, decisions_for
from clients.importing.lookups import Lookups, firms_called
from clients.importing.progress import locked, tick
from clients.importing.reading import Row, Table
from clients.importing.reasons import Reason, shown
from clients.importing.writing import Writer
from clients.models import Client, ImportJob, ImportRow
from clients.names import core_name
from clients.requisites import is_sound_inn
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import Field

CHUNK = 500
CREATED, UPDATED, DUPLICATE, REJECTED = "created", "updated", "duplicate", "rejected"
SKIP, UPDATE, CREATE = "skip", "update", "create"
POLICIES = (SKIP, UPDATE, CREATE)
# On the page a person may also be shown the rows that look known and say what becomes of them.
ASK = "ask"
# Key of the database lock by which imports take turns: two people may load one file at the same moment.
_TURNS = 7_203_911
_TRIES = 3

PERHAPS_KNOWN = gettext_noop("Perhaps known already as “%(name)s”: %(evidence)s.")
PERHAPS_IN_FILE = gettext_noop(
    "Perhaps the same as row %(row)d, “%(name)s”: %(evidence)s."
)
ID_OF_ANOTHER = gettext_noop(
    "The id “%(value)s” belongs to “%(name)s”, a firm with another INN."
)
ID_TAKEN = gettext_noop("The id “%(value)s” is taken by another card and is left out.")
NOT_YOURS = gettext_noop(
    "The card “%(name)s” is not yours to change; nothing was filled in."
)
NO_PARENT = gettext_noop("The parent firm “%(value)s” is not in the base.")


class WrongOptions(DomainError):
    """The mapping or the options cannot be used with this table."""


class TakenByAnother(Exception):
    """Another worker has gone on with the job."""


@dataclass
class Options:
    """`replacements` are {field: {cell: value}}; `defaults` {field: value} fill empty cells."""

    duplicates: str = SKIP
    create_missing: bool = False
    defaults: dict[str, str] = field(default_factory=dict)
    replacements: dict[str, dict[str, str]] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=DECISIONS.copy)

    def kept(self) -> dict[str, Any]:
        return {
            "duplicates": self.duplicates,
            "create_missing": self.create_missing,
            "defaults": self.defaults,
            "replacements": self.replacements,
            "decisions": self.decisions,
        }

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> "Options":
        return cls(**{name: kept[name] for name in cls().kept() if name in kept})


@dataclass
class Verdict:
    """What became of one row. `client_id` is the card made or found; `changes` what can be taken back (`writing`)."""

    draft: Draft
    outcome: str
    client_id: int | None = None
    same_as: "Verdict | None" = None
    changes: dict[str, Any] | None = None
    # A further row of a record that an earlier row of the file made.
    is_part: bool = False

    @property
    def row(self) -> int:
        return self.draft.row.number

    @property
    def reasons(self) -> list[Reason]:
        return self.draft.faults if self.outcome == REJECTED else self.draft.doubts


@dataclass
class _Seen:
    """Sure identities of rows met in this run that the base does not know yet."""

    fingerprints: dict[str, Verdict] = field(default_factory=dict)
    outside_ids: dict[str, Verdict] = field(default_factory=dict)
    inns: dict[str, list[Verdict]] = field(default_factory=lambda: defaultdict(list))

    def add(self, verdict: Verdict) -> None:
        draft = verdict.draft
        self.fingerprints.setdefault(draft.fingerprint, verdict)
        if outside_id := draft.values.get("outside_id"):
            self.outside_ids.setdefault(outside_id, verdict)
        if is_sound_inn(draft.traits.inn):
            self.inns[draft.traits.inn].append(verdict)


@dataclass
class Known:
    """Sure identities of one chunk's rows that the base knows."""

    fingerprints: dict[str, int]
    outside_ids: dict[str, tuple[int, str, str]]
    inns: dict[str, list[tuple[int, str]]]


class Loader:
    """Loads one table by one mapping. `dry_run` decides all and writes nothing."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping[str, str],
        options: Options,
        *,
        by: User | None,
        at: datetime,
        dry_run: bool = False,
    ) -> None:
        self._table = table
        self._by = by
        self._options = options
        self._dry_run = dry_run
        fields = {item.name: item for item in importable("client")}
        check_mapping(table, mapping, fields)
        self._lookups = Lookups(fields.values())
        self._converter = self._make_converter(mapping, options, fields, at)
        self._check_defaults(fields, at)
        self._writer = Writer(lookups=self._lookups, by=by, at=at)
        self._has_parents = "parent" in mapping.values() or "parent" in options.defaults
        # A dry run leaves nothing in the base, so it must remember by itself what a real one would find there.
        self._seen = _Seen()
        self._matcher = Matcher()
        self._pseudo_rows: dict[int, int] = {}
        self._suppressed: set[int] = set()
        self._job: ImportJob | None = None

    def _make_converter(
        self,
        mapping: Mapping[str, str],
        options: Options,
        fields: dict[str, Field],
        at: datetime,
    ) -> Converter:
        return Converter(
            columns=self._table.columns,
            mapping=mapping,
            fields=fields,
            lookups=self._lookups,
            replacements={
                name: {" ".join(f.split()).casefold(): to for f, to in pairs.items()}
                for name, pairs in options.replacements.items()
            },
            defaults=options.defaults,
            create_missing=options.create_missing,
            now=at,
        )

    def _check_defaults(self, fields: dict[str, Field], at: datetime) -> None:
        """A default that fits no row is said once, before the first."""
        if self._options.duplicates not in {*POLICIES, ASK}:
            raise WrongOptions(
                _("Duplicates are skipped, updated or created: skip, update, create.")
            )
        for name in [*self._options.defaults, *self._options.replacements]:
            if name not in fields:
                raise WrongOptions(_("There is no field “%(name)s”.") % {"name": name})
        only_defaults = self._make_converter({}, self._options, fields, at)
        draft = only_defaults.read(Row(0, []))
        for fault in draft.faults:
            if fault.text not in {NO_NAME, SOURCE_NEEDED}:
                raise WrongOptions(str(fault))

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def chunks(self, *, skip: int = 0) -> Iterator[list[Row]]:
        """Rows in chunks, behind the first `skip` ones."""
        yield from map(list, batched(islice(self._table.rows(), skip, None), CHUNK))

    def read(self, row: Row) -> Draft:
        return self._converter.read(row)

    def judge(
        self, rows: Iterable[Row], decided: Mapping[int, Decided] | None = None
    ) -> list[Verdict]:
        """Decide what each row is; reads the base, writes nothing."""
        drafts = [self._converter.read(row) for row in rows]
        sound = [draft for draft in drafts if not draft.faults]
        self._suppressed = stop_list.warn(sound)
        known = self.known(sound)
        if not self._dry_run:
            self._seen, self._matcher, self._pseudo_rows = _Seen(), Matcher(), {}
        self._matcher.look_up([draft.traits for draft in sound])
        verdicts: list[Verdict] = []
        told = self._told(decided or {}, {v.row.number for v in drafts})
        for draft in drafts:
            verdict = self._as_told(draft, known, told, verdicts) or self._judge_one(
                draft, known
            )
            if verdict.outcome == CREATED:
                self._seen.add(verdict)
                pseudo = -draft.row.number
                self._pseudo_rows[pseudo] = draft.row.number
                self._matcher.learn(pseudo, draft.traits, draft.values["name"])
            verdicts.append(verdict)
        return verdicts

    def known(self, drafts: list[Draft]) -> Known:
        prints = [draft.fingerprint for draft in drafts]
        loaded = dict(
            ImportRow.objects.filter(
                fingerprint__in=prints, object_id__isnull=False, undone=""
            )
            .order_by("-pk")
            .values_list("fingerprint", "object_id")
        )
        # a card that was joined into another leads there
        home = Coalesce("merged_into", "pk")
        alive = dict(
            Client.objects.filter(pk__in=filter(None, loaded.values())).values_list(
                "pk", home
            )
        )
        ids = {d.values.get("outside_id") for d in drafts} - {None, ""}
        inns = {d.traits.inn for d in drafts if is_sound_inn(d.traits.inn)}
        by_id = (
            Client.objects.filter(outside_id__in=ids) if ids else Client.objects.none()
        )
        same_inn: dict[str, list[tuple[int, str]]] = defaultdict(list)
        if inns:
            cards = Client.objects.filter(inn__in=inns).order_by("pk")
            for pk, inn, kpp in cards.values_list(home, "inn", "kpp"):
                same_inn[inn].append((pk, kpp))
        return Known(
            fingerprints={p: alive[pk] for p, pk in loaded.items() if pk in alive},
            outside_ids={
                outside_id: (pk, inn, name)
                for outside_id, pk, inn, name in by_id.values_list(
                    "outside_id", home, "inn", "name"
                )
            },
            inns=same_inn,
        )

    def _told(
        self, decided: Mapping[int, Decided], here: set[int]
    ) -> dict[int, tuple[str, int | None]]:
        """{row: (decision, card)} with earlier rows turned into the cards that they have become. A row of the same chunk
        stays a row: minus its number. Cards that are no longer there are None: the row is then judged anew."""
        if not decided:
            return {}
        rows = {d.other_row for d in decided.values() if d.other_row} - here
        became = dict(
            ImportRow.objects.filter(job=self._job, row__in=rows).values_list(
                "row", "object_id"
            )
        )
        found = {
            row: -d.other_row
            if d.other_row in here
            else became.get(d.other_row)
            if d.other_row
            else d.object_id
            for row, d in decided.items()
        }
        ids = {pk for pk in found.values() if pk and pk > 0}
        alive = set(Client.objects.filter(pk__in=ids).values_list("pk", flat=True))
        return {
            row: (d.decision, pk if (pk := found[row]) and (pk < 0 or pk in alive) else None)
            for row, d in decided.items()
        }  # fmt: skip

    def _as_told(
        self,
        draft: Draft,
        known: Known,
        told: Mapping[int, tuple[str, int | None]],
        before: list[Verdict],
    ) -> Verdict | None:
        """What a person decided for the row; None when nobody did, or what it was like is gone."""
        if draft.row.number not in told or draft.faults:
            return None
        decision, card = told[draft.row.number]
        if decision == CREATE:
            if self.holder_of_id(draft, known):
                value = shown(draft.values.pop("outside_id"))
                draft.doubts.append(Reason(ID_TAKEN, {"value": value}))
            return Verdict(draft, REJECTED if draft.faults else CREATED)
        outcome = UPDATED if decision == UPDATE else DUPLICATE
        if card and card > 0:
            return Verdict(draft, outcome, client_id=card)
        same = next((v for v in before if card and v.row == -card), None)
        if same is None or same.outcome == REJECTED:
            return None
        return Verdict(draft, outcome, client_id=same.client_id, same_as=same)

    def _judge_one(self, draft: Draft, known: Known) -> Verdict:
        if draft.faults:
            return Verdict(draft, REJECTED)
        taken = self.holder_of_id(draft, known)
        if draft.faults:
            return Verdict(draft, REJECTED)
        if self._options.duplicates == CREATE:
            if taken:
                value = shown(draft.values.pop("outside_id"))
                draft.doubts.append(Reason(ID_TAKEN, {"value": value}))
        else:
            same = taken or self._same_record(draft, known)
            if isinstance(same, Verdict):
                return Verdict(draft, DUPLICATE, same_as=same)
            if same:
                outcome = UPDATED if self._options.duplicates == UPDATE else DUPLICATE
                return Verdict(draft, outcome, client_id=same)
        self._warn_of_similar(draft)
        return Verdict(draft, CREATED)

    def holder_of_id(self, draft: Draft, known: Known) -> int | Verdict | None:
        outside_id = draft.values.get("outside_id")
        if not outside_id:
            return None
        if outside_id in known.outside_ids:
            pk, inn, name = known.outside_ids[outside_id]
            if (
                inn != draft.traits.inn
                and is_sound_inn(inn)
                and is_sound_inn(draft.traits.inn)
            ):
                draft.faults.append(
                    Reason(
                        ID_OF_ANOTHER, {"value": shown(outside_id), "name": shown(name)}
                    )
                )
            return pk
        return self._seen.outside_ids.get(outside_id)

    def _same_record(self, draft: Draft, known: Known) -> int | Verdict | None:
        if pk := known.fingerprints.get(draft.fingerprint):
            return pk
        if earlier := self._seen.fingerprints.get(draft.fingerprint):
            return earlier
        inn, kpp = draft.traits.inn, draft.traits.kpp
        if not is_sound_inn(inn):
            return None
        for pk, other in known.inns.get(inn, ()):
            if not kpp or not other or kpp == other:
                return pk
        for verdict in self._seen.inns.get(inn, ()):
            other = verdict.draft.traits.kpp
            if not kpp or not other or kpp == other:
                return verdict
        return None

    def _warn_of_similar(self, draft: Draft) -> None:
        for pk, _level, evidence in self._matcher.find(draft.traits)[:1]:
            values: dict[str, Any] = {
                "name": shown(self._matcher.names[pk]),
                "evidence": [EVIDENCE[code] for code in evidence],
            }
            if pk in self._pseudo_rows:
                values["row"] = self._pseudo_rows[pk]
                draft.doubts.append(Reason(PERHAPS_IN_FILE, values))
            else:
                draft.doubts.append(Reason(PERHAPS_KNOWN, values))

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def try_chunk(self, rows: list[Row]) -> list[Verdict]:
        """What `load_chunk` would say, with nothing left in the base."""
        verdicts = self.judge(rows)
        if any(v.outcome == UPDATED for v in verdicts):
            with transaction.atomic():
                self._fill([v for v in verdicts if v.client_id])
                transaction.set_rollback(True)
            self._lookups.forget()
        return verdicts

    def load_chunk(self, job: ImportJob, rows: list[Row]) -> list[Verdict]:
        """Judge and write one chunk, and move the job on, all or nothing."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._load_chunk(job, rows)
            except IntegrityError:
                # somebody took an id or a number between our look and our write: look again
                if attempt == _TRIES:
                    raise
                job.refresh_from_db()
                self._lookups.forget()
        raise AssertionError("unreachable")

    @transaction.atomic
    def _load_chunk(self, job: ImportJob, rows: list[Row]) -> list[Verdict]:
        began = monotonic()
        current = locked(job)
        if current.rows_done != job.rows_done:
            raise TakenByAnother
        take_turns()
        tell_who()
        self._job = job
        verdicts = self.judge(rows, decisions_for(job, self._options.decisions, rows))
        self._write(verdicts)
        keep_rows(job, verdicts)
        if self._has_parents:
            self._set_parents(v for v in verdicts if v.outcome in {CREATED, UPDATED})
        tick(job, len(rows), monotonic() - began)
        move_on(job, verdicts)
        return verdicts

    def _write(self, verdicts: list[Verdict]) -> None:
        new = [v for v in verdicts if v.outcome == CREATED]
        for verdict, (pk, changes) in zip(
            new, self._writer.create([v.draft for v in new]), strict=True
        ):
            verdict.client_id, verdict.changes = pk, changes
        for verdict in verdicts:
            if verdict.same_as:
                verdict.client_id = verdict.same_as.client_id
        self._fill([v for v in verdicts if v.client_id])
        stop_list.mark(
            v.client_id
            for v in verdicts
            if v.draft.row.number in self._suppressed and v.client_id
        )

    def _fill(self, verdicts: list[Verdict]) -> None:
        """Fill the known cards that the author may change; a row that brought nothing is a duplicate."""
        rows = [v for v in verdicts if v.outcome == UPDATED]
        cards = Client.objects.filter(pk__in={v.client_id for v in rows})
        if self._by is not None and rows:
            cards = (
                cards.visible_to(self._by).live()
                if self._by.has_perm("clients.change_client")
                else cards.none()
            )
        names = dict(cards.values_list("pk", "name")) if rows else {}
        mine = [v for v in rows if v.client_id in names]
        filled = self._writer.fill([(v.client_id or 0, v.draft) for v in mine])
        for verdict, changes in zip(mine, filled, strict=True):
            verdict.changes = changes
        for verdict in rows:
            if not verdict.changes:
                verdict.outcome = DUPLICATE
            if verdict.client_id not in names:
                said = shown(verdict.draft.values.get("name", ""))
                verdict.draft.doubts.append(Reason(NOT_YOURS, {"name": said}))

    def _set_parents(self, verdicts: Iterable[Verdict]) -> None:
        """Link new cards to parent firms that are in the base by now; `settle_parents` looks for the rest at the end."""
        wanted = {v.client_id: v.draft.parent for v in verdicts if v.draft.parent}
        firms = firms_called(wanted.values())
        linked = [
            Client(pk=pk, parent_id=firms[core])
            for pk, name in wanted.items()
            if (core := core_name(name)) in firms and firms[core] != pk
        ]
        Client.objects.bulk_update(linked, ["parent"])

    def settle_parents(self, job: ImportJob) -> int:
        """After the last row: parent firms that stood further down in the file. Returns how many were not found."""
        if not self._has_parents:
            return 0
        missing = 0
        for rows in self.chunks():
            named = {
                r.number: d.parent
                for r in rows
                if (d := self._converter.read(r)).parent
            }
            with transaction.atomic():
                ImportJob.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
                entries = ImportRow.objects.filter(
                    job=job, row__in=named, outcome__in=[CREATED, UPDATED]
                )
                held = Client.objects.select_for_update(no_key=True, of=["self"])
                found_in = entries.values_list("object_id", flat=True)
                alone = held.filter(pk__in=list(found_in), parent=None)
                orphans = {card.pk: card for card in alone.order_by("pk")}
                firms = firms_called(named.values())
                found, doubtful = [], []
                for entry in entries:
                    card = orphans.get(entry.object_id or 0)
                    if card is None:
                        continue
                    parent = firms.get(core_name(named[entry.row]))
                    if parent and parent != card.pk:
                        card.parent_id = parent
                        found.append(card)
                    elif not parent:
                        reason = Reason(NO_PARENT, {"value": shown(named[entry.row])})
                        if reason.kept() not in entry.reasons:
                            entry.reasons = [*entry.reasons, reason.kept()]
                            doubtful.append(entry)
                Client.objects.bulk_update(found, ["parent"])
                ImportRow.objects.bulk_update(doubtful, ["reasons"])
                missing += len(doubtful)
        return missing


def take_turns() -> None:
    """Imports write one chunk at a time: two people may load one file at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS])


def check_mapping(
    table: Table, mapping: Mapping[str, str], fields: Mapping[str, Field]
) -> None:
    """Raises WrongOptions unless the mapping names columns of the table and fields, and gives every card a name."""
    filled: dict[str, str] = {}
    for column, name in mapping.items():
        if column not in table.columns:
            raise WrongOptions(
                _("The table has no column “%(name)s”.") % {"name": shown(column)}
            )
        if not name:
            continue
        if name not in fields:
            raise WrongOptions(_("There is no field “%(name)s”.") % {"name": name})
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
        filled[name] = column
    if not {"name", "full_name"} & filled.keys():
        raise WrongOptions(_("Choose the column that holds the names of the clients."))


def keep_rows(job: ImportJob, verdicts: Iterable[Verdict]) -> None:
    """Remember what became of each row."""
    rows = [_kept(job, verdict) for verdict in verdicts]
    put(ImportRow, rows, at=timezone.now())


def _kept(job: ImportJob, verdict: Verdict) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "job_id": job.pk,
        "row": verdict.row,
        "outcome": verdict.outcome,
        "object_id": verdict.client_id,
        "reasons": [reason.kept() for reason in verdict.reasons],
        "changes": verdict.changes,
    }
    if verdict.outcome == REJECTED:
        cells = verdict.draft.row.cells
        kept["cells"] = [cell.replace("\x00", "␀") for cell in cells]
    else:
        kept["fingerprint"] = verdict.draft.fingerprint
    return kept


def move_on(job: ImportJob, verdicts: list[Verdict]) -> None:
    count: dict[str, int] = defaultdict(int)
    for verdict in verdicts:
        count[verdict.outcome] += 1
    job.rows_done += len(verdicts)
    job.created_count += count[CREATED]
    job.updated_count += count[UPDATED]
    job.duplicate_count += count[DUPLICATE]
    job.rejected_count += count[REJECTED]
    job.warning_count += sum(len(v.reasons) for v in verdicts if v.outcome != REJECTED)
    job.heartbeat_at = timezone.now()
    job.save(
        update_fields=[
            "pace",
            "rows_done",
            "created_count",
            "updated_count",
            "duplicate_count",
            "rejected_count",
            "warning_count",
            "heartbeat_at",
        ]
    )
