"""Filters by the company's own fields, for lists of clients and of contact persons.

`own_12` names choices, yes or no, or a part of a text; `own_12_from` and `own_12_to` bound a number or a day; `own_12_is`
asks whether anything is there. A selection that names a field which is gone opens all the same: the filter says what it
asked for and asks nothing.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import filters, own_fields
from clients.choices import OwnFieldType
from clients.list_filters import (
    NONE,
    Chosen,
    ChosenField,
    ChosenFilter,
    DayField,
    EntriesField,
    ListFilter,
    TextField,
    WordsField,
)
from clients.models import OwnChoice, OwnField, OwnValue
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field
from salesexpert.core.templatetags.look import plain_day

ANY = "any"
FROM, TO, IS = "_from", "_to", "_is"
_NAME = re.compile(r"own_(\d{1,18})(_from|_to|_is)?")
_SUFFIXES = {
    OwnFieldType.TEXT: ("", IS),
    OwnFieldType.NUMBER: (FROM, TO, IS),
    OwnFieldType.DATE: (FROM, TO, IS),
    OwnFieldType.CHOICE: ("",),
    OwnFieldType.YES_NO: ("",),
}
_FILLED = ((ANY, gettext_lazy("filled in")), (NONE, gettext_lazy("not filled")))
_ANSWERS = (
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
    (NONE, gettext_lazy("not filled")),
)


class NumberField(forms.Field):
    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            number = own_fields.read_number(text)
        except OverflowError:
            number = None
        if number is None:
            raise ValidationError(_("“%s” is not a number.") % text[:60])
        return number


class GoneField(ChosenField):
    """Knows nothing: whatever is asked of a field that is gone is left out, and said."""

    def __init__(self, *, fault: str, **kwargs: Any) -> None:
        self.fault = fault
        super().__init__(**kwargs)

    def clean(self, value: Any) -> None:
        if asked := self.to_python(value):
            raise ValidationError(self.fault.replace("%s", ", ".join(asked)[:80]))

    def labels_of(self, texts: list[str]) -> dict[str, str]:
        return {}

    def all_choices(self, user: Any) -> list[Any]:
        return []


class GoneFilter(ListFilter):
    field_class = GoneField

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs


class OwnFilter(ListFilter):
    """A filter by the values of one own field."""

    def __init__(self, *, own: OwnField, **kwargs: Any) -> None:
        self.own = own
        super().__init__(**kwargs)

    def having(self, qs: QuerySet, **value: Any) -> QuerySet:
        """Cards with such a value: found by the value's index, compared by their ids."""
        rows = OwnValue.objects.filter(field=self.own, **value)
        return qs.filter(pk__in=rows.values(self.own.owner))

    def filled(self) -> Exists:
        return Exists(
            OwnValue.objects.filter(
                **{self.own.owner: OuterRef("pk")}, field=self.own.pk
            )
        )


class OneOfFilter(OwnFilter, ChosenFilter):
    """Choices of the list, yes or no, and “not filled”."""

    column = "choice"
    field_class: type[ChosenField] = EntriesField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        given = [self.read(v) for v in value.values if v != NONE]
        wanted = Q()
        if given:
            rows = OwnValue.objects.filter(
                field=self.own, **{f"{self.column}__in": given}
            )
            wanted = Q(pk__in=rows.values(self.own.owner))
        if NONE in value.values:
            wanted |= ~Q(self.filled())
        return qs.filter(wanted)

    def read(self, value: str) -> Any:
        return int(value)


class AnswerFilter(OneOfFilter):
    column = "flag"
    field_class = WordsField

    def read(self, value: str) -> bool:
        return value == "yes"


class FilledFilter(OwnFilter, ChosenFilter):
    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        if len(value.values) != 1:
            return qs
        return qs.filter(self.filled() if value.values == [ANY] else ~self.filled())


class PartFilter(OwnFilter):
    """A part of a text; of one or two letters the beginning of a word, which the index of threes can still find."""

    field_class = TextField
    control = ("text", gettext_lazy("Contains"))

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        part = fold(value)
        if not part:
            return qs
        rows = OwnValue.objects.filter(field=self.own, folded__isnull=False)
        if len(part) < 3:
            rows = rows.filter(
                Q(folded__startswith=part) | Q(folded__contains=f" {part}")
            )
        else:
            rows = rows.filter(folded__contains=part)
        return qs.filter(pk__in=rows.values(self.own.owner))


