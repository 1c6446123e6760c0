"""What a letter asks of us by itself: a link that was followed, a picture that was loaded. No login: the address is signed."""

import base64

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailing import tokens
from mailing.actions import responses
from mailing.strangers import language_of, page

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@require_safe
@never_cache
@login_not_required
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Count a followed link and lead on, only to where the mailing's own row says. A filter that only asks HEAD is not counted."""
    read = tokens.read_click(token)
    url = responses.note_click(*read, at=timezone.now(), count=request.method == "GET") if read else ""  # fmt: skip
    if not url:
        return page(request, "mailing/link_gone.html", {}, language=language_of(request), status=404)  # fmt: skip
    response = HttpResponseRedirect(url)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@never_cache
@login_not_required
def opened(request: HttpRequest, token: str) -> HttpResponse:
    recipient = tokens.read_pixel(token)
    if recipient is not None:
        responses.note_opened(recipient, at=timezone.now())
    return HttpResponse(_PIXEL, content_type="image/gif")
