"""What comes to the public address: measured, counted, proved to be from the exchange, and only then read."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from redis.exceptions import RedisError

from salesexpert.audit.acting import acting
from salesexpert.telephony.actions import calls
from salesexpert.telephony.actions.faults import note_fault
from salesexpert.telephony.choices import Refusal
from salesexpert.telephony.models import Call, Connection
from salesexpert.telephony.providers import provider_of
from salesexpert.telephony.providers.base import NotUnderstood, Received

LARGEST_BODY = 64 * 1024
# A busy exchange tells of twenty things a second; a wrong secret is tried by nobody who has business here.
PER_ADDRESS_MINUTE, PER_CONNECTION_MINUTE, WRONG_MINUTE = 3_000, 3_000, 30


@dataclass
class Refused(Exception):
    """`status` of the answer and a sentence for whoever connects the exchange."""

    status: int
    sentence: str


def check_flood(address: str, key: str) -> None:
    """Counted before anything is read. Raises Refused."""
    if (
        count(f"hook:{address}") > PER_ADDRESS_MINUTE
        or count(f"hook:{key[:40]}:all") > PER_CONNECTION_MINUTE
        or _seen(f"hook:{address}:wrong") > WRONG_MINUTE
    ):
        raise Refused(429, _("Too many requests. Please try again later."))


def count(name: str, seconds: int = 60) -> int:
    """One more of `name` within the minute; 0 when the cache is down, which must not silence the telephone."""
    try:
        if cache.add(name, 1, seconds):
            return 1
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two
        return 1
    except (RedisError, OSError):
        return 0


def _seen(name: str) -> int:
    try:
        return int(cache.get(name) or 0)
    except (RedisError, OSError, ValueError):
        return 0


def connection_of(key: str) -> Connection:
    found = Connection.objects.select_related("responsible").filter(key=key, retired_at=None).first()  # fmt: skip
    if found is None or provider_of(found.provider).listens:
        raise Refused(404, _("This exchange is not connected."))
    return found


def take(connection: Connection, received: Received, *, address: str) -> list[Call]:
    """Prove, read, take in. Raises Refused; what was refused is noted with the connection."""
    provider, at = provider_of(connection.provider), received.at
    if not provider.is_authentic(received, connection.credentials):
        count(f"hook:{address}:wrong")
        note_fault(connection, Refusal.SECRET, address, at=at)
        raise Refused(401, _("The secret is wrong."))
    try:
        events = provider.read(received)
    except NotUnderstood as error:
        note_fault(connection, Refusal.BODY, str(error), at=at)
        raise Refused(400, _(str(error))) from None
    with acting(task="telephony.hook"):
        return calls.take(connection, events, at=at)


def refuse_size(connection: Connection, *, at: datetime) -> Refused:
    note_fault(connection, Refusal.SIZE, "", at=at)
    return Refused(413, _("This is too much: 64 kilobytes at most."))


def refuse_half(connection: Connection, got: int, said: int, *, at: datetime) -> Refused:  # fmt: skip
    note_fault(connection, Refusal.BODY, gettext_noop("The request broke off."), at=at)
    return Refused(400, _("The request broke off: %(got)d of %(said)d bytes came.") % {"got": got, "said": said})  # fmt: skip
