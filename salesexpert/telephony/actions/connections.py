"""Exchanges and whose telephone is which. What was said of an extension before it was anybody's is his from then on."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.telephony.actions import settling
from salesexpert.telephony.choices import CallState, Direction, Outcome, Refusal
from salesexpert.telephony.models import Call, Connection, Extension, Fault, Leg
from salesexpert.telephony.providers import provider_of
from salesexpert.telephony.providers.generic import digest

ADOPTED = timedelta(days=7)


class ExtensionIsTaken(DomainError):
    pass


@transaction.atomic
def save(connection: Connection, given: Mapping[str, Any], *, by: User, at: datetime) -> str:  # fmt: skip
    """Save an exchange; a new one gets its address and, where it has one, its secret: returned once, then forgotten."""
    connection.credentials = dict(given)
    secret, is_new = "", not connection.pk
    if is_new:
        connection.key = secrets.token_urlsafe(18)
        connection.made_at, connection.made_by = at, by
        if provider_of(connection.provider).has_own_secret:
            secret = secrets.token_urlsafe(24)
            connection.credentials["secret_digest"] = digest(secret)
    connection.save()
    verb = "telephony.connected" if is_new else "telephony.changed"
    journal.record(verb, connection, by=by, at=at, name=connection.name)
    return secret


@transaction.atomic
def change_secret(pk: int, *, by: User, at: datetime) -> str:
    """A new secret; the old one is dead at once."""
    connection = Connection.objects.select_for_update(of=["self"]).get(pk=pk)
    secret = secrets.token_urlsafe(24)
    connection.credentials = {**connection.credentials, "secret_digest": digest(secret)}
    connection.save(update_fields=["credentials"])
    journal.record("telephony.secret_changed", connection, by=by, at=at, name=connection.name)  # fmt: skip
    return secret


@transaction.atomic
def set_retired(pk: int, *, retired: bool, by: User, at: datetime) -> None:
    connection = Connection.objects.select_for_update(of=["self"]).get(pk=pk)
    connection.retired_at = at if retired else None
    connection.save(update_fields=["retired_at"])
    verb = "telephony.retired" if retired else "telephony.restored"
    journal.record(verb, connection, by=by, at=at, name=connection.name)


@transaction.atomic
def give(
    connection: Connection, number: str, user: User, *, by: User, at: datetime
) -> Extension:
    """Say whose telephone an extension is. Raises ExtensionIsTaken."""
    Connection.objects.select_for_update(of=["self"]).get(pk=connection.pk)
    held = Extension.objects.filter(connection=connection, number=number).select_related("user").first()  # fmt: skip
    if held and held.user_id == user.pk:
        return held
    if held:
        raise ExtensionIsTaken(
            _("%(number)s is the telephone of %(person)s: take it away first.")
            % {"number": number, "person": held.user}
        )
    extension = Extension.objects.create(connection=connection, number=number, user=user)  # fmt: skip
    journal.record("telephony.extension_given", connection, by=by, at=at, name=connection.name, number=number, person=str(user))  # fmt: skip
    Fault.objects.filter(connection=connection, kind=Refusal.EXTENSION, about=number).delete()  # fmt: skip
    _adopt(extension, at=at)
    return extension


def _adopt(extension: Extension, *, at: datetime) -> None:
    """Talks of the last days at a telephone that was nobody's become his, with their entries."""
    nobodys = Leg.objects.filter(
        call__connection=extension.connection,
        call__began_at__gt=at - ADOPTED,
        extension=extension.number,
        user=None,
    )
    ids = set(nobodys.values_list("call", flat=True))
    nobodys.update(user=extension.user)
    rows = Call.objects.select_for_update(of=["self"]).filter(pk__in=ids, state=CallState.OVER, outcome=Outcome.TALKED, user=None)  # fmt: skip
    for call in rows.exclude(direction=Direction.INNER).order_by("pk"):
        settling.settle(call, list(call.legs.select_related("user")), at=at)


@transaction.atomic
def take_away(extension: Extension, *, by: User, at: datetime) -> None:
    journal.record(
        "telephony.extension_taken",
        extension.connection,
        by=by,
        at=at,
        name=extension.connection.name,
        number=extension.number,
        person=str(extension.user),
    )
    extension.delete()


def forget_faults(connection: Connection) -> None:
    Fault.objects.filter(connection=connection).delete()
