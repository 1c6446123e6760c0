"""Rows of a table made into drafts of cards: every cell read, every doubt said, nothing written."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop

from clients import emails, own_fields, phones, requisites, sites
from clients.choices import AddressKind, Initiative, PhoneKind, ProductLinkKind
from clients.duplicates import Traits
from clients.fields import PERSON
from clients.importing import own, persons
from clients.importing.dates import read_moment
from clients.importing.lookups import ENTRY_LENGTH, Lookups, is_dictionary
from clients.importing.reading import Row
from clients.importing.reasons import Reason, shown
from clients.names import core_name, split_legal_form
from clients.phones import PhoneNumber
from salesexpert.core.registry import Field, FieldType

LONGEST_TEXT = 20_000
_ADDRESSES = {
    "postal_address": AddressKind.POSTAL,
    "legal_address": AddressKind.LEGAL,
    "delivery_address": AddressKind.DELIVERY,
}
_PRODUCTS = {
    "products_of_interest": ProductLinkKind.INTEREST,
    "products_bought": ProductLinkKind.BOUGHT,
}
_CHECKS: dict[str, Callable[[str], Any]] = {
    "inn": requisites.check_inn,
    "kpp": requisites.check_kpp,
    "ogrn": requisites.check_ogrn,
}
_REQUISITE_LENGTHS = {"inn": ((9, 10), (11, 12)), "kpp": ((8, 9),), "ogrn": ()}

UNKNOWN_WORD = gettext_noop("%(label)s: “%(value)s” is not in the dictionary.")
UNKNOWN_CHOICE = gettext_noop("%(label)s: “%(value)s” is none of the possible values.")
UNKNOWN_PERSON = gettext_noop("%(label)s: there is no user “%(value)s”.")
TWO_PEOPLE = gettext_noop(
    "%(label)s: several users fit “%(value)s”; give the user name."
)
TOO_LONG = gettext_noop(
    "%(label)s: %(length)d characters, at most %(limit)d are possible."
)
NO_NAME = gettext_noop("The row has no name of the client.")
NO_DATE = gettext_noop("%(label)s: “%(value)s” is no date.")
FUTURE = gettext_noop("%(label)s: %(value)s is in the future.")
SOURCE_NEEDED = gettext_noop(
    "They approached us, so the source of information is required."
)
BAD_PHONE = gettext_noop(
    "%(label)s: “%(value)s” is no valid number; it is kept as typed."
)
NO_PHONE = gettext_noop("%(label)s: “%(value)s” is no number; it is kept as a note.")
NO_EMAIL = gettext_noop("%(label)s: “%(value)s” is no address; it is kept as a note.")
NO_SITE = gettext_noop("%(label)s: “%(value)s” is no site; it is kept as a note.")
DOUBT = gettext_noop("%(label)s: “%(value)s”. %(doubt)s")


@dataclass
class Person:
    """The contact person of a row."""

    last_name: str = ""
    first_name: str = ""
    patronymic: str = ""
    position: str = ""
    phones: list[PhoneNumber] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    own: dict[int, Any] = field(default_factory=dict)


@dataclass
class Draft:
    """A row read. `faults` refuse it; `doubts` are warnings. `entries` are words of dictionaries, made if need be."""

    row: Row
    fingerprint: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    products: list[tuple[str, str, str]] = field(default_factory=list)
    phones: list[PhoneNumber] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    own: dict[int, Any] = field(default_factory=dict)
    person: Person | None = None
    parent: str = ""
    notes: list[str] = field(default_factory=list)
    faults: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    traits: Traits = field(default_factory=Traits)


def label_of(item: Field) -> str:
    return msgid_of(item.label)


def msgid_of(sentence: Any) -> str:
    """What `Reason` translates for its reader, of a sentence that is translated already."""
    with translation.override("en"):
        return str(sentence)


class Converter:
    """Reads rows by one mapping. `replacements` are {field: {folded cell: value}}, `defaults` fill empty cells."""

    def __init__(
        self,
        *,
        columns: Sequence[str],
        mapping: Mapping[str, str],
        fields: Mapping[str, Field],
        lookups: Lookups,
        replacements: Mapping[str, Mapping[str, str]],
        defaults: Mapping[str, str],
        create_missing: bool,
        now: datetime,
    ) -> None:
        self._places: dict[str, list[int]] = {}
        for index, column in enumerate(columns):
            if name := mapping.get(column):
                self._places.setdefault(name, []).append(index)
        self._fields = fields
        self._lookups = lookups
        self._replacements = replacements
        self._defaults = defaults
        self._create_missing = create_missing
        self._now = now
        self._labels = {name: label_of(item) for name, item in fields.items()}

    def read(self, row: Row) -> Draft:
        draft = Draft(row)
        if row.fault:
            draft.faults.append(row.fault)
            return draft
        if row.doubt:
            draft.doubts.append(row.doubt)
        texts = {
            name: [row.cells[i] for i in places if row.cells[i]]
            for name, places in self._places.items()
        }
        draft.fingerprint = _fingerprint(texts)
        for name in self._fields:
            cells = [self._replaced(name, cell) for cell in texts.get(name, ())]
            cells = [cell for cell in cells if cell]
            if not cells and self._defaults.get(name):
                cells = [self._defaults[name]]
            if cells:
                self._read_field(draft, self._fields[name], cells)
        self._finish(draft)
        return draft

    def _replaced(self, name: str, cell: str) -> str:
        known = self._replacements.get(name)
        return known.get(" ".join(cell.split()).casefold(), cell) if known else cell

    # ── one field ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_field(self, draft: Draft, item: Field, cells: list[str]) -> None:
        name = item.name
        if (field_id := own_fields.id_of(name)) is not None:
            self._read_own(draft, name, field_id, cells[0], draft.own)
        elif name in _CHECKS:
            self._read_requisite(draft, name, cells[0])
        elif name in _ADDRESSES:
            text = _one_line(cells[0])
            if self._fits(draft, name, text, item.max_length or 500):
                draft.addresses.append((_ADDRESSES[name], text))
        elif name in _PRODUCTS:
            self._read_products(draft, item, cells)
        elif name.startswith("contact_"):
            self._read_person(draft, name, cells)
        elif name == "parent":
            draft.parent = " ".join(cells[0].split())
        elif item.type == FieldType.PHONE:
            kind = PhoneKind.FAX if name == "fax" else ""
            draft.phones += self._phones(draft, name, cells, kind)
        elif item.type == FieldType.EMAIL:
            draft.emails += self._emails(draft, name, cells)
        elif item.type == FieldType.URL:
            self._read_sites(draft, name, cells)
        elif item.type == FieldType.PERSON:
            self._read_user(draft, name, cells[0])
        elif item.type == FieldType.CHOICE:
            self._read_choice(draft, name, cells[0])
        elif item.type == FieldType.MOMENT:
            self._read_moment(draft, name, cells[0])
        elif is_dictionary(item):
            self._read_entry(draft, name, " ".join(cells[0].split()))
        elif item.type == FieldType.LONG_TEXT:
            text = "\n".join(cells).replace("\r\n", "\n")
            if self._fits(draft, name, text, LONGEST_TEXT):
                draft.values[name] = text
        else:
            text = _one_line(cells[0])
            if self._fits(draft, name, text, item.max_length or LONGEST_TEXT):
                draft.values[name] = text

    def _fits(self, draft: Draft, name: str, text: str, limit: int) -> bool:
        if len(text) <= limit:
            return True
        values = {"label": self._labels[name], "length": len(text), "limit": limit}
        draft.faults.append(Reason(TOO_LONG, values))
        return False

    def _say(self, kept: list[Reason], text: str, name: str, value: str) -> None:
        values = {"label": self._labels[name], "value": shown(value), "field": name}
        kept.append(Reason(text, values))

    def _read_requisite(self, draft: Draft, name: str, cell: str) -> None:
        number = requisites.digits(cell).upper()
        check = _CHECKS[name]
        for short, full in _REQUISITE_LENGTHS[name]:
            # a spreadsheet drops the zero with which a number began
            if len(number) == short and not check(number.zfill(full)):
                number = number.zfill(full)
        if not self._fits(draft, name, number, 20):
            return
        draft.values[name] = number
        if doubt := check(number):
            draft.doubts.append(
                Reason(
                    DOUBT,
                    {
                        "label": self._labels[name],
                        "value": shown(number),
                        "doubt": msgid_of(doubt),
                    },
                )
            )

    def _read_entry(self, draft: Draft, name: str, text: str) -> None:
        if self._is_known(draft, name, text):
            draft.entries[name] = text

    def _is_known(self, draft: Draft, name: str, text: str) -> bool:
        if self._lookups.entry(name, text):
            return True
        if self._create_missing and self._lookups.may_create(name):
            return self._fits(draft, name, text, ENTRY_LENGTH)
        self._say(draft.faults, UNKNOWN_WORD, name, text)
        return False

    def _read_own(
        self, draft: Draft, name: str, field_id: int, cell: str, kept: dict[int, Any]
    ) -> None:
        try:
            kept[field_id] = own.read(
                field_id, cell, create_missing=self._create_missing
            )
        except own.Refused as refusal:
            self._say(draft.faults, refusal.args[0], name, cell)

    def _read_products(self, draft: Draft, item: Field, cells: list[str]) -> None:
        for cell in cells:
            whole = " ".join(cell.split())
            parts = (
                [whole]
                if self._lookups.entry(item.name, whole)
                else [" ".join(p.split()) for p in re.split(r"[;,\n]", cell)]
            )
            for part in filter(None, parts):
                if self._is_known(draft, item.name, part):
                    draft.products.append((item.name, _PRODUCTS[item.name], part))

    def _read_user(self, draft: Draft, name: str, text: str) -> None:
        found = self._lookups.people(text)
        if len(found) == 1:
            draft.values[f"{name}_id"] = next(iter(found))
        else:
            problem = TWO_PEOPLE if found else UNKNOWN_PERSON
            self._say(draft.faults, problem, name, text)

    def _read_choice(self, draft: Draft, name: str, text: str) -> None:
        value = self._lookups.choice(name, text)
        if value is None:
            self._say(draft.faults, UNKNOWN_CHOICE, name, text)
        elif name == "kind":
            draft.values["is_person"] = value == PERSON
        else:
            draft.values[name] = value

    def _read_moment(self, draft: Draft, name: str, text: str) -> None:
        moment = read_moment(text)
        if moment is None:
            self._say(draft.faults, NO_DATE, name, text)
        elif moment > self._now:
            self._say(draft.faults, FUTURE, name, text)
        else:
            draft.values[name] = moment

    def _phones(
        self, draft: Draft, name: str, cells: list[str], kind: str = ""
    ) -> list[PhoneNumber]:
        found = []
        for number in phones.read("; ".join(cells)):
            if not any(letter.isdigit() for letter in number.raw):
                self._say(draft.doubts, NO_PHONE, name, number.raw)
                draft.notes.append(f"{self._shown_label(name)}: {number.raw}")
                continue
            if not number.e164:
                self._say(draft.doubts, BAD_PHONE, name, number.raw)
            if kind:
                number = PhoneNumber(number.raw, number.e164, number.extension, kind)
            found.append(number)
        return found

    def _emails(self, draft: Draft, name: str, cells: list[str]) -> list[str]:
        found, left = emails.read("; ".join(cells))
        if left:
            self._say(draft.doubts, NO_EMAIL, name, left)
            draft.notes.append(f"{self._shown_label(name)}: {left}")
        return found

    def _read_sites(self, draft: Draft, name: str, cells: list[str]) -> None:
        found, left = sites.read("; ".join(cells))
        draft.sites += found
        if left:
            self._say(draft.doubts, NO_SITE, name, left)
            draft.notes.append(f"{self._shown_label(name)}: {left}")

    def _shown_label(self, name: str) -> str:
        return str(self._fields[name].label)

    def _read_person(self, draft: Draft, name: str, cells: list[str]) -> None:
        person = draft.person = draft.person or Person()
        if name == "contact_name":
            text, _comma, after = _one_line(cells[0]).partition(",")
            person.last_name, person.first_name, person.patronymic = persons.split(text)
            person.position = person.position or after.strip()
            for part in (person.last_name, person.first_name, person.patronymic):
                self._fits(draft, name, part, 120)
        elif (field_id := own_fields.id_of(name.removeprefix("contact_"))) is not None:
            self._read_own(draft, name, field_id, cells[0], person.own)
        elif name == "contact_position":
            person.position = _one_line(cells[0])
            self._fits(draft, name, person.position, 160)
        elif name == "contact_phone":
            person.phones = self._phones(draft, name, cells)
        elif name == "contact_email":
            person.emails = self._emails(draft, name, cells)

    # ── the whole row ────────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self, draft: Draft) -> None:
        values = draft.values
        self._settle_name(draft)
        if not values.get("name"):
            draft.faults.append(Reason(NO_NAME))
        if (
            values.get("initiative") == Initiative.THEIRS
            and "source" not in draft.entries
        ):
            draft.faults.append(Reason(SOURCE_NEEDED))
        if draft.person and not draft.person.first_name:
            # numbers without a name belong to the firm
            draft.phones += draft.person.phones
            draft.emails += draft.person.emails
            if draft.person.position:
                draft.notes.append(draft.person.position)
            draft.person = None
        draft.phones = _once(draft.phones, lambda n: (n.e164 or n.raw, n.extension))
        draft.emails = _once(draft.emails, lambda address: address)
        notes = [values.get("note", ""), *draft.notes]
        values["note"] = "\n".join(filter(None, notes))
        hosts = (sites.host(site) for site in draft.sites)
        person = draft.person or Person()
        draft.traits = Traits(
            core=core_name(values.get("name", ""))[:300],
            inn=values.get("inn", ""),
            kpp=values.get("kpp", ""),
            phones=frozenset(n.e164 for n in draft.phones + person.phones if n.e164),
            emails=frozenset(draft.emails + person.emails),
            hosts=frozenset(filter(None, hosts)),
        )

    def _settle_name(self, draft: Draft) -> None:
        """The legal form goes to its own field when the name, or the full name, carries a known one."""
        values, entries = draft.values, draft.entries
        full_form, full_rest = split_legal_form(values.get("full_name", ""))
        name = values.get("name") or full_rest[:300]
        form, rest = split_legal_form(name)
        if values.get("is_person"):
            values["name"] = name
            return
        known = entries.get("legal_form", "")
        if not known:
            for candidate in (form, full_form):
                if candidate and self._lookups.entry("legal_form", candidate):
                    entries["legal_form"] = known = candidate
                    break
        same = known and self._lookups.entry(
            "legal_form", known
        ) == self._lookups.entry("legal_form", form or known)
        values["name"] = rest if same else name


def _fingerprint(texts: Mapping[str, list[str]]) -> str:
    """Of what the row says in the mapped columns, however spaced: the same row loaded again has the same one."""
    said = sorted(
        (name, [" ".join(cell.split()) for cell in cells])
        for name, cells in texts.items()
        if cells
    )
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _one_line(text: str) -> str:
    """Line breaks inside a cell as commas, single spaces."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    joined = ""
    for line in filter(None, lines):
        if joined:
            joined += " " if joined[-1] in ",;:.-–—" else ", "
        joined += line
    return joined


def _once(items: list[Any], key: Callable[[Any], Any]) -> list[Any]:
    kept: dict[Any, Any] = {}
    for item in items:
        kept.setdefault(key(item), item)
    return list(kept.values())
