"""Mango Office: forms signed with the key of the API and its salt, posted behind our address as /events/…

Order is not kept: within a leg the greater `seq` is the later. `/events/call` tells of legs, `/events/summary` of the
whole call once it is over, `/events/record/added` of its recording.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

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

CODE = "mango"
API = "https://app.mango-office.ru/vpbx/"
_STATES = {
    "appeared": State.RINGING,
    "connected": State.ANSWERED,
    "onhold": State.HELD,
    "disconnected": State.ENDED,
}
_WAYS = {0: Way.INNER, 1: Way.IN, 2: Way.OUT}


def sign(key: str, said: str, salt: str) -> str:
    return hashlib.sha256(f"{key}{said}{salt}".encode()).hexdigest()


def _form(received: Received) -> dict[str, str]:
    try:
        fields = parse_qs(received.body.decode(), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def is_authentic(received: Received, credentials: Mapping[str, Any]) -> bool:
    form = _form(received)
    key, salt = str(credentials.get("api_key", "")), str(credentials.get("salt", ""))
    if not key or not salt:
        return False
    right = sign(key, form.get("json", ""), salt)
    same_key = hmac.compare_digest(form.get("vpbx_api_key", "").encode(), key.encode())
    return hmac.compare_digest(form.get("sign", "").encode(), right.encode()) and same_key  # fmt: skip


def read(received: Received) -> Sequence[Event]:
    try:
        said = json.loads(_form(received).get("json", ""))
    except (ValueError, RecursionError):
        raise NotUnderstood(gettext_noop("“json” is no JSON.")) from None
    if not isinstance(said, dict):
        raise NotUnderstood(gettext_noop("“json” is an object."))
    match received.rest.strip("/").removeprefix("events/"):
        case "call":
            return [_leg(said, received.at)]
        case "summary":
            return [_summary(said, received.at)]
        case "record/added" | "recording" | "record/tag/added":
            return _record(said, received.at)
        case _:
            return []  # there are events of texts and of faxes too


def _call(said: Mapping[str, Any]) -> str:
    call = text_of(said, "entry_id")
    if not call:
        raise NotUnderstood(gettext_noop("“entry_id” is missing."))
    return call


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _moment(said: Mapping[str, Any], name: str, at: datetime) -> datetime:
    seconds = number_of(said, name)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else at
    except (ValueError, OverflowError, OSError):
        return at


def _leg(said: Mapping[str, Any], at: datetime) -> Event:
    state = _STATES.get(text_of(said, "call_state").lower())
    if state is None:
        raise NotUnderstood(gettext_noop("“call_state” is unknown."))
    caller, called = _part(said, "from"), _part(said, "to")
    ours, theirs = text_of(caller, "extension"), text_of(called, "extension")
    way = Way.INNER if ours and theirs else Way.OUT if ours else Way.IN
    # Their own examples spell it “locaton”.
    location = text_of(said, "location", "locaton").lower()
    at_person = location in ("", "abonent")
    leg = text_of(said, "call_id") if at_person else ""
    outside = called if way == Way.OUT else caller
    line = text_of(called, "line_number", most=40) or text_of(caller, "line_number", most=40)  # fmt: skip
    return Event(
        call=_call(said),
        state=state if at_person else State.SEEN,
        at=_moment(said, "timestamp", at),
        leg=leg,
        seq=number_of(said, "seq") if leg else None,
        way=way,
        number=text_of(outside, "number", most=60),
        line=line,
        extension=(ours if way == Way.OUT else theirs)[:20] if at_person else "",
    )


def _summary(said: Mapping[str, Any], at: datetime) -> Event:
    way = _WAYS.get(number_of(said, "call_direction") or 0, Way.INNER)
    caller, called = _part(said, "from"), _part(said, "to")
    outside, ours = (called, caller) if way == Way.OUT else (caller, called)
    began, talk = _moment(said, "create_time", at), _moment(said, "talk_time", at)
    end = _moment(said, "end_time", at)
    talked = bool(number_of(said, "talk_time"))
    return Event(
        call=_call(said),
        state=State.ENDED,
        at=end,
        way=way,
        number=text_of(outside, "number", most=60),
        line=text_of(said, "line_number", most=40),
        extension=text_of(ours, "extension", most=20),
        talk_seconds=max(int((end - talk).total_seconds()), 0) if talked else 0,
        is_talked=talked,
        began_at=min(began, end),
    )


def _record(said: Mapping[str, Any], at: datetime) -> Sequence[Event]:
    """Their link wants a signature that expires; the id leads to the recording in their cabinet."""
    recording = text_of(said, "recording_id", most=400)
    if not recording:
        return []
    return [
        Event(
            call=_call(said),
            state=State.SEEN,
            at=_moment(said, "timestamp", at),
            recording=f"{API}queries/recording/link/{recording}/play",
        )
    ]


def callback(
    credentials: Mapping[str, Any], extension: str, number: str, command: str
) -> Request | None:
    key, salt = str(credentials.get("api_key", "")), str(credentials.get("salt", ""))
    if not key or not salt:
        return None
    said = json.dumps(
        {
            "command_id": command,
            "from": {"extension": extension},
            "to_number": number.lstrip("+"),
        }
    )
    form = {"vpbx_api_key": key, "sign": sign(key, said, salt), "json": said}
    return Request(
        f"{str(credentials.get('api_url') or API).rstrip('/')}/commands/callback",
        urlencode(form).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )


PROVIDER = Provider(
    code=CODE,
    label="Mango Office",
    about=_("A virtual exchange: its cabinet posts signed events to our address, and calls back when asked."),
    credentials=(
        Credential("api_key", _("Unique code of your exchange (vpbx_api_key)"), is_secret=True),
        Credential("salt", _("Key for the signature (vpbx_api_salt)"), is_secret=True),
        Credential("api_url", _("Address of its interface"), default=API),
    ),
    is_authentic=is_authentic,
    read=read,
    callback=callback,
)  # fmt: skip