class BoundFilter(OwnFilter):
    """One end of a range. Both ends together are one question: the lower asks it, the upper alone only without it."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return qs
        column = "date" if self.own.type == OwnFieldType.DATE else "number"
        base = f"{own_fields.PREFIX}{self.own.pk}"
        cleaned = self.parent.form.cleaned_data
        lower, upper = cleaned.get(base + FROM), cleaned.get(base + TO)
        if self.is_upper and lower is not None:
            return qs
        bounds = {f"{column}__gte": lower, f"{column}__lte": upper}
        return self.having(qs, **{k: v for k, v in bounds.items() if v is not None})

    @property
    def is_upper(self) -> bool:
        return isinstance(self, ToFilter)

    def said(self, value: Any) -> str:
        if isinstance(value, Decimal):
            return own_fields.number_words(value)
        return plain_day(value)


class FromFilter(BoundFilter):
    def words(self, value: Any) -> str:
        return _("from %s") % self.said(value)


class ToFilter(BoundFilter):
    def words(self, value: Any) -> str:
        return _("to %s") % self.said(value)


def make(own: OwnField) -> dict[str, ListFilter]:
    """The parameters by which an own field is filtered."""
    name = f"{own_fields.PREFIX}{own.pk}"
    common: dict[str, Any] = {"own": own, "label": str(own), "required": False}
    made: dict[str, ListFilter]
    match own.type:
        case OwnFieldType.CHOICE:
            rows = OwnChoice.objects.filter(field=own).all
            words = {NONE: gettext_lazy("not filled")}
            return _named(name, {name: OneOfFilter(rows=rows, words=words, **common)})
        case OwnFieldType.YES_NO:
            return _named(name, {name: AnswerFilter(choices=_ANSWERS, **common)})
        case OwnFieldType.TEXT:
            made = {name: PartFilter(**common)}
        case _:
            made = {name + FROM: FromFilter(**common), name + TO: ToFilter(**common)}
            kind = "day" if own.type == OwnFieldType.DATE else "number"
            reads = DayField if own.type == OwnFieldType.DATE else NumberField
            labels = (gettext_lazy("From"), gettext_lazy("To, inclusive"))
            for given, label in zip(made.values(), labels, strict=True):
                given.field_class = reads
                given.control = (kind, label)
    made[name + IS] = FilledFilter(choices=_FILLED, **common)
    return _named(name, made)


def _named(name: str, made: dict[str, ListFilter]) -> dict[str, ListFilter]:
    for given in made.values():
        given.of = name
    return made


def of_field(field: Field) -> dict[str, ListFilter] | None:
    """The filters of a field of the registry; None when it is not an own one."""
    pk = own_fields.id_of(field.name)
    own = own_fields.book().fields.get(pk) if pk is not None else None
    return make(own) if own else None


def asked(data: QueryDict, owner: str) -> dict[str, ListFilter]:
    """Filters for the parameters of an address, gone fields among them."""
    found: dict[str, ListFilter] = {}
    for name in sorted(data):
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        own = own_fields.book().fields.get(int(match[1]))
        if own is None or own.owner != owner:
            found[name] = _gone(_("Own field"), _NEVER_WAS)
        elif own.retired_at is not None:
            found[name] = _gone(str(own), _RETIRED)
        elif (match[2] or "") not in _SUFFIXES[OwnFieldType(own.type)]:
            found[name] = _gone(str(own), _OF_ANOTHER_TYPE)
        elif name not in found:
            made = make(own)
            # Both ends of a range are read together, asked or not.
            found |= {n: f for n, f in made.items() if n in data}
    return found


_NEVER_WAS = gettext_lazy(
    "this field is no longer there, its condition “%s” is left out."
)
_RETIRED = gettext_lazy("this field is retired, its condition “%s” is left out.")
_OF_ANOTHER_TYPE = gettext_lazy(
    "this field is of another type now, its condition “%s” is left out."
)


def _gone(label: str, fault: Any) -> GoneFilter:
    return GoneFilter(label=label, required=False, fault=str(fault))


def of_clients(data: QueryDict) -> dict[str, ListFilter]:
    return asked(data, "client")


def declare() -> None:
    """Let the list of clients know these filters."""
    filters.own_makers.append(of_field)
    filters.own_filters.append(of_clients)
