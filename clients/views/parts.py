"""Answers to forms that live in a dialog or a panel of a page."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from salesexpert.core.http import htmx_of


def done(
    request: HttpRequest, to: Any, *, event: str = "", reload: bool = False
) -> HttpResponse:
    """A dialog's deed is done: close it and tell the page by `event` what to ask again (or load it anew).

    A browser without scripts, whose form was a page, is sent to `to`.
    """
    if not htmx_of(request):
        return redirect(to)
    response = HttpResponse(status=204)
    if reload:
        response["HX-Redirect"] = resolve_url(to)
    events: dict[str, Any] = {"close-dialog": {}}
    if event:
        events[event] = {}
    response["HX-Trigger"] = json.dumps(events)
    return response
