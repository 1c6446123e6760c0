"""Answers that a page and a part of it share."""

import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
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


def render_dialog(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    title: Any,
    status: int = 200,
) -> HttpResponse:
    """A dialog to htmx; to a browser that opened its address by itself a page that holds it."""
    htmx = htmx_of(request)
    if htmx and not htmx.history_restore_request:
        response = render(request, template, context, status=status)
    else:
        # Made by a template of ours, which escapes what people typed.
        inside = SafeString(render_to_string(template, context, request))
        page = {"dialog": inside, "dialog_title": title}
        response = render(request, "dialog_page.html", page, status=status)
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
