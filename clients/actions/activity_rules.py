"""What holds for every deed of the history: refusals, whose row is held first, who may plan and change what.

Whatever touches a client's history locks his row first, so that the last contact and the next step on his card are
always what the history says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.choices import (
    ActivityCode,
    ActivityStatus,
    CommitmentKind,
    Direction,
)
from clients.models import (
    Activity,
    ActivityGoal,
    ActivityKind,
    Client,
    Contact,
)
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError


class SummaryIsRequired(DomainError):
    pass


class NextStepIsRequired(DomainError):
    pass


class ClientIsRequired(DomainError):
    pass


class NotYoursToChange(DomainError):
    pass


class MayNotPlanForOthers(DomainError):
    pass


class AlreadyOver(DomainError):
    """The planned work was done or cancelled by somebody meanwhile."""


class CardIsArchived(DomainError):
    pass


class InTheFuture(DomainError):
    pass


class ToldUsToStop(DomainError):
    """The person or the client wants no calls, or no processing of his data at all."""


class AlreadySettled(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Step:
    """The next step, as it is planned together with what was done. No `performer`: whoever does the deed himself."""

    kind: ActivityKind
    planned_at: datetime
    performer: User | None = None
    title: str = ""
    note: str = ""
    goal: ActivityGoal | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """An agreement or promise made. Without a `text` it is the résumé itself."""

    text: str = ""
    kind: str = CommitmentKind.PROMISE
    due_on: date | None = None


def may_change(activity: Activity, user: User) -> bool:
    """Whether the entry is the user's own (he performs or entered it), or he may change what others wrote."""
    return user.pk in {
        activity.performer_id,
        activity.created_by_id,
    } or user.has_perm("clients.change_others_activity")


def locked(
    client: Client | None, *, by: User, kind: ActivityKind | None = None
) -> Client | None:
    """The client, re-read and held until the end, so that people working with him take turns."""
    if client is None:
        if kind is not None and kind.code != ActivityCode.INTERNAL:
            raise ClientIsRequired(_("Choose the client, or the kind “Internal”."))
        # Without a client the person himself is the root: his double click must find his first one.
        User.objects.select_for_update(no_key=True, of=["self"]).get(pk=by.pk)
        return None
    # No key changes here, so others may go on pointing at the client: files, phones, deals.
    held = next(iter(_held.records(pk=client.pk)), None)
    if held is None:
        raise Client.DoesNotExist
    if held.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    return held


@CompiledRecords
def _held(pk: int) -> QuerySet[Client]:
    return Client.objects.select_for_update(no_key=True).filter(pk=pk)


def entered_before(key: UUID | None, by: User) -> Activity | None:
    if key is None:
        return None
    return next(iter(_entered.records(key=key, by=by.pk)), None)


@CompiledRecords
def _entered(key: UUID, by: int) -> QuerySet[Activity]:
    return Activity.objects.filter(entry_key=key, created_by=by)


def locked_activity(activity: Activity, *, by: User) -> tuple[Activity, Client | None]:
    client = locked(activity.client, by=by)
    activity = (
        Activity.objects.select_for_update(of=["self"])
        .select_related("kind", "performer")
        .get(pk=activity.pk)
    )
    if not may_change(activity, by):
        raise NotYoursToChange(
            _("Only %(person)s or a head may change this.")
            % {"person": activity.performer}
        )
    return activity, client


def locked_plan(activity: Activity, *, by: User) -> tuple[Activity, Client | None]:
    activity, client = locked_activity(activity, by=by)
    if activity.status == ActivityStatus.DONE:
        raise AlreadyOver(
            _("This is already marked as done: “%(summary)s”. Nothing was changed.")
            % {"summary": activity.summary[:200] or activity}
        )
    if activity.status == ActivityStatus.CANCELLED:
        raise AlreadyOver(
            _("This was cancelled meanwhile: “%(reason)s”. Nothing was changed.")
            % {"reason": activity.summary[:200]}
        )
    return activity, client


def direction_of(kind: ActivityKind, direction: str) -> str:
    return direction if kind.has_direction else Direction.NONE


def check_summary(kind: ActivityKind, summary: str) -> None:
    if kind.needs_summary and not summary.strip():
        raise SummaryIsRequired(_("Write a line on how it went."))


def check_past(moment: datetime, at: datetime) -> None:
    if moment > at:
        raise InTheFuture(
            _("This moment has not come yet: plan the work instead of recording it.")
        )


def may_plan_for(performer: User, by: User) -> None:
    if performer.pk != by.pk and not by.has_perm("clients.plan_for_others"):
        raise MayNotPlanForOthers(_("You may plan only your own work."))
    if not performer.is_active:
        raise MayNotPlanForOthers(
            _("%(person)s no longer works here.") % {"person": performer}
        )


def refuse_unwanted(
    kind: ActivityKind, client: Client | None, contact: Contact | None
) -> None:
    """No work is planned with who told us to stop, and no call to who asked not to be called."""
    asked: tuple[Any, ...] = (contact, client)
    for who in filter(None, asked):
        if who.stopped_at and kind.is_contact:
            raise ToldUsToStop(
                _("“%(who)s” told us to stop processing: nothing can be planned.")
                % {"who": who}
            )
        if who.do_not_call and kind.code == ActivityCode.CALL:
            raise ToldUsToStop(
                _("“%(who)s” asked not to be called: choose another kind of work.")
                % {"who": who}
            )
