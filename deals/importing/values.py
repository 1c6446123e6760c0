"""Cells of other people's tables as sums, days and words, with what is wrong said once for all targets."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop

from clients.importing.dates import read_moment
from clients.importing.reasons import shown
from clients.importing.targets import Entry
from clients.models.dictionaries import variant_of
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field

NO_DATE = gettext_noop("%(label)s: “%(value)s” is no date.")
NO_SUM = gettext_noop("%(label)s: “%(value)s” is no sum.")
TWO_FIT = gettext_noop("%(label)s: several fit “%(value)s”.")
NO_CURRENCY = gettext_noop("%(label)s: “%(value)s” is no currency; its three letters are needed, as RUB.")  # fmt: skip
EMPTY = gettext_noop("%(label)s is empty.")
LARGEST = Decimal(10) ** 12
_SIGNS = re.compile(r"[\s\u00a0\u202f₽$€¥']|руб\.?|rub|usd|eur", re.IGNORECASE)


def label_of(field: Field) -> str:
    """The label's msgid: what `Reason` translates for its reader."""
    with translation.override("en"):
        return str(field.label)


def is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha()


def words_in_use(model: Any) -> list[tuple[str, str]]:
    """Entries of a dictionary: (what an import understands, what people read)."""
    entries = model.objects.filter(retired_at=None).order_by("position", "pk")
    return [(entry.name, str(entry)) for entry in entries[:500]]


def people_to_choose() -> list[tuple[str, str]]:
    people = User.objects.filter(is_active=True).order_by("last_name", "pk")
    return [(person.username, str(person)) for person in people[:500]]


class Reader:
    """Reads cells of entries by the labels of a target's fields."""

    def __init__(self, fields: Any) -> None:
        self._labels = {item.name: label_of(item) for item in fields}

    def label(self, name: str) -> str:
        return self._labels[name]

    def complain(self, entry: Entry, text: str, name: str, value: str = "") -> None:
        entry.refuse(text, label=self._labels[name], value=shown(value))

    def moment(self, entry: Entry, name: str) -> datetime | None:
        text = entry.text(name)
        found = read_moment(text) if text else None
        if text and found is None:
            self.complain(entry, NO_DATE, name, text)
        return found

    def money(self, entry: Entry, name: str) -> Decimal | None:
        text = entry.text(name)
        return self.sum_of(entry, name, text) if text else None

    def sum_of(self, entry: Entry, name: str, text: str) -> Decimal | None:
        """“1 054,50”, “$1,054.5”, “1.054,50 ₽”: the last of comma and dot before one or two digits is the decimal sign."""
        bare = _SIGNS.sub("", text)
        cents = re.search(r"[.,](\d{1,2})$", bare)
        whole = bare[: cents.start()] if cents else bare
        whole = re.sub(r"[.,](?=\d{3}(\D|$))", "", whole)
        try:
            value = Decimal(f"{whole}.{cents[1]}" if cents else whole)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value < LARGEST:
            self.complain(entry, NO_SUM, name, text)
            return None
        return value

    def unknown(
        self, entry: Entry, name: str, value: str, *, added: bool = False
    ) -> None:
        entry.unknown(name, self._labels[name], value, added=added)


class Words:
    """Entries of a dictionary by their folded names in both languages, made when they may be.

    `exact`: a word that is written otherwise than the entry it reads like is added beside it, for a person to merge
    (an entry that was merged stands for the one it went into). Where nothing may be added, it means the one it reads like.
    """

    def __init__(self, model: Any, *, create: bool, exact: bool = False) -> None:
        self._model, self._create, self._exact = model, create, exact and create
        self._known: dict[str, int] | None = None
        self._written: dict[str, int] = {}

    def find(self, text: str) -> int | None:
        if self._known is None:
            self._known, self._written = {}, {}
            # The older entry of two that are called alike is the one meant.
            for pk, heir, *names in self._model.objects.order_by("-pk").values_list(
                "pk", "merged_into", "name_en", "name"
            ):
                for name in filter(None, names):
                    self._known[fold(name)[:160]] = pk
                    self._written[name] = heir or pk
        if self._exact:
            return self._written.get(text[:160])
        return self._known.get(fold(text)[:160])

    def note(self, entry: Entry, reader: Reader, name: str, text: str) -> None:
        """Say of a word that the base does not have that it is added, or that it refuses the row."""
        if self.find(text) is None:
            reader.unknown(entry, name, text, added=self._create)

    def get(self, text: str) -> int:
        """The entry called `text`; made when there is none."""
        found = self.find(text)
        if found is None:
            assert self._known is not None
            name = text[:160]
            reads_like = fold(name)[:160] in self._known
            made = self._model.objects.create(name=name, folded=variant_of(name) if reads_like else "")  # fmt: skip
            found = made.pk
            self._known.setdefault(fold(name)[:160], found)
            self._written[name] = found
        return found

    def forget(self) -> None:
        self._known = None
