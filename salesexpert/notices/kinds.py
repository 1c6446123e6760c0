"""Kinds of notices: each app declares its own, people choose by what way each reaches them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime

from salesexpert.accounts.models import User
from salesexpert.core.templatetags import look
from salesexpert.notices.choices import Way

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` stands on the page of choices. `sentence` is what the notice says, with `%(name)s` for each of its words;
    a mapping gives one for each variant. It is put into the reader's language and time zone when he reads it.
    """

    code: str
    label: Sentence
    sentence: Sentence | Mapping[str, Sentence]
    icon: str = "bell"
    ways: tuple[Way, ...] = (Way.PAGE, Way.BROWSER)
    permission: str = ""

    def sentence_of(self, variant: str) -> str:
        if isinstance(self.sentence, Mapping):
            return str(self.sentence.get(variant, self.label))
        return str(self.sentence)


_declared: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Call it from the app's `ready()`."""
    for kind in kinds:
        _declared[kind.code] = kind


def declared() -> Iterable[Kind]:
    return _declared.values()


def declared_for(user: User) -> list[Kind]:
    """The kinds that may ever reach this person."""
    return [k for k in declared() if not k.permission or user.has_perm(k.permission)]


def kind_of(code: str) -> Kind:
    """The declared kind; of a code that nobody declares any more, one that says nothing but its name."""
    return _declared.get(code) or Kind(code, code, code)


def is_declared(code: str) -> bool:
    return code in _declared


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_stored(words: Mapping[str, Any]) -> dict[str, Any]:
    """Words as JSON: moments and days keep what they are, so that each reader sees them in his own way."""
    return {name: _stored(value) for name, value in words.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, int):
        return value
    return str(value).replace("\x00", "")[:300]


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def text_of(code: str, variant: str, words: Mapping[str, Any]) -> str:
    """What the notice says, in the active language and time zone."""
    said = _Words({name: _shown(value) for name, value in words.items()})
    return re.sub(" {2,}", " ", kind_of(code).sentence_of(variant) % said)


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "moment" in value:
        return look.moment(localtime(datetime.fromisoformat(value["moment"])))
    if isinstance(value, dict) and "day" in value:
        return look.plain_day(date.fromisoformat(value["day"]))
    return str(value)
