"""What besides clients can be loaded from a table: each app declares its targets, the engine knows none of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from clients.importing import rights
from clients.importing.reading import Row
from clients.importing.reasons import Reason, shown
from clients.models import ImportJob, ImportRow
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field

# What a row put into a known record: nothing, something, or what to take back by (`ImportRow.changes`).
type Brought = bool | dict[str, Any]
UNKNOWN = gettext_noop("%(label)s: “%(value)s” is not known; add it first, or let the import create what is missing.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A record of the base as the wizard shows it; `said` is {field: text} of what may be compared with a row.

    Without an `url` the reader may not open it, and `said` stays empty.
    """

    name: str
    url: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Face:
    """How a kind of record is called on the pages of the import.

    `right` loads it, `home` is the address of its list, `intro` says what a file holds, `known` is the question of
    what becomes of records that are there already, `taken_back` what taking the import back does. `created` says how
    many were made. `offered` are the fields whose value for empty cells is asked beside the columns.
    """

    label: Promise
    right: str
    home: str
    intro: Promise
    known: Promise
    taken_back: Promise
    created: Callable[[int], str]
    offered: Sequence[str] = ()


@dataclass
class Entry:
    """A row read: `said` is {field: its cells}, `values` what the target made of them. `faults` refuse it.

    `new_words` are {(field, word)} that are not in the base and that loading the row adds there.
    """

    row: Row
    fingerprint: str = ""
    said: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    new_words: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The first cell of a field in one line, "" when there is none."""
        cells = self.said.get(name)
        return " ".join(cells[0].split()) if cells else ""

    def refuse(self, text: str, **values: Any) -> None:
        self.faults.append(Reason(text, values))

    def doubt(self, text: str, **values: Any) -> None:
        self.doubts.append(Reason(text, values))

    def unknown(
        self, name: str, label: str, value: str, *, added: bool = False
    ) -> None:
        """A word that the base does not have: it is `added` with the row, or refuses it."""
        if added:
            self.new_words.append((name, shown(value)))
        else:
            self.refuse(UNKNOWN, label=label, value=shown(value), field=name)


class Target(ABC):
    """One kind of record made of rows. `needed` are the fields of which the mapping or the defaults must name one each."""

    entity: str
    face: Face
    fields: Sequence[Field] = ()
    needed: Sequence[Sequence[str]] = ()

    # Fields that columns of the table are mapped to.
    mapped: Collection[str] = ()

    def __init__(self, *, create_missing: bool, by: User | None, at: datetime) -> None:
        self.create_missing, self.by, self.at = create_missing, by, at

    @abstractmethod
    def read(self, entries: Sequence[Entry]) -> None:
        """Turn what each row of a chunk says into values, faults and doubts; writes nothing."""

    @abstractmethod
    def known(self, entries: Sequence[Entry]) -> dict[int, int]:
        """{row number: id} of rows that surely say what the base has already."""

    @abstractmethod
    def key(self, entry: Entry) -> str:
        """By what two rows of one file are surely the same, "" when by nothing but all their cells."""

    def is_nameless(self, entry: Entry) -> bool:
        """Whether it says nothing of whom it is about: then rows that say the same are different records all the same."""
        return False

    @abstractmethod
    def create(self, entries: Sequence[Entry]) -> list[int]:
        """Write new records; their ids, in order."""

    def hold(self, entries: Sequence[Entry], known: Sequence[int]) -> None:  # noqa: B027  (most have nobody to wait for)
        """Before anything is written: hold what people hold first who change the records of these rows, in one order."""

    def similar(self, entries: Sequence[Entry]) -> dict[int, tuple[int, list[str]]]:
        """{row number: (id, evidence)} of records that only may be what the rows say; asked of new rows in the check."""
        return {}

    # Whether what it filled can be emptied again: then `fill` says what it brought.
    empties = False

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> Sequence[Brought]:
        """Put what the rows say into empty fields of known records; whether each brought anything, or what."""
        return [False] * len(pairs)

    @classmethod
    def empty(
        cls, rows: Sequence[ImportRow], *, at: datetime
    ) -> dict[int, list[Reason]]:
        """Empty again what these rows filled, where it still says so; {row: why something stays}. All stays as a rule."""
        return {row.pk: [] for row in rows}

    def forget(self) -> None:  # noqa: B027  (most targets remember nothing)
        """What was made in a transaction that was rolled back is not there any more."""

    @classmethod
    def choices(cls, name: str) -> list[tuple[str, str]] | None:
        """(what an import understands, what people read) for a word of the field; None when any word may be typed."""
        return None

    @classmethod
    @abstractmethod
    def show(cls, ids: Collection[int], user: User) -> dict[int, Known]:
        """The records as the pages of the import show them to `user`."""

    @classmethod
    @abstractmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """Undo the making of these records; {id: why it stays} of those that are no longer the import's own."""


class JoiningTarget(Target):
    """A target whose record may be told by several rows of a file: a deal with a row for each of its lines."""

    @abstractmethod
    def continues(self, entry: Entry) -> bool:
        """Whether the row can be a further part of a record that an earlier row of the file made."""

    @abstractmethod
    def add(self, pairs: Sequence[tuple[int, Entry]]) -> list[Reason | None]:
        """Put further rows onto the records that earlier rows made; why a row is refused, where it contradicts them."""


TARGETS: dict[str, type[Target]] = {}


def declare(target: type[Target]) -> None:
    TARGETS[target.entity] = target
    rights.RIGHTS[target.entity] = target.face.right
