"""Subscribing to one's calendar; the address that other calendars read."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pipeline import feeds
from pipeline.actions import feeds as actions
from salesexpert.accounts.network import client_ip
from salesexpert.accounts.requests import SignedRequest

# Programs ask every quarter of an hour at most; several devices of one person share an address.
ASKED_AT_MOST, WITHIN_SECONDS = 60, 600


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_activity", raise_exception=True)
def feed(request: SignedRequest) -> HttpResponse:
    at = timezone.now()
    if request.method == "POST":
        if request.POST.get("revoke"):
            actions.revoke(user=request.user, at=at)
            messages.success(request, _("The address no longer answers."))
        else:
            if request.POST.get("renew"):
                actions.revoke(user=request.user, at=at)
            actions.subscribe(user=request.user, hides_clients=bool(request.POST.get("hides_clients")), at=at)  # fmt: skip
            messages.success(request, _("Saved."))
        return redirect("plan:feed")
    found = feeds.living(request.user)
    address = ""
    if found:
        path = reverse("plan:ics", args=[feeds.token_of(found)])
        address = request.build_absolute_uri(path)
    response = render(request, "pipeline/feed.html", {"feed": found, "address": address})  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@login_not_required
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar to whoever knows the address. Asked too often, it says when to come again; unknown, it is a 404."""
    if _too_often(f"feed-from:{client_ip(request)}") or _too_often(f"feed:{token[:64]}"):  # fmt: skip
        answer = HttpResponse(status=429)
        answer.headers["Retry-After"] = str(WITHIN_SECONDS)
        return answer
    found = feeds.feed_of(token)
    if found is None or not found.user.has_perm("clients.view_activity"):
        raise Http404
    at = timezone.now()
    etag = feeds.etag_of(found, at=at)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or any(one.removeprefix("W/") == etag for one in known):
        same = HttpResponseNotModified()
        same.headers["ETag"] = etag
        return same
    response = HttpResponse(feeds.text_of(found, at=at), content_type="text/calendar; charset=utf-8")  # fmt: skip
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Content-Disposition"] = 'inline; filename="plan.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _too_often(name: str) -> bool:
    key = f"often:{sha256(name.encode()).hexdigest()}"  # an address may hold any letter
    if cache.add(key, 1, WITHIN_SECONDS):
        return False
    try:
        return cache.incr(key) > ASKED_AT_MOST
    except ValueError:  # it ran out in between
        return False
