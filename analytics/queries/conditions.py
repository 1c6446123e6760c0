"""Conditions of a question as parts of a query of the ORM. What is not filled is never lost: “not” of nothing is true."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.queries import spans
from analytics.queries.entries import CHOSEN, DAYS, NUMBERS, TEXTS, Asked
from analytics.queries.question import Condition, Group, Period
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import FieldType

NONE = "none"
OPS: dict[str, str | Promise] = {
    "in": gettext_lazy("one of"),
    "not_in": gettext_lazy("any but"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "is": gettext_lazy("is exactly"),
    "contains": gettext_lazy("contains"),
    "eq": gettext_lazy("equals"),
    "ge": gettext_lazy("at least"),
    "le": pgettext_lazy("condition", "at most"),
    "between": gettext_lazy("between"),
    "period": pgettext_lazy("condition", "in the period"),
    "within_days": gettext_lazy("in the last days, at most"),
    "older_days": gettext_lazy("longer ago than, days"),
    "empty": gettext_lazy("not filled"),
    "given": gettext_lazy("filled in"),
}
# Of days these are said otherwise than of numbers.
OPS_OF_DAYS: dict[str, str | Promise] = {
    "ge": gettext_lazy("not before"),
    "le": gettext_lazy("not after"),
}
_FILLED = ("empty", "given")


class WrongCondition(DomainError):
    pass


def ops_of(asked: Asked) -> tuple[str, ...]:
    if asked.entry.many:
        return ("in", "not_in")
    if asked.type is FieldType.YES_NO:
        return ("yes", "no")
    if asked.type in CHOSEN:
        return ("in", "not_in")
    if asked.type in NUMBERS:
        return ("ge", "le", "between", "eq", *_FILLED)
    if asked.type in DAYS:
        return ("period", "between", "ge", "le", "within_days", "older_days", *_FILLED)
    return ("contains", "is", *_FILLED) if asked.type in TEXTS else ()


def op_words(op: str, asked: Asked) -> str | Promise:
    """How a condition of that field is asked: “at least”, of a day “not before”."""
    words = OPS | OPS_OF_DAYS if asked.type in DAYS else OPS
    return words.get(op, op)


def number(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(" ", "").replace("\xa0", "").replace(",", "."))
    except InvalidOperation:
        raise WrongCondition(_("“%s” is not a number.") % text[:40]) from None
    if not found.is_finite() or abs(found) >= 10**14:
        raise WrongCondition(_("“%s” is not a number.") % text[:40])
    return found


def key_of(asked: Asked, text: str) -> Any:
    """A key of a record (id, code, yes or no) of its text; None for “not filled”."""
    if text == NONE:
        return None
    if asked.type is FieldType.YES_NO:
        return text == "yes"
    if asked.type is FieldType.CHOICE and not asked.name.rpartition(".")[2].startswith("own_"):  # fmt: skip
        choices = list(asked.field.choices()) if asked.field.choices else []
        return next((value for value, _label in choices if str(value) == text), text)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WrongCondition(_("“%(field)s”: the value “%(value)s” is not known.") % {"field": asked.label, "value": text[:40]})  # fmt: skip
    return int(text)


@dataclass
class Filtering:
    """Puts conditions on `rows`: each field that is asked for is annotated once, as `_f0`, `_f1` …"""

    known: Mapping[str, Asked]
    today: date
    rows: QuerySet[Any, Any]
    _aliases: dict[str, str] = field(default_factory=dict)

    def alias(self, asked: Asked) -> str:
        if asked.entry.make is None:
            return asked.path + asked.field.path
        if asked.name not in self._aliases:
            name = f"_f{len(self._aliases)}"
            self.rows = self.rows.alias(**{name: asked.expression()})
            self._aliases[asked.name] = name
        return self._aliases[asked.name]

    def filter(self, group: Group) -> None:
        q = self.group(group)
        if q:
            self.rows = self.rows.filter(q)

    def group(self, group: Group) -> Q:
        parts = [
            self.group(part) if isinstance(part, Group) else self.condition(part)
            for part in group.parts
        ]
        parts = [q for q in parts if q]
        if not parts:
            return Q()
        whole = parts[0]
        for q in parts[1:]:
            whole = (whole | q) if group.join == "or" else (whole & q)
        return negated(whole) if group.negated else whole

    def condition(self, asked_for: Condition) -> Q:
        asked = self.known[asked_for.field]
        op, values = asked_for.op, asked_for.values
        if op not in ops_of(asked):
            raise WrongCondition(_("“%s” cannot be asked for like this.") % asked.label)
        name = self.alias(asked)
        if op in ("in", "not_in"):
            q = self._chosen(asked, name, values)
            return negated(q) if op == "not_in" else q
        if op in ("yes", "no"):
            # What nobody answered is neither.
            return Q(**{name: op == "yes"})
        if op == "empty":
            return _empty(asked, name)
        if op == "given":
            return negated(_empty(asked, name))
        if asked.type in TEXTS:
            text = values[0] if values else ""
            if op == "is":
                return Q(**{name: text})
            return Q(**{f"{name}__icontains": text}) if text else Q()
        if asked.type in NUMBERS:
            return self._number(asked, name, op, values)
        return self._day(asked, name, op, values)

    def _chosen(self, asked: Asked, name: str, values: tuple[str, ...]) -> Q:
        keys = [key_of(asked, v) for v in values]
        given = [k for k in keys if k is not None]
        if asked.entry.many:
            q = Q(**{f"{name}__overlap": given}) if given else Q()
            return q | Q(**{name: []}) if None in keys else q
        q = Q(**{f"{name}__in": given}) if given else Q(pk__in=[])
        return q | _empty(asked, name) if None in keys else q

    def _number(self, asked: Asked, name: str, op: str, values: tuple[str, ...]) -> Q:
        needed = 2 if op == "between" else 1
        given = [number(v) if v.strip() else None for v in values[:needed]]
        given += [None] * (needed - len(given))
        if all(v is None for v in given):
            raise WrongCondition(_("“%s”: give a number.") % asked.label)
        if op == "between":
            low, high = given
            return _bounds(name, low, high)
        if op == "eq":
            return Q(**{name: given[0]})
        return _bounds(name, *((given[0], None) if op == "ge" else (None, given[0])))

    def _day(self, asked: Asked, name: str, op: str, values: tuple[str, ...]) -> Q:
        first = values[0] if values else ""
        second = values[1] if len(values) > 1 else ""
        if op in ("within_days", "older_days"):
            if not (first.isascii() and first.isdigit() and 0 < int(first[:7]) <= 36_500):  # fmt: skip
                raise WrongCondition(_("“%s”: give a number of days.") % asked.label)
            if op == "within_days":
                return self.within(asked, name, spans.of(Period(spans.LAST_DAYS, n=int(first)), self.today))  # fmt: skip
            return self.within(asked, name, spans.Span(None, self.today - timedelta(days=int(first))))  # fmt: skip
        if op == "period":
            n = int(second) if second.isascii() and second.isdigit() and len(second) < 6 else 0  # fmt: skip
            return self.within(asked, name, spans.of(Period(first, n=n), self.today))
        since = first if op in ("between", "ge") else ""
        to = second if op == "between" else first if op == "le" else ""
        if not since and not to:
            raise WrongCondition(_("“%s”: give a day.") % asked.label)
        return self.within(asked, name, spans.of(Period(spans.OWN, since, to), self.today))  # fmt: skip

    def within(self, asked: Asked, name: str, span: spans.Span) -> Q:
        """Days of the company, half-open, so that an index on the moment serves."""
        q = Q()
        for lookup, day in (("gte", span.since), ("lt", span.until)):
            if day is not None:
                given: Any = midnight(day) if asked.type is FieldType.MOMENT else day
                q &= Q(**{f"{name}__{lookup}": given})
        return q


def _bounds(name: str, low: Any, high: Any) -> Q:
    q = Q()
    if low is not None:
        q &= Q(**{f"{name}__gte": low})
    if high is not None:
        q &= Q(**{f"{name}__lte": high})
    return q


def _empty(asked: Asked, name: str) -> Q:
    q = Q(**{f"{name}__isnull": True})
    texts = (*TEXTS, FieldType.CHOICE)
    is_text = asked.type in TEXTS or (asked.type in texts and not _whole_codes(asked))
    return q | Q(**{name: ""}) if is_text else q


def _whole_codes(asked: Asked) -> bool:
    """Choices kept as numbers have no empty text among them."""
    if asked.name.rpartition(".")[2].startswith("own_"):
        return True
    choices = list(asked.field.choices()) if asked.field.choices else []
    return any(isinstance(value, int) for value, _label in choices)


def negated(q: Q) -> Q:
    """Whatever `q` does not hold for, what is not filled among it: NOT of NULL would lose it."""
    holds = Case(When(q, then=Value(False)), default=Value(True), output_field=BooleanField())  # fmt: skip
    return Q(holds)


def midnight(day: date) -> datetime:
    """When the day begins for the company."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())  # fmt: skip
