"""Cells of the company's own fields: read into plain values, written as rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from clients import own_fields
from clients.choices import OwnFieldType
from clients.importing.dates import read_moment
from clients.models import OwnChoice, OwnField, OwnValue
from clients.models.own_fields import LONGEST_VALUE
from salesexpert.core.folding import fold

LONGEST_CHOICE = 160
NO_NUMBER = gettext_noop("%(label)s: “%(value)s” is not a number.")
BIG_NUMBER = gettext_noop(
    "%(label)s: “%(value)s” has more than 14 digits, or more than 4 behind the comma."
)
NO_DAY = gettext_noop("%(label)s: “%(value)s” is no date.")
NO_ANSWER = gettext_noop("%(label)s: “%(value)s” is neither yes nor no.")
NO_CHOICE = gettext_noop("%(label)s: “%(value)s” is none of the possible values.")
LONG_TEXT = gettext_noop("%(label)s: the text is longer than 500 letters.")

_YES = frozenset(["да", "yes", "true", "истина", "1", "+", "y", "д", "есть", "v"])
_NO = frozenset(["нет", "no", "false", "ложь", "0", "-", "n", "н", "—"])


@dataclass(frozen=True, slots=True)
class NewChoice:
    """A choice that the list has not yet and that the import may add."""

    name: str


class Refused(Exception):
    """`args[0]` is the sentence."""


def read(field_id: int, cell: str, *, create_missing: bool) -> Any:
    """The plain value of a cell, or a NewChoice. Raises Refused."""
    text = " ".join(cell.split())
    field = own_fields.book().fields[field_id]
    match field.type:
        case OwnFieldType.NUMBER:
            return _number(text)
        case OwnFieldType.DATE:
            moment = read_moment(text)
            if moment is None:
                raise Refused(NO_DAY)
            return moment.date().isoformat()
        case OwnFieldType.YES_NO:
            if text.casefold() in _YES:
                return True
            if text.casefold() in _NO:
                return False
            raise Refused(NO_ANSWER)
        case OwnFieldType.CHOICE:
            return _choice(field, text, create_missing=create_missing)
    if len(text) > LONGEST_VALUE:
        raise Refused(LONG_TEXT)
    return text


def _number(text: str) -> str:
    try:
        number = own_fields.read_number(text)
    except OverflowError:
        raise Refused(BIG_NUMBER) from None
    if number is None:
        raise Refused(NO_NUMBER)
    return own_fields.plain_of((None, number, None, None, None))


def _choice(field: OwnField, text: str, *, create_missing: bool) -> Any:
    asked = fold(text)[:LONGEST_CHOICE]
    for choice in own_fields.book().choices.values():
        names = {choice.folded, fold(choice.name_en)}
        if choice.field_id == field.pk and asked and asked in names:
            return choice.pk
    if create_missing and asked and len(text) <= LONGEST_CHOICE:
        return NewChoice(text)
    raise Refused(NO_CHOICE)


def rows(given: Mapping[int, Any], **owner: int) -> list[OwnValue]:
    """Rows for the values of a draft, unsaved; `owner` is `client_id` or `contact_id`; new choices are made."""
    made = []
    for field_id, plain in given.items():
        field = own_fields.book().fields[field_id]
        if isinstance(plain, NewChoice):
            plain = _added(field, plain.name)
        columns = own_fields.columns_of(field.type, plain)
        made.append(OwnValue(**owner, field_id=field_id, **columns))
    return made


def _added(field: OwnField, name: str) -> int:
    last = field.choices.order_by("-position").first()
    choice, _created = OwnChoice.objects.get_or_create(
        field=field,
        folded=fold(name)[:LONGEST_CHOICE],
        defaults={"name": name, "position": last.position + 1 if last else 0},
    )
    return choice.pk
