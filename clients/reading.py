"""Reading the fields of a card: texts of one row, and what a card has several of, gathered for many rows at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from clients.models import (
    ClientAddress,
    ClientDimension,
    ClientProduct,
    ClientSite,
    ContactLink,
    Email,
    Phone,
)
from clients.models.client import display_name
from salesexpert.core.registry import Field, FieldType

Row = Mapping[str, Any]
Gathered = dict[int, list[str]]
# What `person_name` needs of a person, in the order of `accounts.people`.
PERSON = ("first_name", "last_name", "username")


def entry_name(row: Row, path: str) -> str:
    """Name of a dictionary entry in the reader's language, as `DictionaryEntry.__str__` gives it."""
    name, name_en = row[f"{path}__name"], row[f"{path}__name_en"]
    return (name_en if name_en and translation.get_language() == "en" else name) or ""


def person_name(row: Row, path: str) -> str:
    """Full name of a user, as `User.get_full_name` gives it."""
    full = f"{row[f'{path}__first_name'] or ''} {row[f'{path}__last_name'] or ''}"
    return full.strip() or row[f"{path}__username"] or ""


def client_name(row: Row, prefix: str = "") -> str:
    """“ООО «Ромашка»” from a row read with `client_name_paths(prefix)`."""
    return display_name(
        row[f"{prefix}legal_form__name"] or "",
        row[f"{prefix}name"] or "",
        is_person=bool(row[f"{prefix}is_person"]),
    )


def client_name_paths(prefix: str = "") -> tuple[str, ...]:
    return (f"{prefix}name", f"{prefix}legal_form__name", f"{prefix}is_person")


def paths_of(field: Field) -> tuple[str, ...]:
    """What `values()` must read so that `text_of` can give the field's text."""
    if field.paths:
        return tuple(field.paths)
    if field.gather or not field.path:
        return ()
    if field.type == FieldType.DICTIONARY:
        return (f"{field.path}__name", f"{field.path}__name_en")
    if field.type == FieldType.PERSON:
        return tuple(f"{field.path}__{part}" for part in PERSON)
    return (field.path,)


def value_of(field: Field, row: Row) -> Any:
    """The field's value as it is typed: a local moment, a day, a number, or a text."""
    if field.text:
        return field.text(row)
    if field.type == FieldType.DICTIONARY:
        return entry_name(row, field.path)
    if field.type == FieldType.PERSON:
        return person_name(row, field.path)
    value = row[field.path]
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.choices()).get(value, value))
    if isinstance(value, datetime):
        return timezone.localtime(value)
    return value


def text_of(field: Field, row: Row) -> str:
    """The field's value in words; dates as `2026-11-20`, moments as `2026-11-20 14:05`: what a spreadsheet sorts."""
    value = value_of(field, row)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# ── gathering what a card has several of ─────────────────────────────────────────────────────────────────────────────


def _collect(pairs: Iterable[tuple[int, str]]) -> Gathered:
    found: Gathered = defaultdict(list)
    for pk, text in pairs:
        if text not in found[pk]:
            found[pk].append(text)
    return dict(found)


def phones(owner: str) -> Callable[[Sequence[int]], Gathered]:
    def gather(ids: Sequence[int]) -> Gathered:
        rows = (
            Phone.objects.filter(**{f"{owner}__in": ids})
            .order_by("position", "pk")
            .values_list(f"{owner}_id", "raw", "extension")
        )
        return _collect(
            (pk, f"{raw} #{extension}" if extension else raw)
            for pk, raw, extension in rows
        )

    return gather


def emails(owner: str) -> Callable[[Sequence[int]], Gathered]:
    def gather(ids: Sequence[int]) -> Gathered:
        return _collect(
            Email.objects.filter(**{f"{owner}__in": ids})
            .order_by("position", "pk")
            .values_list(f"{owner}_id", "address")
        )

    return gather


def addresses(*kinds: str) -> Callable[[Sequence[int]], Gathered]:
    def gather(ids: Sequence[int]) -> Gathered:
        rows = ClientAddress.objects.filter(client__in=ids)
        if kinds:
            rows = rows.filter(kind__in=kinds)
        return _collect(
            rows.order_by("position", "pk").values_list("client_id", "text")
        )

    return gather


def sites(ids: Sequence[int]) -> Gathered:
    return _collect(
        ClientSite.objects.filter(client__in=ids)
        .order_by("position", "pk")
        .values_list("client_id", "url")
    )


def products(kind: str) -> Callable[[Sequence[int]], Gathered]:
    def gather(ids: Sequence[int]) -> Gathered:
        rows = (
            ClientProduct.objects.filter(client__in=ids, kind=kind)
            .order_by("product__position", "product__folded")
            .values("client_id", "product__name", "product__name_en")
        )
        return _collect((r["client_id"], entry_name(r, "product")) for r in rows)

    return gather


def dimension(dimension_id: int) -> Callable[[Sequence[int]], Gathered]:
    def gather(ids: Sequence[int]) -> Gathered:
        rows = (
            ClientDimension.objects.filter(client__in=ids, dimension=dimension_id)
            .order_by("value__position", "value__folded")
            .values("client_id", "value__name", "value__name_en")
        )
        return _collect((r["client_id"], entry_name(r, "value")) for r in rows)

    return gather


def persons(ids: Sequence[int]) -> Gathered:
    """Contact persons who work there now, the main one first."""
    rows = (
        ContactLink.objects.filter(
            client__in=ids,
            until_on=None,
            contact__archived_at=None,
            contact__bin=None,
        )
        .order_by("-is_main", "pk")
        .values_list(
            "client_id",
            "contact__first_name",
            "contact__patronymic",
            "contact__last_name",
            "position",
        )
    )
    return _collect(
        (pk, ", ".join(filter(None, [" ".join(filter(None, name)), position])))
        for pk, *name, position in rows
    )


def firms(ids: Sequence[int]) -> Gathered:
    """Firms where the person works now."""
    rows = (
        ContactLink.objects.filter(contact__in=ids, until_on=None, client__bin=None)
        .order_by("-is_main", "pk")
        .values("contact_id", *client_name_paths("client__"))
    )
    return _collect((r["contact_id"], client_name(r, "client__")) for r in rows)


def positions(ids: Sequence[int]) -> Gathered:
    return _collect(
        ContactLink.objects.filter(contact__in=ids, until_on=None, client__bin=None)
        .exclude(position="")
        .order_by("-is_main", "pk")
        .values_list("contact_id", "position")
    )
