"""What a provider is: a module that turns the words of one exchange into events. Adding another is one such module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from salesexpert.telephony.events import Event


class NotUnderstood(Exception):
    """What came is not what this provider sends. The text says what is wrong, for whoever connects it: marked by
    `gettext_noop`, for it is kept as it is written here and translated where it is read."""


@dataclass(frozen=True, slots=True)
class Received:
    """One webhook as it came. `rest` is what the exchange put behind our address, `headers` have names in lower case."""

    rest: str
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing that an administrator gives. A `secret` is never shown again."""

    name: str
    label: Any
    help: Any = ""
    is_secret: bool = False
    is_required: bool = True
    default: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the exchange, by which it calls a colleague and then the outside party."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


def _nobody(received: Received, credentials: Mapping[str, Any]) -> bool:
    return False


def _nothing(received: Received) -> Sequence[Event]:
    return ()


@dataclass(frozen=True, slots=True)
class Provider:
    """`is_authentic` and `read` are of webhooks; a `listens` one is connected to by a process of ours instead.

    `read` raises NotUnderstood. `callback(credentials, extension, number, id)` gives None when it cannot be done.
    `has_own_secret`: we make a secret that the exchange shows us, and keep its digest.
    """

    code: str
    label: str | Promise
    about: str | Promise
    credentials: tuple[Credential, ...] = ()
    has_own_secret: bool = False
    listens: bool = False
    is_authentic: Callable[[Received, Mapping[str, Any]], bool] = _nobody
    read: Callable[[Received], Sequence[Event]] = _nothing
    callback: Callable[[Mapping[str, Any], str, str, str], Request | None] | None = None


def text_of(given: Mapping[str, Any], *names: str, most: int = 120) -> str:
    """The first of the named values that is there, as text; “” for what is no plain value."""
    for name in names:
        value = given.get(name)
        if value is None or isinstance(value, bool | dict | list):
            continue
        if word := str(value).replace("\x00", "").strip():
            return word[:most]
    return ""


def number_of(given: Mapping[str, Any], *names: str) -> int | None:
    word = text_of(given, *names, most=30)
    try:
        found = int(float(word))
    except (ValueError, OverflowError):
        return None
    return found if -(2**62) < found < 2**62 else None
