"""The company's own fields: their definitions, held by each process, and their values as the card, lists and files have them.

A value is plain JSON in the state of a card (`card_state`): a text, a number as "12.5", a day as "2026-11-20", true or
false, the id of a choice. Lists and exports get it typed: a text, a `Decimal`, a `date`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    F,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils import formats
from django.utils.translation import gettext as _

from clients.choices import CardOwner, OwnFieldType
from clients.models import OwnBlock, OwnChoice, OwnField, OwnValue
from clients.models.own_fields import LONGEST_VALUE
from salesexpert.core.folding import fold
from salesexpert.core.held import Held
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import plain_day

PREFIX = "own_"
PERSON_PREFIX = "contact_"
# Keys of a card's state: `own:12`.
STATE = "own"
# Stands for the value of the field in `Field.order_by`: see `ordered_by`.
ORDER = "own_value"
# Whose lists are sorted by them; so many rows are sorted in some hundredths of a second.
SORTED = frozenset((CardOwner.CLIENT, CardOwner.DEAL))
MOST_SORTED = 5_000
COLUMNS = ("text", "number", "date", "flag", "choice_id")
_COLUMN = {
    OwnFieldType.TEXT: "text",
    OwnFieldType.NUMBER: "number",
    OwnFieldType.DATE: "date",
    OwnFieldType.YES_NO: "flag",
    OwnFieldType.CHOICE: "choice_id",
}
_TYPES = {
    OwnFieldType.TEXT: FieldType.TEXT,
    OwnFieldType.NUMBER: FieldType.NUMBER,
    OwnFieldType.DATE: FieldType.DATE,
    OwnFieldType.YES_NO: FieldType.YES_NO,
    OwnFieldType.CHOICE: FieldType.CHOICE,
}
# What fits the column: eighteen digits, four of them behind the comma.
BIGGEST_NUMBER = Decimal(10) ** 14
DIGITS_AFTER = 4
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’_")


@dataclass(frozen=True, slots=True)
class Book:
    """All definitions, retired and removed ones too: old selections name them. Blocks are those that hold a field."""

    fields: Mapping[int, OwnField]
    blocks: Sequence[OwnBlock]
    choices: Mapping[int, OwnChoice]

    def of(self, owner: str) -> list[OwnField]:
        """Fields of `owner` ("client" or "contact") in use, in their order."""
        return [
            f for f in self.fields.values() if f.owner == owner and f.retired_at is None
        ]

    def blocks_of(self, owner: str) -> list[OwnBlock]:
        return [b for b in self.blocks if b.owner == owner]

    def choices_of(self, field: OwnField, *, chosen: Any = None) -> list[OwnChoice]:
        """What may be chosen today, and what is chosen though it is retired."""
        return [
            c
            for c in self.choices.values()
            if c.field_id == field.pk and (c.retired_at is None or c.pk == chosen)
        ]


def _read() -> Book:
    found = OwnField.objects.select_related("block")
    fields = list(found.order_by("owner", "position", "pk"))
    choices: Iterable[OwnChoice] = ()
    if any(f.type == OwnFieldType.CHOICE for f in fields):
        choices = OwnChoice.objects.order_by("field", "position", "pk")
    blocks = {f.block.pk: f.block for f in fields if f.block and not f.retired_at}
    return Book(
        fields={f.pk: f for f in fields},
        blocks=sorted(blocks.values(), key=lambda b: (b.owner, b.position, b.pk)),
        choices={c.pk: c for c in choices},
    )


_held = Held("own-fields", _read)
book = _held.get
forget = _held.forget


def watch() -> None:
    """Forget the definitions when one of them is saved or removed."""
    _held.watch((OwnField, OwnBlock, OwnChoice))


# ── in the registry ──────────────────────────────────────────────────────────────────────────────────────────────────


def registered(owner: str) -> list[Field]:
    """The fields of `owner` as everything that reads the registry knows them: `own_12`."""
    return [as_registered(f) for f in book().of(owner)]


def as_registered(field: OwnField) -> Field:
    choices: Callable[[], Iterable[tuple[Any, Any]]] | None = None
    if field.type == OwnFieldType.CHOICE:
        choices = partial(_choices, field)
    elif field.type == OwnFieldType.YES_NO:
        choices = _yes_no
    return Field(
        name=f"{PREFIX}{field.pk}",
        label=str(field),
        type=_TYPES[OwnFieldType(field.type)],
        gather=partial(_gather_one, field),
        together=_TOGETHER[field.owner],
        definition=field.help,
        headers=tuple(filter(None, (field.name, field.name_en))),
        choices=choices,
        in_list=True,
        default_column=field.is_column,
        filterable=True,
        importable=True,
        order_by=(ORDER,) if field.owner in SORTED else (),
        required=field.is_required,
        max_length=LONGEST_VALUE if field.type == OwnFieldType.TEXT else None,
    )


def of_person() -> list[Field]:
    """Own fields of persons as a list of clients may fill them for the contact person of a row: `contact_own_12`."""
    return [
        replace(
            given,
            name=f"{PERSON_PREFIX}{given.name}",
            label=f"{_('Contact person')}: {given.label}",
            headers=(),
            in_list=False,
            filterable=False,
            exportable=False,
        )
        for given in registered(CardOwner.CONTACT)
    ]


def id_of(name: str) -> int | None:
    """`own_12` → 12; None for any other name."""
    number = name.removeprefix(PREFIX)
    if not name.startswith(PREFIX) or not number.isascii() or not number.isdecimal():
        return None
    return int(number) if len(number) < 19 else None


def block_of(name: str) -> int | None:
    """The block of the card where the field `own_12` stands, if it has one of its own."""
    field = book().fields.get(id_of(name) or 0)
    return field.block_id if field else None


def by_name(names: Iterable[str], owner: str) -> list[Field]:
    """Those of `names` that are own fields of `owner` in use."""
    known = {f.pk: f for f in book().of(owner)}
    ids = (id_of(name) for name in names)
    return [as_registered(known[pk]) for pk in ids if pk in known]


def _choices(field: OwnField) -> list[tuple[int, str]]:
    return [(c.pk, str(c)) for c in book().choices_of(field)]


def _yes_no() -> list[tuple[str, str]]:
    return [("yes", _("yes")), ("no", _("no"))]


def ordered_by(found: QuerySet, field: OwnField) -> QuerySet:
    """Rows of `found` with their value in the field as `own_value`: a text, or a whole number that sorts as it does."""
    value: dict[str, Any] = {
        OwnFieldType.NUMBER: Cast(F("number") * 10**DIGITS_AFTER, BigIntegerField()),
        OwnFieldType.DATE: Cast(F("date"), CharField()),
        OwnFieldType.YES_NO: Cast(F("flag"), IntegerField()),
        OwnFieldType.CHOICE: Cast(F("choice__position"), IntegerField()),
    }
    kept = OwnValue.objects.filter(**{field.owner: OuterRef("pk")}, field=field.pk).order_by()  # fmt: skip
    said = kept.annotate(said=value.get(field.type, F("folded"))).values("said")[:1]
    texts = {OwnFieldType.TEXT, OwnFieldType.DATE}
    output = CharField() if field.type in texts else BigIntegerField()
    return found.annotate(**{ORDER: Subquery(said, output_field=output)})


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def gathered(
    owner: str, fields: Sequence[Field], ids: Sequence[int]
) -> dict[str, dict[int, list[Any]]]:
    """Typed values of many cards in many own fields, in one query: {"own_12": {card: [value]}}."""
    names = {id_of(f.name): f.name for f in fields}
    found: dict[str, dict[int, list[Any]]] = defaultdict(dict)
    rows = OwnValue.objects.filter(**{f"{owner}__in": ids}, field__in=names)
    for pk, field_id, *columns in rows.values_list(f"{owner}_id", "field_id", *COLUMNS):
        found[names[field_id]][pk] = [typed(field_id, columns)]
    return found


_TOGETHER = {owner.value: partial(gathered, owner.value) for owner in CardOwner}


def _gather_one(field: OwnField, ids: Sequence[int]) -> dict[int, list[Any]]:
    given = as_registered(field)
    return gathered(field.owner, [given], ids).get(given.name, {})


def typed(field_id: int, columns: Sequence[Any]) -> Any:
    """The one value of a row's columns (see `COLUMNS`) as a text, a number or a day."""
    text, number, day, flag, choice = columns
    if choice is not None:
        return str(book().choices.get(choice, ""))
    if flag is not None:
        return _("yes") if flag else _("no")
    return _short(number) if number is not None else day or text or ""


