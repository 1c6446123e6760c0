"""Calling by the exchange: it rings at the person's telephone, then at the outside party's."""

import http.client
import uuid
from datetime import datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as HttpRequest

from django.utils.translation import gettext as _
from django.utils.translation import override

from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.notices.actions import notify
from salesexpert.telephony import numbers
from salesexpert.telephony.actions.faults import note_fault
from salesexpert.telephony.choices import Refusal
from salesexpert.telephony.declaring import CALLBACK
from salesexpert.telephony.models import Extension
from salesexpert.telephony.providers import provider_of
from salesexpert.telephony.providers.base import Request

SECONDS = 8


class CannotDial(DomainError):
    pass


class _NoRedirects(HTTPRedirectHandler):
    """An exchange that sends us elsewhere with our signature is none."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def extension_that_dials(user: User) -> Extension | None:
    """The person's telephone at an exchange that can call back."""
    own = Extension.objects.filter(user=user, connection__retired_at=None)
    for extension in own.select_related("connection").order_by("pk"):
        connection = extension.connection
        provider = provider_of(connection.provider)
        if provider.callback and provider.callback(connection.credentials, extension.number, "+70000000000", "0"):  # fmt: skip
            return extension
    return None


def asked(user: User, typed: str) -> tuple[Extension, str]:
    """What is dialled for him. Raises CannotDial."""
    number = numbers.e164(typed)
    if not number:
        raise CannotDial(_("“%s” is no telephone number.") % typed[:40])
    extension = extension_that_dials(user)
    if extension is None:
        raise CannotDial(_("Your telephone is not connected to an exchange that calls back."))  # fmt: skip
    return extension, number


def call(extension_id: int, number: str, *, at: datetime) -> bool:
    """Ask the exchange; whoever wanted the call is told when it refuses."""
    extension = Extension.objects.select_related("connection", "user").filter(pk=extension_id).first()  # fmt: skip
    if extension is None:
        return False
    connection, user = extension.connection, extension.user
    provider, command = provider_of(connection.provider), uuid.uuid4().hex
    request = provider.callback(connection.credentials, extension.number, number, command) if provider.callback else None  # fmt: skip
    why = _send(request) if request else "—"
    if not why:
        return True
    note_fault(connection, Refusal.CALLBACK, why, at=at)
    with override(user.language):
        notify(user, CALLBACK, key=f"callback:{command}", words={"number": number, "why": why}, at=at)  # fmt: skip
    return False


def _send(request: Request) -> str:
    """Why it was refused; “” when it was not."""
    wanted = HttpRequest(
        request.url,
        data=request.body or None,
        headers=dict(request.headers),
        method=request.method,
    )
    try:
        with build_opener(_NoRedirects).open(wanted, timeout=SECONDS) as answer:
            answer.read(4096)
            return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except HTTPError as error:
        return f"HTTP {error.code}"
    except (URLError, OSError, ValueError, http.client.HTTPException) as error:
        return type(getattr(error, "reason", error)).__name__
