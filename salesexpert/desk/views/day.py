from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics.queries import tiles
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import render_part
from salesexpert.desk import counters
from salesexpert.desk.day import day_of, promises_of
from salesexpert.desk.drawing import DayDrawer
from salesexpert.telephony.waiting import waiting_of


@require_GET
def day(request: SignedRequest) -> HttpResponse:
    """The start page of everybody: his own work only, so it needs no right beyond being signed in."""
    shown = day_of(request.user, now=timezone.now())
    may_plan = request.user.has_perm("clients.add_activity")
    may_do = request.user.has_perm("clients.change_activity")
    drawer = DayDrawer(may_do=may_do, may_plan=may_plan, now=shown.now)
    context = {
        "day": shown,
        "late": drawer.late(shown.late),
        "line": drawer.line(shown.line),
        "ahead": drawer.ahead(shown.ahead),
        "may_plan": may_plan,
        "may_do": may_do,
        "counters": counters.of_day(request.user, shown),
        "tiles": tiles.may_have(request.user),
        "calls": waiting_of(request.user, at=shown.now),
    }
    return render_part(request, "desk/day.html", "day", context)


@require_GET
def promises(request: SignedRequest) -> HttpResponse:
    """All that he promised and nobody has settled yet, what is due first before what has no day."""
    page, shown = promises_of(
        request.user,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "promises": shown,
        "today": timezone.localdate(),
        "may_settle": request.user.has_perm("clients.change_activity"),
    }
    return render(request, "desk/promises.html", context)
