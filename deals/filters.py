"""Filters of the list of deals and of the board: one parameter of an address each, kind to nonsense."""

from abc import abstractmethod
from datetime import timedelta
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import own_fields, own_filters
from clients.list_filters import (
    NONE,
    NOT_FILLED,
    PEOPLE_WORDS,
    Chosen,
    ChosenFilter,
    ClientFilter,
    EntriesField,
    ListFilter,
    PeopleFilter,
    ReferenceFilter,
    SinceFilter,
    UntilFilter,
    WordFilter,
    WordsField,
    day_begins,
)
from clients.models import Client, Product
from deals import debts, figures
from deals.choices import DealState
from deals.models import Deal, DealLine
from deals.money_filters import AmountFromFilter, AmountToFilter, debt_filters
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field, FieldType, registry


class FromDayFilter(SinceFilter):
    """From a day on, for a field that is itself a day."""

    control = ("day", gettext_lazy("From"))

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__gte": value})


class ToDayFilter(UntilFilter):
    control = ("day", gettext_lazy("To, inclusive"))

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__lte": value})


class StateFilter(ChosenFilter):
    """Silent, only deals in work are listed; `all` lists every one."""

    field_class = WordsField
    WORDS = (*DealState.choices, ("all", gettext_lazy("all")))

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs if "all" in value.values else qs.filter(state__in=value.values)


class MeaningFilter(ChosenFilter):
    """Words each of which is a condition; several are joined by “or”."""

    field_class = WordsField

    @abstractmethod
    def meanings(self) -> dict[str, Q]:
        """{word: its condition}."""

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        known, wanted = self.meanings(), Q()
        for word in value.values:
            wanted |= known[word]
        return qs.filter(wanted)


class NextStepFilter(MeaningFilter):
    WORDS = (
        (NONE, gettext_lazy("not planned")),
        ("overdue", gettext_lazy("overdue")),
        ("today", gettext_lazy("today")),
        ("week", gettext_lazy("within 7 days")),
        ("planned", gettext_lazy("planned")),
    )

    def meanings(self) -> dict[str, Q]:
        now, today = timezone.now(), timezone.localdate()
        begins, tomorrow = day_begins(today), day_begins(today + timedelta(days=1))
        week = day_begins(today + timedelta(days=7))
        return {
            NONE: Q(next_step_at=None),
            "overdue": Q(next_step_at__lt=now),
            "today": Q(next_step_at__gte=begins, next_step_at__lt=tomorrow),
            "week": Q(next_step_at__gte=begins, next_step_at__lt=week),
            "planned": Q(next_step_at__isnull=False),
        }


class NormFilter(MeaningFilter):
    """How a deal stands against the norm of its stage."""

    WORDS = (
        ("late", gettext_lazy("past the norm")),
        ("today", gettext_lazy("runs out today")),
        ("waits", gettext_lazy("waits for the client")),
        ("without", gettext_lazy("no norm")),
    )

    def meanings(self) -> dict[str, Q]:
        now = timezone.now()
        tomorrow = day_begins(timezone.localdate() + timedelta(days=1))
        return {
            "late": Q(state=DealState.OPEN, due_at__lt=now),
            "today": Q(state=DealState.OPEN, due_at__gte=now, due_at__lt=tomorrow),
            "waits": Q(waits_until__gt=timezone.localdate()),
            "without": Q(state=DealState.OPEN, due_at=None),
        }


class MoneyFilter(MeaningFilter):
    WORDS = (
        ("owes", gettext_lazy("invoiced and not paid in full")),
        ("part", gettext_lazy("paid in part")),
        ("paid", gettext_lazy("paid in full")),
        ("overdue", gettext_lazy("an invoice is overdue")),
    )

    def meanings(self) -> dict[str, Q]:
        return {
            "owes": Q(invoiced__gt=F("paid")),
            "part": Q(paid__gt=0, invoiced__gt=F("paid")),
            "paid": Q(invoiced__gt=0, paid__gte=F("invoiced")),
            "overdue": Q(pk__in=debts.overdue_deals()),
        }


class ProductFilter(ChosenFilter):
    """Deals about a product: of interest, or on a line."""

    field_class = EntriesField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        ids = [int(v) for v in value.values if v != NONE]
        interest = Deal.interests.through.objects.filter(product__in=ids)
        lines = DealLine.objects.filter(product__in=ids)
        wanted = Q(pk__in=interest.values("deal")) | Q(pk__in=lines.values("deal"))
        if NONE in value.values:
            named = DealLine.objects.filter(deal=OuterRef("pk"), product__isnull=False)
            wished = Deal.interests.through.objects.filter(deal=OuterRef("pk"))
            wanted |= ~Exists(named) & ~Exists(wished)
        return qs.filter(wanted)


