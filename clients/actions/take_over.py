"""Asking for a client that another leads, and deciding about it. Until it is decided the curator stays."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients import take_overs, telling
from clients.choices import TakeOverState
from clients.models import Client, TakeOverRequest
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import wants_letter
from salesexpert.outbox.actions import BadAddress, queue_letter

LETTER = "take_over"


class CannotBeAsked(DomainError):
    pass


class AlreadyDecided(DomainError):
    pass


class ReasonMissing(DomainError):
    pass


@transaction.atomic
def ask(*, client: Client, by: User, reason: str, at: datetime) -> TakeOverRequest:
    """Ask to become the client's curator; the heads and the curator are told.

    Raises CannotBeAsked when he leads the client already, has an open request, or the card is no longer in use.
    """
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if client.merged_into_id or client.archived_at:
        raise CannotBeAsked(_("This card is in the archive: there is nobody to lead."))
    if client.curator_id == by.pk:
        raise CannotBeAsked(_("You lead this client already."))
    try:
        with transaction.atomic():
            asked = TakeOverRequest.objects.create(
                client=client,
                asker=by,
                curator=client.curator,
                reason=reason.strip(),
                asked_at=at,
            )
    except IntegrityError:
        raise CannotBeAsked(
            _("You have asked for this client already. The head has not decided yet.")
        ) from None
    journal.record("client.take_over_asked", client, by=by, at=at, request=asked.pk)
    told = take_overs.heads_of(client.curator)
    if client.curator:
        told.append(client.curator)
    _write(asked, "asked", told, but=by, at=at)
    return asked


@transaction.atomic
def withdraw(*, request: TakeOverRequest, by: User, at: datetime) -> TakeOverRequest:
    """The asker thinks better of it. Raises AlreadyDecided."""
    request = _still_open(request)
    _decide(request, TakeOverState.WITHDRAWN, by=by, at=at, note="")
    return request


@transaction.atomic
def refuse(
    *, request: TakeOverRequest, by: User, note: str, at: datetime
) -> TakeOverRequest:
    """The client stays with his curator; `note` says why. Raises AlreadyDecided or ReasonMissing."""
    if not note.strip():
        raise ReasonMissing(_("Say why: the one who asked will read it."))
    request = _still_open(request)
    _decide(request, TakeOverState.REFUSED, by=by, at=at, note=note.strip())
    _write(request, "refused", _both(request), but=by, at=at)
    return request


@transaction.atomic
def accept(
    *, request: TakeOverRequest, by: User, at: datetime, note: str = ""
) -> TakeOverRequest:
    """The asker becomes the curator. Raises AlreadyDecided, or CannotBeAsked when he or the card is no longer there."""
    client = Client.objects.select_for_update(of=["self"]).get(pk=request.client_id)
    request = _still_open(request)
    if client.merged_into_id or client.archived_at:
        raise CannotBeAsked(_("This card is in the archive: there is nobody to lead."))
    if not request.asker.is_active:
        raise CannotBeAsked(_("The one who asked no longer works here."))
    before = client.curator_id
    client.curator = request.asker
    client.version += 1
    client.save(update_fields=["curator", "version", "updated_at"])
    journal.record(
        "client.curator_changed",
        client,
        by=by,
        at=at,
        from_user=before,
        to_user=request.asker_id,
    )
    _decide(request, TakeOverState.ACCEPTED, by=by, at=at, note=note.strip())
    _write(request, "accepted", _both(request), but=by, at=at)
    return request


def _still_open(request: TakeOverRequest) -> TakeOverRequest:
    rows = TakeOverRequest.objects.select_for_update(of=["self"]).select_related(
        "client__legal_form", "asker", "curator"
    )
    request = rows.get(pk=request.pk)
    if request.state != TakeOverState.OPEN:
        raise AlreadyDecided(
            _("This request has been settled already: %(state)s.")
            % {"state": request.get_state_display()}
        )
    return request


def _decide(
    request: TakeOverRequest, state: TakeOverState, *, by: User, at: datetime, note: str
) -> None:
    request.state, request.decided_by, request.decided_at = state, by, at
    request.note = note
    request.save(update_fields=["state", "decided_by", "decided_at", "note"])
    verb = f"client.take_over_{state}"
    journal.record(verb, request.client, by=by, at=at, request=request.pk)


def _both(request: TakeOverRequest) -> list[User]:
    return [request.asker, *([request.curator] if request.curator else [])]


def _write(
    request: TakeOverRequest,
    what: str,
    people: Iterable[User],
    *,
    but: User,
    at: datetime,
) -> None:
    """A notice and, if he wants it, a letter to each of them, once, in his language."""
    people = list(people)
    telling.take_over(request, what, people, by=but, at=at)
    for person in {p.pk: p for p in people if p.pk != but.pk and p.email}.values():
        if not wants_letter(person, telling.TAKE_OVER):
            continue
        with translation.override(person.language):
            subjects: dict[str, Any] = {
                "asked": _("Request to take over: %(client)s"),
                "refused": _("The client stays with the curator: %(client)s"),
                "accepted": _("The client has a new curator: %(client)s"),
            }
            context = {
                "person": person,
                "what": what,
                "request": request,
                "link": settings.PUBLIC_URL + reverse("clients:take_overs"),
            }
            try:
                queue_letter(
                    to=person.email,
                    subject=subjects[what] % {"client": request.client},
                    text=render_to_string("clients/letters/take_over.txt", context),
                    kind=LETTER,
                    key=f"take-over:{request.pk}:{what}:{person.pk}",
                    at=at,
                )
            except BadAddress:
                continue
