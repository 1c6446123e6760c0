"""Handing work over: offered with a note, accepted or declined, or imposed by a head; given back as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Activity, Client
from clients.take_overs import RIGHT as CURATORS_RIGHT
from clients.take_overs import heads_of
from deals.choices import (
    DealState,
    Handed,
    HandoverOf,
    HandoverState,
)
from deals.handing import contents, running, sharing
from deals.handing.contents import Thing, Wanted
from deals.handing.notice import NOTICE
from deals.models import Deal, Handover, HandoverItem
from deals.tasks import run_handover
from pipeline.clock import due_at
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.acting import acting
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import notify, notify_each

RIGHT = "deals.change_responsible"
# What moves at once, while the person waits; above it a worker does it.
AT_ONCE = 60


class CannotBeHandedOver(DomainError):
    pass


class AlreadyDecided(DomainError):
    pass


class ReasonMissing(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be handed over: whose it is, what it is called, where it is opened, what passes on with it."""

    of: HandoverOf
    giver: User
    title: str
    link: str
    things: Sequence[Thing]


def activity_subject(activity: Activity) -> Subject:
    """Raises CannotBeHandedOver for what is over."""
    if activity.status != "planned":
        raise CannotBeHandedOver(_("This is over already: there is nothing to hand over."))  # fmt: skip
    title = f"{activity}, {activity.client}" if activity.client else str(activity)
    link = activity.client.get_absolute_url() if activity.client else "/"
    return Subject(HandoverOf.ACTIVITY, activity.performer, title[:300], link, contents.of_activity(activity))  # fmt: skip


def stage_subject(deal: Deal) -> Subject:
    """The stage at which the deal stands. Raises CannotBeHandedOver."""
    _refuse_ended(deal)
    if deal.performer is None:
        raise CannotBeHandedOver(_("Nobody performs this stage."))
    title = f"{deal.stage}: {deal}"
    return Subject(HandoverOf.STAGE, deal.performer, title[:300], deal.get_absolute_url(), contents.of_stage(deal))  # fmt: skip


def deal_subject(deal: Deal, *, work: bool = True) -> Subject:
    """Raises CannotBeHandedOver for a deal that has ended."""
    _refuse_ended(deal)
    things = contents.of_deal(deal, work=work)
    return Subject(HandoverOf.DEAL, deal.responsible, str(deal)[:300], deal.get_absolute_url(), things)  # fmt: skip


def client_subject(client: Client, *, deals: bool = True, work: bool = True) -> Subject:
    """Raises CannotBeHandedOver for an archived card, or one without a curator."""
    if client.archived_at:
        raise CannotBeHandedOver(_("The card is archived: restore it first."))
    if client.curator is None:
        raise CannotBeHandedOver(_("Nobody leads this client: choose a curator on the card."))  # fmt: skip
    things = contents.of_client(client, deals=deals, work=work)
    return Subject(HandoverOf.CLIENT, client.curator, str(client)[:300], client.get_absolute_url(), things)  # fmt: skip


def person_subject(giver: User, wanted: Wanted) -> Subject:
    title = _("Work of %(person)s") % {"person": giver}
    return Subject(HandoverOf.PERSON, giver, title[:300], "", contents.of_person(giver, wanted))  # fmt: skip


def _refuse_ended(deal: Deal) -> None:
    if deal.state != DealState.OPEN:
        raise CannotBeHandedOver(
            _("The deal has ended already: %(state)s. Reopen it to work on.")
            % {"state": deal.get_state_display()}
        )


def may_hand_over(subject: Subject, by: User) -> bool:
    """Everyone hands over his own; others' work needs the right (of curators too where a client passes on)."""
    if subject.giver.pk == by.pk:
        return True
    if subject.of == HandoverOf.ACTIVITY:
        return by.has_perm("clients.change_others_activity") or by.has_perm(RIGHT)
    if subject.of in {HandoverOf.CLIENT, HandoverOf.PERSON}:
        return by.has_perm(RIGHT) and by.has_perm(CURATORS_RIGHT)
    return by.has_perm(RIGHT)


def may_impose(by: User) -> bool:
    return by.has_perm(RIGHT)


