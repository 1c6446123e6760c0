"""Asterisk by its manager interface: lines `Key: Value`, a blank line ends a message. What listens is `listening.py`.

A call is the `Linkedid`, a leg the `Uniqueid` of its channel. Who rings whom is said in `DialBegin`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from salesexpert.telephony import numbers
from salesexpert.telephony.events import Event, State, Way
from salesexpert.telephony.providers.base import Credential, Provider, text_of

CODE = "ami"
LONGEST_MESSAGE = 64 * 1024
_CHANNEL = re.compile(r"^[A-Za-z0-9]+/(?P<peer>[^-@/]+)")
_ENDED = {"CANCEL", "NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION", "DONTCALL", "TORTURE"}  # fmt: skip

type Message = dict[str, str]


class Reader:
    """Bytes as they come in, messages as they are complete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        self._rest += data
        while (found := re.search(rb"\r?\n\r?\n", self._rest)) is not None:
            block, self._rest = self._rest[: found.start()], self._rest[found.end() :]
            if message := _message(block):
                yield message
        if len(self._rest) > LONGEST_MESSAGE:
            self._rest = b""  # nothing that an exchange says is that long


def _message(block: bytes) -> Message:
    found: Message = {}
    for line in block.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def written(**fields: str) -> bytes:
    """A message of ours. Line ends within a value would begin another field, so they are left out."""
    lines = [f"{k}: {re.sub(r'[\r\n]', ' ', v)}" for k, v in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def peer_of(channel: str) -> str:
    """“PJSIP/101-0000002a” → “101”; “Local/101@from-queue-0000;1” → “101”."""
    found = _CHANNEL.match(channel)
    return found["peer"] if found else ""


def events_of(message: Message, *, at: datetime) -> list[Event]:
    """What one message tells; most tell nothing of ours."""
    match message.get("event", "").lower():
        case "dialbegin":
            return _dialled(message, State.RINGING, at)
        case "dialend":
            status = message.get("dialstatus", "").upper()
            if status == "ANSWER":
                return _dialled(message, State.ANSWERED, at)
            return _dialled(message, State.ENDED, at) if status in _ENDED else []
        case "hold" | "unhold":
            return _of_channel(message, State.HELD if message["event"].lower() == "hold" else State.ANSWERED, at)  # fmt: skip
        case "hangup":
            return _of_channel(message, State.ENDED, at)
        case _:
            return []


def _moment(message: Message, at: datetime) -> datetime:
    """With `timestampevents = yes` the exchange says when."""
    try:
        return datetime.fromtimestamp(float(message["timestamp"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return at


def _dialled(message: Message, state: State, at: datetime) -> list[Event]:
    call = message.get("linkedid") or message.get("destlinkedid", "")
    leg = message.get("destuniqueid", "")
    if not call or not leg:
        return []
    caller, dialled = peer_of(message.get("channel", "")), peer_of(message.get("destchannel", ""))  # fmt: skip
    # A queue dials through channels of its own: then only the number says who calls.
    local = message.get("channel", "").lower().startswith("local/")
    from_inside = numbers.is_inner(message.get("calleridnum", "") if local else caller)
    if numbers.is_inner(dialled):
        way = Way.INNER if from_inside else Way.IN
        number, extension = _first(message, "calleridnum", "connectedlinenum"), dialled
    else:
        way, extension = Way.OUT, caller if from_inside else _first(message, "calleridnum")  # fmt: skip
        number = _first(message, "destcalleridnum", "destexten", "dialstring", "exten")
        number = number.rpartition("/")[2].partition("@")[0]
        # The colleague's own telephone is the one that he speaks from: his leg, whichever trunk is dialled.
        leg = message.get("uniqueid", leg)
    line = _first(message, "destconnectedlinenum", "exten") if way == Way.IN else ""
    return [
        Event(
            call=call[:120],
            state=state,
            at=_moment(message, at),
            leg=leg[:120],
            way=way,
            number=number[:60],
            line="" if numbers.is_inner(line) else line[:40],
            extension=extension[:20],
        )
    ]


def _first(message: Message, *names: str) -> str:
    return next((w for n in names if (w := numbers.raw(message.get(n, "")))), "")


def _of_channel(message: Message, state: State, at: datetime) -> list[Event]:
    call, leg = message.get("linkedid", ""), message.get("uniqueid", "")
    if not call or not leg:
        return []
    whole = state == State.ENDED and leg == call
    return [
        Event(
            call=call[:120],
            state=state,
            at=_moment(message, at),
            leg="" if whole else leg[:120],
        )
    ]


def login(credentials: Mapping[str, str]) -> bytes:
    return written(
        Action="Login",
        Username=text_of(credentials, "user"),
        Secret=text_of(credentials, "password"),
        Events="call",
        ActionID="login",
    )


PING = written(Action="Ping", ActionID="ping")
PROVIDER = Provider(
    code=CODE,
    label="Asterisk (AMI)",
    about=_("Our process connects to the exchange itself and listens: FreePBX, Issabel, Asterisk of your own."),
    credentials=(
        Credential("host", _("Address of the exchange")),
        Credential("port", _("Port"), default="5038"),
        Credential("user", _("User of the manager interface"), _("With read = call and nothing to write.")),
        Credential("password", _("Password"), is_secret=True),
    ),
    listens=True,
)  # fmt: skip
