"""Calls: one call, the popup of a telephone that rings, the résumé, calling by the exchange."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import done, htmx_of, render_part
from salesexpert.telephony import dialling, popup, tasks
from salesexpert.telephony.actions import summaries
from salesexpert.telephony.choices import Waits
from salesexpert.telephony.events import State
from salesexpert.telephony.forms import SummaryForm
from salesexpert.telephony.models import Call, Extension

sees = permission_required("telephony.view_call", raise_exception=True)
# The history of whoever was called is drawn anew, my day and this list with it.
EVENT = "activities-changed"


def _call(request: SignedRequest, pk: int) -> Call:
    rows = Call.objects.visible_to(request.user).select_related("connection", "user", "client__legal_form", "contact", "activity", "inquiry")  # fmt: skip
    return get_object_or_404(rows, pk=pk)


@require_GET
@sees
def call(request: SignedRequest, pk: int) -> HttpResponse:
    shown = _call(request, pk)
    context = {
        "call": shown,
        "legs": shown.legs.select_related("user"),
        "popup": popup.drawn(shown, request.user),
        "is_mine": shown.user_id == request.user.pk,
    }
    return render(request, "telephony/call.html", context)


@require_GET
@sees
@never_cache
def call_popup(request: SignedRequest, pk: int) -> HttpResponse:
    """What is drawn while it rings; nothing (204) when it is not, or no more, this person's."""
    shown = popup.of(_call(request, pk), request.user, at=timezone.now())
    if shown is None:
        return HttpResponse(status=204)
    return render(request, "telephony/popup.html", {"popup": shown, "call": shown.call})


@require_GET
@sees
@never_cache
def current(request: SignedRequest) -> JsonResponse:
    """Calls that ring at this person now, whether he has a telephone at all, and whether the exchange dials for him."""
    user, at = request.user, timezone.now()
    has = Extension.objects.filter(user=user, connection__retired_at=None).exists()
    ids = []
    if has:
        rang = Call.objects.going_on(at=at).filter(
            legs__user=user,
            legs__state__in=(State.RINGING, State.ANSWERED, State.HELD),
        )
        ids = list(rang.order_by("pk").values_list("pk", flat=True).distinct()[:5])
    dials = has and dialling.extension_that_dials(user) is not None
    return JsonResponse({"calls": ids, "has": has, "dials": dials})


@require_http_methods(["GET", "POST"])
@permission_required(["telephony.view_call", "clients.add_activity"], raise_exception=True)  # fmt: skip
def summary(request: SignedRequest, pk: int) -> HttpResponse:
    """The résumé of a talk, and whose it was where its number does not tell."""
    shown, now = _call(request, pk), timezone.now()
    post = request.method == "POST"
    form = SummaryForm(request.POST if post else None, call=shown, user=request.user, at=now)  # fmt: skip
    if post and not shown.waits:
        form.add_error(None, _("Nothing waits with this call any more."))
    elif post and form.is_valid():
        try:
            summaries.write(
                shown.pk,
                by=request.user,
                at=now,
                summary=form.cleaned_data["summary"].strip(),
                client=form.cleaned_data.get("client"),
                result=form.cleaned_data["result"],
                promise=form.promised(),
                next_step=form.step(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, shown, event=EVENT)
    number = shown.number or shown.number_raw
    user = request.user
    context: dict[str, Any] = {
        "call": shown,
        "form": form,
        "address": reverse("telephony:summary", args=[shown.pk]),
        "may_dismiss": shown.waits == Waits.CARD,
        "new_card": f"{reverse('clients:new')}?{urlencode({'phone': number})}" if user.has_perm("clients.add_client") else "",
        "new_inquiry": f"{reverse('clients:inquiry_new')}?{urlencode({'phone': number, 'channel': 'call'})}" if user.has_perm("clients.add_inquiry") else "",
    }  # fmt: skip
    return render_part(request, "telephony/summary.html", "dialog", context, status=422 if post else 200)  # fmt: skip


@require_POST
@permission_required(["telephony.view_call", "clients.add_activity"], raise_exception=True)  # fmt: skip
def dismiss(request: SignedRequest, pk: int) -> HttpResponse:
    shown = _call(request, pk)
    try:
        summaries.dismiss(shown.pk, by=request.user, at=timezone.now())
    except DomainError:
        pass  # somebody was quicker: it waits no more either way
    if htmx_of(request):
        return done(request, shown, event=EVENT)
    return redirect("telephony:calls")


@require_POST
@sees
def dial(request: SignedRequest) -> JsonResponse:
    """Ring at the person's telephone, then at the number. The exchange is asked by a worker: it may take its time."""
    try:
        extension, number = dialling.asked(request.user, request.POST.get("number", ""))
    except DomainError as error:
        return JsonResponse({"ok": False, "message": str(error)}, status=422)
    tasks.dial.delay(extension_id=extension.pk, number=number)
    return JsonResponse({"ok": True, "message": _("Lift the receiver: %s is being called.") % number})  # fmt: skip