def plan(subject: Subject, receivers: Sequence[User]) -> dict[Thing, int]:
    """{thing: receiver} without changing anything: to the one, or to several by their load."""
    if len(receivers) == 1:
        return dict.fromkeys(subject.things, receivers[0].pk)
    return sharing.share(subject.things, sharing.loads(receivers))


def hand_over(
    subject: Subject,
    *,
    to: Sequence[User],
    note: str,
    by: User,
    impose: bool = False,
    answer_by: datetime | None = None,
    at: datetime | None = None,
) -> Handover:
    """Offer it to one colleague, who answers till `answer_by` (one working day if not said), or `impose` it on him, or
    on several by load. What moves is frozen now. Imposed, up to sixty things move before this returns, more in a worker.

    Raises CannotBeHandedOver, ReasonMissing without a note. Neither changes anything.
    """
    at = at or timezone.now()
    if not note.strip():
        raise ReasonMissing(_("Write a note: the receiver goes on from it."))
    if not may_hand_over(subject, by):
        raise CannotBeHandedOver(
            _("Only %(person)s or a head may hand this over.")
            % {"person": subject.giver}
        )
    if not subject.things:
        raise CannotBeHandedOver(_("There is nothing to hand over."))
    if not to:
        raise CannotBeHandedOver(_("Choose who goes on with it."))
    for person in to:
        if not person.is_active:
            raise CannotBeHandedOver(_("%(person)s no longer works here.") % {"person": person})  # fmt: skip
        if person.pk == subject.giver.pk:
            raise CannotBeHandedOver(_("%(person)s has it already: choose another.") % {"person": person})  # fmt: skip
    impose = impose or (len(to) == 1 and to[0].pk == by.pk)
    if impose and not may_impose(by):
        raise CannotBeHandedOver(_("Only a head hands over without asking the receiver."))  # fmt: skip
    if len(to) > 1 and not impose:
        raise CannotBeHandedOver(_("Only a head deals work out to several people."))
    shares = plan(subject, to)
    with transaction.atomic():
        made = Handover.objects.create(
            of=subject.of,
            title=subject.title,
            link=subject.link,
            giver=subject.giver,
            receiver=to[0] if len(to) == 1 else None,
            note=note.strip(),
            state=HandoverState.RUNNING if impose else HandoverState.OFFERED,
            made_at=at,
            made_by=by,
            answer_by=None if impose else answer_by or due_at(at, 1),
            decided_at=at if impose else None,
            decided_by=by if impose else None,
            heartbeat_at=at if impose else None,
        )
        HandoverItem.objects.bulk_create(
            [
                HandoverItem(handover=made, unit=t.unit, kind=t.kind, object_id=t.object_id, receiver_id=pk)
                for t, pk in shares.items()
            ],
            batch_size=2000,
        )  # fmt: skip
        journal.record(
            "handover.made", made, by=by, at=at, name=made.title, imposed=impose
        )
        link = made.get_absolute_url()
        if impose:
            told = [*to, subject.giver]
            notify_each(told, NOTICE, key=f"handover:{made.pk}:imposed", variant="imposed", words=_words(made), note=made.note, link=link, about=made, by=by, at=at)  # fmt: skip
        else:
            notify(to[0], NOTICE, key=f"handover:{made.pk}:offered", variant="offered", words=_words(made), note=made.note, link=link, about=made, by=by, at=at)  # fmt: skip
        if impose:
            _ring(made)
    if impose and len(shares) <= AT_ONCE:
        _move_now(made, by)
    return made


def _words(handover: Handover) -> dict[str, str]:
    return {"what": handover.title, "who": str(handover.giver)}


def _ring(handover: Handover) -> None:
    """After the commit; a lost ring is rung again by the sweep."""
    if handover.items.count() > AT_ONCE:
        transaction.on_commit(partial(run_handover.delay, handover_id=handover.pk), robust=True)  # fmt: skip


def _move_now(handover: Handover, by: User) -> None:
    with acting(user=by.pk, task=running.TASK):
        while not running.run(handover.pk):
            pass
    handover.refresh_from_db()