class FigureField(forms.Field):
    """The figure of a report whose deals are listed."""

    def to_python(self, value: Any) -> figures.Figure | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return figures.read(text)
        except figures.NoFigure:
            raise ValidationError(_("“%s” is not known here.") % text[:60]) from None


class FigureFilter(ListFilter):
    """What a figure of a report counts."""

    field_class = FigureField

    def words(self, value: figures.Figure) -> str:
        return value.words

    def filter(self, qs: QuerySet, value: figures.Figure | None) -> QuerySet:
        return qs if value is None else qs.filter(value.condition)


# What only the links of reports carry: no picker offers it.
OF_REPORTS: dict[str, Any] = {
    "figure": lambda: FigureFilter(label=gettext_lazy("Report"), required=False),
}


def _filters_of(field: Field) -> dict[str, ListFilter]:
    name, common = field.name, {"label": field.label, "required": False}
    if (owed := debt_filters(field, "deal")) is not None:
        return owed
    match name:
        case "state":
            return {name: StateFilter(choices=StateFilter.WORDS, **common)}
        case "next_step_at":
            return {
                "next_step": NextStepFilter(choices=NextStepFilter.WORDS, **common),
                **_days(field, common),
            }
        case "due_at":
            return {"norm": NormFilter(choices=NormFilter.WORDS, **common)}
        case "paid":
            return {"money": MoneyFilter(choices=MoneyFilter.WORDS, **common)}
        case "amount":
            return {
                "amount_from": AmountFromFilter(field_name=name, **common),
                "amount_to": AmountToFilter(field_name=name, **common),
            }
        case "interests":
            products = Product.objects.all
            return {"product": ProductFilter(rows=products, words=NOT_FILLED, **common)}  # fmt: skip
        case "client":
            return {name: ClientFilter(field_name=name, rows=Client.objects.none, words={}, **common)}  # fmt: skip
    if field.type == FieldType.PERSON:
        return {name: PeopleFilter(field_name=field.path, words=PEOPLE_WORDS, **common)}
    if field.type == FieldType.DICTIONARY:
        rows = apps.get_model(field.model).objects.all
        words = {} if name in {"process", "stage"} else NOT_FILLED
        return {name: ReferenceFilter(field_name=field.path, rows=rows, words=words, **common)}  # fmt: skip
    if field.choices:
        return {name: WordFilter(field_name=field.path, choices=field.choices(), **common)}  # fmt: skip
    return _days(field, common)


def _days(field: Field, common: dict[str, Any]) -> dict[str, ListFilter]:
    since: type[ListFilter] = SinceFilter
    until: type[ListFilter] = UntilFilter
    if field.type == FieldType.DATE:
        since, until = FromDayFilter, ToDayFilter
    return {
        f"{field.name.removesuffix('_on')}_from": since(
            field_name=field.path, **common
        ),
        f"{field.name.removesuffix('_on')}_to": until(field_name=field.path, **common),
    }


# The picker of clients would be a list of half a million: they are chosen from their own cards.
HIDDEN = {"client"}


def offered(user: User) -> list[Field]:
    declared = [
        f
        for f in registry.filters("deal")
        if f.name not in HIDDEN and (not f.permission or user.has_perm(f.permission))
    ]
    return [*declared, *own_fields.registered("deal")]


@cache
def _own_filters() -> dict[str, Field]:
    return {
        parameter: field
        for field in registry.filters("deal")
        for parameter in _filters_of(field)
    }


def picker(field: Field) -> dict[str, ListFilter]:
    return own_filters.of_field(field) or _filters_of(field)


class DealFilterSet(django_filters.FilterSet):
    """The filters that an address names, over deals that the caller has already narrowed by `visible_to`."""

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: User) -> None:
        self.user = user
        super().__init__(data, queryset)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return queryset
        return queryset.filter(state=DealState.OPEN)

    @property
    def narrowed(self) -> QuerySet:
        """What the good filters leave; the bad ones are in `form.errors`."""
        self.form.is_valid()
        return self.filter_queryset(self.queryset.all())


@cache
def _class_of(names: frozenset[str]) -> type[DealFilterSet]:
    found: dict[str, ListFilter] = {}
    for name in sorted(names):
        if name in OF_REPORTS:
            found[name] = OF_REPORTS[name]()
            continue
        field = _own_filters()[name]
        found[name] = _filters_of(field)[name]
        found[name].of = field.name
    return type("DealFilterSet", (DealFilterSet,), found)


def filterset(data: QueryDict, queryset: QuerySet, *, user: User) -> DealFilterSet:
    """The filterset for the parameters of an address; words that are no filter are not its business."""
    named = frozenset(name for name in data if name in _own_filters() or name in OF_REPORTS)  # fmt: skip
    made = _class_of(named)
    if own := own_filters.asked(data, "deal"):
        made = type("OwnDealFilterSet", (made,), own)
    return made(data, queryset, user=user)
