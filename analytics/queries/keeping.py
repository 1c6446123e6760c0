"""An answer as bytes of a row: plain JSON with marks for days and exact numbers, packed."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from analytics.queries.running import Answer

_PLACES = ("cells", "counts", "was")


def to_bytes(answer: Answer) -> bytes:
    given: dict[str, Any] = {f.name: getattr(answer, f.name) for f in fields(answer)}
    for name in _PLACES:
        given[name] = [[*place, value] for place, value in given[name].items()]
    return zlib.compress(json.dumps(given, default=_plain, ensure_ascii=False).encode(), 6)  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(type(value).__name__)


def from_bytes(kept: bytes) -> Answer:
    given = json.loads(zlib.decompress(kept), object_hook=_rich)
    for name in _PLACES:
        given[name] = {(r, c): _frozen(value) for r, c, value in given[name]}
    at = given.pop("at")
    return replace(Answer(**{name: _frozen(v) for name, v in given.items()}), at=at)


def _rich(given: dict[str, Any]) -> Any:
    match given:
        case {"n": str(text)} if len(given) == 1:
            return Decimal(text)
        case {"at": str(text)} if len(given) == 1:
            return datetime.fromisoformat(text)
        case {"on": str(text)} if len(given) == 1:
            return date.fromisoformat(text)
    return given


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, Sequence) and not isinstance(value, str) else value  # fmt: skip