def accept(handover: Handover, *, by: User, at: datetime | None = None) -> Handover:
    """The receiver takes it: everything moves. Raises AlreadyDecided, CannotBeHandedOver for another than the receiver."""
    at = at or timezone.now()
    with transaction.atomic():
        handover = _offered(handover)
        if handover.receiver_id != by.pk:
            raise CannotBeHandedOver(_("It is offered to somebody else."))
        handover.state, handover.heartbeat_at = HandoverState.RUNNING, at
        _decide(handover, by=by, at=at, verb="accepted")
        _ring(handover)
    if handover.items.count() <= AT_ONCE:
        _move_now(handover, by)
    return handover


@transaction.atomic
def decline(handover: Handover, *, by: User, answer: str, at: datetime | None = None) -> Handover:  # fmt: skip
    """Everything stays with the giver. Raises AlreadyDecided, CannotBeHandedOver, ReasonMissing."""
    at = at or timezone.now()
    if not answer.strip():
        raise ReasonMissing(_("Say why: the one who asked will read it."))
    handover = _offered(handover)
    if handover.receiver_id != by.pk:
        raise CannotBeHandedOver(_("It is offered to somebody else."))
    handover.state, handover.answer = HandoverState.DECLINED, answer.strip()[:500]
    _decide(handover, by=by, at=at, verb="declined")
    return handover


@transaction.atomic
def withdraw(handover: Handover, *, by: User, at: datetime | None = None) -> Handover:
    """Whoever offered it, or the giver, thinks better of it. Raises AlreadyDecided, CannotBeHandedOver."""
    at = at or timezone.now()
    handover = _offered(handover)
    if by.pk not in {handover.made_by_id, handover.giver_id} and not may_impose(by):
        raise CannotBeHandedOver(_("Only whoever offered it may withdraw it."))
    handover.state = HandoverState.WITHDRAWN
    _decide(handover, by=by, at=at, verb="withdrawn")
    return handover


def may_give_back(handover: Handover, by: User) -> bool:
    return (
        handover.state == HandoverState.DONE
        and handover.giver.is_active
        # What a head imposed only a head takes back; what one accepted oneself one may give back.
        and (
            may_impose(by)
            or (handover.answer_by is not None and by.pk == handover.receiver_id)
        )
    )


def give_back(handover: Handover, *, by: User, at: datetime | None = None) -> Handover:
    """Undo: what is still in the receivers' hands returns to the giver; what changed since stays and is listed.

    Raises AlreadyDecided, CannotBeHandedOver.
    """
    at = at or timezone.now()
    with transaction.atomic():
        handover = _held(handover)
        if handover.state != HandoverState.DONE:
            raise AlreadyDecided(_already(handover))
        if not handover.giver.is_active:
            raise CannotBeHandedOver(_("%(person)s no longer works here.") % {"person": handover.giver})  # fmt: skip
        if not may_give_back(handover, by):
            raise CannotBeHandedOver(_("Only the receiver or a head gives it back."))
        handover.state, handover.returned_by = HandoverState.RETURNING, by
        handover.heartbeat_at = at
        handover.save(update_fields=["state", "returned_by", "heartbeat_at"])
        journal.record("handover.returned", handover, by=by, at=at, name=handover.title)
        told = [handover.giver, *User.objects.filter(pk__in=handover.items.values("receiver"))]  # fmt: skip
        notify_each(told, NOTICE, key=f"handover:{handover.pk}:returned", variant="returned", words=_words(handover), link=handover.get_absolute_url(), about=handover, by=by, at=at)  # fmt: skip
        _ring(handover)
    if handover.items.count() <= AT_ONCE:
        _move_now(handover, by)
    return handover


def remind(*, at: datetime) -> int:
    """Tell the heads of offers that nobody answered in time, each once. How many there were."""
    late = Handover.objects.filter(
        state=HandoverState.OFFERED, answer_by__lt=at, reminded_at=None
    ).select_related("giver", "receiver", "made_by")
    found = 0
    for handover in late[:200]:
        with transaction.atomic():
            mine = Handover.objects.filter(
                pk=handover.pk, state=HandoverState.OFFERED, reminded_at=None
            ).update(reminded_at=at)
            if not mine:
                continue
            told = [*heads_of(handover.giver), handover.made_by, handover.receiver]
            notify_each((p for p in told if p), NOTICE, key=f"handover:{handover.pk}:late", variant="late", words=_words(handover), link=handover.get_absolute_url(), about=handover, at=at)  # fmt: skip
            found += 1
    return found


