"""Words of a table found in the base: dictionary entries, people, choices, own firms."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from clients.fields import DIMENSION_PREFIX, model_of
from clients.models import Client, RelationshipType
from clients.names import core_name
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType

ENTRY_LENGTH = 160
_CHOICE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": {
        "company": ("юридическое лицо", "юр лицо", "юрлицо", "организация", "firm", "organization"),
        "person": ("физическое лицо", "физ лицо", "физлицо", "частное лицо", "individual"),
    },
    "initiative": {
        "ours": ("наша", "мы", "our", "we"),
        "theirs": ("клиента", "клиент", "они", "their", "they"),
    },
    "category": {"client": ("покупатель", "заказчик", "customer")},
}  # fmt: skip


def dimension_id(field: Field) -> int:
    return int(field.name.removeprefix(DIMENSION_PREFIX))


class Lookups:
    """Read once for a run: dictionaries are small, users are tens or hundreds."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._entries: dict[str, dict[str, int]] = {}
        self._choices: dict[str, dict[str, Any]] = {}
        self._people: dict[str, set[int]] | None = None
        self._fields = {f.name: f for f in fields}

    def entry(self, name: str, text: str) -> int | None:
        """Id of the dictionary entry called `text`, in either language; legal forms by their full form too."""
        return self._known(name).get(fold(text))

    def entry_or_new(self, name: str, text: str) -> int:
        """Id of the entry, which is made when there is none."""
        known = self._known(name)
        key = fold(text)[:ENTRY_LENGTH]
        if key not in known:
            field = self._fields[name]
            own: dict[str, Any] = {"folded": key}
            if name.startswith(DIMENSION_PREFIX):
                own["dimension_id"] = dimension_id(field)
            entry, _created = model_of(field).objects.get_or_create(
                **own, defaults={"name": text}
            )
            known[key] = entry.pk
        return known[key]

    def may_create(self, name: str) -> bool:
        """Steps of the relationship are four: an import adds none."""
        return model_of(self._fields[name]) is not RelationshipType

    def forget(self) -> None:
        """Entries made in a transaction that was rolled back are not there any more."""
        self._entries.clear()

    def _known(self, name: str) -> dict[str, int]:
        if name not in self._entries:
            field = self._fields[name]
            entries = model_of(field).objects.all()
            if name.startswith(DIMENSION_PREFIX):
                entries = entries.filter(dimension=dimension_id(field))
            known: dict[str, int] = {}
            for entry in entries:
                # A merged name leads to its successor.
                pk = entry.merged_into_id or entry.pk
                for word in (entry.name_en, getattr(entry, "full_name", "")):
                    if word:
                        known.setdefault(fold(word), pk)
                known[entry.folded] = pk
            self._entries[name] = known
        return self._entries[name]

    def choice(self, name: str, text: str) -> Any:
        """The stored value of a choice given by its value or its words in any language; None when there is none."""
        if name not in self._choices:
            field = self._fields[name]
            known: dict[str, Any] = {}
            for code, _language in settings.LANGUAGES:
                with translation.override(code):
                    for value, label in field.choices() if field.choices else ():
                        known[fold(str(label))] = value
            for value, _label in field.choices() if field.choices else ():
                known[fold(str(value))] = value
            for value, words in _CHOICE_WORDS.get(name, {}).items():
                known.update({fold(word): value for word in words})
            self._choices[name] = known
        return self._choices[name].get(fold(text))

    def people(self, text: str) -> set[int]:
        """Ids of the users meant by a user name, an e-mail or a name in any usual order; two or more: ambiguous."""
        if self._people is None:
            self._people = defaultdict(set)
            for user in User.objects.filter(is_active=True):
                for word in _words_of(user):
                    self._people[word].add(user.pk)
        return self._people.get(text.strip().casefold(), set()) or self._people.get(
            fold(text), set()
        )


def _words_of(user: User) -> set[str]:
    first, middle, last = user.first_name, user.patronymic, user.last_name
    names = {
        f"{first} {last}",
        f"{last} {first}",
        f"{last} {first} {middle}",
        f"{first} {middle} {last}",
    }
    if first and last:
        names |= {f"{last} {first[:1]}", f"{last} {first[:1]} {middle[:1]}"}
        names |= {f"{first[:1]} {last}", f"{first[:1]} {middle[:1]} {last}"}
    words = {fold(name) for name in names if last or first}
    words |= {user.username.casefold(), user.email.casefold()}
    return words - {""}


def firms_called(names: Iterable[str]) -> dict[str, int]:
    """{core name: id of the oldest live card} of firms that are in the base."""
    cores = {core_name(name) for name in names}
    rows = Client.objects.live().filter(core_name__in=cores - {""}).order_by("-pk")
    return dict(rows.values_list("core_name", "pk"))


def is_dictionary(field: Field) -> bool:
    return field.type == FieldType.DICTIONARY


def choices_of(field: Field) -> list[tuple[str, str]]:
    """(what an import would understand, what people read) of a dictionary, a choice or people: to take a word for."""
    if field.type == FieldType.PERSON:
        people = User.objects.filter(is_active=True).order_by("last_name", "pk")
        return [(user.username, str(user)) for user in people[:500]]
    if field.choices:
        return [(str(value), str(label)) for value, label in field.choices()]
    if not is_dictionary(field):
        return []
    entries = model_of(field).objects.in_use()
    if field.name.startswith(DIMENSION_PREFIX):
        entries = entries.filter(dimension=dimension_id(field))
    return [(entry.name, str(entry)) for entry in entries[:500]]
