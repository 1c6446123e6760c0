"""Booking a colleague's time: one gets it, the other is offered the next; or asked of the head who deals work out."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions.activities import plan_activity
from clients.models import Activity, ActivityKind, Client
from clients.take_overs import heads_of
from deals.actions import handovers
from deals.choices import BookingState
from deals.models import BookingRequest, Deal
from deals.team import slots
from deals.team.notice import NOTICE
from pipeline.working_time import Interval
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import preferences
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import notify, notify_each

CENTRAL = "central_booking"
RIGHT = handovers.RIGHT
PAGE = "/plan/team/"
# What was asked for and the head may correct when he assigns it.
_ASKED_FOR = ("kind", "minutes", "note", "title", "deal", "hand_stage")


class SlotTaken(DomainError):
    """Somebody was quicker. `next_at` is the person's next free start, None when there is none in two weeks."""

    def __init__(self, text: str, next_at: datetime | None) -> None:
        super().__init__(text)
        self.next_at = next_at


class CannotBeBooked(DomainError):
    pass


class AlreadyDecided(DomainError):
    pass


def is_central(by: User) -> bool:
    """Whether `by` asks the head for time instead of booking it."""
    return bool(preferences.get(CENTRAL)) and not by.has_perm(RIGHT)


@transaction.atomic
def book(
    *,
    by: User,
    performer: User,
    kind: ActivityKind,
    begins: datetime,
    minutes: int,
    note: str,
    client: Client | None = None,
    deal: Deal | None = None,
    title: str = "",
    hand_stage: bool = False,
    at: datetime | None = None,
) -> Activity:
    """Plan work in a colleague's free time; with `hand_stage` the stage of the deal is handed over to him as well.

    Raises SlotTaken when the time is not free any more, CannotBeBooked for a time gone by or a missing note, and what
    `plan_activity` and `hand_over` raise. Nothing is left behind.
    """
    at = at or timezone.now()
    if not note.strip():
        raise CannotBeBooked(_("Write a note: the colleague goes by it."))
    if begins < at:
        raise CannotBeBooked(_("This time has gone by: choose another."))
    # Those who book one person take turns: the second sees what the first has planned.
    performer = User.objects.select_for_update(no_key=True, of=["self"]).get(pk=performer.pk)  # fmt: skip
    if not slots.is_free(performer, Interval(begins, begins + timedelta(minutes=minutes))):  # fmt: skip
        time = slots.Time.of([performer], begins, begins + slots.HORIZON)
        raise SlotTaken(
            _("%(person)s is not free then any more. Nothing was booked.")
            % {"person": performer},
            time.first(performer.pk, begins, minutes=minutes),
        )
    activity = plan_activity(
        client=client,
        kind=kind,
        planned_at=begins,
        minutes=minutes,
        title=title,
        note=note.strip(),
        performer=performer,
        deal_id=deal.pk if deal else None,
        by=by,
        at=at,
    )
    if hand_stage and deal is not None and deal.performer_id != performer.pk:
        handovers.hand_over(
            handovers.stage_subject(deal),
            to=[performer],
            note=note,
            by=by,
            impose=handovers.may_impose(by),
            at=at,
        )
    journal.record(
        "activity.booked",
        activity,
        by=by,
        at=at,
        client=activity.client_id,
        performer=performer.pk,
    )
    return activity


@transaction.atomic
def ask_for_time(
    *,
    by: User,
    kind: ActivityKind,
    wanted_at: datetime,
    minutes: int,
    note: str,
    client: Client | None = None,
    deal: Deal | None = None,
    wanted_from: User | None = None,
    title: str = "",
    hand_stage: bool = False,
    at: datetime | None = None,
) -> BookingRequest:
    """Ask the heads to name who does it and when; they are told. Raises CannotBeBooked."""
    at = at or timezone.now()
    if not note.strip():
        raise CannotBeBooked(_("Write a note: the colleague goes by it."))
    if wanted_at < at:
        raise CannotBeBooked(_("This time has gone by: choose another."))
    asked = BookingRequest.objects.create(
        client=client,
        deal=deal,
        kind=kind,
        title=title,
        note=note.strip(),
        wanted_at=wanted_at,
        minutes=minutes,
        wanted_from=wanted_from,
        hand_stage=hand_stage,
        asked_by=by,
        asked_at=at,
    )
    journal.record("booking.asked", asked, by=by, at=at, name=str(asked))
    heads = heads_of(wanted_from or by)
    notify_each(heads, NOTICE, key=f"booking:{asked.pk}:asked", variant="asked", words={"what": str(asked), "who": str(by)}, note=asked.note, link=PAGE, about=asked, by=by, at=at)  # fmt: skip
    return asked


@transaction.atomic
def assign(
    request: BookingRequest,
    *,
    by: User,
    performer: User,
    begins: datetime,
    at: datetime | None = None,
    **changes: Any,
) -> Activity:
    """The head names who does it and when; `changes` are what else he corrected (kind, minutes, note, title, deal, hand_stage).

    Raises AlreadyDecided, CannotBeBooked, and what `book` raises.
    """
    at = at or timezone.now()
    request = _open(request, by)
    activity = book(
        by=by,
        performer=performer,
        begins=begins,
        client=request.client,
        at=at,
        **{name: changes.get(name, getattr(request, name)) for name in _ASKED_FOR},
    )
    request.activity = activity
    _decide(request, BookingState.ASSIGNED, by=by, at=at, answer=str(performer))
    return activity


@transaction.atomic
def decline(request: BookingRequest, *, by: User, answer: str, at: datetime | None = None) -> None:  # fmt: skip
    """Raises AlreadyDecided, CannotBeBooked without a reason or the right."""
    if not answer.strip():
        raise CannotBeBooked(_("Say why: the one who asked will read it."))
    request = _open(request, by)
    _decide(request, BookingState.DECLINED, by=by, at=at or timezone.now(), answer=answer)  # fmt: skip


@transaction.atomic
def withdraw(request: BookingRequest, *, by: User, at: datetime | None = None) -> None:
    """Raises AlreadyDecided, CannotBeBooked for a request of somebody else."""
    if request.asked_by_id != by.pk:
        raise CannotBeBooked(_("Only whoever asked may withdraw it."))
    request = _open(request, None)
    _decide(request, BookingState.WITHDRAWN, by=by, at=at or timezone.now(), answer="")


def _open(request: BookingRequest, by: User | None) -> BookingRequest:
    if by is not None and not by.has_perm(RIGHT):
        raise CannotBeBooked(_("Only a head deals work out."))
    rows = BookingRequest.objects.select_for_update(of=["self"])
    request = rows.select_related("client", "deal", "kind", "asked_by").get(pk=request.pk)  # fmt: skip
    if request.state != BookingState.OPEN:
        raise AlreadyDecided(
            _("This request has been settled already: %(state)s.")
            % {"state": request.get_state_display()}
        )
    return request


def _decide(request: BookingRequest, state: BookingState, *, by: User, at: datetime, answer: str) -> None:  # fmt: skip
    request.state, request.decided_by, request.decided_at = state, by, at
    request.answer = answer.strip()[:500]
    request.save(update_fields=["state", "decided_by", "decided_at", "answer", "activity"])  # fmt: skip
    journal.record(f"booking.{state}", request, by=by, at=at, name=str(request))
    notify(request.asked_by, NOTICE, key=f"booking:{request.pk}:{state}", variant=str(state), words={"what": str(request), "who": request.answer}, note=request.answer, link=PAGE, about=request, by=by, at=at)  # fmt: skip
