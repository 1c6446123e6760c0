"""What kinds of records can be changed in bulk: clients here, others from the apps above, each declared once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from clients.bulk.ways import Act, Way
from clients.models import BulkChange
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Addresses:
    """Names of the pages: the list of records, one record, and those of bulk changes."""

    records: str
    record: str
    changes: str
    change: str
    progress: str
    begin: str
    stop: str
    go_on: str
    undo: str


class Records(ABC):
    """What a bulk change asks about the records that it changes.

    `verb` begins its words in the journal (`clients.bulk` → `clients.bulk_changed`), `task` says there who acts. So many
    records as `chunk` are changed in one transaction, and up to `inline` while the person waits.
    """

    entity: str
    permission: str
    task: str
    verb: str
    at: Addresses
    chunk = 100
    inline = 100

    @abstractmethod
    def all(self) -> QuerySet[Any]:
        """Every record that does not lie in the bin."""

    @abstractmethod
    def visible_to(self, user: User) -> QuerySet[Any]:
        """Those that `user` may read."""

    @abstractmethod
    def way_of(self, deed: str, field: str, value: str = "") -> Way | None:
        """The way of a change that was made once, in use or not."""

    @abstractmethod
    def closed(self, way: Way, value: str) -> Q | None:
        """Records that this change leaves alone whatever they have; None where there are none."""

    @abstractmethod
    def hold(self, rows: QuerySet[Any], ids: Sequence[int]) -> dict[int, bool]:
        """Lock those of `rows` with these ids in one order; {id: whether it is closed}."""

    @abstractmethod
    def names(self, ids: Sequence[int], user: User) -> dict[int, str]:
        """How the records are called, of those that `user` may read."""

    @abstractmethod
    def filter_words(self, change: BulkChange, user: User) -> str:
        """The filters that it was asked for by, as the list's chips said them."""

    @abstractmethod
    def said(self, change: BulkChange, *, done: int = 0) -> dict[str, str]:
        """What the pages say of the change: `record, all, will_change, closed, closed_label, begin, done, changed, returned,
        none, further, empty, show_all`."""

    @abstractmethod
    def nothing(self, way: Way, *, asked: int, closed: int) -> str:
        """Why no record would change."""

    def follow(self, ids: list[int], way: Way, act: Act) -> None:
        """What else changed records need in the same transaction."""
        return

    def ended(self, change: BulkChange, *, at: datetime) -> None:
        """Tell whoever has to know that it is over."""
        return


_known: dict[str, Records] = {}


def declare(records: Records) -> None:
    _known[records.entity] = records


def named(entity: str) -> Records:
    return _known[entity]


def of(change: BulkChange) -> Records:
    return _known[change.entity]
