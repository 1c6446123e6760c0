"""Moving what was handed over, client by client: each in a short transaction, each thing once, whoever rings twice."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.actions.activities import record_activity
from clients.choices import ActivityCode
from clients.models import Activity, ActivityKind, Client
from deals.choices import DealState, Handed, HandedOutcome, HandoverOf, HandoverState
from deals.models import Deal, Handover, HandoverItem, StagePassage
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.acting import acting

SHIFT_SECONDS = 20
# A worker that has given no sign of life for so long is taken for dead.
SILENCE = timedelta(seconds=60)
# So often a worker may be lost, or a thing fail to move, before somebody is asked to look.
FAILURES_AT_MOST = 5
TASK = "deals.handover"
_AT_WORK = {
    HandoverState.RUNNING: (HandedOutcome.WAITING, HandoverState.DONE),
    HandoverState.RETURNING: (HandedOutcome.MOVED, HandoverState.RETURNED),
}


def run(handover_id: int) -> bool:
    """Move one shift long; whether nothing is left. A handover that is not at work is done."""
    ends = monotonic() + SHIFT_SECONDS
    while monotonic() < ends:
        handover = Handover.objects.get(pk=handover_id)
        if handover.state not in _AT_WORK:
            return True
        left, ended = _AT_WORK[HandoverState(handover.state)]
        item = (
            HandoverItem.objects.filter(handover=handover, outcome=left)
            .order_by("unit", "pk")
            .first()
        )
        if item is None:
            now = timezone.now()
            when = {"finished_at": now} if ended == HandoverState.DONE else {"returned_at": now}  # fmt: skip
            Handover.objects.filter(pk=handover_id, state=handover.state).update(
                state=ended, heartbeat_at=None, **when
            )
            return True
        by = handover.returned_by_id or handover.decided_by_id or handover.made_by_id
        with acting(user=by, task=TASK):
            move_unit(handover, item.unit, at=timezone.now())
    return False


def abandoned(*, at: datetime) -> tuple[list[int], list[int]]:
    """Handovers at work of which nobody has heard for a minute: to be rung for again, and stopped, having failed too often.

    Each call counts a failure; whatever moves takes the count back.
    """
    silent = Handover.objects.filter(state__in=list(_AT_WORK), heartbeat_at__lt=at - SILENCE)  # fmt: skip
    again, stopped = [], []
    for pk, failures in silent.order_by("pk").values_list("pk", "failures"):
        one = silent.filter(pk=pk)
        if failures + 1 < FAILURES_AT_MOST:
            if one.update(failures=F("failures") + 1, heartbeat_at=at):
                again.append(pk)
        elif one.update(state=HandoverState.STUCK, heartbeat_at=None):
            stopped.append(pk)
    return again, stopped


def move_unit(handover: Handover, unit: int, *, at: datetime) -> None:
    """Move what belongs to one client, or give it back; what is another's by now stays with him."""
    while not _moved(handover, unit, at=at):
        pass


def _whose(handover: Handover, unit: int) -> set[int]:
    """The client of the unit, and whose its deals and work are by now: cards are joined, and parted again."""
    items = HandoverItem.objects.filter(handover=handover, unit=unit)
    deals = items.filter(kind__in=[Handed.DEAL, Handed.STAGE]).values("object_id")
    work = items.filter(kind=Handed.ACTIVITY).values("object_id")
    found = {unit, *Deal.with_bin.filter(pk__in=deals).values_list("client_id", flat=True)}  # fmt: skip
    found |= set(Activity.with_bin.filter(pk__in=work).values_list("client_id", flat=True))  # fmt: skip
    return {pk for pk in found if pk}


@transaction.atomic
def _moved(handover: Handover, unit: int, *, at: datetime) -> bool:
    """False, and nothing was moved, where a card was joined or parted while we waited for the clients."""
    # Two workers take turns at the row of the handover's unit; the second finds nothing left.
    back = handover.state == HandoverState.RETURNING
    left = HandedOutcome.MOVED if back else HandedOutcome.WAITING
    # All of them before the first deal, in one order, as everyone does it.
    whose = _whose(handover, unit)
    rows = (
        Client.objects.select_for_update(no_key=True, of=["self"])
        .select_related("legal_form")
        .filter(pk__in=whose)
        .order_by("pk")
    )
    client = {row.pk: row for row in rows}.get(unit)
    if not _whose(handover, unit) <= whose:
        return False
    items = list(
        HandoverItem.objects.select_for_update(of=["self"])
        .select_related("receiver")
        .filter(handover=handover, unit=unit, outcome=left)
        .order_by("pk")
    )
    Handover.objects.filter(pk=handover.pk).update(heartbeat_at=at)
    if not items:
        return True
    by = handover.returned_by if back else handover.decided_by or handover.made_by
    assert by is not None
    moved: dict[int, list[HandoverItem]] = defaultdict(list)
    for kind in Handed:
        of_kind = [item for item in items if item.kind == kind]
        if of_kind:
            _MOVERS[kind](handover, of_kind, back=back, by=by, at=at)
    for item in items:
        if item.outcome in {HandedOutcome.MOVED, HandedOutcome.RETURNED}:
            moved[item.receiver_id].append(item)
    HandoverItem.objects.bulk_update(items, ["outcome"])
    Handover.objects.filter(pk=handover.pk).exclude(failures=0).update(failures=0)
    if client and client.archived_at is None and handover.of != HandoverOf.ACTIVITY:
        for group in moved.values():
            _tell_history(handover, client, group, back=back, by=by, at=at)
    return True


def _from_to(handover: Handover, item: HandoverItem, back: bool) -> tuple[User, User]:
    there = handover.giver, item.receiver
    return (there[1], there[0]) if back else there


