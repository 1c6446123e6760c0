from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import go_to, render_part
from salesexpert.notices import actions, kinds, reading
from salesexpert.notices.models import Notice

BIGGEST = 2**63 - 1


@require_safe
def notice_list(request: SignedRequest) -> HttpResponse:
    unread = request.GET.get("show") == "unread"
    kind = request.GET.get("kind", "")
    if not kinds.is_declared(kind):
        kind = ""
    notices, marks = reading.page(
        request.user,
        unread=unread,
        kind=kind,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "notices": notices,
        "page": marks,
        "unread": unread,
        "unread_count": reading.unread_count(request.user),
        "kind": kind,
        "kinds": sorted(
            ((k.code, str(k.label)) for k in kinds.declared_for(request.user)),
            key=lambda pair: pair[1],
        ),
    }
    return render_part(request, "notices/list.html", "found", context)


@require_safe
@never_cache
def latest(request: SignedRequest) -> HttpResponse:
    """What the bell opens."""
    context = {"notices": reading.latest(request.user)}
    return render(request, "notices/latest.html", context)


@require_safe
@never_cache
def news(request: SignedRequest) -> JsonResponse:
    """What came since the notice `since`, and the key to the stream of events where there is one."""
    since = request.GET.get("since", "")
    known = since.isascii() and since.isdecimal()
    number = min(int(since), BIGGEST) if known else None
    return JsonResponse(reading.news(request.user, since=number))


@require_safe
@never_cache
def open_notice(request: SignedRequest, pk: int) -> HttpResponse:
    """Go where the notice leads; it is read by that."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if notice.read_at is None:
        actions.read(request.user, [notice.pk], at=timezone.now())
    if notice.link.startswith("/") and url_has_allowed_host_and_scheme(
        notice.link, allowed_hosts=None
    ):
        return redirect(notice.link)
    return redirect("notices:list")


@require_POST
def read_one(request: SignedRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.read(request.user, [notice.pk], at=timezone.now())
    return go_to(request, "notices:list")


@require_POST
def read_all(request: SignedRequest) -> HttpResponse:
    changed = actions.read(request.user, None, at=timezone.now())
    messages.success(
        request,
        ngettext(
            "%(count)d notice is marked as read.",
            "%(count)d notices are marked as read.",
            changed,
        )
        % {"count": changed}
        if changed
        else _("Nothing was unread."),
    )
    return go_to(request, "notices:list")
