"""The registry of fields: what can be shown, filtered, imported and exported, declared once by the app that owns it.

List columns, filters, import, export (and later merge fields, saved queries and the API) read the same declaration, so
a field added to it appears in all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from salesexpert.core.folding import fold


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DICTIONARY = "dictionary"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity.

    `name` is the stable word of addresses, imports and commands (`next_step_at`). A value is read in one of three ways:
    `path` is the ORM path to it from the entity; `text` makes it of one row read with `values(*paths)`; `gather` takes
    the ids of many rows and returns the texts of each, in one query however many ids (phones, contact persons);
    fields with one `together` are gathered by it in one query, numbers and days as such.
    `headers` are further column headings, Russian and English, by which an import recognises the field besides its
    name and label. `many` says that one cell may hold several values. `order_by` names the ORM order that an index
    serves; without it the column is not offered for sorting. `definition` says in one sentence what it counts.
    """

    name: str
    label: str | Promise
    type: FieldType
    path: str = ""
    paths: Sequence[str] = ()
    text: Callable[[Mapping[str, Any]], str] | None = None
    gather: Callable[[Sequence[int]], Mapping[int, Sequence[Any]]] | None = None
    together: (
        Callable[
            [Sequence["Field"], Sequence[int]],
            Mapping[str, Mapping[int, Sequence[Any]]],
        ]
        | None
    ) = None
    definition: str | Promise = ""
    headers: Sequence[str] = ()
    model: str = ""
    choices: Callable[[], Iterable[tuple[Any, Any]]] | None = None
    order_by: Sequence[str] = ()
    in_list: bool = False
    default_column: bool = False
    filterable: bool = False
    importable: bool = False
    required: bool = False
    many: bool = False
    max_length: int | None = None
    exportable: bool = True
    permission: str = ""

    def headings(self) -> set[str]:
        """Folded column headings by which an import knows this field: its name, its label in every language, `headers`."""
        found = {fold(self.name), *(fold(h) for h in self.headers)}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                found.add(fold(str(self.label)))
        return found


@dataclass
class Registry:
    _fields: dict[str, dict[str, Field]] = field(default_factory=dict)

    def register(self, entity: str, fields: Iterable[Field]) -> None:
        """Add fields of `entity` ("client", "contact", …) in the order in which people should see them.

        Raises ValueError for a name declared twice: two meanings of one word would reach imports and saved filters.
        """
        known = self._fields.setdefault(entity, {})
        for item in fields:
            if item.name in known:
                raise ValueError(
                    f"Field “{item.name}” of “{entity}” is declared twice."
                )
            known[item.name] = item

    def fields(self, entity: str) -> list[Field]:
        return list(self._fields.get(entity, {}).values())

    def get(self, entity: str, name: str) -> Field:
        """Raises KeyError for an unknown name."""
        return self._fields[entity][name]

    def columns(self, entity: str) -> list[Field]:
        return [f for f in self.fields(entity) if f.in_list]

    def filters(self, entity: str) -> list[Field]:
        return [f for f in self.fields(entity) if f.filterable]

    def importable(self, entity: str) -> list[Field]:
        return [f for f in self.fields(entity) if f.importable]

    def exportable(self, entity: str) -> list[Field]:
        return [f for f in self.fields(entity) if f.exportable]


registry = Registry()
