"""Filters of the client list, made of the registry: one parameter of an address each, kind to nonsense.

A value that means nothing is named beside its filter and ignored: the rest of the list stands. Saved selections,
exports and mailings go through the same filterset as the page.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from clients import advertising, completeness, fields
from clients.choices import ProductLinkKind
from clients.list_filters import (
    BIGGEST_ID,
    NONE,
    NOT_FILLED,
    PEOPLE_WORDS,
    YES_NO,
    AtLeastFilter,
    AtMostFilter,
    Choice,
    Chosen,
    ChosenField,
    ChosenFilter,
    DaysField,
    EntriesField,
    ListFilter,
    PeopleFilter,
    ReferenceFilter,
    SinceFilter,
    TextField,
    UntilFilter,
    WordsField,
    day_begins,
)
from clients.models import Client, ClientDimension, ClientProduct, Dimension
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType, registry

# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class WordFilter(ChosenFilter):
    """A choice kept in the card as a word or number; `none` is the empty one."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        given = [v for v in value.values if v != NONE]
        wanted = Q(**{f"{self.field_name}__in": given}) if given else Q()
        if NONE in value.values:
            null = Client._meta.get_field(self.field_name).null
            wanted |= Q(**{self.field_name: None if null else ""})
        return qs.filter(wanted)


class KindFilter(ChosenFilter):
    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs.filter(is_person__in=[v == fields.PERSON for v in value.values])


class LinkedFilter(ChosenFilter):
    """What stands in rows of its own: products, own dimensions. `link` finds them, `path` is the id compared."""

    field_class = EntriesField

    def __init__(self, *, link: QuerySet, path: str, **kwargs: Any) -> None:
        self.link, self.path = link, path
        super().__init__(**kwargs)

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        ids = [int(v) for v in value.values if v != NONE]
        wanted = Q()
        if ids:
            chosen = self.link.filter(**{f"{self.path}__in": ids})
            wanted = Q(pk__in=chosen.values("client"))
        if NONE in value.values:
            wanted |= Q(~Exists(self.link.filter(client=OuterRef("pk"))))
        return qs.filter(wanted)


class OwnedFilter(ChosenFilter):
    """Whether the card has a phone or an e-mail, its own or of a person who works there."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        if len(value.values) != 1:
            return qs
        has = Q(Exists(self._rows("client"))) | Q(Exists(self._rows("contact")))
        return qs.filter(has if value.values == ["yes"] else ~has)

    def _rows(self, owner: str) -> QuerySet:
        model: Any = Client._meta.get_field(self.field_name).related_model
        rows = model._default_manager
        if owner == "client":
            return rows.filter(client=OuterRef("pk"))
        return rows.filter(
            contact__links__client=OuterRef("pk"),
            contact__links__until_on=None,
            contact__bin=None,
        )


class CityFilter(ListFilter):
    """A city by its whole name, which an index serves; by a part of it when no city is called so."""

    field_class = TextField

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if Client.objects.filter(city__iexact=value).exists():
            return qs.filter(city__iexact=value)
        # The trigram index over all texts of the card finds the candidates, the column itself decides.
        return qs.filter(search_text__contains=fold(value), city__icontains=value)


class SilentFilter(ListFilter):
    """No contact for so many days, or never."""

    field_class = DaysField
    control = ("days", gettext_lazy("None for, days"))

    def words(self, value: int) -> str:
        return ngettext("none for %d day", "none for %d days", value) % value

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        if value is None:
            return qs
        edge = day_begins(timezone.localdate() - timedelta(days=value - 1))
        return qs.filter(
            Q(**{f"{self.field_name}__lt": edge})
            | Q(**{f"{self.field_name}__isnull": True})
        )


class NextStepFilter(ChosenFilter):
    field_class = WordsField
    WORDS = (
        (NONE, gettext_lazy("not planned")),
        ("overdue", gettext_lazy("overdue")),
        ("today", gettext_lazy("today")),
        ("week", gettext_lazy("within 7 days")),
        ("planned", gettext_lazy("planned")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        now, today = timezone.now(), timezone.localdate()
        begins, tomorrow = day_begins(today), day_begins(today + timedelta(days=1))
        meanings = {
            NONE: Q(next_step_at=None),
            "overdue": Q(next_step_at__lt=now),
            "today": Q(next_step_at__gte=begins, next_step_at__lt=tomorrow),
            "week": Q(
                next_step_at__gte=begins,
                next_step_at__lt=day_begins(today + timedelta(days=7)),
            ),
            "planned": Q(next_step_at__isnull=False),
        }
        wanted = Q()
        for word in value.values:
            wanted |= meanings[word]
        return qs.filter(wanted)


class ContactDueFilter(ChosenFilter):
    """Whether a client has gone without a contact longer than his type may."""

    field_class = WordsField
    WORDS = (
        ("late", gettext_lazy("waits too long")),
        ("week", gettext_lazy("due within 7 days")),
        (NONE, gettext_lazy("not asked of his type")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        now = timezone.now()
        meanings = {
            "late": Q(contact_due_at__lte=now),
            "week": Q(contact_due_at__gt=now, contact_due_at__lte=now + timedelta(7)),
            NONE: Q(contact_due_at=None),
        }
        wanted = Q()
        for word in value.values:
            wanted |= meanings[word]
        return qs.filter(wanted)


class AdvertisingFilter(ChosenFilter):
    """Who agreed to advertising by a channel, himself or one of the firm's people, and who did not."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        for word in value.values:
            qs = advertising.clients_agreeing(
                qs, word.removeprefix("no_"), agreed=not word.startswith("no_")
            )
        return qs


