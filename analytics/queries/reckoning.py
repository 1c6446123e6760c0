"""Measures as aggregates of the database, and values of what those gave.

A measure is reckoned of parts. Parts that can be put together (sums, counts, extremes) make totals and “others” without
asking anew; a median or a number of different clients cannot, and each total has groups of its own.

What the parts need of a record is a column of the inner query, each once however many measures read it: a moment found
in another table is looked up once a record. The aggregates stand in SQL over these columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.queries.conditions import Filtering
from analytics.queries.entries import Asked, Minus, Subject
from analytics.queries.question import Measure
from salesexpert.core.registry import FieldType

COUNTS, OF_FIELD = ("count", "clients"), ("sum", "average", "median", "least", "most")
ADDED = ("count", "clients", "sum", "reached")
KINDS: dict[str, str | Promise] = {
    "count": _("Number of records"),
    "clients": _("Different clients"),
    "sum": pgettext_lazy("measure", "Sum"),
    "average": pgettext_lazy("measure", "Average"),
    "median": pgettext_lazy("measure", "Median"),
    "least": pgettext_lazy("measure", "Least"),
    "most": pgettext_lazy("measure", "Most"),
    "reached": _("How many came to"),
    "conversion": _("Conversion"),
    "days": _("Days between two moments"),
    "outside": _("Figure from elsewhere"),
    "ratio": _("One divided by another"),
}
SHARES: dict[str, str | Promise] = {
    "": _("the number itself"),
    "total": _("share of the total"),
    "row": _("share of the row"),
    "column": _("share of the column"),
}
HOW: dict[str, str | Promise] = {
    "median": pgettext_lazy("measure", "Median"),
    "average": pgettext_lazy("measure", "Average"),
}

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """`sql` is an aggregate over columns of the records. `join` puts values of several groups together; None: it cannot be."""

    name: str
    sql: str
    params: tuple[Any, ...] = ()
    join: Callable[[Any, Any], Any] | None = None
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    measure: Measure
    parts: Sequence[Part]
    value: Callable[[Values], Any]


def _added(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a + b


def _least(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else min(a, b)


def _most(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else max(a, b)


def divided(a: Any, b: Any) -> Any:
    """None where there is nothing to divide or to divide by."""
    if a is None or not b:
        return None
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return Decimal(a) / Decimal(b) if not isinstance(a, float) and not isinstance(b, float) else float(a) / float(b)  # fmt: skip
    return a / b


# The middle value; of an even number the mean of the two in the middle.
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY ({of})::float8)"


@dataclass
class Reckoner:
    """Parts of the measures of one question; what they need of a record is annotated on `filtering` as `_c0`, `_c1` …"""

    subject: Subject
    known: Mapping[str, Asked]
    filtering: Filtering
    currency: str
    columns: dict[str, str] = field(default_factory=dict)

    def all(self, measures: Sequence[Measure]) -> list[Reckoned]:
        return [self.one(m, f"_m{n}") for n, m in enumerate(measures)]

    def one(self, measure: Measure, name: str) -> Reckoned:
        match measure.kind:
            case "count":
                return Reckoned(measure, [_records(name)], lambda v: v[name] or 0)
            case "clients":
                return Reckoned(measure, [self.clients(name)], lambda v: v[name] or 0)
            case "reached":
                return Reckoned(measure, [self._came_to(measure, name)], lambda v: v[name] or 0)  # fmt: skip
            case "conversion":
                since = self.known[measure.since] if measure.since else None
                of = Part(f"{name}n", f"count({self.column(since)})", join=_added) if since else _records(f"{name}n")  # fmt: skip
                to = self._came_to(measure, name)
                return Reckoned(measure, [to, of], lambda v: divided(v[name] or 0, v[of.name]))  # fmt: skip
            case "days":
                days, params = self._days(measure)
                return self._of(measure, name, days, measure.how, params)
            case "outside":
                part = Part(name, "", join=_added, outside=measure.field)
                return Reckoned(measure, [part], lambda v: v.get(name))
            case "ratio":
                a = self.one(measure.of or Measure(), f"{name}a")
                b = self.one(measure.by or Measure(), f"{name}b")
                return Reckoned(measure, [*a.parts, *b.parts], lambda v: divided(a.value(v), b.value(v)))  # fmt: skip
        asked = self.known[measure.field]
        return self._of(measure, name, self.column(asked, self.of_currency(asked)), measure.kind)  # fmt: skip

    def clients(self, name: str) -> Part:
        # A client's own row is counted once anyway.
        if self.subject.client == "pk":
            return _records(name)
        return Part(name, f"count(DISTINCT {self._column('client', lambda: F(self.subject.client))})")  # fmt: skip

    def foreign(self, name: str) -> Part:
        """How many records are of another currency than the one asked for."""
        other = self._column("currency", lambda: F(self.subject.currency))
        return Part(name, f"count(*) FILTER (WHERE NOT {other} = %s)", (self.currency,), _added)  # fmt: skip

    def _of(self, measure: Measure, name: str, of: str, how: str, params: tuple[Any, ...] = ()) -> Reckoned:  # fmt: skip
        match how:
            case "sum":
                parts = [Part(name, self._sum(of), params, _added)]
            case "least" | "most":
                edge, join = ("min", _least) if how == "least" else ("max", _most)
                parts = [Part(name, f"{edge}({of})", params, join)]
            case "average":
                parts = [Part(name, self._sum(of), params, _added), Part(f"{name}n", f"count({of})", params, _added)]  # fmt: skip
                return Reckoned(measure, parts, lambda v: divided(v[name], v[f"{name}n"]))  # fmt: skip
            case _:
                parts = [Part(name, _MEDIAN.format(of=of), params)]
        return Reckoned(measure, parts, lambda v: v[name])

    def _sum(self, of: str) -> str:
        """Whole numbers stay whole: the database adds large ones up as numerics."""
        column = self.filtering.rows.query.annotations.get(of.strip('"'))
        whole = column is not None and column.output_field.get_internal_type().endswith("IntegerField")  # fmt: skip
        return f"sum({of})::bigint" if whole else f"sum({of})"

    def of_currency(self, asked: Asked) -> Q:
        if asked.type is not FieldType.MONEY or not self.subject.currency:
            return Q()
        # Money of what the record belongs to is of that record's currency.
        path = f"{asked.path}currency" if asked.path else self.subject.currency
        return Q(**{path: self.currency})

    # ── what is needed of a record ───────────────────────────────────────────────────────────────────────────────────

    def column(self, asked: Asked, only: Q | None = None) -> str:
        """The column of a field, filled for records that `only` holds for."""

        def make() -> Any:
            of = F(self.filtering.alias(asked))
            return Case(When(only, then=of)) if only else of

        return self._column(f"{asked.name} {only}" if only else asked.name, make)

    def _column(self, key: str, make: Callable[[], Any]) -> str:
        if key not in self.columns:
            # The expression first: it may annotate the rows itself.
            expression, name = make(), f"_c{len(self.columns)}"
            self.filtering.rows = self.filtering.rows.annotate(**{name: expression})
            self.columns[key] = name
        return f'"{self.columns[key]}"'

    # ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _day(self, name: str) -> tuple[str, tuple[Any, ...]]:
        """The day of the company on which the moment was, in SQL."""
        asked = self.known[name]
        column = self.column(asked)
        if asked.type is FieldType.DATE:
            return column, ()
        return f"({column} AT TIME ZONE %s)::date", (timezone.get_default_timezone_name(),)  # fmt: skip

    def _days(self, measure: Measure) -> tuple[str, tuple[Any, ...]]:
        until, params = self._day(measure.until)
        since, more = self._day(measure.since or self.subject.day)
        return f"({until} - {since})", (*params, *more)

    def _came_to(self, measure: Measure, name: str) -> Part:
        """How many came to `until`: what `reached` says of one record."""
        holds = [f"{self.column(self.known[n])} IS NOT NULL" for n in (measure.until, measure.since) if n]  # fmt: skip
        params: tuple[Any, ...] = ()
        if measure.within:
            days, params = self._days(measure)
            holds.append(f"{days} BETWEEN 0 AND %s")
            params = (*params, measure.within)
        return Part(name, f"count(*) FILTER (WHERE {' AND '.join(holds)})", params, _added)  # fmt: skip

    def reached(self, measure: Measure) -> Q:
        """Records that came to `until` (from `since`, if it is given), as a condition on them."""
        until = self.filtering.alias(self.known[measure.until])
        q = Q(**{f"{until}__isnull": False})
        if measure.since:
            since = self.filtering.alias(self.known[measure.since])
            q &= Q(**{f"{since}__isnull": False})
        if measure.within:
            alias = f"_w{len(self.filtering.rows.query.annotations)}"
            ends = [self.known[n].day() for n in (measure.until, measure.since or self.subject.day)]  # fmt: skip
            self.filtering.rows = self.filtering.rows.alias(**{alias: Minus(*ends)})
            q &= Q(**{f"{alias}__gte": 0, f"{alias}__lte": measure.within})
        return q


def _records(name: str) -> Part:
    return Part(name, "count(*)", join=_added)


def is_money(measure: Measure, known: Mapping[str, Asked]) -> bool:
    if measure.kind == "outside":
        return True
    if measure.kind == "ratio":
        return bool(measure.of and is_money(measure.of, known)) and not (measure.by and is_money(measure.by, known))  # fmt: skip
    asked = known.get(measure.field)
    return measure.kind in OF_FIELD and asked is not None and asked.type is FieldType.MONEY  # fmt: skip


def is_percent(measure: Measure) -> bool:
    return bool(measure.share) or measure.kind == "conversion"


def names_of(measure: Measure) -> list[tuple[str, str]]:
    """What fields of the catalogue a measure names: (field or moment, what it must be)."""
    found: list[tuple[str, str]] = []
    if measure.kind in OF_FIELD:
        found.append((measure.field, "number"))
    if measure.kind in ("reached", "conversion", "days"):
        found.append((measure.until, "moment"))
        if measure.since:
            found.append((measure.since, "moment"))
    for inner in (measure.of, measure.by):
        if inner is not None and measure.kind == "ratio":
            found += names_of(inner)
    return found
