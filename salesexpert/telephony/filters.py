"""Filters of the list of calls: one parameter of an address each, kind to nonsense."""

from functools import cache
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.list_filters import (
    PEOPLE_WORDS,
    Chosen,
    ChosenFilter,
    ClientFilter,
    ListFilter,
    PeopleFilter,
    ReferenceFilter,
    SinceFilter,
    UntilFilter,
    WordFilter,
    WordsField,
)
from clients.models import Client
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field, registry
from salesexpert.telephony.choices import Direction, Outcome
from salesexpert.telephony.fields import ENTITY

# The picker of clients would be a list of half a million: their cards lead here.
HIDDEN = {"client"}
SHOW = "show"
MISSED, WAITS = "missed", "waits"


class TabFilter(ChosenFilter):
    """What a tab shows."""

    field_class = WordsField
    WORDS = (
        (Direction.IN, pgettext_lazy("calls", "Incoming")),
        (Direction.OUT, pgettext_lazy("calls", "Outgoing")),
        (MISSED, pgettext_lazy("calls", "Missed")),
        (WAITS, pgettext_lazy("calls", "Wait for a résumé")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        rows: Any = qs
        match value.values[0]:
            case "missed":
                return rows.filter(outcome=Outcome.MISSED, direction=Direction.IN)
            case "waits":
                return rows.that_wait(at=timezone.now()).filter(user=self.parent.user)
            case direction:
                return rows.filter(direction=direction)


def _filters_of(field: Field) -> dict[str, ListFilter]:
    name, common = field.name, {"label": field.label, "required": False}
    match name:
        case "began_at":
            return {
                "since": SinceFilter(field_name=name, **common),
                "until": UntilFilter(field_name=name, **common),
            }
        case "ended":
            outcomes = [(o.value, o.label) for o in (Outcome.TALKED, Outcome.MISSED)]
            return {"outcome": WordFilter(field_name="outcome", choices=outcomes, **common)}  # fmt: skip
        case "direction":
            known = [(d.value, d.label) for d in Direction if d.value]
            return {name: WordFilter(field_name=name, choices=known, **common)}
        case "person":
            return {name: PeopleFilter(field_name=field.path, words=PEOPLE_WORDS, **common)}  # fmt: skip
        case "client":
            return {name: ClientFilter(field_name=name, rows=Client.objects.none, words={}, **common)}  # fmt: skip
    rows = apps.get_model(field.model).objects.all
    return {name: ReferenceFilter(field_name=name, rows=rows, words={}, **common)}


def offered() -> list[Field]:
    return [f for f in registry.filters(ENTITY) if f.name not in HIDDEN]


picker = _filters_of


class CallFilterSet(django_filters.FilterSet):
    """The filters that an address names, over calls that the caller has already narrowed by `visible_to`."""

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: User) -> None:
        self.user = user
        super().__init__(data, queryset)

    @property
    def narrowed(self) -> QuerySet:
        """What the good filters leave; the bad ones are in `form.errors`."""
        self.form.is_valid()
        return self.filter_queryset(self.queryset.all())


@cache
def _own_filters() -> dict[str, Field]:
    return {
        parameter: field
        for field in registry.filters(ENTITY)
        for parameter in _filters_of(field)
    }


@cache
def _class_of(names: frozenset[str]) -> type[CallFilterSet]:
    tab = TabFilter(choices=TabFilter.WORDS, label=_("Which calls"), required=False)
    found: dict[str, Any] = {SHOW: tab}
    for name in sorted(names):
        field = _own_filters()[name]
        found[name] = _filters_of(field)[name]
        found[name].of = field.name
    return type("CallFilterSet", (CallFilterSet,), found)


def filterset(data: QueryDict, queryset: QuerySet, *, user: User) -> CallFilterSet:
    """The filterset for the parameters of an address; words that are no filter are not its business."""
    named = frozenset(name for name in data if name in _own_filters())
    return _class_of(named)(data, queryset, user=user)
