"""How the pages of the history answer: parts for htmx, whole pages for a browser without scripts."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from salesexpert.core.http import htmx_of

# Pages ask anew for what they show of the history when they hear this.
CHANGED = "activities-changed"


def draw(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    heading: Any = "",
    status: int = 200,
) -> HttpResponse:
    """The part itself to htmx; to a browser without scripts a page around it."""
    if (htmx := htmx_of(request)) and not htmx.history_restore_request:
        response = render(request, template, context, status=status)
    else:
        page = {**context, "part": template, "heading": heading}
        response = render(request, "clients/activity_page.html", page, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def saved(request: HttpRequest, text: Any, to: str, **events: Any) -> HttpResponse:
    """It is done: htmx hears what changed and shows a toast; a browser without scripts goes on to `to`."""
    if not htmx_of(request):
        messages.success(request, str(text))
        return redirect(to)
    response = HttpResponse(status=204)
    told = {CHANGED: {}, "toast": {"text": str(text)}, **events}
    response["HX-Trigger"] = json.dumps(told)
    return response


def back(request: HttpRequest, otherwise: str) -> str:
    """Where a form without scripts came from, if that is a page of ours."""
    asked = request.POST.get("back", "")
    inside = url_has_allowed_host_and_scheme(
        asked, allowed_hosts=None, require_https=False
    )
    return asked if inside and asked.startswith("/") else otherwise
