"""Dimensions: expressions that records are grouped by, what the groups are called and in what order they stand."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    IntegerField,
    Model,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, Trunc
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.months import quarter_of
from analytics.queries.conditions import Filtering, number
from analytics.queries.entries import TEXTS, WORDS, Asked, Unnest
from analytics.queries.question import By
from clients import own_fields
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import FieldType
from salesexpert.core.templatetags.look import number as spoken
from salesexpert.core.templatetags.look import plain_day

STEPS = ("day", "week", "month", "quarter", "year")
MOST_BANDS = 20
_ARRAY = ArrayField(BigIntegerField())
_MONTHS = {
    "ru": ("янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.", "дек."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}  # fmt: skip


def step_of(by: By) -> str:
    return by.step if by.step in STEPS else "month"


def borders(asked: Asked, by: By) -> list[Decimal]:
    """Where bands of a number begin, in order. Raises WrongCondition for what is no number."""
    text = by.step or asked.entry.bands or ("20,40,60,80" if asked.type is FieldType.PERCENT else "1,10,100,1000,10000")  # fmt: skip
    parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
    return sorted({number(part) for part in parts[:MOST_BANDS]})


def put(filtering: Filtering, asked: Asked, by: By, alias: str) -> None:
    """Annotate the rows with the key of the dimension as `alias`."""
    # The key first: it may annotate the rows itself.
    key = _key(filtering, asked, by)
    filtering.rows = filtering.rows.annotate(**{alias: key})


def _key(filtering: Filtering, asked: Asked, by: By) -> Any:
    name = filtering.alias(asked)
    if asked.entry.many:
        given = NullIf(F(name), Value([], output_field=_ARRAY))
        return Unnest(Coalesce(given, Value([None], output_field=_ARRAY)), output_field=BigIntegerField(null=True))  # fmt: skip
    if asked.is_day:
        zone = timezone.get_default_timezone() if asked.type is FieldType.MOMENT else None  # fmt: skip
        return Trunc(F(name), step_of(by), output_field=DateField(), tzinfo=zone)
    if asked.is_number:
        starts = borders(asked, by)
        whens = [When(**{f"{name}__lt": start}, then=Value(n)) for n, start in enumerate(starts)]  # fmt: skip
        rest = When(**{f"{name}__isnull": False}, then=Value(len(starts)))
        return Case(*whens, rest, output_field=IntegerField())
    if asked.type in TEXTS or (asked.type is FieldType.CHOICE and _is_text(asked)):
        return NullIf(F(name), Value(""))
    return F(name)


def _is_text(asked: Asked) -> bool:
    if own_fields.id_of(asked.entry.name) is not None:
        return False
    choices = list(asked.field.choices()) if asked.field.choices else []
    return not any(isinstance(value, int) for value, _label in choices)


def equals(filtering: Filtering, asked: Asked, alias: str, key: Any) -> Q:
    """Records of one group; a record of several is in each of them."""
    if asked.entry.many:
        name = filtering.alias(asked)
        return Q(**{name: []}) if key is None else Q(**{f"{name}__overlap": [key]})
    return Q(**{f"{alias}__isnull": True}) if key is None else Q(**{alias: key})


# ── keys in addresses ────────────────────────────────────────────────────────────────────────────────────────────────


def key_text(key: Any) -> str:
    if key is None:
        return "none"
    if isinstance(key, bool):
        return "yes" if key else "no"
    if isinstance(key, date):
        return key.isoformat()
    return f"={key}" if isinstance(key, str) else str(key)


def read_key(text: str) -> Any:
    """Raises ValueError for what `key_text` did not write."""
    if text in ("none", "yes", "no"):
        return {"none": None, "yes": True, "no": False}[text]
    if text.startswith("="):
        return text[1:]
    return date.fromisoformat(text) if "-" in text[1:] else int(text)


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def model_of(asked: Asked, rows: type[Model]) -> Any:
    """The model that the keys of a word are ids of."""
    if asked.field.model:
        return apps.get_model(asked.field.model)
    if asked.type is FieldType.PERSON:
        return User
    return _followed(rows, asked.path + asked.field.path)


@cache
def _followed(model: Any, path: str) -> Any:
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return model


def names(asked: Asked, by: By, keys: Collection[Any], rows: type[Model]) -> dict[Any, str]:  # fmt: skip
    """What the groups are called in the reader's language. One query at most."""
    found: dict[Any, str] = {None: _("not filled")}
    given = [k for k in keys if k is not None]
    if asked.is_day:
        return found | {k: _span(k, step_of(by)) for k in given}
    if asked.is_number:
        return found | dict(enumerate(_bands(borders(asked, by))))
    if asked.type is FieldType.YES_NO:
        return found | {True: _("yes"), False: _("no")}
    if asked.type is FieldType.CHOICE:
        choices = dict(asked.field.choices() if asked.field.choices else [])
        return found | {k: str(choices.get(k, k)) for k in given}
    if asked.type in WORDS:
        return found | {row.pk: str(row) for row in _rows(asked, given, rows)}
    return found | {k: str(k) for k in given}