def plain_of(columns: Sequence[Any]) -> Any:
    """The one value of a row's columns as plain JSON."""
    text, number, day, flag, choice = columns
    if number is not None:
        return format(_short(Decimal(number)), "f")
    if day is not None:
        return day if isinstance(day, str) else day.isoformat()
    return next((v for v in (choice, flag, text) if v is not None), None)


def words(field_id: int, plain: Any) -> str:
    """A plain value as people read it."""
    if plain is None or plain == "":
        return ""
    field = book().fields.get(field_id)
    kind = field.type if field else OwnFieldType.TEXT
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if kind == OwnFieldType.CHOICE:
        return str(book().choices.get(plain, ""))
    if kind == OwnFieldType.DATE:
        return plain_day(date.fromisoformat(plain))
    if kind == OwnFieldType.NUMBER:
        return number_words(Decimal(plain))
    return str(plain)


def number_words(number: Decimal) -> str:
    """“1 284,5” or “1,284.5”."""
    places = max(0, -int(_short(number).as_tuple().exponent))
    return formats.number_format(number, places, use_l10n=True, force_grouping=True)


def _short(number: Decimal) -> Decimal:
    """Without zeros at the end: the column has four digits behind the comma."""
    return number.quantize(Decimal(1)) if number == int(number) else number.normalize()


