"""What besides clients can be loaded from a table: each app declares its targets, the engine knows none of them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clients.importing.reading import Row
from clients.importing.reasons import Reason
from clients.models import ImportJob
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field


@dataclass
class Entry:
    """A row read: `said` is {field: its cells}, `values` what the target made of them. `faults` refuse it."""

    row: Row
    fingerprint: str = ""
    said: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The first cell of a field in one line, "" when there is none."""
        cells = self.said.get(name)
        return " ".join(cells[0].split()) if cells else ""

    def refuse(self, text: str, **values: Any) -> None:
        self.faults.append(Reason(text, values))

    def doubt(self, text: str, **values: Any) -> None:
        self.doubts.append(Reason(text, values))


class Target(ABC):
    """One kind of record made of rows. `needed` are the fields of which the mapping or the defaults must name one each."""

    entity: str
    fields: Sequence[Field] = ()
    needed: Sequence[Sequence[str]] = ()

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

    @abstractmethod
    def create(self, entries: Sequence[Entry]) -> list[int]:
        """Write new records; their ids, in order."""

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> list[bool]:
        """Put what the rows say into empty fields of known records; whether each brought anything."""
        return [False] * len(pairs)

    def forget(self) -> None:  # noqa: B027  (most targets remember nothing)
        """What was made in a transaction that was rolled back is not there any more."""

    @classmethod
    @abstractmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """Undo the making of these records; {id: why it stays} of those that are no longer the import's own."""


TARGETS: dict[str, type[Target]] = {}


def declare(target: type[Target]) -> None:
    TARGETS[target.entity] = target
