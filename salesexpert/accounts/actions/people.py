"""Adding people, letting them in and keeping them out."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.handlers.proxy import AxesProxyHandler
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from salesexpert.accounts import letters
from salesexpert.accounts.actions import (
    NotAllowed,
    keep_administrators,
    may_administer,
    may_grant,
    take_turns,
    tell,
)
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.outbox.actions import queue_letter


class NameIsTaken(DomainError):
    pass


def _may_or_refuse(by: User, user: User) -> None:
    if not may_administer(by, user):
        raise NotAllowed(_("This person has more rights than you."))


@transaction.atomic
def add_user(*, user: User, by: User, at: datetime) -> User:
    """Save a new person and invite him; he has no password until he opens the link.

    Raises NotAllowed for a role above the inviter's own, NameIsTaken when somebody was faster.
    """
    if user.role is not None and not may_grant(by, user.role):
        raise NotAllowed(_("This role has more rights than you."))
    user.set_unusable_password()
    _save(user)
    tell("user.added", user, by=by, at=at, role=user.role and user.role.code)
    invite(user=user, by=by, at=at)
    return user


@transaction.atomic
def change_user(*, user: User, changed: list[str], by: User, at: datetime) -> User:
    """Save the named fields of `user`.

    Raises NotAllowed when he, or the role he would get, has more rights than `by`; LastAdministrator.
    """
    take_turns()
    before = (
        User.objects.select_for_update(of=["self"])
        .select_related("role")
        .get(pk=user.pk)
    )
    _may_or_refuse(by, before)
    _may_or_refuse(by, user)
    if not changed:
        return user
    _save(user, changed)
    keep_administrators(by=by)
    detail: dict[str, Any] = {"fields": changed}
    if "role" in changed:
        detail |= {
            "from_role": before.role.code if before.role else None,
            "to_role": user.role.code if user.role else None,
        }
    tell("user.changed", user, by=by, at=at, **detail)
    return user


def _save(user: User, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise NameIsTaken(
            _("Another person has this user name or e-mail already.")
        ) from error


@transaction.atomic
def invite(*, user: User, by: User, at: datetime) -> User:
    """Make a new link that sets the password, and send it if there is an address; earlier links stop working."""
    _may_or_refuse(by, user)
    user.invited_at = at
    user.save(update_fields=["invited_at"])
    tell("user.invited", user, by=by, at=at)
    if user.email:
        queue_letter(
            to=user.email,
            kind="invitation",
            key=f"invitation:{user.pk}:{at.isoformat()}",
            at=at,
            **letters.invitation(user, by=by)._asdict(),
        )
    return user


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> None:
    """Let the person in no more: his sessions end, his records stay his."""
    take_turns()
    _may_or_refuse(by, user)
    if user.pk == by.pk:
        raise NotAllowed(_("You cannot switch yourself off."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    keep_administrators(by=by)
    end_sessions(user=user)
    tell("user.deactivated", user, by=by, at=at)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> None:
    _may_or_refuse(by, user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    tell("user.reactivated", user, by=by, at=at)


@transaction.atomic
def send_reset(*, login: str, at: datetime) -> None:
    """Send the person of this name or e-mail a link for a new password, if there is such a person with an address.

    The caller learns nothing of that, so the page can say nothing of it either.
    """
    user = User.objects.active().named(login).first()
    if user is not None and user.email:
        queue_letter(
            to=user.email, kind="password_reset", at=at, **letters.reset(user)._asdict()
        )
        tell("user.reset_asked", user, by=None, at=at)


@transaction.atomic
def set_password(*, user: User, password: str, at: datetime) -> None:
    """Set the password by a link or by the person himself: other sessions end, a lock is lifted."""
    user.set_password(password)
    user.save(update_fields=["password"])
    AxesProxyHandler.reset_attempts(username=user.username.lower())
    tell("user.password_set", user, by=user, at=at)


@transaction.atomic
def remove_second_factor(*, user: User, by: User, at: datetime) -> None:
    """For a person who lost his phone: he signs in by password alone and enrols anew if his role requires it."""
    _may_or_refuse(by, user)
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)
    tell("user.second_factor_removed", user, by=by, at=at)


def end_sessions(*, user: User, but: str | None = None) -> int:
    """End the person's sessions, except the one with the key `but`; returns how many."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended
