"""Demands of persons about their data: entered with their term, prolonged, answered."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients import terms
from clients.models import PersonRequest
from clients.personal_choices import RequestOutcome
from clients.persons import Person
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError


class AlreadyAnswered(DomainError):
    pass


class CannotProlong(DomainError):
    pass


class ReceivedInTheFuture(DomainError):
    pass


@transaction.atomic
def enter_request(
    *,
    person: Person,
    kind: str,
    received_on: date,
    means: str,
    note: str = "",
    responsible: User,
    by: User,
    at: datetime,
    today: date,
) -> PersonRequest:
    """Enter a demand; its term is counted from the day it was received. Raises ReceivedInTheFuture."""
    if received_on > today:
        raise ReceivedInTheFuture(_("This day has not come yet."))
    term = terms.term_of(kind, received_on)
    made = PersonRequest.objects.create(
        **person.owner,
        kind=kind,
        received_on=received_on,
        means=means,
        note=note,
        due_on=term.due_on,
        stop_on=term.stop_on,
        responsible=responsible,
        created_at=at,
        created_by=by,
    )
    journal.record(
        "person.request_entered",
        person.root,
        by=by,
        at=at,
        request=made.pk,
        kind=kind,
        due_on=term.due_on.isoformat(),
    )
    return made


@transaction.atomic
def prolong(*, request: PersonRequest, reason: str, by: User, at: datetime) -> None:
    """Five working days more, once, after the person was told why. Raises AlreadyAnswered, CannotProlong."""
    request = _locked(request)
    if request.kind not in terms.EXTENDABLE:
        raise CannotProlong(_("The law does not prolong this term."))
    if request.extended_at:
        raise CannotProlong(_("The term was prolonged already."))
    request.extended_at, request.extension_reason = at, reason
    request.due_on = terms.extended(request.due_on)
    request.save(update_fields=["extended_at", "extension_reason", "due_on"])
    journal.record(
        "person.request_prolonged",
        _root(request),
        by=by,
        at=at,
        request=request.pk,
        due_on=request.due_on.isoformat(),
    )


@transaction.atomic
def answer(
    *, request: PersonRequest, outcome: str, text: str, by: User, at: datetime
) -> None:
    """Close a demand with what was done and answered. Raises AlreadyAnswered."""
    request = _locked(request)
    request.outcome = RequestOutcome(outcome)
    request.answer = text
    request.closed_at, request.closed_by = at, by
    request.save(update_fields=["outcome", "answer", "closed_at", "closed_by"])
    journal.record(
        "person.request_answered",
        _root(request),
        by=by,
        at=at,
        request=request.pk,
        outcome=outcome,
    )


def _locked(request: PersonRequest) -> PersonRequest:
    request = (
        PersonRequest.objects.select_for_update(of=["self"])
        .select_related("contact", "client")
        .get(pk=request.pk)
    )
    if request.closed_at:
        raise AlreadyAnswered(_("The request was answered meanwhile."))
    return request


def _root(request: PersonRequest) -> Any:
    return request.contact or request.client
