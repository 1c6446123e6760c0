"""A question as data: what is counted, of which records, by what divided. It is kept, sent and compared as plain JSON.

Nothing here looks at the base: whether the names mean anything is the catalogue's to say (`checking.faults`).
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self

from salesexpert.core.errors import DomainError

MOST_PARTS, DEEPEST, LONGEST = 60, 5, 200
MOST_VALUES = 500
MOST_MEASURES, MOST_ROWS, MOST_COLUMNS = 12, 3, 2
# More than a hundred years, so that what is refused for its length has been read.
MOST_DAYS = 99_999
UNPACKED = 64_000


class Unreadable(DomainError):
    """What was sent is no question."""


def _text(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        raise Unreadable
    return str(given).replace("\0", "")[:LONGEST]


def _whole(given: Any, most: int) -> int:
    try:
        return max(0, min(int(given or 0), most))
    except (TypeError, ValueError, OverflowError):
        raise Unreadable from None


def _list(given: Any, most: int) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > most:
        raise Unreadable
    return given


def _mapping(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise Unreadable
    return given


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` of the catalogue, `op` (a name of `conditions.OPS`), the values as texts."""

    field: str
    op: str = "in"
    values: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        values = tuple(_text(v) for v in _list(given.get("values"), MOST_VALUES))
        return cls(_text(given.get("field")), _text(given.get("op")) or "in", values)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups joined by “and” or “or”; `negated`: everything that they do not hold for."""

    parts: "tuple[Condition | Group, ...]" = ()
    join: str = "and"
    negated: bool = False

    @classmethod
    def read(cls, given: Any, depth: int = 0) -> "Group":
        if given is None:
            return cls()
        given = _mapping(given)
        if depth > DEEPEST:
            raise Unreadable
        parts = tuple(
            cls.read(part, depth + 1) if "parts" in _mapping(part) else Condition.read(part)
            for part in _list(given.get("parts"), MOST_PARTS)
        )  # fmt: skip
        join = "or" if given.get("join") == "or" else "and"
        return cls(parts, join, bool(given.get("negated")))

    def conditions(self) -> list[Condition]:
        found: list[Condition] = []
        for part in self.parts:
            found += [part] if isinstance(part, Condition) else part.conditions()
        return found


@dataclass(frozen=True, slots=True)
class By:
    """A dimension: a field, `step` of days (month …) or the borders of bands of a number (“0,100000,300000”)."""

    field: str
    step: str = ""

    @classmethod
    def read(cls, given: Any) -> Self:
        if isinstance(given, str):
            return cls(_text(given))
        given = _mapping(given)
        return cls(_text(given.get("field")), _text(given.get("step")))


@dataclass(frozen=True, slots=True)
class Measure:
    """What is reckoned in each cell.

    count, clients · sum, average, median, least, most of `field` · reached, conversion: records that came to the moment
    `until`, of those that came to `since`, at most `within` days after it (0: any time) · days: from `since` to `until`,
    `how` median or average · outside: a figure `field` that another part of the product gives, by the same dimensions ·
    ratio: `of` divided by `by`. `share` shows a part of the total, the row or the column instead of the value.
    """

    kind: str = "count"
    field: str = ""
    since: str = ""
    until: str = ""
    within: int = 0
    how: str = "median"
    share: str = ""
    label: str = ""
    of: "Measure | None" = None
    by: "Measure | None" = None

    @classmethod
    def read(cls, given: Any, depth: int = 0) -> "Measure":
        if isinstance(given, str):
            return cls(_text(given))
        given = _mapping(given)
        if depth > 1:
            raise Unreadable
        inner = {
            name: cls.read(given[name], depth + 1)
            for name in ("of", "by")
            if given.get(name) is not None
        }
        return cls(
            _text(given.get("kind")) or "count",
            _text(given.get("field")),
            _text(given.get("since")),
            _text(given.get("until")),
            _whole(given.get("within"), 36_500),
            _text(given.get("how")) or "median",
            _text(given.get("share")),
            _text(given.get("label")),
            **inner,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """Days of `field` (empty: the subject's own): a `name` of `spans.NAMES`, or `since` … `to`, both included.

    `asked`: whoever runs the saved question is asked for it.
    """

    name: str = "all"
    since: str = ""
    to: str = ""
    n: int = 0
    field: str = ""
    asked: bool = False

    @classmethod
    def read(cls, given: Any) -> Self:
        if given is None:
            return cls()
        if isinstance(given, str):
            return cls(_text(given))
        given = _mapping(given)
        return cls(
            _text(given.get("name")) or "all",
            _text(given.get("since")),
            _text(given.get("to")),
            _whole(given.get("n"), MOST_DAYS),
            _text(given.get("field")),
            bool(given.get("asked")),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """`order`: -1 by the names of the rows, else the place of the measure; `top` rows stay, `others` are put together.

    `compare`: “previous” period or the same a “year” before. `chart` says how the answer is drawn, `shown` the place of
    the measure that it draws. Sums are of one `currency`.
    """

    subject: str = "deals"
    measures: tuple[Measure, ...] = (Measure(),)
    rows: tuple[By, ...] = ()
    columns: tuple[By, ...] = ()
    where: Group = field(default_factory=Group)
    period: Period = Period()
    compare: str = ""
    order: int | None = None
    descending: bool = True
    top: int = 0
    others: bool = True
    chart: str = "table"
    shown: int = 0
    currency: str = "RUB"

    @classmethod
    def read(cls, given: Any) -> Self:
        """A question of its JSON. Raises Unreadable."""
        given = _mapping(given)
        order = given.get("order")
        return cls(
            subject=_text(given.get("subject")) or "deals",
            measures=tuple(Measure.read(m) for m in _list(given.get("measures"), MOST_MEASURES)) or (Measure(),),
            rows=tuple(By.read(b) for b in _list(given.get("rows"), MOST_ROWS)),
            columns=tuple(By.read(b) for b in _list(given.get("columns"), MOST_COLUMNS)),
            where=Group.read(given.get("where")),
            period=Period.read(given.get("period")),
            compare=_text(given.get("compare")),
            order=None if order is None else (-1 if str(order) == "-1" else _whole(order, MOST_MEASURES)),
            descending=bool(given.get("descending", True)),
            top=_whole(given.get("top"), 1000),
            others=bool(given.get("others", True)),
            chart=_text(given.get("chart")) or "table",
            shown=_whole(given.get("shown"), MOST_MEASURES),
            currency=_text(given.get("currency")) or "RUB",
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Plain JSON without what stands at its default: the same question always gives the same text."""
        return plain(self)

    def asks_period(self) -> bool:
        return self.period.asked


def plain(given: Any) -> Any:
    """A part of a question as JSON, defaults left out."""
    if isinstance(given, str | int | float | bool) or given is None:
        return given
    if isinstance(given, tuple | list):
        return [plain(v) for v in given]
    found = {}
    for each in fields(given):
        value = getattr(given, each.name)
        if each.name in _ALWAYS or value != _default(each):
            found[each.name] = plain(value)
    return found


_ALWAYS = ("subject", "measures", "parts", "kind", "field")


def _default(of: Any) -> Any:
    return of.default_factory() if of.default is MISSING and of.default_factory is not MISSING else of.default  # fmt: skip


# ── in addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────


def pack(question: Question) -> str:
    """A question as a word of an address."""
    text = json.dumps(question.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)  # fmt: skip
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")  # fmt: skip


def unpack(word: str) -> Question:
    """The question of an address. Raises Unreadable for whatever `pack` did not make."""
    try:
        packed = base64.urlsafe_b64decode(word[:UNPACKED] + "=" * (-len(word) % 4))
        opened = zlib.decompressobj().decompress(packed, UNPACKED)
        given = json.loads(opened)
    except (ValueError, zlib.error, RecursionError):
        raise Unreadable from None
    return Question.read(given)


def words_of(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(_text(v) for v in values[:MOST_VALUES])