def read_number(text: str) -> Decimal | None:
    """“1 234,5”, “1,234.50”, “-12”; None for what is no number. Raises OverflowError for one that no card can hold."""
    text = text.translate(_SPACES).replace("−", "-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace("," if comma < point else ".", "")
    text = text.replace(",", ".")
    if not text.isascii() or not set(text) <= set("+-.0123456789"):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if abs(number) >= BIGGEST_NUMBER or round(number, DIGITS_AFTER) != number:
        raise OverflowError
    return number


def state_of(owner: str, card: Model) -> dict[str, Any]:
    """A card's values as its state has them, those of retired fields included. One query."""
    rows = OwnValue.objects.filter(**{owner: card})
    return {
        f"{STATE}:{field_id}": plain_of(columns)
        for field_id, *columns in rows.values_list("field_id", *COLUMNS)
    }


def shown_of(card: Model, owner: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(heading, [(field, words)])] of what a card says, those without a block first. One query, none without fields."""
    fields = book().of(owner)
    values = state_of(owner, card) if fields else {}
    lines: dict[int | None, list[tuple[str, str]]] = {}
    for field in fields:
        if said := words(field.pk, values.get(f"{STATE}:{field.pk}")):
            lines.setdefault(field.block_id, []).append((str(field), said))
    headings = [(None, ""), *((b.pk, str(b)) for b in book().blocks)]
    return [(text, lines[pk]) for pk, text in headings if pk in lines]


def write(owner: str, card: Model, field_id: int, plain: Any) -> None:
    """Put a plain value on a card, or take it away (None). The caller holds the card's lock."""
    row = OwnValue.objects.filter(**{owner: card}, field=field_id).first()
    if plain is None:
        if row is not None:
            row.delete()
        return
    field = OwnField.objects.get(pk=field_id)
    row = row or OwnValue(**{owner: card}, field=field)
    for column, value in columns_of(field.type, plain).items():
        setattr(row, column, value)
    row.save()


def columns_of(kind: str, plain: Any) -> dict[str, Any]:
    """All columns of a value's row: the one of its type filled, the others empty."""
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    if kind == OwnFieldType.NUMBER:
        plain = Decimal(plain)
    elif kind == OwnFieldType.DATE and isinstance(plain, str):
        plain = date.fromisoformat(plain)
    values[_COLUMN[OwnFieldType(kind)]] = plain
    text = values["text"]
    values["folded"] = None if text is None else fold(text)[:LONGEST_VALUE]
    return values
