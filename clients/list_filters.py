"""Filters of a list read from its address, kind to nonsense: what every list is made of, whatever it lists.

A value that means nothing is named beside its filter and ignored: the rest of the list stands.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.core.templatetags.look import plain_day

NONE, ME = "none", "me"
BIGGEST_ID = 2**63 - 1
_MOST_VALUES = 200
LONGEST_CHOICE = 500

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Values of one filter and how they read in its chip."""

    values: list[Any]
    labels: list[str]


class ManyWidget(forms.SelectMultiple):
    """Reads `?region=1&region=2`; drawn by our own templates."""


class ChosenField(ABC, forms.Field):
    """Several values out of those that `labels_of` knows."""

    widget = ManyWidget

    def to_python(self, value: Any) -> list[str]:
        return [text for text in value or [] if text != ""]

    def clean(self, value: Any) -> Chosen | None:
        texts = list(dict.fromkeys(self.to_python(value)))
        if not texts:
            return None
        labels = self.labels_of(texts[:_MOST_VALUES])
        unknown = [text for text in texts if text not in labels]
        if unknown:
            raise ValidationError(_("“%s” is not known here.") % unknown[0][:60])
        return Chosen(texts, [labels[text] for text in texts])

    @abstractmethod
    def labels_of(self, texts: list[str]) -> Mapping[str, str]:
        """How these values read; those that mean nothing are left out."""

    @abstractmethod
    def all_choices(self, user: User) -> list[Choice]:
        """What the picker offers."""


class WordsField(ChosenField):
    """One of a handful of words known to the code."""

    def __init__(self, choices: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        self.choices = [(str(value), label) for value, label in choices]
        super().__init__(**kwargs)

    def labels_of(self, texts: list[str]) -> Mapping[str, str]:
        return {value: str(label) for value, label in self.choices}

    def all_choices(self, user: User) -> list[Choice]:
        return [(value, str(label)) for value, label in self.choices]


class EntriesField(ChosenField):
    """Rows of a table by their ids, `none` for “not filled”, and further words."""

    def __init__(
        self, rows: Any, words: Mapping[str, str | Promise], **kwargs: Any
    ) -> None:
        self.rows, self.words = rows, words
        super().__init__(**kwargs)

    def labels_of(self, texts: list[str]) -> Mapping[str, str]:
        known = {word: str(label) for word, label in self.words.items()}
        ids = [
            int(text)
            for text in texts
            if text.isascii() and text.isdigit() and int(text) <= BIGGEST_ID
        ]
        # The form copies its fields, so what is kept here is one request's.
        self._heirs: dict[str, str] = {}
        if ids:
            for row in self.rows().filter(pk__in=ids):
                known[str(row.pk)] = str(row)
                if heir := getattr(row, "merged_into_id", None):
                    self._heirs[str(row.pk)] = str(heir)
        return known

    def clean(self, value: Any) -> Chosen | None:
        """An old address may name an entry that was merged since: it means the successor."""
        chosen = super().clean(value)
        if chosen is None or not self._heirs:
            return chosen
        return super().clean([self._heirs.get(v, v) for v in chosen.values])

    def all_choices(self, user: User) -> list[Choice]:
        rows = self.rows()
        if hasattr(rows, "in_use"):
            rows = rows.in_use()
        return [
            *((word, str(label)) for word, label in self.words.items()),
            *((str(row.pk), str(row)) for row in rows[:LONGEST_CHOICE]),
        ]


class PeopleField(EntriesField):
    """Users. The picker offers those whose clients the reader may see."""

    def __init__(self, words: Mapping[str, str | Promise], **kwargs: Any) -> None:
        super().__init__(User.objects.all, words, **kwargs)

    def all_choices(self, user: User) -> list[Choice]:
        people: QuerySet[User] = User.objects.all()
        words = self.words
        if not user.has_perm("clients.view_all_clients") and user.scope != Scope.ALL:
            people = (
                team_of(user)
                if user.scope == Scope.TEAM
                else User.objects.filter(pk=user.pk)
            )
        return [
            *((word, str(label)) for word, label in words.items()),
            *(
                (str(u.pk), str(u))
                for u in people.filter(is_active=True)[:LONGEST_CHOICE]
            ),
        ]


class DayField(forms.Field):
    """A day as `2026-11-20`, `20.11.2026` or `20.11.26`."""

    widget = forms.DateInput
    formats = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        for style in self.formats:
            try:
                found = datetime.strptime(text, style).replace(tzinfo=UTC).date()
            except ValueError:
                continue
            if 1900 <= found.year <= 2200:
                return found
        raise ValidationError(_("“%s” is not a date.") % text[:60])


class DaysField(forms.Field):
    """A whole number of days, 1 to 3650."""

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 3650):
            raise ValidationError(_("“%s” is not a number of days.") % text[:60])
        return int(text)


class PercentField(forms.Field):
    """A whole number, 0 to 100."""

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip().removesuffix("%").rstrip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= 100):
            raise ValidationError(_("“%s” is not a percent.") % text[:60])
        return int(text)


