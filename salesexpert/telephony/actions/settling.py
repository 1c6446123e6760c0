"""What becomes of a call that is over: an entry that waits for its résumé, work to call back, an inquiry of a stranger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients import kinds
from clients.actions import activities, inquiries
from clients.choices import ActivityCode, ActivityStatus
from clients.inquiry_choices import Channel
from clients.models import Activity, ActivityKind, Client, Contact
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags import look
from salesexpert.notices.actions import notify
from salesexpert.telephony import matching
from salesexpert.telephony.choices import Direction, Outcome, Waits
from salesexpert.telephony.declaring import MISSED
from salesexpert.telephony.matching import Match
from salesexpert.telephony.models import Call, Leg

CALL_BACK_WITHIN = timedelta(minutes=15)
_SPACE_OF_KEYS = UUID("4a0b7a52-9d0c-5c1f-8f0e-5e1a7a3b9c22")


def settle(call: Call, legs: Sequence[Leg], *, at: datetime) -> None:
    """Bring what the call made in line with what is known of it, within the transaction that holds the call.

    Again and again: what a call that was thought missed has made becomes the entry of the talk that it was.
    """
    if not call.direction:
        call.direction = Direction.IN
    legs = sorted(legs, key=lambda leg: (leg.answered_at or leg.rang_at, leg.pk or 0))
    if call.direction != Direction.INNER:
        matches = matching.cards_of(call.number)
        if call.client_id is None and len(matches) == 1:
            _belongs(call, matches[0])
        if call.outcome == Outcome.TALKED:
            _talked(call, legs, at=at)
        elif call.direction == Direction.IN:
            _missed(call, legs, matches, at=at)
        else:
            call.user = call.user or _rung(legs)
    else:
        call.user = call.user or _rung(legs)
    call.save()


def _belongs(call: Call, match: Match) -> None:
    call.client_id, call.contact_id = match.client_id, match.contact_id


def _rung(legs: Sequence[Leg]) -> User | None:
    return next((leg.user for leg in legs if leg.user), None)


def the_call() -> ActivityKind:
    kind = kinds.book().by_code(ActivityCode.CALL)
    if kind is None:
        raise LookupError("The kind “call” is one of those that every company has.")
    return kind


# ── a talk ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _talked(call: Call, legs: Sequence[Leg], *, at: datetime) -> None:
    """Whoever spoke last has it: a call that was put through is the history of him to whom it was."""
    spoke = [leg.user for leg in legs if leg.user and leg.answered_at]
    call.user = (spoke[-1] if spoke else None) or _rung(legs) or call.user
    if call.user is None:
        return  # of an extension that nobody has: it waits in the list until somebody does
    entered = call.activity
    if entered is not None and entered.status == ActivityStatus.DONE:
        return
    if call.client is None:
        call.waits = Waits.CARD
        return
    enter(call, call.client, call.contact, by=call.user, at=at)


def enter(
    call: Call, client: Client, contact: Contact | None, *, by: User, at: datetime
) -> Activity:
    """The entry of the talk in the client's history. Work to call this number back is done by it."""
    seconds = call.talk_seconds or 0
    activity = activities.note_talk(
        client=client,
        contact=contact,
        kind=the_call(),
        by=by,
        at=at,
        done_at=min(call.ended_at or at, at),
        direction=call.direction,
        minutes=max(1, min(round(seconds / 60), 1440)) if seconds else None,
        instead_of=call.activity or _planned_for(call),
    )
    call.client, call.contact, call.activity = client, contact, activity
    call.waits = Waits.SUMMARY
    return activity


def _planned_for(call: Call) -> Activity | None:
    """Work to call this number back that an earlier missed call has made."""
    if not call.number:
        return None
    earlier = (
        Call.objects.missed()
        .filter(
            number=call.number,
            activity__status=ActivityStatus.PLANNED,
            activity__bin=None,
        )
        .exclude(pk=call.pk)
    )
    found = earlier.select_related("activity").order_by("-began_at", "-pk").first()
    return found.activity if found else None


# ── a missed call ────────────────────────────────────────────────────────────────────────────────────────────────────


