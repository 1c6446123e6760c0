"""The page of one manager: the page is a frame, and asks for its sections piece by piece."""

from dataclasses import replace

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analytics import spans
from analytics.told import of_person
from analytics.views import files
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import htmx_of, render_part


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def person(request: SignedRequest, pk: int) -> HttpResponse:
    who = of_person.seen(request.user, pk) if pk < 2**63 else None
    if who is None:
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now, timezone.get_default_timezone())
    period = spans.chosen(request.GET, today)
    part, (kind, misread) = request.GET.get("part", ""), files.asked(request.GET)
    if kind and not period.fault:
        return files.answer(request, of_person.person(request.user, who, period, now), kind, period)  # fmt: skip
    parts = of_person.parts_of(request.user)
    sheet = of_person.frame(request.user, who, now)
    params = request.GET.copy()
    params.pop("part", None)
    asked = params.urlencode()
    if part in parts:
        sheet = replace(sheet, tables=of_person.part(request.user, who, part, period, now))  # fmt: skip
        if htmx_of(request):
            return render(request, "analytics/sheet_tables.html", {"sheet": sheet})
        # Opened by itself, as a browser without scripts opens it: a whole page of this section.
        sheet = replace(sheet, links=[(f"{request.path}?{asked}", _("All sections")), *sheet.links])  # fmt: skip
        parts = {}
    params[of_person.PERSON] = str(pk)
    context = {
        "sheet": sheet,
        "waits": [(f"{request.path}?{urlencode({'part': name})}&{asked}", title) for name, title in parts.items()],
        "person": who,
        "fresh": True,
        "may_export": request.user.has_perm("deals.export_deals"),
        "period": period,
        "spoken": str(period),
        "periods": [(name, label, period.name == name) for name, label in spans.NAMES.items()],
        "pickers": [],
        "misread": misread,
        "letter": urlencode({"report": of_person.PERSON, "parameters": params.urlencode()}),
    }  # fmt: skip
    name = "analytics/sheet.html" if request.headers.get("HX-Request") else "analytics/person.html"  # fmt: skip
    return render_part(request, name, "sheet", context, status=files.status(kind))
