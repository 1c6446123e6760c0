"""Texts of the letters that accounts send, in the reader's language."""

from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from salesexpert.accounts import links
from salesexpert.accounts.models import User
from salesexpert.core import preferences


class Written(NamedTuple):
    subject: str
    text: str


def path_of(user: User, purpose: links.Purpose) -> str:
    return reverse(
        "accounts:set_password", args=[purpose.name, links.make_token(user, purpose)]
    )


def _letter(user: User, purpose: links.Purpose, **more: Any) -> str:
    # The host of a request may be forged; letters lead only to the configured address.
    context = {
        "person": user,
        "company": preferences.get("company_name") or "Sales Expert",
        "link": settings.PUBLIC_URL + path_of(user, purpose),
        **more,
    }
    return render_to_string(f"accounts/letters/{purpose.name}.txt", context)


def invitation(user: User, *, by: User | None) -> Written:
    """The letter that invites `user`."""
    with translation.override(user.language):
        subject = _("Invitation to Sales Expert")
        return Written(subject, _letter(user, links.INVITATION, by=by))


def reset(user: User) -> Written:
    """The letter by which `user` sets a forgotten password anew."""
    with translation.override(user.language):
        subject = _("New password for Sales Expert")
        return Written(subject, _letter(user, links.RESET))