def _missed(
    call: Call, legs: Sequence[Leg], matches: Sequence[Match], *, at: datetime
) -> None:
    if call.activity_id or call.inquiry_id:
        return
    rung = [leg.user for leg in legs if leg.user and leg.user.is_active]
    known = _likeliest(matches, rung)
    person = _answers_for(call, known, rung)
    call.user = person or call.user
    if again := _planned_for(call):
        call.activity = again
    elif known and person and (work := _call_back(call, known, person, at=at)):
        call.activity = work
    elif call.number_raw:
        _ask_who(call, person, at=at)
    if person:
        _tell(call, person, at=at)


def _likeliest(
    matches: Sequence[Match], rung: Sequence[User]
) -> tuple[Client, Contact | None] | None:
    """The card whose curator was called, else the first."""
    if not matches:
        return None
    cards = Client.objects.select_related("curator", "legal_form").in_bulk([m.client_id for m in matches])  # fmt: skip
    people = {user.pk for user in rung}
    match = next((m for m in matches if cards[m.client_id].curator_id in people), matches[0])  # fmt: skip
    contact = Contact.objects.filter(pk=match.contact_id).first() if match.contact_id else None  # fmt: skip
    return cards[match.client_id], contact


def _answers_for(
    call: Call, known: tuple[Client, Contact | None] | None, rung: Sequence[User]
) -> User | None:
    """Whose telephone alone rang; of several the client's curator; of none whoever answers for the exchange."""
    people = list({user.pk: user for user in rung}.values())
    if len(people) == 1:
        return people[0]
    curator = known[0].curator if known else None
    if curator and curator.is_active:
        return curator
    if people:
        return people[0]
    answers = call.connection.responsible
    return answers if answers and answers.is_active else None


def _call_back(
    call: Call,
    known: tuple[Client, Contact | None],
    person: User,
    *,
    at: datetime,
) -> Activity | None:
    """Planned work; None where the card allows none: archived, or who asked not to be called."""
    client, contact = known
    with override(person.language):
        title = _("Call back")
        note = _("Missed call from %(number)s at %(at)s.") % {
            "number": call,
            "at": look.moment(timezone.localtime(call.began_at)),
        }
    try:
        work = activities.plan_activity(
            client=client,
            contact=contact,
            kind=the_call(),
            planned_at=at + CALL_BACK_WITHIN,
            performer=person,
            title=title,
            note=note,
            by=person,
            at=at,
            appointed=True,
        )
    except DomainError:
        return None
    call.client, call.contact = client, contact
    return work


def _ask_who(call: Call, person: User | None, *, at: datetime) -> None:
    """A number of nobody: an inquiry, which comes into the inbox and is given by its rules."""
    language = person.language if person else "ru"
    with override(language):
        text = _("Missed call at %(at)s. Call back.") % {
            "at": look.moment(timezone.localtime(call.began_at))
        }
    open_already = (
        Call.objects.filter(
            number=call.number, inquiry__state__in=("new", "work"), inquiry__isnull=False
        ).select_related("inquiry").order_by("-began_at").first()
        if call.number
        else None
    )  # fmt: skip
    call.inquiry = (
        open_already.inquiry
        if open_already
        else inquiries.receive(
            inquiries.Said(
                channel=Channel.CALL,
                text=text,
                phones=[call.number or call.number_raw],
            ),
            by=None,
            at=at,
            received_at=call.began_at,
            responsible=person,
            key=uuid5(_SPACE_OF_KEYS, str(call.pk)),
        )
    )


def _tell(call: Call, person: User, *, at: datetime) -> None:
    work, client = call.activity, call.client
    if work is not None:
        link = reverse("clients:activity", args=[work.pk])
    elif call.inquiry is not None:
        link = call.inquiry.get_absolute_url()
    else:
        link = call.get_absolute_url()
    notify(
        person,
        MISSED,
        key=f"missed-call:{call.pk}",
        variant="known" if client else "unknown" if call.number_raw else "hidden",
        words={
            "number": str(call),
            "client": str(client) if client else "",
            "at": call.began_at,
        },
        link=link,
        about=client,
        at=at,
    )
