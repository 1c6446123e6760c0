"""Clients, their people and deeds before they have ids."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from salesexpert.desk.demo import catalog


@dataclass(slots=True, eq=False)
class Person:
    first: str
    middle: str
    last: str
    is_woman: bool
    position: str
    role: str
    from_on: date | None = None
    until: int | None = None
    """Place of the working day on which he left the firm."""
    now_at: str = ""
    """The firm where he works since."""
    phone: tuple[str, str] | None = None
    email: str = ""
    pk: int = 0

    @property
    def spoken(self) -> str:
        return f"{self.first} {self.middle}"


@dataclass(slots=True, eq=False)
class Deed:
    """An activity before it has an id."""

    kind: str
    goal: int | None
    way: str
    title: str
    note: str
    status: str
    planned_at: datetime | None
    minutes: int | None
    performer: int
    done_at: datetime | None
    result: int | None
    summary: str
    relationship: int | None
    feed_at: datetime
    follows: "Deed | None"
    created_at: datetime
    created_by: int
    client: "Card | None" = None
    contact: Person | None = None
    pk: int = 0
    deal: int | None = None
    stage: int | None = None


@dataclass(slots=True, eq=False)
class Affair:
    """One purchase talked about: the deeds about it, in their order, and whether it was paid for."""

    machine: str
    is_supply: bool = False
    is_paid: bool = False
    deeds: list[Deed] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Card:
    """A client before he has an id."""

    name: str
    form: str
    category: str
    is_person: bool
    trade: catalog.Trade
    region: str
    city: catalog.City
    group: int
    area: int
    seller: int | None
    step: int
    serial: int
    created_at: datetime
    created_by: int
    initiative: str = ""
    people: list[Person] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    commitments: list[tuple[Any, ...]] = field(default_factory=list)
    questions: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[int | None, int, datetime, int, str]] = field(
        default_factory=list
    )
    bought: list[tuple[str, date]] = field(default_factory=list)
    wanted: list[tuple[str, date]] = field(default_factory=list)
    true_need: str = ""
    phones: list[tuple[str, str, str]] = field(default_factory=list)
    host: str = ""
    refused: bool = False
    affairs: list[Affair] = field(default_factory=list)
    inn: str = ""
    kpp: str = ""
    source: int | None = None
    campaign: int | None = None
    pk: int = 0
