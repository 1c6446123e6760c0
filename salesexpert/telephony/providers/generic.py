"""Any exchange that can post JSON: a bearer secret, one event or a list of them. The format is in docs/telephony.md."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from salesexpert.telephony.events import Event, State, Way
from salesexpert.telephony.providers.base import (
    Credential,
    NotUnderstood,
    Provider,
    Received,
    Request,
    number_of,
    text_of,
)

CODE = "generic"
MOST_EVENTS = 100
_STATES = {
    "ringing": State.RINGING,
    "answered": State.ANSWERED,
    "held": State.HELD,
    "hold": State.HELD,
    "ended": State.ENDED,
}
_WAYS = {"in": Way.IN, "out": Way.OUT, "internal": Way.INNER}


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_authentic(received: Received, credentials: Mapping[str, Any]) -> bool:
    """`Authorization: Bearer …`, or `X-Telephony-Secret: …` where the exchange cannot send the former."""
    said = received.headers.get("authorization", "")
    word, _space, secret = said.partition(" ")
    if word.lower() != "bearer":
        secret = received.headers.get("x-telephony-secret", "")
    kept = str(credentials.get("secret_digest") or "")
    return hmac.compare_digest(digest(secret.strip()), kept) and bool(kept)


def read(received: Received) -> Sequence[Event]:
    try:
        given = json.loads(received.body)
    except (ValueError, RecursionError):
        raise NotUnderstood(gettext_noop("The body is no JSON.")) from None
    rows = given if isinstance(given, list) else [given]
    if len(rows) > MOST_EVENTS:
        raise NotUnderstood(gettext_noop("At most 100 events at once."))
    return [_event(row, received.at) for row in rows]


def _event(row: Any, at: datetime) -> Event:
    if not isinstance(row, dict):
        raise NotUnderstood(gettext_noop("An event is an object."))
    call = text_of(row, "call", "call_id", "id")
    if not call:
        raise NotUnderstood(gettext_noop("“call” is missing: the id of the call."))
    state = _STATES.get(text_of(row, "state", "event").lower())
    if state is None:
        raise NotUnderstood(
            gettext_noop("“state” is one of ringing, answered, held, ended.")
        )
    extension = text_of(row, "extension", most=20)
    leg = text_of(row, "leg") or extension
    # Without a leg of his own an exchange of the simple kind tells of the end of the call.
    whole = state == State.ENDED and not text_of(row, "leg")
    talked = number_of(row, "talk_seconds", "duration")
    result = text_of(row, "result").lower()
    return Event(
        call=call,
        state=state,
        at=_moment(text_of(row, "at", "time"), at),
        leg="" if whole else leg,
        seq=number_of(row, "seq"),
        way=_WAYS.get(text_of(row, "direction").lower()),
        number=text_of(row, "number", "phone", most=60),
        line=text_of(row, "line", most=40),
        extension=extension,
        talk_seconds=max(talked, 0) if talked is not None else None,
        is_talked=True
        if result in ("answered", "talked") or (talked or 0) > 0
        else False
        if result or (whole and talked == 0)
        else None,
        recording=text_of(row, "recording", most=500),
    )


def _moment(word: str, at: datetime) -> datetime:
    """ISO 8601 or seconds since 1970; now when it is not given."""
    if not word:
        return at
    try:
        found = (
            datetime.fromtimestamp(float(word), UTC)
            if word.replace(".", "", 1).isdigit()
            else datetime.fromisoformat(word)
        )
    except (ValueError, OverflowError, OSError):
        raise NotUnderstood(gettext_noop("“at” is a moment like 2026-11-22T10:15:00+03:00.")) from None  # fmt: skip
    if found.tzinfo is None:
        raise NotUnderstood(
            gettext_noop("“at” needs its offset: 2026-11-22T10:15:00+03:00.")
        )
    if not timedelta(days=-3650) < found - at < timedelta(days=3650):
        raise NotUnderstood(gettext_noop("“at” is no moment of these years."))
    return found


def callback(
    credentials: Mapping[str, Any], extension: str, number: str, command: str
) -> Request | None:
    template = str(credentials.get("callback_url") or "")
    if not template:
        return None
    url = template
    for name, value in (("extension", extension), ("number", number), ("id", command)):
        url = url.replace("{" + name + "}", quote(value, safe=""))
    return Request(url, method="GET")


PROVIDER = Provider(
    code=CODE,
    label=_("Any exchange (webhook)"),
    about=_("Posts JSON with a secret to our address: Asterisk scripts, FreePBX, 3CX, a program of your own."),
    credentials=(
        Credential(
            "callback_url",
            _("Address that calls back"),
            _("Opened to make a call: {extension}, {number} and {id} are put in. Empty: the telephone of the computer dials."),
            is_required=False,
        ),
    ),
    has_own_secret=True,
    is_authentic=is_authentic,
    read=read,
    callback=callback,
)  # fmt: skip
