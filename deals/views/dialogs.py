"""Short forms in a dialog: asked, refused with what was typed, done with a toast. Without scripts they are pages."""

import json
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from salesexpert.core.http import go_to, htmx_of, render_part


def ask(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: Any,
    submit: Any,
    about: Any = "",
    back: str = "",
    files: bool = False,
    template: str = "deals/dialog.html",
    **more: Any,
) -> HttpResponse:
    """The form, with status 422 when it has errors. `back` is where a browser without scripts gives up to."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "about": about,
        "back": back,
        "files": files,
        "address": request.get_full_path(),
        **more,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_part(request, template, "dialog", context, status=status)


def done(request: HttpRequest, text: Any, to: str, *events: str) -> HttpResponse:
    """It is done: the parts that listen for `events` are drawn anew under a toast; without events, or without scripts,
    the browser goes on to `to`.
    """
    if not events or not htmx_of(request):
        messages.success(request, str(text))
        return go_to(request, to)
    response = HttpResponse(status=204)
    heard: dict[str, Any] = dict.fromkeys(events, True)
    response["HX-Trigger"] = json.dumps(
        {"close-dialog": True, "toast": {"text": str(text)}, **heard}
    )
    return response
