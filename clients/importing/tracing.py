"""Rows of a file compared with the rows before them, through the base: no file is too long, and a fallen check goes on."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.duplicates import Traits
from clients.importing.converting import Draft
from clients.models import ImportJob, ImportKey, ImportTrace
from clients.requisites import is_sound_inn

FINGERPRINT, OUTSIDE_ID, INN = "row", "id", "inn"


def key(kind: str, value: str) -> int:
    """64 bits, signed, as PostgreSQL keeps them."""
    digest = hashlib.blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def keys_of(draft: Draft) -> list[int]:
    """Everything by which another row may be like this one."""
    traits = draft.traits
    pairs = [(FINGERPRINT, draft.fingerprint)]
    if outside_id := draft.values.get("outside_id"):
        pairs.append((OUTSIDE_ID, outside_id))
    if traits.inn:
        pairs.append((INN, traits.inn))
    if traits.core:
        pairs.append(("core", traits.core))
    pairs += [("phone", number) for number in traits.phones]
    pairs += [("email", address) for address in traits.emails]
    pairs += [("host", host) for host in traits.hosts | traits.domains]
    return [key(*pair) for pair in pairs]


def said(draft: Draft) -> dict[str, Any]:
    """What a person compares a row by; short, for there may be half a million of them."""
    person = draft.person
    numbers = [*draft.phones, *(person.phones if person else ())]
    addresses = [*draft.emails, *(person.emails if person else ())]
    told: dict[str, Any] = {
        "name": " ".join(
            filter(None, (draft.entries.get("legal_form"), draft.values.get("name")))
        ),
        "inn": draft.values.get("inn", ""),
        "kpp": draft.values.get("kpp", ""),
        "city": draft.values.get("city", ""),
        "phones": [n.raw for n in numbers[:4]],
        "emails": addresses[:4],
        "sites": draft.sites[:3],
        "address": draft.addresses[0][1] if draft.addresses else "",
        "person": f"{person.last_name} {person.first_name} {person.patronymic}".strip()
        if person
        else "",
    }
    return {name: value for name, value in told.items() if value}


def _kept(traits: Traits) -> dict[str, Any]:
    return {
        "core": traits.core,
        "inn": traits.inn,
        "kpp": traits.kpp,
        "phones": sorted(traits.phones),
        "emails": sorted(traits.emails),
        "hosts": sorted(traits.hosts),
    }


def _from_kept(kept: dict[str, Any]) -> Traits:
    sets = {n: frozenset(kept[n]) for n in ("phones", "emails", "hosts")}
    return Traits(core=kept["core"], inn=kept["inn"], kpp=kept["kpp"], **sets)


@dataclass
class Earlier:
    """Rows before the chunk at hand that share anything with it. `first` is {key: the first row that has it}."""

    first: dict[int, int] = field(default_factory=dict)
    traits: dict[int, Traits] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def sure(self, draft: Draft) -> tuple[int, str] | None:
        """(row, evidence) of an earlier row that is surely the same firm."""
        if row := self.first.get(key(FINGERPRINT, draft.fingerprint)):
            return row, FINGERPRINT
        if outside_id := draft.values.get("outside_id"):
            if row := self.first.get(key(OUTSIDE_ID, outside_id)):
                return row, OUTSIDE_ID
        traits = draft.traits
        if is_sound_inn(traits.inn) and (row := self.first.get(key(INN, traits.inn))):
            other = self.traits[row].kpp if row in self.traits else ""
            if not traits.kpp or not other or traits.kpp == other:
                return row, INN
        return None

    def add(self, draft: Draft) -> dict[int, int]:
        """Remember a row; the keys that nobody had before it."""
        row = draft.row.number
        new = {k: row for k in keys_of(draft) if k not in self.first}
        self.first.update(new)
        self.traits[row] = draft.traits
        self.names[row] = draft.values["name"]
        return new


def earlier_than(job: ImportJob, drafts: Sequence[Draft]) -> Earlier:
    """Two queries, whatever the length of the file."""
    wanted = {k for draft in drafts for k in keys_of(draft)}
    found = ImportKey.objects.filter(job=job, key__in=wanted).order_by()
    first = dict(found.values_list("key", "row"))
    traces = ImportTrace.objects.filter(job=job, row__in=set(first.values()))
    earlier = Earlier(first)
    for row, told, traits in traces.values_list("row", "said", "traits"):
        earlier.traits[row] = _from_kept(traits)
        earlier.names[row] = told.get("name", "")
    return earlier


def remember(job: ImportJob, drafts: Iterable[Draft], new: dict[int, int]) -> None:
    ImportTrace.objects.bulk_create(
        ImportTrace(job=job, row=d.row.number, said=said(d), traits=_kept(d.traits))
        for d in drafts
    )
    ImportKey.objects.bulk_create(
        ImportKey(job=job, key=k, row=row) for k, row in new.items()
    )


def forget(job: ImportJob) -> None:
    """What was needed only to compare and to decide."""
    for model in (ImportKey, ImportTrace):
        rows = model.objects.filter(job=job).order_by()
        rows._raw_delete(rows.db)


def said_by(job: ImportJob, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
    traces = ImportTrace.objects.filter(job=job, row__in=set(rows)).order_by()
    return dict(traces.values_list("row", "said"))