def _rows(asked: Asked, keys: Iterable[Any], rows: type[Model]) -> list[Any]:
    model = model_of(asked, rows)
    manager = getattr(model, "with_bin", model._base_manager)
    found = manager.filter(pk__in=list(keys))
    names_ = {f.name for f in model._meta.get_fields()}
    if "legal_form" in names_:
        found = found.select_related("legal_form")
    return list(found)


def order(asked: Asked, by: By, keys: Collection[Any], called: dict[Any, str], rows: type[Model]) -> list[Any]:  # fmt: skip
    """Keys as they stand by themselves: days and bands in time and size, stages and words as their list has them."""
    given = [k for k in keys if k is not None]
    last = [None] if None in keys else []
    if asked.is_day or asked.is_number or asked.type is FieldType.YES_NO:
        return [*sorted(given), *last]
    if asked.type is FieldType.CHOICE and asked.field.choices:
        place = {value: n for n, (value, _label) in enumerate(asked.field.choices())}
        return [*sorted(given, key=lambda k: (place.get(k, 999), str(k))), *last]
    if asked.type in WORDS and given:
        model = model_of(asked, rows)
        fields_ = {f.name for f in model._meta.get_fields()}
        if "position" in fields_ and len(given) <= 2000:
            manager = getattr(model, "with_bin", model._base_manager)
            inner = ("process__position", "process") if "process" in fields_ else ()
            sorted_ = list(manager.filter(pk__in=given).order_by(*inner, *(("step",) if "step" in fields_ else ()), "position", "pk").values_list("pk", flat=True))  # fmt: skip
            known = set(sorted_)
            return [*sorted_, *(k for k in given if k not in known), *last]
    return [*sorted(given, key=lambda k: (fold(called.get(k, str(k))), str(k))), *last]


def _bands(starts: list[Decimal]) -> list[str]:
    if not starts:
        return [_("any")]
    middle = [f"{spoken(a)} – {spoken(b)}" for a, b in pairwise(starts)]  # fmt: skip
    return [_("below %s") % spoken(starts[0]), *middle, _("%s and more") % spoken(starts[-1])]  # fmt: skip


def _span(day: date, step: str) -> str:
    language = "ru" if (translation.get_language() or "ru").startswith("ru") else "en"
    month = _MONTHS[language][day.month - 1]
    match step:
        case "year":
            return str(day.year)
        case "quarter":
            n = (quarter_of(day).month + 2) // 3
            return _("Q%(n)s %(year)s") % {"n": n, "year": day.year}
        case "month":
            return f"{month} {day.year}"
        case "week":
            return _("week of %s") % plain_day(day)
    return plain_day(day)
