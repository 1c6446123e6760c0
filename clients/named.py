"""Names of all that a list mentions, by their ids, in one question.

A page that draws rows of the history reads them alone and asks for their names after: a client, a person or a deal that is
mentioned twenty times is looked up once, and no join looks each of them up again for every row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Field,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from clients.legal_forms import shown_name
from clients.models import Activity, Client, Contact
from salesexpert.accounts.models import User, name_of
from salesexpert.core.compiled import CompiledQuery

_CLIENT, _CONTACT, _PERSON, _DEAL = "client", "contact", "person", "deal"


@dataclass(frozen=True, slots=True)
class Names:
    """As they are shown, by the ids of clients, contact persons, users and deals."""

    clients: dict[int, str] = field(default_factory=dict)
    contacts: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    deals: dict[int, str] = field(default_factory=dict)


def look_up(
    *,
    clients: Iterable[int | None] = (),
    contacts: Iterable[int | None] = (),
    people: Iterable[int | None] = (),
    deals: Iterable[int | None] = (),
) -> Names:
    """One query; none when there is nothing to name. An empty id, None or 0, has no name."""
    wanted = {
        "clients": _ids(clients),
        "contacts": _ids(contacts),
        "people": _ids(people),
        "deals": _ids(deals),
    }
    names = Names()
    if not any(wanted.values()):
        return names
    for what, pk, first, second, third, form, is_person in _named(**wanted):
        if what == _CLIENT:
            names.clients[pk] = shown_name(form, first, is_person=is_person)
        elif what == _CONTACT:
            names.contacts[pk] = " ".join(filter(None, (first, second, third)))
        elif what == _PERSON:
            names.people[pk] = name_of(first, second, third)
        else:
            names.deals[pk] = first
    return names


def _ids(given: Iterable[int | None]) -> list[int]:
    return sorted(pk for pk in set(given) if pk)


def _rows(
    rows: QuerySet[Any, Any],
    what: str,
    *names: str,
    form: Any = None,
    is_person: Any = None,
) -> QuerySet[Any, Any]:
    text: Field[Any, Any] = TextField()
    first, second, third = (
        Cast(name, text) if name else Value("", text)
        for name in (*names, "", "")[:3]
    )  # fmt: skip
    return (
        rows.order_by()
        .annotate(
            row_kind=Value(what, text),
            row_first=first,
            row_second=second,
            row_third=third,
            row_form=form or Value(0, BigIntegerField()),
            row_is_person=is_person or Value(False, BooleanField()),
        )
        .values_list(
            "row_kind",
            "pk",
            "row_first",
            "row_second",
            "row_third",
            "row_form",
            "row_is_person",
        )
    )


@CompiledQuery
def _named(
    clients: list[int], contacts: list[int], people: list[int], deals: list[int]
) -> QuerySet[Any, Any]:
    deal: Any = Activity._meta.get_field("deal").related_model
    found = _rows(
        Client._base_manager.filter(pk__each_of=clients),
        _CLIENT,
        "name",
        form=F("legal_form_id"),
        is_person=F("is_person"),
    )
    others = (
        _rows(
            Contact._base_manager.filter(pk__each_of=contacts),
            _CONTACT,
            "first_name",
            "patronymic",
            "last_name",
        ),
        _rows(
            User._base_manager.filter(pk__any_of=people),
            _PERSON,
            "first_name",
            "last_name",
            "username",
        ),
        _rows(deal._base_manager.filter(pk__each_of=deals), _DEAL, "title"),
    )
    return found.union(*others, all=True).order_by()