def take_up_abandoned(*, at: datetime) -> None:
    """Ring again for handovers whose worker was lost; of one that was lost too often tell whoever made it and the heads."""
    again, stopped = running.abandoned(at=at)
    for pk in again:
        run_handover.delay(handover_id=pk)
    for handover in Handover.objects.select_related("giver", "made_by").filter(pk__in=stopped):  # fmt: skip
        told = {p.pk: p for p in [handover.made_by, *heads_of(handover.giver)]}
        notify_each(told.values(), NOTICE, key=f"handover:{handover.pk}:stuck:{at:%Y%m%d%H%M}", variant="stuck", words=_words(handover), link=handover.get_absolute_url(), about=handover, at=at)  # fmt: skip


def may_go_on(handover: Handover, by: User) -> bool:
    return handover.state == HandoverState.STUCK and (
        may_impose(by) or by.pk in {handover.made_by_id, handover.decided_by_id}
    )


@transaction.atomic
def go_on(handover: Handover, *, by: User, at: datetime | None = None) -> Handover:
    """Let a worker try once more what it had stopped at. Raises AlreadyDecided, CannotBeHandedOver."""
    at = at or timezone.now()
    handover = _held(handover)
    if handover.state != HandoverState.STUCK:
        raise AlreadyDecided(_already(handover))
    if not may_go_on(handover, by):
        raise CannotBeHandedOver(_("Only whoever made it or a head lets it go on."))
    handover.state = HandoverState.RETURNING if handover.returned_by_id else HandoverState.RUNNING  # fmt: skip
    handover.failures, handover.heartbeat_at = 0, at
    handover.save(update_fields=["state", "failures", "heartbeat_at"])
    journal.record("handover.resumed", handover, by=by, at=at, name=handover.title)
    transaction.on_commit(partial(run_handover.delay, handover_id=handover.pk), robust=True)  # fmt: skip
    return handover


def _held(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(of=["self"])
    return rows.select_related("giver", "receiver", "made_by").get(pk=handover.pk)


def _offered(handover: Handover) -> Handover:
    handover = _held(handover)
    if handover.state != HandoverState.OFFERED:
        raise AlreadyDecided(_already(handover))
    return handover


def _already(handover: Handover) -> str:
    return _("This handover has been settled already: %(state)s.") % {
        "state": handover.get_state_display()
    }


def _decide(handover: Handover, *, by: User, at: datetime, verb: str) -> None:
    handover.decided_at, handover.decided_by = at, by
    handover.save(
        update_fields=["state", "answer", "heartbeat_at", "decided_at", "decided_by"]
    )
    journal.record(f"handover.{verb}", handover, by=by, at=at, name=handover.title)
    told = {p.pk: p for p in (handover.made_by, handover.giver, handover.receiver) if p}
    words = {**_words(handover), "who": str(by)}
    notify_each(told.values(), NOTICE, key=f"handover:{handover.pk}:{verb}", variant=verb, words=words, note=handover.answer, link=handover.get_absolute_url(), about=handover, by=by, at=at)  # fmt: skip


def in_words(kinds: dict[str, int]) -> str:
    """What moves, in words: “2 clients, 5 deals, 5 stages, 14 planned”."""
    parts = (
        (Handed.CLIENT, ngettext("%(n)s client", "%(n)s clients", kinds.get("client", 0))),
        (Handed.DEAL, ngettext("%(n)s deal", "%(n)s deals", kinds.get("deal", 0))),
        (Handed.STAGE, ngettext("%(n)s stage", "%(n)s stages", kinds.get("stage", 0))),
        (Handed.ACTIVITY, ngettext("%(n)s planned step", "%(n)s planned steps", kinds.get("activity", 0))),
    )  # fmt: skip
    return ", ".join(text % {"n": kinds[kind]} for kind, text in parts if kinds.get(kind))  # fmt: skip