class TextField(forms.Field):
    def to_python(self, value: Any) -> str:
        return " ".join(str(value or "").replace("\x00", " ").split())[:200]


class ListFilter(django_filters.Filter):
    """A filter that says how its value reads in a chip. `of` is the name of the field whose picker holds it."""

    of = ""
    # The control of the picker: its kind ("day", "number" …) and its label there.
    control: tuple[str, str | Promise] | None = None

    def words(self, value: Any) -> str:
        return str(value)


class ChosenFilter(ABC, ListFilter):
    def words(self, value: Chosen) -> str:
        return ", ".join(value.labels)

    def filter(self, qs: QuerySet, value: Chosen | None) -> QuerySet:
        return qs if value is None else self.chosen(qs, value)

    @abstractmethod
    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        """Those that have any of the chosen values."""


class WordFilter(ChosenFilter):
    """A choice kept as a word."""

    field_class = WordsField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value.values})


class ReferenceFilter(ChosenFilter):
    """A foreign key of the card: its entries, not filled, me."""

    field_class: type[EntriesField] = EntriesField

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        ids = [int(v) for v in value.values if v not in {NONE, ME}]
        if ME in value.values:
            ids.append(self.parent.user.pk)
        wanted = Q(**{f"{self.field_name}__in": ids}) if ids else Q()
        if len(ids) == 1:
            wanted = Q(**{self.field_name: ids[0]})
        if NONE in value.values:
            wanted |= Q(**{f"{self.field_name}__isnull": True})
        return qs.filter(wanted)


class ClientFilter(ReferenceFilter):
    """A card. A chip says its name, so a card that the reader may not read is none."""

    @property
    def field(self) -> Any:
        if not hasattr(self, "_field"):
            seen = Client.objects.visible_to(self.parent.user)
            self.extra["rows"] = seen.select_related("legal_form").all
        return super().field


class PeopleFilter(ReferenceFilter):
    field_class = PeopleField


class SinceFilter(ListFilter):
    field_class = DayField

    def words(self, value: date) -> str:
        return _("from %s") % plain_day(value)

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        if value is None:
            return qs
        return qs.filter(**{f"{self.field_name}__gte": day_begins(value)})


class UntilFilter(ListFilter):
    field_class = DayField

    def words(self, value: date) -> str:
        return _("to %s") % plain_day(value)

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        if value is None:
            return qs
        end = day_begins(value + timedelta(days=1))
        return qs.filter(**{f"{self.field_name}__lt": end})


class AtLeastFilter(ListFilter):
    field_class = PercentField

    def words(self, value: int) -> str:
        return _("from %d%%") % value

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__gte": value})


class AtMostFilter(ListFilter):
    field_class = PercentField

    def words(self, value: int) -> str:
        return _("to %d%%") % value

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__lte": value})


def day_begins(day: date) -> datetime:
    """The first moment of a day in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


NOT_FILLED = {NONE: gettext_lazy("not filled")}
PEOPLE_WORDS = {ME: gettext_lazy("me"), NONE: gettext_lazy("nobody")}
YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


# ── the address of a list ──

# Parameters that say how to show, not what: they are no part of a selection.
SHOWING = frozenset({"after", "before", "format", "columns", "field", "find"})


def clean(params: QueryDict) -> str:
    kept = params.copy()
    for name in list(kept):
        values = [v for v in kept.getlist(name) if v.strip()]
        if values:
            kept.setlist(name, values)
        else:
            del kept[name]
    return kept.urlencode()


def kept(params: QueryDict, *but: str) -> list[tuple[str, str]]:
    """Parameters that a form on the page must carry along."""
    return [
        (name, value)
        for name in params
        if name not in SHOWING and name not in but
        for value in params.getlist(name)
        if value.strip()
    ]


def without(params: QueryDict, *names: str) -> QueryDict:
    rest = params.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def picker_input(
    params: QueryDict, user: User, form: forms.BaseForm, name: str, given: ListFilter
) -> dict[str, Any]:
    """One control of a picker; `form` knows what is wrong with what the address says."""
    field = given.field
    values = params.getlist(name)
    errors: Any = form.errors.get(name, [])
    if isinstance(field, ChosenField):
        choices = field.all_choices(user)
        return {
            "name": name,
            "kind": "choices",
            "choices": [(v, label, v in values) for v, label in choices],
            "errors": errors,
            "cut": len(choices) >= LONGEST_CHOICE,
        }
    kinds = {
        SinceFilter: ("day", _("From")),
        UntilFilter: ("day", _("To, inclusive")),
        AtLeastFilter: ("percent", _("From, %")),
        AtMostFilter: ("percent", _("To, %")),
    }
    kind, label = given.control or kinds.get(type(given), ("text", str(given.label)))
    return {
        "name": name,
        "kind": kind,
        "label": label,
        "value": values[0] if values else "",
        "errors": errors,
    }
