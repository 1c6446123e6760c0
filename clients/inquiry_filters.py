"""Filters of the inbox: one parameter of an address each, kind to nonsense."""

from functools import cache
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clients.inquiry_choices import NOTHING, OPEN_STATES, InquiryState
from clients.inquiry_querysets import NOISE
from clients.list_filters import (
    NONE,
    NOT_FILLED,
    PEOPLE_WORDS,
    YES_NO,
    Chosen,
    ChosenFilter,
    ClientFilter,
    EntriesField,
    ListFilter,
    PeopleFilter,
    ReferenceFilter,
    SinceFilter,
    TextField,
    UntilFilter,
    WordFilter,
    WordsField,
)
from clients.models import Client, Inquiry
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field, FieldType, registry

OPEN = Q(state__in=[state.value for state in OPEN_STATES])
# The picker of clients would be a list of half a million: their cards lead here.
HIDDEN = {"client"}


class StateFilter(ChosenFilter):
    """Silent, only new ones are listed; `all` lists every one."""

    field_class = WordsField
    WORDS = (*InquiryState.choices, ("all", gettext_lazy("all")))

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs if "all" in value.values else qs.filter(state__in=value.values)


class AnswerFilter(ChosenFilter):
    """How an inquiry stands against the term of its first answer."""

    field_class = WordsField
    WORDS = (
        ("waits", gettext_lazy("waits for an answer")),
        ("late", gettext_lazy("late")),
        ("in_term", gettext_lazy("answered in term")),
        ("after_term", gettext_lazy("answered after the term")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        meanings = {
            "waits": OPEN & Q(answered_at=None),
            "late": OPEN & Q(answered_at=None, answer_due_at__lt=timezone.now()),
            "in_term": ~NOISE & Q(answered_at__lte=F("answer_due_at")),
            "after_term": ~NOISE & Q(answered_at__gt=F("answer_due_at")),
        }
        wanted = Q()
        for word in value.values:
            wanted |= meanings[word]
        return qs.filter(wanted)


class GivenFilter(ChosenFilter):
    """Whether the foreign key is filled."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        if len(set(value.values)) > 1:
            return qs
        return qs.filter(**{f"{self.field_name}__isnull": value.values[0] == "no"})


class WonFilter(ChosenFilter):
    """What became of the deal that came of the inquiry."""

    field_class = WordsField
    WORDS = (
        ("open", gettext_lazy("in work")),
        ("won", gettext_lazy("won")),
        ("lost", gettext_lazy("lost")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs.filter(deal__state__in=value.values)


class ToldFilter(ListFilter):
    """A text exactly as it came, or its beginning with a star after it; a dash is “not filled”."""

    field_class = TextField

    def words(self, value: str) -> str:
        return str(NOT_FILLED[NONE]) if value == NOTHING else value

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if value == NOTHING:
            return qs.filter(**{self.field_name: ""})
        how, text = ("startswith", value[:-1]) if value.endswith("*") else ("exact", value)  # fmt: skip
        return qs.filter(**{f"{self.field_name}__{how}": text})


class NoiseFilter(ChosenFilter):
    """Whether advertising and repeats are among them."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs.exclude(NOISE) if value.values == ["no"] else qs


class ProductFilter(ChosenFilter):
    field_class = EntriesField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        ids = [int(v) for v in value.values]
        links = Inquiry.products.through.objects.filter(product__in=ids)
        return qs.filter(pk__in=links.values("inquiry"))


def _filters_of(field: Field) -> dict[str, ListFilter]:
    name, common = field.name, {"label": field.label, "required": False}
    match name:
        case "state":
            return {name: StateFilter(choices=StateFilter.WORDS, **common)}
        case "answer_due_at":
            return {"answer": AnswerFilter(choices=AnswerFilter.WORDS, **common)}
        case "deal":
            return {
                "deal": GivenFilter(field_name="deal", choices=YES_NO, **common),
                "deal_state": WonFilter(choices=WonFilter.WORDS, **common),
            }
        case "products":
            rows = apps.get_model(field.model).objects.all
            return {"product": ProductFilter(rows=rows, words={}, **common)}
        case "not_ours":
            return {
                name: WordFilter(field_name=name, choices=field.choices() if field.choices else [], **common),
                "noise": NoiseFilter(choices=(("no", gettext_lazy("without advertising and repeats")),), **common),
            }  # fmt: skip
        case "client":
            return {name: ClientFilter(field_name=name, rows=Client.objects.none, words={}, **common)}  # fmt: skip
    if field.type == FieldType.TEXT:
        return {name: ToldFilter(field_name=field.path, **common)}
    if field.type == FieldType.PERSON:
        return {name: PeopleFilter(field_name=field.path, words=PEOPLE_WORDS, **common)}
    if field.model:
        rows = apps.get_model(field.model).objects.all
        return {name: ReferenceFilter(field_name=field.path, rows=rows, words=NOT_FILLED, **common)}  # fmt: skip
    if field.choices:
        return {name: WordFilter(field_name=field.path, choices=field.choices(), **common)}  # fmt: skip
    short = name.removesuffix("_at")
    return {
        f"{short}_from": SinceFilter(field_name=field.path, **common),
        f"{short}_to": UntilFilter(field_name=field.path, **common),
    }


def offered() -> list[Field]:
    return [f for f in registry.filters("inquiry") if f.name not in HIDDEN]


@cache
def _own_filters() -> dict[str, Field]:
    return {
        parameter: field
        for field in registry.filters("inquiry")
        for parameter in _filters_of(field)
    }


def picker(field: Field) -> dict[str, ListFilter]:
    return _filters_of(field)


class InquiryFilterSet(django_filters.FilterSet):
    """The filters that an address names, over inquiries that the caller has already narrowed by `visible_to`."""

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: User) -> None:
        self.user = user
        super().__init__(data, queryset)

    @property
    def narrowed(self) -> QuerySet:
        """What the good filters leave; the bad ones are in `form.errors`."""
        self.form.is_valid()
        rows = self.filter_queryset(self.queryset.all())
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state=InquiryState.NEW)


@cache
def _class_of(names: frozenset[str]) -> type[InquiryFilterSet]:
    found: dict[str, Any] = {}
    for name in sorted(names):
        field = _own_filters()[name]
        found[name] = _filters_of(field)[name]
        found[name].of = field.name
    return type("InquiryFilterSet", (InquiryFilterSet,), found)


def filterset(data: QueryDict, queryset: QuerySet, *, user: User) -> InquiryFilterSet:
    """The filterset for the parameters of an address; words that are no filter are not its business."""
    named = frozenset(name for name in data if name in _own_filters())
    return _class_of(named)(data, queryset, user=user)
