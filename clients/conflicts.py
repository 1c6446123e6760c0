"""A clash of two edits in words that people read: the field, what the card says now, what I typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clients import card_state, own_fields
from clients.choices import AddressKind, PhoneKind
from clients.merging import Clash
from clients.models import Client, Contact, Dimension, DimensionValue, Product


@dataclass(frozen=True, slots=True)
class Conflict:
    key: str
    label: str
    theirs: str
    mine: str


def in_words(card: Client | Contact, clashes: list[Clash]) -> list[Conflict]:
    return [
        Conflict(
            clash.key,
            _label(card, clash),
            _text(card, clash.key, clash.theirs),
            _text(card, clash.key, clash.mine),
        )
        for clash in clashes
    ]


def _label(card: Client | Contact, clash: Clash) -> str:
    prefix, _colon, rest = clash.key.partition(":")
    rows = card_state.shape_of(card).rows
    if not rest:
        field: Any = card._meta.get_field(prefix)
        label = str(field.verbose_name)
        return label[:1].upper() + label[1:]
    if prefix in rows:
        name = str(rows[prefix].model._meta.verbose_name)
        values = clash.mine or clash.theirs
        note = values[2] if prefix == "phones" else ""
        return f"{name[:1].upper()}{name[1:]}{f' ({note})' if note else ''}"
    if prefix == own_fields.STATE:
        return str(own_fields.book().fields.get(int(rest), rest))
    if prefix == "dimension":
        return str(Dimension.objects.filter(pk=rest).first() or rest)
    product = Product.objects.filter(pk=rest).first()
    known = {"interest": _("Of interest"), "bought": _("Bought")}
    return f"{known.get(prefix, prefix)}: {product or rest}"


def _text(card: Client | Contact, key: str, value: Any) -> str:
    prefix, _colon, rest = key.partition(":")
    if not rest:
        return _field_text(card, prefix, value)
    if value is None:
        return _("taken away")
    if prefix == own_fields.STATE:
        return own_fields.words(int(rest), value)
    if prefix == "dimension":
        return str(DimensionValue.objects.filter(pk=value).first() or value)
    if prefix == "phones":
        raw, kind, note = value
        return " · ".join(
            filter(None, [raw, str(dict(PhoneKind.choices).get(kind, "")), note])
        )
    if prefix == "addresses":
        return f"{value[0]} · {dict(AddressKind.choices).get(value[1], '')}"
    if isinstance(value, list):
        return " · ".join(filter(None, value))
    return _("noted")


def _field_text(card: Client | Contact, name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    field: Any = card._meta.get_field(name)
    if field.is_relation:
        return str(field.related_model._base_manager.filter(pk=value).first() or value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.get_internal_type() == "DateField":
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    return str(value)
