from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part
from salesexpert.outbox import actions, catching
from salesexpert.outbox.choices import LetterStatus
from salesexpert.outbox.models import Letter

PAGE = 50
may_read_letters = permission_required("outbox.view_outbox", raise_exception=True)

OUR_POLICY: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
# A caught letter is a stranger's page: it may show its own colours and the pictures it carries, and nothing else.
LETTER_POLICY: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}


@require_safe
@may_read_letters
def letters(request: HttpRequest) -> HttpResponse:
    """Letters of the outbox, newest first; `before` gives those that follow."""
    status = request.GET.get("status", "")
    if status not in LetterStatus.values:
        status = ""
    found = Letter.objects.for_list(
        status=status, before=_place(request.GET.get("before"))
    )
    rows = list(found[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    context = {
        "letters": rows,
        "status": status,
        "statuses": [("", _("All")), *LetterStatus.choices],
        "before": f"{rows[-1].queued_at.isoformat()}~{rows[-1].pk}" if more else "",
        "later": bool(request.GET.get("before")),
    }
    return render_part(request, "outbox/letters.html", "found", context)


def _place(before: str | None) -> tuple[datetime, int] | None:
    """`before` of an address, or None for nonsense: the list then begins at its beginning."""
    at, _tilde, number = (before or "").partition("~")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not number.isascii():
        return None
    if not number.isdecimal() or len(number) > 18:
        return None
    return moment, int(number)


@require_safe
@may_read_letters
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Letter, pk=pk)
    files = (
        found.attachments.filter(content_id="")
        .order_by("pk")
        .values_list("name", flat=True)
    )
    return render(request, "outbox/letter.html", {"letter": found, "files": files})


@require_POST
@may_read_letters
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Letter, pk=pk)
    try:
        actions.send_again(letter=found, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The letter to %(to)s is queued again.") % {"to": found.to}
        )
    return go_to(request, "outbox:letter", pk)


def _folder() -> Path:
    if not settings.MAIL_CATCHER_DIR:
        raise Http404
    return Path(settings.MAIL_CATCHER_DIR)


def _caught_or_404(name: str) -> catching.Caught:
    found = catching.caught_letter(_folder(), name)
    if found is None:
        raise Http404
    return found


@require_safe
@may_read_letters
def caught(request: HttpRequest) -> HttpResponse:
    found = catching.caught_letters(_folder())
    return render(
        request, "outbox/caught.html", {"letters": found, "most": catching.SHOWN}
    )


@require_safe
@may_read_letters
@csp_override(OUR_POLICY)
def caught_letter(request: HttpRequest, name: str) -> HttpResponse:
    return render(
        request, "outbox/caught_letter.html", {"letter": _caught_or_404(name)}
    )


@require_safe
@may_read_letters
@xframe_options_sameorigin
@csp_override(LETTER_POLICY)
def caught_html(request: HttpRequest, name: str) -> HttpResponse:
    """The letter's own page, for the sandboxed frame: as it came, with no script, no form and nothing fetched."""
    return HttpResponse(_caught_or_404(name).with_pictures)


@require_safe
@may_read_letters
def caught_file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    found = _caught_or_404(name).file(number)
    if found is None:
        raise Http404
    file_name, data = found
    # never shown by the browser, whatever the letter says it is
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file_name)
        or "attachment"
    )
    return response
