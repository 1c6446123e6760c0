"""Drafts written as cards: a handful of COPYs for hundreds of rows; triggers journal them as they do any change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from clients import sites
from clients.choices import Ladder
from clients.fields import DIMENSION_PREFIX
from clients.importing import own
from clients.importing.converting import Draft, Person
from clients.importing.copying import new_ids, parts_of_new_cards, put, put_cards
from clients.importing.lookups import Lookups
from clients.models import (
    Client,
    ClientAddress,
    ClientDimension,
    ClientProduct,
    ClientSite,
    Contact,
    ContactLink,
    Email,
    LegalForm,
    OwnValue,
    Phone,
    RelationshipMove,
    RelationshipType,
)
from clients.names import core_name
from clients.phones import PhoneNumber
from clients.searching import (
    client_search_text,
    contact_search_text,
    phone_digits,
    refresh_search,
)
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

# What a row of a file put into the base, as JSON: {"fields": {attribute: value}, "rows": [[model, id, what it says]],
# "contacts": [id]}. `reverting` reads it.
Changes = dict[str, Any]


class Writer:
    """Writes drafts for one author at one moment. Call it inside a transaction."""

    def __init__(self, *, lookups: Lookups, by: User | None, at: datetime) -> None:
        self._lookups = lookups
        self._by = by
        self._at = at
        self._forms = dict(LegalForm.objects.values_list("pk", "name"))
        first = RelationshipType.objects.filter(step=Ladder.COLD)
        self._cold = (
            first.order_by("position", "pk").values_list("pk", flat=True).first()
        )

    def create(self, drafts: Sequence[Draft]) -> list[tuple[int, Changes | None]]:
        """Open a card for each draft: (id, the person made with it), in order."""
        if not drafts:
            return []
        ids = new_ids(Client, len(drafts))
        pairs = list(zip(ids, drafts, strict=True))
        cards = [self._card(pk, draft) for pk, draft in pairs]
        with parts_of_new_cards():
            persons = self._put_persons(cards, drafts)
            self._put_rows(pairs)
        put_cards(cards, at=self._at)
        moves = [
            {
                "client_id": card["id"],
                "to_type_id": card["relationship_id"],
                "at": self._at,
                "by_id": self._by and self._by.pk,
            }
            for card in cards
        ]
        put(RelationshipMove, moves, at=self._at)
        return [
            (pk, {"contacts": [persons[pk]]} if pk in persons else None) for pk in ids
        ]

    def fill(self, known: Sequence[tuple[int, Draft]]) -> list[Changes | None]:
        """Put what the drafts say into empty fields of known cards; nothing that stands there is replaced.

        Returns what each draft brought, None for nothing.
        """
        if not known:
            return []
        # Held in one order, and read behind the locks: what a person typed meanwhile is there, and stays.
        ids = {pk for pk, _draft in known}
        held = Client.objects.select_for_update(no_key=True, of=["self"])
        cards = {card.pk: card for card in held.filter(pk__in=ids).order_by("pk")}
        touched: set[int] = set()
        names: set[str] = {"version", "updated_at"}
        rows = _Rows(cards)
        changes: list[Changes] = []
        added: dict[Any, list[tuple[Any, Changes]]] = defaultdict(list)
        persons: list[tuple[Client, Draft, Changes]] = []
        for pk, draft in known:
            brought: Changes = {}
            changes.append(brought)
            if pk not in cards:
                continue
            if fields := self._fill_card(cards[pk], draft):
                brought["fields"] = {
                    _attribute(name): plain(value) for name, value in fields.items()
                }
                touched.add(pk)
                names |= fields.keys()
            for row in rows.missing(cards[pk], draft, self):
                added[type(row)].append((row, brought))
            if rows.lacks_person(cards[pk], draft):
                persons.append((cards[pk], draft, brought))
        for model, pairs in added.items():
            model.objects.bulk_create([row for row, _brought in pairs])
            for row, brought in pairs:
                kept = [model._meta.model_name, row.pk, said_by(row)]
                brought.setdefault("rows", []).append(kept)
        for card, draft, brought in persons:
            named = {"id": card.pk, "name": card.name}
            brought["contacts"] = [self._put_persons([named], [draft])[card.pk]]
        if touched:
            for pk in touched:
                cards[pk].version = F("version") + 1
                cards[pk].updated_at = self._at
            Client.objects.bulk_update([cards[pk] for pk in touched], sorted(names))
        refresh_search(
            pk for (pk, _draft), brought in zip(known, changes, strict=True) if brought
        )
        return [brought or None for brought in changes]

    # ── new cards ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _card(self, pk: int, draft: Draft) -> dict[str, Any]:
        values: dict[str, Any] = {"id": pk, **draft.values}
        for name, text in draft.entries.items():
            if not name.startswith(DIMENSION_PREFIX):
                values[f"{name}_id"] = self._lookups.entry_or_new(name, text)
        values.setdefault("relationship_id", self._cold)
        values["folded"] = fold(values["name"])[:300]
        values["core_name"] = draft.traits.core or core_name(values["name"])[:300]
        values["search_text"] = self._search_text(draft, values)
        values["created_at"] = self._at
        values["created_by_id"] = self._by and self._by.pk
        return values

    def _search_text(self, draft: Draft, values: dict[str, Any]) -> str:
        """What `refresh_search` will find right, so that it need not write every new card a second time."""
        person = draft.person
        numbers = [*draft.phones, *(person.phones if person else ())]
        name = (
            f"{person.last_name} {person.first_name} {person.patronymic}"
            if person
            else ""
        )
        return client_search_text(
            name=values["name"],
            legal_form=self._forms.get(values.get("legal_form_id", 0), ""),
            is_person=values.get("is_person", False),
            full_name=values.get("full_name", ""),
            city=values.get("city", ""),
            inn=values.get("inn", ""),
            outside_id=values.get("outside_id", ""),
            phones=[phone_digits(n.raw, n.e164) for n in numbers],
            emails=[*draft.emails, *(person.emails if person else ())],
            persons=[" ".join(name.split())],
        )

    def _put_rows(self, pairs: Sequence[tuple[int, Draft]]) -> None:
        many: dict[Any, list[dict[str, Any]]] = {
            model: [
                {"client_id": pk, **row}
                for pk, draft in pairs
                for row in told(getattr(draft, name))
            ]
            for model, name, told in (
                (Phone, "phones", phones_told),
                (Email, "emails", emails_told),
                (ClientSite, "sites", sites_told),
                (ClientAddress, "addresses", addresses_told),
            )
        }
        for model, rows in many.items():
            put(model, rows, at=self._at)
        few: dict[Any, list[Any]] = defaultdict(list)
        for pk, draft in pairs:
            if draft.products or draft.own or draft.entries:
                for row in (
                    *self.product_rows(draft, pk),
                    *self.dimension_rows(draft, pk),
                    *own.rows(draft.own, client_id=pk),
                ):
                    few[type(row)].append(row)
        for model, rows in few.items():
            model.objects.bulk_create(rows)

    def _put_persons(
        self, cards: Sequence[dict[str, Any]], drafts: Sequence[Draft]
    ) -> dict[int, int]:
        """{card: the person made for it}"""
        told = [
            (card["id"], card["name"], draft.person)
            for card, draft in zip(cards, drafts, strict=True)
            if draft.person
        ]
        ids = new_ids(Contact, len(told))
        contacts, links, numbers, addresses = [], [], [], []
        values: list[OwnValue] = []
        for pk, (client, firm, person) in zip(ids, told, strict=True):
            parts = (person.last_name, person.first_name, person.patronymic)
            contacts.append(
                {
                    "id": pk,
                    "last_name": person.last_name,
                    "first_name": person.first_name,
                    "patronymic": person.patronymic,
                    "folded": folded_person(person),
                    "search_text": contact_search_text(
                        name=" ".join(filter(None, parts)),
                        firms=[firm],
                        phones=[phone_digits(n.raw, n.e164) for n in person.phones],
                        emails=person.emails,
                    ),
                    "created_at": self._at,
                    "created_by_id": self._by and self._by.pk,
                }
            )
            links.append(
                {
                    "contact_id": pk,
                    "client_id": client,
                    "position": person.position,
                    "is_main": True,
                }
            )
            numbers += [{"contact_id": pk, **row} for row in phones_told(person.phones)]
            addresses += [{"contact_id": pk, **row} for row in emails_told(person.emails)]  # fmt: skip
            values += own.rows(person.own, contact_id=pk)
        for model, rows in (
            (Contact, contacts),
            (ContactLink, links),
            (Phone, numbers),
            (Email, addresses),
        ):
            put(model, rows, at=self._at)
        OwnValue.objects.bulk_create(values)
        return {client: pk for pk, (client, *_rest) in zip(ids, told, strict=True)}

    def product_rows(self, draft: Draft, client: int) -> list[ClientProduct]:
        wanted = {
            (self._lookups.entry_or_new(name, text), kind)
            for name, kind, text in draft.products
        }
        return [
            ClientProduct(client_id=client, product_id=product, kind=kind)
            for product, kind in sorted(wanted)
        ]

    def dimension_rows(self, draft: Draft, client: int) -> list[ClientDimension]:
        return [
            ClientDimension(
                client_id=client,
                dimension_id=int(name.removeprefix(DIMENSION_PREFIX)),
                value_id=self._lookups.entry_or_new(name, text),
            )
            for name, text in draft.entries.items()
            if name.startswith(DIMENSION_PREFIX)
        ]

    # ── known cards ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _fill_card(self, card: Client, draft: Draft) -> dict[str, Any]:
        """{field: what it was filled with} for the fields that were empty and now are not."""
        filled: dict[str, Any] = {}
        values = dict(draft.values)
        for name, text in draft.entries.items():
            if not name.startswith(DIMENSION_PREFIX) and not getattr(
                card, f"{name}_id"
            ):
                values[f"{name}_id"] = self._lookups.entry_or_new(name, text)
        note = values.pop("note", "")
        if note and note not in card.note:
            card.note = "\n".join(filter(None, (card.note, note)))
            filled["note"] = note
        for name, value in values.items():
            if value in ("", None) or getattr(card, name) not in ("", None):
                continue
            setattr(card, name, value)
            filled[name.removesuffix("_id") if name != "outside_id" else name] = value
        return filled


def _attribute(name: str) -> str:
    field: Any = Client._meta.get_field(name)
    return str(field.attname)


def plain(value: Any) -> Any:
    """A value as JSON keeps it, so that it can be compared with what stands in the field later."""
    return value.isoformat() if hasattr(value, "isoformat") else value


class _Rows:
    """What the known cards have several of, read once, so that only what is missing is added."""

    def __init__(self, cards: dict[int, Client]) -> None:
        ids = list(cards)
        self._have: set[tuple[Any, ...]] = set()
        for pk, raw, e164 in Phone.objects.filter(client__in=ids).values_list(
            "client_id", "raw", "e164"
        ):
            self._have.add((pk, "phone", e164 or raw))
        for pk, address in Email.objects.filter(client__in=ids).values_list(
            "client_id", "address"
        ):
            self._have.add((pk, "email", address.lower()))
        for pk, host in ClientSite.objects.filter(client__in=ids).values_list(
            "client_id", "host"
        ):
            self._have.add((pk, "site", host))
        for pk, kind in ClientAddress.objects.filter(client__in=ids).values_list(
            "client_id", "kind"
        ):
            self._have.add((pk, "address", kind))
        for pk, product, kind in ClientProduct.objects.filter(
            client__in=ids
        ).values_list("client_id", "product_id", "kind"):
            self._have.add((pk, "product", product, kind))
        for pk, dimension in ClientDimension.objects.filter(client__in=ids).values_list(
            "client_id", "dimension_id"
        ):
            self._have.add((pk, "dimension", dimension))
        for pk, field in OwnValue.objects.filter(client__in=ids).values_list(
            "client_id", "field_id"
        ):
            self._have.add((pk, "own", field))
        links = ContactLink.objects.filter(client__in=ids)
        for pk, folded in links.values_list("client_id", "contact__folded"):
            self._have.add((pk, "person", folded))

    def _lacks(self, *key: Any) -> bool:
        if key in self._have:
            return False
        self._have.add(key)
        return True

    def missing(self, card: Client, draft: Draft, writer: Writer) -> list[Any]:
        """Rows that the draft would add to the card, not saved yet."""
        pk = card.pk
        numbers = [n for n in draft.phones if self._lacks(pk, "phone", n.e164 or n.raw)]
        addresses = [a for a in draft.emails if self._lacks(pk, "email", a)]
        urls = [u for u in draft.sites if self._lacks(pk, "site", sites.host(u))]
        places = [p for p in draft.addresses if self._lacks(pk, "address", str(p[0]))]
        rows: list[Any] = [
            *(Phone(client_id=pk, **row) for row in phones_told(numbers)),
            *(Email(client_id=pk, **row) for row in emails_told(addresses)),
            *(ClientSite(client_id=pk, **row) for row in sites_told(urls)),
            *(ClientAddress(client_id=pk, **row) for row in addresses_told(places)),
        ]
        rows += [
            r
            for r in writer.product_rows(draft, pk)
            if self._lacks(pk, "product", r.product_id, str(r.kind))
        ]
        rows += [
            r
            for r in writer.dimension_rows(draft, pk)
            if self._lacks(pk, "dimension", r.dimension_id)
        ]
        lacking = {f: v for f, v in draft.own.items() if self._lacks(pk, "own", f)}
        rows += own.rows(lacking, client_id=pk)
        return rows

    def lacks_person(self, card: Client, draft: Draft) -> bool:
        return bool(
            draft.person and self._lacks(card.pk, "person", folded_person(draft.person))
        )


def said_by(row: Any) -> str:
    """What a row of a card says, to see later whether it still does."""
    if isinstance(row, OwnValue):
        number = None if row.number is None else f"{float(row.number):.4f}"
        return " ".join(map(str, (row.text, number, row.date, row.flag, row.choice_id)))
    for name in ("raw", "address", "url", "text"):
        if hasattr(row, name):
            return str(getattr(row, name))
    if isinstance(row, ClientDimension):
        return str(row.value_id)
    return f"{row.kind} {row.product_id}"


def folded_person(person: Person) -> str:
    name = f"{person.last_name} {person.first_name} {person.patronymic}"
    return fold(name)[:400]


def phones_told(numbers: Iterable[PhoneNumber]) -> list[dict[str, Any]]:
    return [
        {
            "raw": number.raw,
            "e164": number.e164,
            "extension": number.extension,
            "kind": number.kind,
            "position": position,
        }
        for position, number in enumerate(numbers)
    ]


def emails_told(addresses: Iterable[str]) -> list[dict[str, Any]]:
    return [{"address": a, "position": place} for place, a in enumerate(addresses)]


def sites_told(urls: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"url": url, "host": sites.host(url), "position": place}
        for place, url in enumerate(urls)
    ]


def addresses_told(addresses: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"kind": str(kind), "text": text, "position": place}
        for place, (kind, text) in enumerate(addresses)
    ]
