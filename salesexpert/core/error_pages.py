"""Error pages: a sentence in the reader's language, inside the frame when one is signed in and the database answers."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def _page(
    request: HttpRequest, status: int, heading: str, sentence: str
) -> HttpResponse:
    context: dict[str, Any] = {
        "heading": heading,
        "sentence": sentence,
        "language": translation.get_language(),
    }
    if getattr(request, "htmx", False):
        return HttpResponse(
            sentence, status=status, content_type="text/plain; charset=utf-8"
        )
    user = getattr(request, "user", None)
    framed = status != 500 and user is not None and user.is_authenticated
    return render(
        request if framed else None,
        "core/error.html" if framed else "core/error_plain.html",
        context,
        status=status,
    )


def _language(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    try:
        if user is not None and user.is_authenticated:
            return user.language
    except Exception:
        logger.exception("The reader's language is not known on an error page.")
    asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def bad_request(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    with translation.override(_language(request)):
        return _page(
            request,
            400,
            _("The request was not understood"),
            _("Go back and try again; what you typed may be too long or damaged."),
        )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with translation.override(_language(request)):
        return _page(
            request,
            403,
            _("No right to this page"),
            _(
                "Your role does not open it. An administrator can change the role's rights."
            ),
        )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with translation.override(_language(request)):
        return _page(
            request,
            404,
            _("There is no such page"),
            _(
                "It was moved or removed, or it is not among the records that you may see."
            ),
        )


def failed(request: HttpRequest) -> HttpResponse:
    with translation.override(_language(request)):
        return _page(
            request,
            500,
            _("Something went wrong on our side"),
            _(
                "The fault is written down. Nothing that was saved before is lost; go back and try again."
            ),
        )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    with translation.override(_language(request)):
        return _page(
            request,
            403,
            _("This form has grown stale"),
            _(
                "Go back, reload the page and send it again. Your browser must accept cookies."
            ),
        )
