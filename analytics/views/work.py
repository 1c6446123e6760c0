"""Planned work whose time has passed: exactly the records behind the figure of a person."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics.scope import scope_of
from analytics.sums import overdue_work
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset

PAGE_SIZE, COUNTED = 50, 10_000


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def overdue(request: SignedRequest) -> HttpResponse:
    scope, text = scope_of(request.user), request.GET.get("performer", "")
    person: User | None = None
    people = scope.people
    if text:
        known = text.isascii() and text.isdigit() and len(text) < 19
        person = User.objects.filter(pk=int(text)).first() if known else None
        if person is None or not scope.holds(person.pk):
            raise Http404
        people = (person.pk,)
    rows = overdue_work(request.user, people, at=timezone.now())
    page = keyset.page(
        [keyset.Part(rows, ("planned_at", "pk"))],
        ["pk"],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    shown = rows.filter(pk__in=[row["pk"] for row in page.rows])
    shown = shown.select_related("client__legal_form", "kind", "performer", "deal")
    context = {
        "rows": shown.order_by("planned_at", "pk"),
        "page": page,
        "person": person,
        "total": keyset.capped_count(rows, cap=COUNTED),
        "cap": COUNTED,
    }
    return render(request, "analytics/overdue.html", context)
