"""Links that let a person set his password: signed, used once, short-lived."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Purpose:
    name: str
    lasts: timedelta


INVITATION = Purpose("invitation", timedelta(days=7))
RESET = Purpose("reset", timedelta(hours=2))
PURPOSES = {purpose.name: purpose for purpose in (INVITATION, RESET)}


def _state(user: User, purpose: Purpose) -> str:
    """What using the link changes: after that, or after a newer invitation, the old link opens nothing."""
    parts = (user.pk, user.password, user.last_login, user.email, user.invited_at)
    return salted_hmac(
        f"accounts.links.{purpose.name}", "|".join(map(str, parts)), algorithm="sha256"
    ).hexdigest()[:32]


def make_token(user: User, purpose: Purpose) -> str:
    return signing.dumps(
        [user.pk, _state(user, purpose)], salt=f"accounts.{purpose.name}"
    )


def read_token(token: str, purpose: Purpose) -> User | None:
    """The active person whom the link is for; None for a damaged, used or outlived link."""
    try:
        pk, state = signing.loads(
            token, salt=f"accounts.{purpose.name}", max_age=purpose.lasts
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.active().select_related("role").filter(pk=pk).first()
    if user is None or not constant_time_compare(state, _state(user, purpose)):
        return None
    return user
