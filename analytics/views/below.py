"""What stands under the diagnosis: the funnel, why clients refuse, money by weeks; each leads to its report."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics import reading
from analytics.counting import again
from analytics.known_reports import REPORTS
from analytics.reading import NotTheirDepartment
from analytics.scope import Scope
from analytics.sheets import Sheet, Table
from analytics.team_reports import counted
from analytics.wanted import Wanted
from salesexpert.accounts.requests import SignedRequest

REASONS, STAGES, WEEKS = 7, 5, 12


@require_GET
@permission_required(reading.RIGHT, raise_exception=True)
def below(request: SignedRequest) -> HttpResponse:
    """A part of the page, asked after the panel is drawn: the panel waits for none of it."""
    user, now = request.user, timezone.now()
    try:
        wish = reading.wish_of(user, request.GET, at=now)
    except NotTheirDepartment:
        raise Http404 from None
    span = QueryDict(mutable=True)
    for name in ("period", "since", "to"):
        if value := request.GET.get(name):
            span[name] = value
    if not span:
        span["period"] = "month"
    wanted = Wanted(user, span, wish.period.since, wish.period.until, wish.scope.people, now)  # fmt: skip
    context: dict[str, Any] = {"period": wish.period}
    polls: list[int] = []
    for name in ("funnel", "refusals", "cash"):
        known = REPORTS[name]
        if not known.permission or user.has_perm(known.permission):
            found = counted(known, wanted, again=again(request))
            context[name] = found.value or Sheet(name, str(known.title))
            # Figures of some minutes ago say as much here, without their state.
            context[f"{name}_state"] = found if found.value is None else None
            if found.value is None:
                polls.append(found.polls)
            context[f"{name}_link"] = _link(name, span, wish.scope, wish.department)
    context["polls"] = min(filter(None, polls), default=0)
    if "refusals" in context:
        context["cross"] = _cut(context["refusals"])
    return render(request, "analytics/below.html", context)


def _link(name: str, span: QueryDict, scope: Scope, department: str) -> str:
    """The report of the same period; of the people whose figures stand here where they are a department."""
    params = span.copy()
    if department and scope.people is not None:
        params.setlist("responsible", [str(pk) for pk in scope.people])
    return f"{reverse(f'analytics:{name}')}?{params.urlencode()}"


def _cut(sheet: Sheet) -> Table | None:
    """The first reasons and stages with the two columns of sums: what a third of a page holds."""
    table = sheet.tables[0] if sheet.tables else None
    if table is None or not table.rows:
        return None
    middle = list(range(1, len(table.columns) - 2))[:STAGES]
    places = [0, *middle, len(table.columns) - 1]
    rows = [[row[n] for n in places] for row in table.rows[:REASONS]]
    return replace(table, columns=[table.columns[n] for n in places], rows=rows, foot=())  # fmt: skip
