"""One change to many deals: responsible, stage, priority or expected date; previewed, each deal by its own verb, undone.

Each deal is changed in a short transaction of its own, as by hand: what its stage asks for is asked of it too, and what
cannot be changed stays as it was and is counted. What each had before is kept, so that the whole can be taken back.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.choices import BulkDeed, BulkOutcome, BulkState
from clients.models import BulkChange, BulkItem
from deals import telling
from deals.actions.deals import change_deal
from deals.actions.moving import move
from deals.choices import DealState
from deals.models import Deal
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.audit.acting import acting
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import silence

ENTITY = "deal"
MOST = 500
FIELDS = ("responsible", "stage", "priority", "expected_on")
_COLUMNS = {
    "responsible": "responsible_id",
    "stage": "stage_id",
    "priority": "priority",
    "expected_on": "expected_on",
}


class TooMany(DomainError):
    pass


class NothingToChange(DomainError):
    pass


class CannotBeUndone(DomainError):
    pass


@dataclass(slots=True)
class Preview:
    """What would become of the chosen deals. `changing` are those that the change concerns, in the order of their ids."""

    changing: list[Deal] = field(default_factory=list)
    same: int = 0
    ended: int = 0
    elsewhere: int = 0


def text_of(deal: Deal, name: str) -> str:
    """What the deal has, as the record of a change keeps it: "" for nothing."""
    value = getattr(deal, _COLUMNS[name])
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")  # fmt: skip


def as_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "pk", value))


def preview(deals: QuerySet, *, name: str, value: Any) -> Preview:
    """What the change would do to the deals. Raises TooMany, NothingToChange."""
    rows = list(
        deals.order_by("pk").select_related("client__legal_form", "stage")[: MOST + 1]
    )
    if len(rows) > MOST:
        raise TooMany(_("Choose at most %(n)s deals at once: narrow the filter.") % {"n": MOST})  # fmt: skip
    if not rows:
        raise NothingToChange(_("No deal is chosen."))
    found, wanted = Preview(), as_text(name, value)
    for deal in rows:
        if deal.state != DealState.OPEN:
            found.ended += 1
        elif text_of(deal, name) == wanted:
            found.same += 1
        elif name == "stage" and deal.process_id != value.process_id:
            found.elsewhere += 1
        else:
            found.changing.append(deal)
    if not found.changing:
        raise NothingToChange(
            _("All these deals are so already: nothing would change.")
        )
    return found


def change(
    deals: QuerySet,
    *,
    name: str,
    value: Any,
    by: User,
    comment: str = "",
    at: datetime | None = None,
) -> BulkChange:
    """Make the change; answers with its record: how many were changed and how many left as they were."""
    at = at or timezone.now()
    found = preview(deals, name=name, value=value)
    record = BulkChange.objects.create(
        entity=ENTITY,
        deed=BulkDeed.SET,
        field=name,
        value=as_text(name, value)[:60],
        reason=comment[:200],
        state=BulkState.DONE,
        asked_count=len(found.changing) + found.same + found.ended + found.elsewhere,
        planned_count=len(found.changing),
        same_count=found.same,
        closed_count=found.ended,
        created_at=at,
        created_by=by,
        started_at=at,
        heartbeat_at=at,
        finished_at=at,
    )
    _each(
        record,
        {deal.pk: value for deal in found.changing},
        expected=None,
        by=by,
        comment=comment,
    )
    if name == "responsible" and value and record.changed_count:
        telling.handed_many(value, record.changed_count, record=record.pk, by=by, at=at)
    return record


def undo(record: BulkChange, *, by: User, at: datetime | None = None) -> BulkChange:
    """Give the deals back what they had, those that nobody has changed since. Raises CannotBeUndone."""
    at = at or timezone.now()
    with transaction.atomic():
        record = BulkChange.objects.select_for_update(of=["self"]).get(pk=record.pk)
        if record.undoes_id or BulkChange.objects.filter(undoes=record).exists():
            raise CannotBeUndone(_("This was undone already."))
        undone = BulkChange.objects.create(
            entity=ENTITY,
            deed=record.deed,
            field=record.field,
            value=record.value,
            state=BulkState.DONE,
            undoes=record,
            created_at=at,
            created_by=by,
            started_at=at,
            heartbeat_at=at,
            finished_at=at,
        )
    items = BulkItem.objects.filter(change=record, outcome=BulkOutcome.CHANGED)
    back = {pk: _value(record.field, before) for pk, before in items.values_list("object_id", "before")}  # fmt: skip
    _each(
        undone,
        back,
        expected=record.value,
        by=by,
        comment=_("a bulk change was undone"),
    )
    return undone


def _each(
    record: BulkChange,
    wanted: dict[int, Any],
    *,
    expected: str | None,
    by: User,
    comment: str,
) -> None:
    changed = 0
    for pk, value in wanted.items():
        with acting(user=by.pk, task="deals.bulk"), silence():
            outcome, before = _one(record.field, pk, value, expected=expected, by=by, comment=comment)  # fmt: skip
        BulkItem.objects.create(
            change=record, object_id=pk, outcome=outcome, before=before
        )
        changed += outcome == BulkOutcome.CHANGED
    record.changed_count, record.left_count = changed, len(wanted) - changed
    record.planned_count = len(wanted)
    record.save(update_fields=["changed_count", "left_count", "planned_count"])


def _one(
    name: str, pk: int, value: Any, *, expected: str | None, by: User, comment: str
) -> tuple[str, str]:
    """One deal by its own verb; a refusal leaves it as it was."""
    deal = Deal.objects.visible_to(by).filter(pk=pk).first()
    if deal is None:
        return BulkOutcome.GONE, ""
    before = text_of(deal, name)
    if expected is not None and before != expected:
        return BulkOutcome.OTHER, before
    try:
        if name == "stage":
            move(pk, by=by, to=value, comment=comment, seen_at=deal.stage_id)
        else:
            change_deal(pk, by=by, changes={name: value})
    except DomainError:
        return BulkOutcome.OTHER, before
    return BulkOutcome.CHANGED, before


def _value(name: str, text: str) -> Any:
    if name == "responsible":
        return User.objects.filter(pk=text).first()
    if name == "stage":
        return Stage.objects.filter(pk=text).first()
    if name == "priority":
        return int(text)
    return date.fromisoformat(text) if text else None
