"""What a report says, before it is a page, a spreadsheet or a letter: sentences, bars and tables of cells with their links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from salesexpert.core.templatetags.look import (
    money,
    number,
    percents,
    plain_day,
    whole,
)

NOTHING = "—"
_MARKS = {"warn": "!", "bad": "!!"}


# Sums from here on are read in whole units of money; files have every kopeck.
READ_WHOLE = Decimal(10_000)
# Fewer columns than these stand at the left of their drawing instead of growing as wide as it.
FEWEST = 7


class Unit(StrEnum):
    """What a number of a cell is, besides sums of a currency."""

    NUMBER = ""
    PART = "part"  # of one: 0.58 is 58 percent
    PERCENTS = "percents"


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` as a spreadsheet takes it, `text` as people read it; `bar` is a length in percent, `heat` a strength of 1 to 5.

    `unit` says what the number is: one of `Unit`, or the code of its currency. `before` is the same figure of the period before.
    `mark` says again what the tone does, for whoever sees no colours; the note of its table tells what marks mean.
    """

    value: Any
    text: str
    link: str = ""
    bar: str = ""
    heat: int = 0
    tone: str = ""
    more: str = ""
    unit: str = ""
    before: "Cell | None" = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`meaning` says what is counted and how, for the reader who asks. `now`: as things stand, whatever the period."""

    label: str
    meaning: str = ""
    right: bool = True
    bar: bool = False
    now: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it. `look` is a class of the look: “xtab” for tables of heat.

    `rest`: the address of all rows and what the link to it says, where these are the first of them.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    note: str = ""
    look: str = "tbl"
    empty: str = ""
    rest: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a drawing: its parts in percent of the height, from the ground up: (class, y, height)."""

    label: str
    told: str
    link: str
    x: float
    parts: Sequence[tuple[str, float, float]]
    line: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Columns side by side. `named`: of people or things, so each says its name below; else of steps of time."""

    title: str
    legend: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    width: float
    top: str
    named: bool = False

    @property
    def spare(self) -> range:
        """Places to the right of the last column."""
        return range(round(self.width) - len(self.bars))

    @property
    def begins(self) -> str:
        return self.bars[0].label

    @property
    def ends(self) -> str:
        return self.bars[-1].label


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over steps of time: (class, values), as many as `labels`; `told` says each step in words."""

    title: str
    legend: Sequence[tuple[str, str]]
    series: Sequence[tuple[str, Sequence[float]]]
    labels: Sequence[str]
    told: Sequence[str]
    top: str

    @property
    def begins(self) -> str:
        return self.labels[0]

    @property
    def ends(self) -> str:
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    title: str
    lead: str = ""
    tables: Sequence[Table] = ()
    drawings: Sequence["Drawing | Lines"] = ()
    choices: Sequence["Choice"] = ()
    links: Sequence[tuple[str, str]] = ()
    # A PNG of what is drawn otherwise than by `drawings`.
    picture: bytes = b""
    # The same for paper.
    svg: str = ""
    # With which days its figures are compared, in words.
    compared: str = ""
    # As things stand at the moment, whatever period is asked for.
    now: bool = False
    made_at: datetime | None = field(default=None, compare=False)

    @property
    def rest(self) -> str:
        """The address of all rows, where a table has only the first of its."""
        return next((table.rest[0] for table in self.tables if table.rest), "")

    def spoken_period(self, period: Any) -> str:
        """The period in words, with what its figures are compared; of what has none the day."""
        if self.now:
            return _("as things stand on %s") % plain_day(timezone.localdate(self.made_at))  # fmt: skip
        beside = _("beside %(days)s") % {"days": self.compared} if self.compared else ""
        return " · ".join(words for words in (str(period), beside) if words)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of the report itself: by what it is divided, from which side it looks."""

    parameter: str
    label: str
    chosen: str
    options: Sequence[tuple[str, str]]


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def name(text: str, link: str = "", more: str = "") -> Cell:
    return Cell(text, text, link, more=more)


def count(n: int | None, link: str = "", tone: str = "") -> Cell:
    """A number of records; nought has nothing to open."""
    return Cell(n, NOTHING if n is None else number(n), link if n else "", tone=tone if n else "")  # fmt: skip


def percent(part: float | None, link: str = "", tone: str = "") -> Cell:
    return Cell(None if part is None else round(part, 4), NOTHING if part is None else percents(round(part * 100)), link, tone=tone, unit=Unit.PART)  # fmt: skip


def days(n: float | None, tone: str = "") -> Cell:
    return Cell(n, NOTHING if n is None else number(n), tone=tone)


def ratio(n: float | None) -> Cell:
    return Cell(None if n is None else round(n, 2), NOTHING if n is None else number(round(n, 1)))  # fmt: skip


def amount(value: Decimal | None, currency: str, link: str = "", tone: str = "") -> Cell:  # fmt: skip
    return Cell(value, money(_read(value), currency) if value else NOTHING, link if value else "", tone=tone, unit=currency)  # fmt: skip


def bare(cell: Cell) -> Cell:
    """A sum beside another of its row that says the currency: a dozen columns of it would not stand side by side."""
    return replace(cell, text=number(_read(cell.value))) if cell.value else cell


def _read(value: Decimal) -> Decimal:
    rounded: Decimal = whole(value) if abs(value) >= READ_WHOLE else value
    return rounded


def amounts(by_currency: dict[str, Decimal], link: str = "") -> Cell:
    """Sums of several currencies side by side: they are never added."""
    given = sorted(by_currency.items(), key=lambda pair: (pair[0] != "RUB", pair[0]))
    text = " · ".join(money(_read(value.quantize(Decimal("0.01"))), currency) for currency, value in given)  # fmt: skip
    value: Any = given[0][1] if len(given) == 1 else text
    unit = given[0][0] if len(given) == 1 else ""
    return Cell(
        value if given else None, text or NOTHING, link if given else "", unit=unit
    )


def read_before(old: Cell) -> str:
    """A figure of the period before as it is read in a sentence: a nought is one, whatever its own table shows for it."""
    return number(0) if old.value == 0 else old.text


def day(on: date | None) -> Cell:
    return Cell(on, plain_day(on) if on else NOTHING)


def stacked(label: str, told: str, place: int, parts: Sequence[tuple[str, float]], most: float) -> Bar:  # fmt: skip
    """A column of parts one on another, (class, value) from the ground up, where `most` is as high as the drawing."""
    found, filled = [], 0.0
    for kind, value in parts:
        height = round(100 * value / most, 2) if most else 0.0
        filled += height
        if height:
            found.append((kind, round(100 - filled, 2), height))
    return Bar(label, told, "", place, found)


def bar(part: float | None) -> Cell:
    """A bar as long as the part of the whole; it says again what a number beside it says."""
    return Cell(None, "", bar=f"{min(max(part or 0, 0), 1) * 100:.1f}%")


def judged(cell: Cell) -> Cell:
    """A figure that is held against limits, with the mark of its tone."""
    return replace(cell, mark=_MARKS[cell.tone]) if cell.tone in _MARKS else cell


def told_marks(rows: Iterable[Iterable[Cell]]) -> str:
    """What the marks of these rows mean; nothing where there are none."""
    if not any(cell.mark for row in rows for cell in row):
        return ""
    return _("%(near)s outside the limits, %(far)s far outside") % {"near": _MARKS["warn"], "far": _MARKS["bad"]}  # fmt: skip


def strength(n: int, most: int) -> int:
    """How strongly a cell of heat is coloured: 1 to 5, 0 for none."""
    return 0 if not n or not most else max(1, round(5 * n / most))
