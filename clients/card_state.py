"""A card as one flat state: read, compared, merged and written back row by row.

Keys: a field's name; `phones:12` for a row by its id and `phones:new0` for one not saved yet; `interest:5`, `bought:5`
for a product; `dimension:3` for an own dimension; `own:7` for an own field. Values are plain JSON, so a form carries the state it was opened on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Max

from clients import own_fields, phones, sites, suppressions
from clients.choices import ProductLinkKind
from clients.merging import State
from clients.models import (
    Client,
    ClientAddress,
    ClientDimension,
    ClientProduct,
    ClientSite,
    Contact,
    Email,
    Phone,
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a card: `fields` are kept in the state in this order, the first is the value; `derive` fills the rest."""

    model: type[models.Model]
    fields: tuple[str, ...]
    derive: Callable[[dict[str, Any]], dict[str, Any]] = dict


def _phone(values: dict[str, Any]) -> dict[str, Any]:
    """The number as typed, with what can be dialled; the kind is the person's word, else what the text says."""
    read = phones.read(values["raw"])
    first = read[0] if len(read) == 1 else None
    return {
        "raw": values["raw"],
        "note": values["note"],
        "e164": first.e164 if first else "",
        "extension": first.extension if first else "",
        "kind": values["kind"] or (first.kind if first else "work"),
    }


def _site(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "host": sites.host(values["url"])}


PHONES = Rows(Phone, ("raw", "kind", "note"), _phone)
EMAILS = Rows(Email, ("address", "note"))
ADDRESSES = Rows(ClientAddress, ("text", "kind"))
SITES = Rows(ClientSite, ("url",), _site)


@dataclass(frozen=True, slots=True)
class Links:
    """Choices of a card kept as rows: `interest:5` → the product 5. `value` names the column of the choice, if any."""

    model: type[models.Model]
    key: str
    value: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    def mine(self, owner: models.Model) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(client=owner, **dict(self.fixed))


@dataclass(frozen=True, slots=True)
class Shape:
    owner: str
    fields: tuple[str, ...]
    rows: dict[str, Rows]
    links: dict[str, Links]


CLIENT = Shape(
    owner="client",
    fields=(
        "name",
        "legal_form",
        "full_name",
        "is_person",
        "category",
        "parent",
        "inn",
        "kpp",
        "ogrn",
        "city",
        "region",
        "industry",
        "group",
        "initiative",
        "source",
        "product_source",
        "trigger_event",
        "campaign",
        "interest",
        "true_need",
        "note",
        "curator",
    ),
    rows={"phones": PHONES, "emails": EMAILS, "addresses": ADDRESSES, "sites": SITES},
    links={
        "interest": Links(
            ClientProduct, "product", fixed=(("kind", ProductLinkKind.INTEREST),)
        ),
        "bought": Links(
            ClientProduct, "product", fixed=(("kind", ProductLinkKind.BOUGHT),)
        ),
        "dimension": Links(ClientDimension, "dimension", "value"),
    },
)
CONTACT = Shape(
    owner="contact",
    fields=("last_name", "first_name", "patronymic", "birthday", "note"),
    rows={"phones": PHONES, "emails": EMAILS},
    links={},
)


def shape_of(card: Client | Contact) -> Shape:
    return CLIENT if isinstance(card, Client) else CONTACT


def read(card: Client | Contact) -> State:
    """The state of a saved card: one query for each kind of rows."""
    shape = shape_of(card)
    state: State = {name: _plain(card, name) for name in shape.fields}
    for prefix, rows in shape.rows.items():
        own = rows.model._default_manager.filter(**{shape.owner: card})
        for pk, *values in own.values_list("pk", *rows.fields):
            state[f"{prefix}:{pk}"] = values
    for prefix, links in shape.links.items():
        columns = [f"{links.key}_id", f"{links.value}_id" if links.value else "pk"]
        for key, value in links.mine(card).values_list(*columns):
            state[f"{prefix}:{key}"] = value if links.value else True
    state |= own_fields.state_of(shape.owner, card)
    return {key: value for key, value in state.items() if value is not None}


def _plain(card: models.Model, name: str) -> Any:
    field: Any = card._meta.get_field(name)
    value = getattr(card, field.attname)
    return value.isoformat() if hasattr(value, "isoformat") else value


def differences(before: State, after: State) -> list[str]:
    keys = dict.fromkeys([*before, *after])
    return [key for key in keys if before.get(key) != after.get(key)]


def write(card: Client | Contact, before: State, after: State) -> list[str]:
    """Bring the card's rows from `before` to `after` and set its fields, unsaved; returns the keys that changed.

    The caller holds the card's lock and saves the fields.
    """
    shape = shape_of(card)
    changed = differences(before, after)
    for key in changed:
        prefix, _, rest = key.partition(":")
        if not rest:
            field: Any = card._meta.get_field(key)
            setattr(
                card,
                field.attname,
                field.to_python(after.get(key, _empty(field)))
                if not field.is_relation
                else after.get(key),
            )
        elif prefix in shape.links:
            _write_link(card, shape.links[prefix], int(rest), after.get(key))
        elif prefix == own_fields.STATE:
            own_fields.write(shape.owner, card, int(rest), after.get(key))
    for prefix, rows in shape.rows.items():
        mine = [key for key in changed if key.startswith(f"{prefix}:")]
        if mine:
            _write_rows(card, shape.owner, rows, mine, before, after, prefix)
            if prefix in {"phones", "emails"}:
                suppressions.mark(**{f"{shape.owner}s": [card.pk]})
    return changed


def _empty(field: Any) -> Any:
    return None if field.null else field.get_default()


def _write_link(card: Any, links: Links, key: int, value: Any) -> None:
    chosen: dict[str, Any] = {f"{links.key}_id": key, **dict(links.fixed)}
    own = links.model._default_manager.filter(client=card)
    if value is None:
        own.filter(**chosen).delete()
    elif links.value:
        values = {f"{links.value}_id": value}
        own.update_or_create(client=card, **chosen, defaults=values)
    else:
        own.get_or_create(client=card, **chosen)


def _write_rows(
    card: Any,
    owner: str,
    rows: Rows,
    keys: list[str],
    before: State,
    after: State,
    prefix: str,
) -> None:
    manager = rows.model._default_manager
    own = manager.filter(**{owner: card})
    # Another may have added the very same row: two people noting one number make one row.
    present = [after[k] for k in before if k.startswith(f"{prefix}:") and k in after]
    last = own.aggregate(last=Max("position"))["last"]
    position = -1 if last is None else last
    for key in keys:
        pk = key.partition(":")[2]
        values = after.get(key)
        if pk.startswith("new"):
            if values is None or values in present:
                continue
            position += 1
            present.append(values)
            manager.create(
                **{owner: card},
                position=position,
                **rows.derive(dict(zip(rows.fields, values, strict=True))),
            )
        elif values is None:
            own.filter(pk=int(pk)).delete()
        else:
            row = own.filter(pk=int(pk)).first()
            values_by_field = rows.derive(dict(zip(rows.fields, values, strict=True)))
            if (
                row is None
            ):  # taken away by another while the form was open, and kept by this person's choice
                position += 1
                manager.create(**{owner: card}, position=position, **values_by_field)
            else:
                for name, value in values_by_field.items():
                    setattr(row, name, value)
                row.save(update_fields=list(values_by_field))


def rows_of(state: State, prefix: str) -> Iterator[tuple[str, list[Any]]]:
    """The rows of one kind in a state: (id or "new…", values)."""
    for key, value in state.items():
        if key.startswith(f"{prefix}:"):
            yield key.partition(":")[2], value
