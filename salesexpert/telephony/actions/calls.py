"""What exchanges tell becomes calls: events in any order, told twice, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from salesexpert.accounts.models import User
from salesexpert.notices.pushing import push
from salesexpert.telephony import numbers
from salesexpert.telephony.actions import settling
from salesexpert.telephony.actions.faults import note_fault
from salesexpert.telephony.choices import CallState, Direction, Outcome, Refusal
from salesexpert.telephony.events import Event, State, Way
from salesexpert.telephony.models import Call, Connection, Extension, Leg
from salesexpert.telephony.querysets import RINGS_AT_MOST, TALKS_AT_MOST

# After the last telephone was hung up: an exchange that says no more has lost the end of the call.
SILENCE = timedelta(seconds=60)
# An exchange that was cut off tells later what was: that is history, and rings at nobody.
NEWS = timedelta(minutes=10)
_RANK = {State.SEEN: 0, State.RINGING: 1, State.ANSWERED: 2, State.HELD: 2, State.ENDED: 3}  # fmt: skip
_WAYS = {Way.IN: Direction.IN, Way.OUT: Direction.OUT, Way.INNER: Direction.INNER}
LATEST_PUSHED = 20


def take(
    connection: Connection, events: Iterable[Event], *, at: datetime | None = None
) -> list[Call]:
    """Take in what the exchange told; each call is a transaction of its own. Unknown extensions are noted as faults.

    Told again, the same events change nothing; whatever comes later than something it should have come before only
    fills in what was not known.
    """
    at = at or timezone.now()
    by_call: dict[str, list[Event]] = {}
    for event in events:
        by_call.setdefault(event.call, []).append(event)
    if not by_call:
        return []
    people = {
        e.number: e.user
        for e in Extension.objects.filter(connection=connection).select_related("user")
    }
    calls = [
        _take_one(connection, call, told, people=people, at=at)
        for call, told in by_call.items()
    ]
    Connection.objects.filter(pk=connection.pk).filter(
        Q(heard_at=None) | Q(heard_at__lt=at - timedelta(seconds=10))
    ).update(heard_at=at)
    unknown = {e.extension for told in by_call.values() for e in told if e.extension} - set(people)  # fmt: skip
    for number in sorted(unknown)[:10]:
        note_fault(connection, Refusal.EXTENSION, number, at=at)
    return calls


@transaction.atomic
def _take_one(
    connection: Connection,
    outside_id: str,
    told: Sequence[Event],
    *,
    people: Mapping[str, User],
    at: datetime,
) -> Call:
    began = min(min(_past(e.at, at), _past(e.began_at or e.at, at)) for e in told)
    # Two events of one call at once: one makes the row, the other waits for it.
    Call.objects.bulk_create(
        [
            Call(
                connection=connection,
                outside_id=outside_id,
                began_at=began,
                heard_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    call = (
        Call.objects.select_for_update(of=["self"])
        .select_related("user")
        .get(connection=connection, outside_id=outside_id)
    )
    legs = {leg.outside_id: leg for leg in call.legs.select_related("user")}
    before = {(leg.user_id, leg.state) for leg in legs.values()} | {(0, call.state)}
    whole = None
    changed: list[Leg] = []
    for event in told:
        _fill(call, event, connection, at)
        if event.leg:
            changed.append(_turn(call, legs, event, people, at))
        elif event.state == State.ENDED:
            whole = event
            if event.extension and event.extension in people and not any(leg.extension == event.extension for leg in legs.values()):  # fmt: skip
                # All that was told of this telephone was lost but the end of the call.
                lost = _turn(call, legs, event, people, at, key=event.extension)
                changed.append(lost)
    _sum_of(call, legs.values(), whole, at)
    if call.is_over:
        changed += _hung_up(call, legs.values())
    for leg in changed:
        leg.save()
    call.heard_at = max(call.heard_at, at)
    call.save()
    if call.is_over:
        settling.settle(call, list(legs.values()), at=at)
    after = {(leg.user_id, leg.state) for leg in legs.values()} | {(0, call.state)}
    if (after != before and at - call.began_at < NEWS) or (call.is_over and after != before):  # fmt: skip
        ring(call, legs.values())
    return call


def _past(moment: datetime, at: datetime) -> datetime:
    """Clocks of exchanges go fast; nothing has happened later than now."""
    return min(moment, at)


def _fill(call: Call, event: Event, connection: Connection, at: datetime) -> None:
    """What is known of the call from any of its events; the first word stands, but for a guess."""
    call.began_at = min(call.began_at, _past(event.began_at or event.at, at))
    if event.way and (not call.direction or (event.state == State.ENDED and not event.leg)):  # fmt: skip
        call.direction = _WAYS[event.way]
    if event.number and not call.number:
        call.number_raw = numbers.raw(event.number)
        call.number = numbers.e164(event.number, city_code=connection.city_code)
    if event.line and not call.line:
        line = numbers.raw(event.line)
        call.line = numbers.e164(line) or line
    if event.recording.startswith(("https://", "http://")):
        call.recording = event.recording[:500]
    if event.talk_seconds is not None and not event.leg:
        call.talk_seconds = min(event.talk_seconds, 30 * 86_400)


def _turn(
    call: Call,
    legs: dict[str, Leg],
    event: Event,
    people: Mapping[str, User],
    at: datetime,
    *,
    key: str = "",
) -> Leg:
    """Bring one telephone's part forward."""
    key, moment = key or event.leg, _past(event.at, at)
    leg = legs.get(key)
    if leg is None:
        leg = legs[key] = Leg(call=call, outside_id=key, state=State.SEEN, rang_at=moment)  # fmt: skip
    if event.extension and not leg.extension:
        leg.extension = event.extension
        leg.user = people.get(event.extension)
    leg.rang_at = min(leg.rang_at, moment)
    if event.state in (State.ANSWERED, State.HELD):
        leg.answered_at = min(filter(None, (leg.answered_at, moment)))
    if event.state == State.ENDED:
        leg.ended_at = max(filter(None, (leg.ended_at, moment)))
        if event.talk_seconds and leg.answered_at is None:
            leg.answered_at = max(moment - timedelta(seconds=event.talk_seconds), leg.rang_at)  # fmt: skip
    ordered = event.seq is not None and leg.seq is not None
    if ordered and event.seq is not None and leg.seq is not None:
        is_later = event.seq > leg.seq
    else:
        is_later = _RANK[event.state] >= _RANK[State(leg.state)]
    if is_later:
        leg.state = event.state
        leg.seq = event.seq if event.seq is not None else leg.seq
    return leg


