"""The normal form of what a telephone exchange tells. Providers make it out of their own words; nothing here knows Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How far one leg of a call has come."""

    SEEN = (
        "seen"  # the call exists: it is in a menu or a queue, nobody's telephone rings
    )
    RINGING = "ringing"
    ANSWERED = "answered"
    HELD = "held"
    ENDED = "ended"


class Way(StrEnum):
    IN = "in"
    OUT = "out"
    INNER = "inner"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a call, as far as the provider told it; what he did not tell is empty.

    `call` is his id of the call, `leg` of one telephone's part in it: empty, the event is of the whole call, and
    `State.ENDED` of the whole call is its end. Events of one leg are put in order by `seq`, or by how far they lead.
    `at` is aware; `number` is the outside party, `line` our number, both as they came. `is_talked` is what the
    provider's own summary says of the whole call.
    """

    call: str
    state: State
    at: datetime
    leg: str = ""
    seq: int | None = None
    way: Way | None = None
    number: str = ""
    line: str = ""
    extension: str = ""
    talk_seconds: int | None = None
    is_talked: bool | None = None
    recording: str = ""
    began_at: datetime | None = None