def _settle(item: HandoverItem, *, back: bool, holder: int | None, whose: int) -> bool:
    """Whether it is still in the hands it should come from; notes the outcome."""
    if holder == whose:
        item.outcome = HandedOutcome.RETURNED if back else HandedOutcome.MOVED
        return True
    item.outcome = HandedOutcome.KEPT if back else HandedOutcome.OTHER
    return False


def _gone(item: HandoverItem, *, back: bool) -> None:
    item.outcome = HandedOutcome.KEPT if back else HandedOutcome.GONE


def _move_clients(handover: Handover, items: Iterable[HandoverItem], *, back: bool, by: User, at: datetime) -> None:  # fmt: skip
    for item in items:
        giver, receiver = _from_to(handover, item, back)
        client = Client.objects.filter(pk=item.object_id, archived_at=None).first()
        if client is None:
            _gone(item, back=back)
        elif _settle(item, back=back, holder=client.curator_id, whose=giver.pk):
            client.curator = receiver
            client.version += 1
            client.save(update_fields=["curator", "version", "updated_at"])
            journal.record(
                "client.curator_changed",
                client,
                by=by,
                at=at,
                from_user=giver.pk,
                to_user=receiver.pk,
                handover=handover.pk,
            )


def _deals(items: Iterable[HandoverItem]) -> dict[int, Deal]:
    rows = (
        Deal.objects.select_for_update(no_key=True, of=["self"])
        .filter(pk__in=[item.object_id for item in items], state=DealState.OPEN)
        .order_by("pk")
    )
    return {deal.pk: deal for deal in rows}


def _move_deals(handover: Handover, items: Iterable[HandoverItem], *, back: bool, by: User, at: datetime) -> None:  # fmt: skip
    deals = _deals(items)
    for item in items:
        giver, receiver = _from_to(handover, item, back)
        deal = deals.get(item.object_id)
        if deal is None:
            _gone(item, back=back)
        elif _settle(item, back=back, holder=deal.responsible_id, whose=giver.pk):
            deal.responsible = receiver
            deal.version += 1
            deal.save(update_fields=["responsible", "version", "updated_at"])
            journal.record(
                "deal.handed_over",
                deal,
                by=by,
                at=at,
                client=deal.client_id,
                from_user=giver.pk,
                to_user=receiver.pk,
                handover=handover.pk,
            )


def _move_stages(handover: Handover, items: Iterable[HandoverItem], *, back: bool, by: User, at: datetime) -> None:  # fmt: skip
    """The stay itself goes on: when it began and when it is due are not reset."""
    deals = _deals(items)
    for item in items:
        giver, receiver = _from_to(handover, item, back)
        deal = deals.get(item.object_id)
        if deal is None:
            _gone(item, back=back)
        elif _settle(item, back=back, holder=deal.performer_id, whose=giver.pk):
            StagePassage.objects.filter(deal=deal, left_at=None).update(performer=receiver)  # fmt: skip
            deal.performer = receiver
            deal.save(update_fields=["performer", "updated_at"])
            journal.record(
                "deal.stage_handed_over",
                deal,
                by=by,
                at=at,
                client=deal.client_id,
                stage=deal.stage_id,
                from_user=giver.pk,
                to_user=receiver.pk,
                handover=handover.pk,
            )


def _move_work(handover: Handover, items: Iterable[HandoverItem], *, back: bool, by: User, at: datetime) -> None:  # fmt: skip
    rows = (
        Activity.objects.planned()
        .select_for_update(no_key=True, of=["self"])
        .filter(pk__in=[item.object_id for item in items])
        .order_by("pk")
    )
    planned = {activity.pk: activity for activity in rows}
    for item in items:
        giver, receiver = _from_to(handover, item, back)
        activity = planned.get(item.object_id)
        if activity is None:
            _gone(item, back=back)
        elif _settle(item, back=back, holder=activity.performer_id, whose=giver.pk):
            activity.performer = receiver
            changed = ["performer"]
            if handover.of == HandoverOf.ACTIVITY and not back:
                # Whoever does the work reads the note where he reads the work.
                activity.note = "\n\n".join(filter(None, [activity.note, handover.note]))  # fmt: skip
                changed.append("note")
            activity.save(update_fields=changed)
            journal.record(
                "activity.handed_over",
                activity,
                by=by,
                at=at,
                client=activity.client_id,
                from_user=giver.pk,
                to_user=receiver.pk,
                handover=handover.pk,
            )


_MOVERS = {
    Handed.CLIENT: _move_clients,
    Handed.DEAL: _move_deals,
    Handed.STAGE: _move_stages,
    Handed.ACTIVITY: _move_work,
}


def _tell_history(
    handover: Handover, client: Client, items: list[HandoverItem], *, back: bool, by: User, at: datetime
) -> None:  # fmt: skip
    """A note in the client's history: who handed what to whom, in the company's language, with the note for him."""
    kind = ActivityKind.objects.filter(code=ActivityCode.NOTE).first()
    if kind is None:
        return
    giver, receiver = _from_to(handover, items[0], back)
    deals = {item.object_id for item in items if item.kind in {Handed.DEAL, Handed.STAGE}}  # fmt: skip
    one = next(iter(deals)) if len(deals) == 1 and handover.of != HandoverOf.CLIENT else None  # fmt: skip
    with override(settings.LANGUAGE_CODE):
        heading = _("Given back") if back else _("Handed over")
        title = f"{heading}: {giver} → {receiver}"
    record_activity(
        client=client,
        kind=kind,
        title=title[:200],
        summary=handover.note,
        done_at=at,
        deal_id=one,
        by=by,
        at=at,
    )