def _sum_of(call: Call, legs: Iterable[Leg], whole: Event | None, at: datetime) -> None:
    """The call as its parts make it. Once over it stays over; that it was a talk may be learned later."""
    legs = list(legs)
    answered = [leg.answered_at for leg in legs if leg.answered_at]
    if answered:
        call.answered_at = min(answered)
    if whole is not None:
        call.state = CallState.OVER
        call.ended_at = max(filter(None, (call.ended_at, _past(whole.at, at), call.began_at)))  # fmt: skip
    if not call.is_over:
        states = {leg.state for leg in legs}
        if states & {State.ANSWERED, State.HELD}:
            call.state = CallState.TALKING
        elif State.RINGING in states:
            call.state = CallState.RINGING
        return
    call.ended_at = max(filter(None, (call.ended_at, call.began_at)))
    talked = bool(answered) or bool(call.talk_seconds)
    if whole is not None and whole.is_talked is not None:
        talked = whole.is_talked or bool(answered)
    call.outcome = Outcome.TALKED if talked or call.outcome == Outcome.TALKED else Outcome.MISSED  # fmt: skip
    if call.outcome == Outcome.TALKED and call.talk_seconds is None and call.answered_at and call.ended_at:  # fmt: skip
        call.talk_seconds = max(int((call.ended_at - call.answered_at).total_seconds()), 0)  # fmt: skip


def _hung_up(call: Call, legs: Iterable[Leg]) -> list[Leg]:
    """Telephones whose own end was lost ended with the call."""
    on = [leg for leg in legs if leg.state != State.ENDED]
    for leg in on:
        leg.state, leg.ended_at = State.ENDED, call.ended_at
    return on


def ring(call: Call, legs: Iterable[Leg]) -> None:
    """Tell the pages of everybody at whose telephone it rings, or rang until now. Not of calls between colleagues."""
    if call.direction == Direction.INNER:
        return
    people = {leg.user_id for leg in legs if leg.user_id}
    if people:
        push(sorted(people)[:LATEST_PUSHED], "call", id=call.pk, state=call.state)


def end_forgotten(*, at: datetime) -> int:
    """Calls whose end was never told are over: all telephones hung up for a minute, or nobody rings or talks so long.

    Returns how many. Two of these at once end none twice.
    """
    ended = 0
    waiting = Call.objects.exclude(state=CallState.OVER).filter(heard_at__lte=at - SILENCE)  # fmt: skip
    for pk in list(waiting.order_by("heard_at").values_list("pk", flat=True)[:500]):
        ended += _end_one(pk, at=at)
    return ended


@transaction.atomic
def _end_one(pk: int, *, at: datetime) -> bool:
    rows = Call.objects.select_for_update(of=["self"], skip_locked=True)
    call = rows.select_related("user").exclude(state=CallState.OVER).filter(pk=pk).first()  # fmt: skip
    if call is None:
        return False
    legs = list(call.legs.select_related("user"))
    on = [leg for leg in legs if leg.state != State.ENDED]
    longest = TALKS_AT_MOST if call.state == CallState.TALKING else RINGS_AT_MOST
    if on and at - call.heard_at < longest:
        return False
    ends = [leg.ended_at for leg in legs if leg.ended_at]
    call.state = CallState.OVER
    call.ended_at = max([call.began_at, *(ends or [call.heard_at])])
    # The end of a talk that nobody told of is not known, nor how long it was.
    call.outcome = Outcome.TALKED if call.answered_at else Outcome.MISSED
    if call.answered_at and ends and call.talk_seconds is None:
        call.talk_seconds = max(int((call.ended_at - call.answered_at).total_seconds()), 0)  # fmt: skip
    for leg in _hung_up(call, legs):
        leg.save(update_fields=["state", "ended_at"])
    call.save()
    settling.settle(call, legs, at=at)
    ring(call, legs)
    return True
