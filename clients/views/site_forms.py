"""The one address that the outside world may post to: forms of the company's sites."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients import site_intake
from clients.models import Product, SiteForm
from salesexpert.accounts.network import client_ip

JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"  # fmt: skip
PRODUCTS_SHOWN = 100


class Refused(Exception):
    """The request is refused with a status and a sentence."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.more = status, sentence, more


@csrf_exempt  # strangers' pages have no token of ours; the form's key and the origin stand for it
@login_not_required
@never_cache
@require_http_methods(["GET", "POST", "OPTIONS"])
def site_form(request: HttpRequest, key: str) -> HttpResponse:
    """GET: what the form asks. POST: an inquiry, as JSON or as a form sends it. Every answer is JSON.

    `{"ok": true, "message": …}`, or `{"ok": false, "message": …, "errors": {field: sentence}}`.
    """
    origin = site_intake.origin_of(request.headers.get("Origin", ""))
    form = None
    try:
        wait = 0
        if request.method != "OPTIONS":
            wait = site_intake.is_flooded(client_ip(request), key)
        if wait:
            raise Refused(429, _("Too many requests. Please try again later."), wait=wait)  # fmt: skip
        form = SiteForm.objects.filter(key=key, retired_at=None).first()
        if form is None:
            raise Refused(404, _("This form is not connected."))
        with override(form.language):
            answer = _answer(request, form, origin)
    except Refused as refused:
        answer = _refusal(refused)
    return _with_cors(answer, form, origin)


def _answer(request: HttpRequest, form: SiteForm, origin: str) -> HttpResponse:
    if request.headers.get("Origin") and not origin:
        raise Refused(403, _("Requests from this site are not taken."))
    if origin and origin not in form.origins:
        raise Refused(403, _("Requests from this site are not taken."))
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method == "GET":
        return _json(_described(form))
    if not site_intake.may_send(form, origin):
        raise Refused(403, _("Requests without an origin are not taken."))
    return _take(request, form, origin)


def _take(request: HttpRequest, form: SiteForm, origin: str) -> HttpResponse:
    posted = _posted(request)
    now = timezone.now()
    sent = site_intake.read(
        form,
        posted,
        at=now,
        address=client_ip(request),
        agent=request.headers.get("User-Agent", ""),
        origin=origin,
    )
    if sent.errors and not sent.is_trap:
        return _json(
            {
                "ok": False,
                "message": _("Please look at the marked fields."),
                "errors": sent.errors,
            },
            400,
        )
    if site_intake.is_full(form, at=now):
        raise Refused(429, _("Too many requests. Please call us or try again later."), wait=600)  # fmt: skip
    site_intake.take_in(sent, at=now)
    # A program in the trap is told the same as a person.
    return _json({"ok": True, "message": form.thanks or _("Thank you. We will answer soon.")}, 201)  # fmt: skip


def _posted(request: HttpRequest) -> Mapping[str, Any]:
    """What was posted, as fields. Raises Refused."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size > site_intake.LARGEST_BODY:
        raise Refused(413, _("This is too much: 64 kilobytes at most."))
    try:
        if request.content_type == PARTS:
            return _flat(request.POST)
        body = request.read(site_intake.LARGEST_BODY + 1)
    except UnreadablePostError:
        raise Refused(400, _("The request broke off.")) from None
    if len(body) > site_intake.LARGEST_BODY:
        raise Refused(413, _("This is too much: 64 kilobytes at most."))
    if size and len(body) < size:
        raise Refused(400, _("The request broke off."))
    if request.content_type == FORM:
        return _flat(QueryDict(body, encoding="utf-8"))
    if request.content_type in (JSON, "text/plain"):
        return _from_json(body)
    raise Refused(415, _("Send JSON or the fields of a form."))


def _from_json(body: bytes) -> Mapping[str, Any]:
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, _("This is no JSON.")) from None
    if not isinstance(posted, dict):
        raise Refused(400, _("Send an object with the fields."))
    return posted


def _flat(posted: QueryDict) -> dict[str, str]:
    return {name: ", ".join(map(str, posted.getlist(name)[:20])) for name in posted}


def _described(form: SiteForm) -> dict[str, Any]:
    """What the script draws: the fields in their order with their labels, the consent, words of the button."""
    labels = {
        "name": _("Your name"),
        "company": _("Company"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "inn": _("INN"),
        "city": _("City"),
        "product": _("What you are interested in"),
        "message": _("Message"),
    }
    asked = [name for name in site_intake.FIELDS if name in form.fields]
    products: list[str] = []
    if "product" in asked:
        products = [str(p) for p in Product.objects.in_use()[:PRODUCTS_SHOWN]]
    return {
        "ok": True,
        "heading": form.heading,
        "fields": [
            {
                "name": name,
                "label": labels[name],
                "type": {"phone": "tel", "email": "email", "message": "text"}.get(name, ""),
                "choices": products if name == "product" else [],
            }
            for name in asked
        ],
        "consent": form.consent,
        "consent_url": form.consent_url,
        "trap": site_intake.TRAP,
        "words": {
            "send": _("Send"),
            "agree": _("I agree to the processing of my personal data"),
            "wording": _("Wording"),
            "failed": _("It was not sent. Please try again or call us."),
            "choose": _("Not chosen"),
        },
    }  # fmt: skip


def _refusal(refused: Refused) -> HttpResponse:
    answer = _json({"ok": False, "message": refused.sentence, "errors": {}}, refused.status)  # fmt: skip
    if wait := refused.more.get("wait"):
        answer["Retry-After"] = str(wait)
    return answer


def _json(said: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})


def _with_cors(
    answer: HttpResponse, form: SiteForm | None, origin: str
) -> HttpResponse:
    answer["Vary"] = "Origin"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    if form is not None and origin and origin in form.origins:
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        answer["Access-Control-Allow-Headers"] = "Content-Type"
        answer["Access-Control-Max-Age"] = "3600"
    return answer
