"""The address that exchanges post to."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from salesexpert.accounts.network import client_ip
from salesexpert.telephony import hooks
from salesexpert.telephony.hooks import LARGEST_BODY, Refused
from salesexpert.telephony.models import Connection
from salesexpert.telephony.providers.base import Received


@csrf_exempt  # an exchange has no token of ours; its secret stands for it
@login_not_required
@never_cache
@require_http_methods(["POST"])
def hook(request: HttpRequest, key: str, rest: str = "") -> HttpResponse:
    """Every answer is JSON: `{"ok": true, "calls": [ids]}`, or `{"ok": false, "message": …}`."""
    address = client_ip(request)
    try:
        hooks.check_flood(address, key)
        connection = hooks.connection_of(key)
        received = Received(
            rest=rest,
            headers={k.lower(): v for k, v in request.headers.items()},
            body=_body(request, connection),
            content_type=request.content_type or "",
            at=timezone.now(),
        )
        calls = hooks.take(connection, received, address=address)
    except Refused as refused:
        answer = JsonResponse({"ok": False, "message": refused.sentence}, status=refused.status)  # fmt: skip
        if refused.status == 429:
            answer["Retry-After"] = "60"
        if refused.status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        return answer
    return JsonResponse({"ok": True, "calls": [call.pk for call in calls]})


def _body(request: HttpRequest, connection: Connection) -> bytes:
    """All that was announced, and not more than is taken. Raises Refused."""
    at = timezone.now()
    try:
        said = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        said = 0
    if said > LARGEST_BODY:
        raise hooks.refuse_size(connection, at=at)
    try:
        body = request.read(LARGEST_BODY + 1)
    except UnreadablePostError:
        raise hooks.refuse_half(connection, 0, said, at=at) from None
    if len(body) > LARGEST_BODY:
        raise hooks.refuse_size(connection, at=at)
    if len(body) < said:
        raise hooks.refuse_half(connection, len(body), said, at=at)
    return body