class MissingField(ChosenField):
    """Things that the rules of completeness ask, as they stand now."""

    def labels_of(self, texts: list[str]) -> Mapping[str, str]:
        return {code: str(label) for code, label in completeness.book().codes().items()}

    def all_choices(self, user: User) -> list[Choice]:
        return list(self.labels_of([]).items())


class MissingFilter(ChosenFilter):
    """Cards that lack any of these things."""

    field_class = MissingField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs.filter(missing__overlap=completeness.book().ids_of(value.values))


class ArchivedFilter(ChosenFilter):
    """Archived cards are out of the list unless asked for; `ClientFilterSet` leaves them out when this is silent."""

    field_class = WordsField
    WORDS = (
        ("yes", gettext_lazy("only archived")),
        ("all", gettext_lazy("together with the others")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs if "all" in value.values else qs.exclude(archived_at=None)


# ── from the registry ────────────────────────────────────────────────────────────────────────────────────────────────

# What answers for fields that the company made itself: by a field, and by the parameters of an address.
own_makers: list[Callable[[Field], dict[str, ListFilter] | None]] = []
own_filters: list[Callable[[QueryDict], dict[str, ListFilter]]] = []


def _filters_of(field: Field) -> dict[str, ListFilter]:
    """Parameters of the address by which `field` can be filtered."""
    name, label = field.name, field.label
    for make in own_makers:
        if (made := make(field)) is not None:
            return made
    common: dict[str, Any] = {"label": label, "required": False}
    if name.startswith(fields.DIMENSION_PREFIX):
        dimension = int(name.removeprefix(fields.DIMENSION_PREFIX))
        rows = fields.model_of(field).objects.filter(dimension=dimension)
        link = ClientDimension.objects.filter(dimension=dimension)
        return {
            name: LinkedFilter(
                link=link, path="value", rows=rows.all, words=NOT_FILLED, **common
            )
        }
    match name:
        case "products_of_interest" | "products_bought":
            kind = (
                ProductLinkKind.BOUGHT
                if name == "products_bought"
                else ProductLinkKind.INTEREST
            )
            return {
                name: LinkedFilter(
                    link=ClientProduct.objects.filter(kind=kind),
                    path="product",
                    rows=fields.model_of(field).objects.all,
                    words=NOT_FILLED,
                    **common,
                )
            }
        case "kind":
            return {name: KindFilter(choices=fields.KINDS, **common)}
        case "city":
            return {name: CityFilter(field_name="city", **common)}
        case "phones" | "emails":
            return {name: OwnedFilter(field_name=name, choices=YES_NO, **common)}
        case "next_step_at":
            return {
                "next_step": NextStepFilter(choices=NextStepFilter.WORDS, **common),
                **_days(field, common),
            }
        case "archived_at":
            return {"archived": ArchivedFilter(choices=ArchivedFilter.WORDS, **common)}
        case "advertising":
            return {
                name: AdvertisingFilter(choices=advertising.yes_no_choices(), **common)
            }
        case "completeness":
            return {
                f"{name}_from": AtLeastFilter(field_name=name, **common),
                f"{name}_to": AtMostFilter(field_name=name, **common),
            }
        case "missing":
            return {name: MissingFilter(**common)}
        case "contact_due_at":
            return {
                "contact_due": ContactDueFilter(
                    choices=ContactDueFilter.WORDS, **common
                ),
                **_days(field, common),
            }
        case "last_contact_at":
            return {
                f"{name}_days": SilentFilter(field_name=name, **common),
                **_days(field, common),
            }
    if field.type == FieldType.PERSON:
        return {name: PeopleFilter(field_name=field.path, words=PEOPLE_WORDS, **common)}
    if field.type == FieldType.DICTIONARY:
        words = {} if name == "relationship" else NOT_FILLED
        rows = fields.model_of(field).objects.all
        return {
            name: ReferenceFilter(
                field_name=field.path, rows=rows, words=words, **common
            )
        }
    if field.choices:
        empty = [] if name == "category" else list(NOT_FILLED.items())
        chosen = [*field.choices(), *empty]
        return {name: WordFilter(field_name=field.path, choices=chosen, **common)}
    if field.type == FieldType.MOMENT:
        return _days(field, common)
    raise ValueError(f"The field “{name}” is filterable, but nothing says how.")


def _days(field: Field, common: dict[str, Any]) -> dict[str, ListFilter]:
    return {
        f"{field.name}_from": SinceFilter(field_name=field.path, **common),
        f"{field.name}_to": UntilFilter(field_name=field.path, **common),
    }


@cache
def _own_filters() -> dict[str, tuple[Field, list[str]]]:
    """Parameter → its field and all parameters of that field; own dimensions are asked for by number."""
    known: dict[str, tuple[Field, list[str]]] = {}
    for field in registry.filters("client"):
        if field.filterable:
            names = list(_filters_of(field))
            known |= dict.fromkeys(names, (field, names))
    return known


class ClientFilterSet(django_filters.FilterSet):
    """The filters that an address names, over clients that the caller has already narrowed by `visible_to`."""

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: User) -> None:
        self.user = user
        super().__init__(data, queryset)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("archived"):
            return queryset
        return queryset.filter(archived_at=None)

    @property
    def narrowed(self) -> QuerySet:
        """What the good filters leave; the bad ones are in `form.errors`."""
        self.form.is_valid()
        return self.filter_queryset(self.queryset.all())


@cache
def _class_of(names: frozenset[str]) -> type[ClientFilterSet]:
    """A filterset of just these parameters: a page pays for the filters it uses, not for all forty."""
    found = {}
    for name in sorted(names):
        field = _own_filters()[name][0]
        found[name] = _filters_of(field)[name]
        found[name].of = field.name
    return type("ClientFilterSet", (ClientFilterSet,), found)


def filterset(data: QueryDict, queryset: QuerySet, *, user: User) -> ClientFilterSet:
    """The filterset for the parameters of an address; words that are no filter are not its business."""
    named = frozenset(name for name in data if name in _own_filters())
    own = sorted(name for name in data if name.startswith(fields.DIMENSION_PREFIX))
    made = _class_of(named)
    extra: dict[str, ListFilter] = {}
    for read in own_filters:
        extra |= read(data)
    for field in own_dimensions(own) if own else ():
        extra |= _filters_of(field)
        extra[field.name].of = field.name
    if extra:
        made = type("ClientFilterSet", (made,), extra)
    return made(data, queryset, user=user)


def own_dimensions(names: Iterable[str]) -> list[Field]:
    """Fields of the dimensions that the parameters `dimension_<id>` name; unknown ones are left out."""
    ids = [
        int(number)
        for name in names
        if (number := name.removeprefix(fields.DIMENSION_PREFIX)).isdecimal()
        and int(number) <= BIGGEST_ID
    ]
    return [fields.dimension_field(d) for d in Dimension.objects.filter(pk__in=ids)]


def parameters_of(field: Field) -> list[str]:
    """Names of the address's parameters by which `field` is filtered."""
    return list(_filters_of(field))


def picker(field: Field) -> dict[str, ListFilter]:
    """Filters of one field, for its picker."""
    return _filters_of(field)
