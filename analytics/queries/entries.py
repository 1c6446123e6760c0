"""Entries of the catalogue: a field of the registry, and how the base gives it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from salesexpert.core.registry import Field, FieldType, registry

DAYS = (FieldType.DATE, FieldType.MOMENT)
NUMBERS = (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)
WORDS = (FieldType.DICTIONARY, FieldType.PERSON, FieldType.REFERENCE)
CHOSEN = (*WORDS, FieldType.CHOICE, FieldType.YES_NO)
TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT)
KNOWN = (*DAYS, *NUMBERS, *CHOSEN, *TEXTS)


@dataclass(frozen=True, slots=True)
class Entry:
    """`make` gives the expression, told the ORM path from the subject to the field's owner (“deal__”); without it the
    field's own path is read. `many`: it gives an array of a record's values. `bands` are the usual borders of a number.
    `step_only`: it is offered for conversions and lengths, and nowhere else.
    """

    field: Field
    make: Callable[[str], Any] | None = None
    many: bool = False
    bands: str = ""
    step_only: bool = False

    @property
    def name(self) -> str:
        return self.field.name

    def expression(self, path: str) -> Any:
        return self.make(path) if self.make else F(path + self.field.path)


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry as a question names it: `client.region` of deals, reached by `path`."""

    name: str
    entry: Entry
    path: str
    owner: str | Promise = ""

    @property
    def field(self) -> Field:
        return self.entry.field

    @property
    def label(self) -> str:
        return str(self.entry.field.label)

    @property
    def full(self) -> str:
        """With its owner, for whoever must tell it from a namesake."""
        return f"{self.owner}: {self.label}" if self.owner else self.label

    @property
    def type(self) -> FieldType:
        return self.entry.field.type

    @property
    def is_day(self) -> bool:
        return self.type in DAYS

    @property
    def is_number(self) -> bool:
        return self.type in NUMBERS and not self.entry.many

    @property
    def divides(self) -> bool:
        return self.type is not FieldType.LONG_TEXT and not self.entry.step_only

    def expression(self) -> Any:
        return self.entry.expression(self.path)

    def day(self) -> Any:
        """The day of the company on which it was."""
        if self.type is FieldType.DATE:
            return self.expression()
        return TruncDate(self.expression(), tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Subject:
    """What can be counted. `rows` gives the records that a person may see, `permission` says who may ask at all.

    `counted` is what their number is called; `client` leads from a record to its client's id; `day` names the field that
    a period bounds; `belongs` names what a record belongs to: path and subject. `shown` are the fields that a list of
    records shows, `address` makes the link of one, of `values(*needs)`.
    """

    name: str
    label: str | Promise
    counted: str | Promise
    rows: Callable[[Any], QuerySet[Any, Any]]
    permission: str
    client: str
    day: str
    entries: Callable[[], Sequence[Entry]]
    shown: Sequence[str]
    address: Callable[[dict[str, Any]], str]
    needs: Sequence[str] = ("pk",)
    currency: str = ""
    belongs: Sequence[tuple[str, str, str]] = ()
    icon: str = "chart-bar"

    def fields(self) -> Iterator[Entry]:
        return iter(self.entries())


class StageLabel(Promise):
    """“Came to the stage X” in the language of the reader."""

    def __init__(self, stage: Any) -> None:
        self.stage = stage

    def __str__(self) -> str:
        return _("Came to the stage “%s”") % self.stage


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Minus(Func):
    """Days between two days, as a whole number: the database's own difference of dates."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class Unnest(Func):
    function = "unnest"
    set_returning = True


def first(rows: Any, moment: str, output: Any, owner: str = "pk", link: str = "client") -> Callable[[str], Any]:  # fmt: skip
    """The earliest `moment` of rows that belong to the record by `link`."""
    return _edge(rows, moment, output, owner, link, Min)


def last(rows: Any, moment: str, output: Any, owner: str = "pk", link: str = "client") -> Callable[[str], Any]:  # fmt: skip
    return _edge(rows, moment, output, owner, link, Max)


def _edge(rows: Any, moment: str, output: Any, owner: str, link: str, edge: Any) -> Callable[[str], Any]:  # fmt: skip
    def make(path: str) -> Any:
        found = rows().filter(**{link: OuterRef(path + owner)}).order_by()
        return Subquery(found.values(link).annotate(_edge=edge(moment)).values("_edge"), output_field=output())  # fmt: skip

    return make


def one(rows: Any, column: str, output: Any, owner: str = "pk", link: str = "client") -> Callable[[str], Any]:  # fmt: skip
    """The one value that a row beside the record has."""

    def make(path: str) -> Any:
        found = rows().filter(**{link: OuterRef(path + owner)}).order_by()
        return Subquery(found.values(column)[:1], output_field=output())

    return make


def when(column: str, output: Any = DateTimeField, **condition: Any) -> Callable[[str], Any]:  # fmt: skip
    """A moment of the record itself, if the condition on it holds."""

    def make(path: str) -> Any:
        given = {path + name: value for name, value in condition.items()}
        return Case(When(**given, then=F(path + column)), output_field=output())

    return make


def exists(rows: Any, owner: str = "pk", link: str = "client") -> Callable[[str], Any]:
    return lambda path: Exists(rows().filter(**{link: OuterRef(path + owner)}))


def days_between(until: str, since: str, *, days: bool = False) -> Callable[[str], Any]:
    """Whole days between two moments of the record (or days, `days`)."""

    def make(path: str) -> Any:
        zone = timezone.get_default_timezone()
        ends = [F(path + name) if days else TruncDate(F(path + name), tzinfo=zone) for name in (until, since)]  # fmt: skip
        return Minus(*ends)

    return make


def day_field(name: str, label: Any, definition: Any = "", **more: Any) -> Field:
    return Field(name, label, FieldType.DATE, definition=definition, **more)


def moment_field(name: str, label: Any, definition: Any = "", **more: Any) -> Field:
    return Field(name, label, FieldType.MOMENT, definition=definition, **more)


def of_registry(entity: str, *, but: Iterable[str] = ()) -> list[Entry]:
    """Fields of the registry that the base can give by a path of the record's own."""
    skipped = set(but)
    return [
        Entry(f)
        for f in registry.fields(entity)
        if f.path and "__" not in f.path and f.type in KNOWN and f.name not in skipped
    ]


def field_of(name: str, label: Any, kind: Any, path: str = "", **more: Any) -> Field:
    return Field(name, label, kind, path=path or name, **more)
