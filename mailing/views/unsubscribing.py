from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients import advertising
from clients.personal_choices import Channel
from mailing.actions import unsubscribing
from mailing.models import Recipient
from mailing.unsubscribing import recipient_of

PAGE = "mailing/unsubscribe.html"


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed link is the credential
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The addressee's page. Asked with GET it only asks back: mail filters follow links. POST answers 200, never a redirect."""
    recipient = recipient_of(token)
    if recipient is None:
        return render(request, PAGE, {"state": "bad"}, status=404)
    if request.method == "POST":
        unsubscribing.unsubscribe(
            recipient=recipient,
            everything=request.POST.get("what") == "everything",
            at=timezone.now(),
        )
    language = recipient.mailing.content.get("language")
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        language = None  # he chose one on this page
    with translation.override(language or translation.get_language()):
        return render(request, PAGE, _state_of(recipient))


def _state_of(recipient: Recipient) -> dict[str, object]:
    """What the page says: of the address it shows enough to be recognised and no more."""
    local, _at, domain = recipient.address.rpartition("@")
    ways = {
        channel: bool(advertising.may_advertise(recipient.address, channel))
        for channel in (Channel.EMAIL,)
        if recipient.address
    }
    # Erased, or told before: what stands on the stop list is as good as unsubscribed.
    stopped = not any(ways.values())
    return {
        "state": "done" if stopped or recipient.unsubscribed_at else "ask",
        "address": f"{local[:1]}…@{domain}" if domain else "",
    }
