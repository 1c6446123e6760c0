"""What a person chooses when two cards become one: the single values in which they differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from clients import card_state
from clients.joining import Double, doubles, relations
from clients.models import Client, Contact
from salesexpert.core.templatetags.look import plain_day

SURVIVOR, LOSER, BOTH = "survivor", "loser", "both"
# Texts that may be kept one under the other.
JOINABLE = frozenset({"note", "true_need"})
# Kept by the system, or said by no person; of the first contact the earlier one stays, with its author.
_NOT_CHOSEN = frozenset(
    {
        "created_at",
        "created_by",
        "updated_at",
        "last_contact_at",
        "next_step_at",
        "next_step_title",
        "first_contact_at",
        "first_contact_by",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of both cards. `differs` when both say something and not the same: only then a person is asked."""

    name: str
    label: str
    mine: Any
    theirs: Any
    differs: bool
    preset: str
    may_join: bool = False


def fields_of(card: type[models.Model]) -> Iterator[Any]:
    """The fields that a person fills in, in the order of the card; fields of a later day come after them."""
    shape = card_state.CLIENT if card is Client else card_state.CONTACT
    editable = {
        f.name: f
        for f in card._meta.concrete_fields
        if f.editable and not f.primary_key and f.name not in _NOT_CHOSEN
    }
    for name in shape.fields:
        if name in editable:
            yield editable.pop(name)
    yield from editable.values()


def preset(f: Any, mine: Any, theirs: Any) -> str:
    """What stands chosen before a person says otherwise: what is there, the survivor's first, the higher step."""
    if not _given(mine):
        return LOSER if _given(theirs) else SURVIVOR
    if mine == theirs or not _given(theirs):
        return SURVIVOR
    return BOTH if f.name in JOINABLE else SURVIVOR


def _given(value: Any) -> bool:
    return value is not None and value != "" and value is not False


def value_of(f: Any, choice: str, mine: Any, theirs: Any) -> Any:
    if choice == LOSER:
        return theirs
    if choice == BOTH and f.name in JOINABLE and _given(mine) and _given(theirs):
        return mine if theirs in mine else f"{mine}\n\n{theirs}"
    return mine


def choices(survivor: Client | Contact, loser: Client | Contact) -> list[Choice]:
    """All single values of which at least one card has one."""
    found = []
    for f in fields_of(type(survivor)):
        mine, theirs = getattr(survivor, f.attname), getattr(loser, f.attname)
        if not _given(mine) and not _given(theirs):
            continue
        label = str(f.verbose_name)
        found.append(
            Choice(
                name=f.name,
                label=label[:1].upper() + label[1:],
                mine=_shown(survivor, f),
                theirs=_shown(loser, f),
                differs=_given(mine) and _given(theirs) and mine != theirs,
                preset=preset(f, mine, theirs),
                may_join=f.name in JOINABLE,
            )
        )
    return found


def row_choices(survivor: Client | Contact, loser: Client | Contact) -> list[Choice]:
    """Rows that only one of the two may have, in which they disagree: a dimension, an own field, a place in a firm."""
    return [
        Choice(
            name=double.choice,
            label=_label(double),
            mine=_row_shown(double, double.twin),
            theirs=_row_shown(double, double.row),
            differs=True,
            preset=SURVIVOR,
        )
        for relation in relations(type(survivor))
        for double in doubles(relation, survivor, loser)
        if double.differs
    ]


def _label(double: Double) -> str:
    """The dimension's or the own field's name; of other rows the word for the row."""
    for f in double.relation.model._meta.concrete_fields:
        if (
            f.is_relation
            and f != double.relation.field
            and f.name not in double.differs
            and getattr(double.row, f.attname) is not None
        ):
            said = str(getattr(double.row, f.name))
            # One product may be of interest and bought: two rows, told apart by what they say.
            kind = getattr(double.row, "get_kind_display", None)
            return f"{said} ({kind()})" if kind else said
    name = str(double.relation.model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def _row_shown(double: Double, row: Any) -> str:
    return ", ".join(_shown(row, row._meta.get_field(name)) for name in double.differs)


def _shown(row: Any, f: Any) -> str:
    """A value in words; "" when there is none."""
    value = getattr(row, f.attname)
    if not _given(value):
        return ""
    if f.is_relation:
        return str(getattr(row, f.name))
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes")
    if hasattr(value, "year"):
        return plain_day(value)
    return str(value)


def read(asked: Mapping[str, str]) -> dict[str, str]:
    """Choices as a form sends them: `{"keep:city": "loser"}` → {"city": "loser"}; what is nonsense is left out."""
    return {
        key.removeprefix("keep:"): value
        for key, value in asked.items()
        if key.startswith("keep:") and value in {SURVIVOR, LOSER, BOTH}
    }
