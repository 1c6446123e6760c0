"""Pages that links in letters lead to: nobody is signed in there, and the reader may be anybody."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)


def language_of(request: HttpRequest, letter: str = "") -> str:
    """What he chose on such a page, else the first of his browser's that we speak, else that of the letter."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):  # fmt: skip
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return letter or settings.LANGUAGE_CODE


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, language: str, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The page in `language`, and named so."""
    request.LANGUAGE_CODE = language
    with translation.override(language):
        answer = render(request, template, context, status=status)
    answer.headers["Content-Language"] = language
    return answer
