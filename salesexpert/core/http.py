"""Answers that a page and a part of it share."""

import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """What django_htmx's middleware makes of a request; only for types."""

    htmx: HtmxDetails


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """What htmx says about this request; false where it was not htmx that asked."""
    return cast(HtmxRequest, request).htmx


def render_part(
    request: HttpRequest,
    template: str,
    part: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The whole page to a browser; to htmx only the template's `{% partialdef part %}`.

    htmx shows 422 too (`static/js/app.js`), so a refused form comes back in its place with what was typed.
    """
    name = (
        f"{template}#{part}"
        if (htmx := htmx_of(request)) and not htmx.history_restore_request
        else template
    )
    response = render(request, name, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def go_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send the browser to a page or object after a deed: a redirect, or htmx's own kind of it."""
    if htmx_of(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = resolve_url(to, *args, **kwargs)
        return response
    return redirect(to, *args, **kwargs)


def done(
    request: HttpRequest, to: Any, *, event: str = "", reload: bool = False
) -> HttpResponse:
    """A dialog's deed is done: close it and tell the page by `event` what to ask again (or load it anew); several events
    stand apart by spaces.

    A browser without scripts, whose form was a page, is sent to `to`.
    """
    if not htmx_of(request):
        return redirect(to)
    response = HttpResponse(status=204)
    if reload:
        response["HX-Redirect"] = resolve_url(to)
    events: dict[str, Any] = {"close-dialog": {}}
    events |= {name: {} for name in event.split()}
    response["HX-Trigger"] = json.dumps(events)
    return response
