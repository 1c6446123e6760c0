"""Measures as aggregates of the database, and values of what those gave.

A measure is reckoned of parts. Parts that can be put together (sums, counts, extremes) make totals and “others” without
asking anew; a median or a number of different clients cannot, and is asked again for each total.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.db.models import (
    Aggregate,
    Count,
    F,
    FloatField,
    Max,
    Min,
    Q,
    Sum,
)
from django.db.models.functions import Cast
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


class Median(Aggregate):
    """The middle value; of an even number the mean of the two in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    output_field = FloatField()
    allow_distinct = False


@dataclass(frozen=True, slots=True)
class Part:
    """`join` puts values of several groups together; None: it must be asked anew."""

    name: str
    make: Any
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


@dataclass
class Reckoner:
    """Parts of the measures of one question; fields that they need are annotated on `filtering`."""

    subject: Subject
    known: Mapping[str, Asked]
    filtering: Filtering
    currency: str

    def all(self, measures: Sequence[Measure]) -> list[Reckoned]:
        return [self.one(m, f"_m{n}") for n, m in enumerate(measures)]

    def one(self, measure: Measure, name: str) -> Reckoned:
        match measure.kind:
            case "count":
                return Reckoned(measure, [Part(name, Count("pk"), _added)], lambda v: v[name] or 0)  # fmt: skip
            case "clients":
                # A client's own row is counted once anyway.
                alone = self.subject.client == "pk"
                made = Count(self.subject.client, distinct=not alone)
                return Reckoned(measure, [Part(name, made, _added if alone else None)], lambda v: v[name] or 0)  # fmt: skip
            case "reached":
                part = Part(name, Count("pk", filter=self.reached(measure)), _added)
                return Reckoned(measure, [part], lambda v: v[name] or 0)
            case "conversion":
                whole = self.came(measure)
                of = Part(f"{name}n", Count("pk", filter=whole) if whole else Count("pk"), _added)  # fmt: skip
                to = Part(name, Count("pk", filter=self.reached(measure)), _added)
                return Reckoned(measure, [to, of], lambda v: divided(v[name] or 0, v[of.name]))  # fmt: skip
            case "days":
                return self._of(measure, name, self.days(measure), Q(), measure.how)
            case "outside":
                part = Part(name, None, _added, outside=measure.field)
                return Reckoned(measure, [part], lambda v: v.get(name))
            case "ratio":
                a = self.one(measure.of or Measure(), f"{name}a")
                b = self.one(measure.by or Measure(), f"{name}b")
                return Reckoned(measure, [*a.parts, *b.parts], lambda v: divided(a.value(v), b.value(v)))  # fmt: skip
        asked = self.known[measure.field]
        q = self.of_currency(asked)
        return self._of(measure, name, F(self.filtering.alias(asked)), q, measure.kind)

    def _of(self, measure: Measure, name: str, of: Any, q: Q, how: str) -> Reckoned:
        given: dict[str, Any] = {"filter": q} if q else {}
        match how:
            case "sum":
                parts = [Part(name, Sum(of, **given), _added)]
            case "least" | "most":
                edge, join = (Min, _least) if how == "least" else (Max, _most)
                parts = [Part(name, edge(of, **given), join)]
            case "average":
                parts = [Part(name, Sum(of, **given), _added), Part(f"{name}n", Count(of, **given), _added)]  # fmt: skip
                return Reckoned(measure, parts, lambda v: divided(v[name], v[f"{name}n"]))  # fmt: skip
            case _:
                parts = [Part(name, Median(Cast(of, FloatField()), **given))]
        return Reckoned(measure, parts, lambda v: v[name])

    def of_currency(self, asked: Asked) -> Q:
        if asked.type is not FieldType.MONEY or not self.subject.currency:
            return Q()
        # Money of what the record belongs to is of that record's currency.
        path = f"{asked.path}currency" if asked.path else self.subject.currency
        return Q(**{path: self.currency})

    # ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _day(self, name: str) -> Any:
        """The alias of the day of a moment."""
        alias = f"_t{crc32(name.encode())}"
        if alias not in self.filtering.rows.query.annotations:
            self.filtering.rows = self.filtering.rows.alias(**{alias: self.known[name].day()})  # fmt: skip
        return alias

    def came(self, measure: Measure) -> Q:
        """Those that came to `since`; empty: all."""
        if not measure.since:
            return Q()
        return Q(**{f"{self.filtering.alias(self.known[measure.since])}__isnull": False})  # fmt: skip

    def reached(self, measure: Measure) -> Q:
        until = self.filtering.alias(self.known[measure.until])
        q = Q(**{f"{until}__isnull": False}) & self.came(measure)
        if measure.within:
            since = measure.since or self.subject.day
            alias = f"_w{len(self.filtering.rows.query.annotations)}"
            between = Minus(F(self._day(measure.until)), F(self._day(since)))
            self.filtering.rows = self.filtering.rows.alias(**{alias: between})
            q &= Q(**{f"{alias}__gte": 0, f"{alias}__lte": measure.within})
        return q

    def days(self, measure: Measure) -> Any:
        since = measure.since or self.subject.day
        alias = f"_l{len(self.filtering.rows.query.annotations)}"
        between = Minus(F(self._day(measure.until)), F(self._day(since)))
        self.filtering.rows = self.filtering.rows.alias(**{alias: between})
        return F(alias)


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
