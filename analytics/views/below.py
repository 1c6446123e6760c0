"""What stands under the diagnosis: the funnel, why clients refuse, money by weeks; each asked by itself, each leads to its report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from analytics import reading
from analytics.counting import again
from analytics.known_reports import REPORTS, Known
from analytics.reading import Wish
from analytics.sheets import Sheet, Table
from analytics.team_reports import counted
from analytics.wanted import Wanted
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import htmx_of

REASONS, STAGES = 7, 5
PARTS: Mapping[str, str | Promise] = {
    "funnel": pgettext_lazy("report", "Funnel"),
    "refusals": gettext_lazy("Why clients refuse"),
    "cash": gettext_lazy("Money: plan and fact"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """`address` draws it, `link` is its report of the same days."""

    name: str
    title: str | Promise
    address: str
    link: str


def parts(user: User, wish: Wish, params: QueryDict) -> list[Part]:
    """Those that `user` may read, as the page asks for them after the panel is drawn: it waits for none of them."""
    span = _span(params)
    asked = span.copy()
    if wish.department:
        asked["department"] = wish.department
    return [
        Part(name, title, f"{reverse(f'analytics:below_{name}')}?{asked.urlencode()}", _link(name, span, wish))
        for name, title in PARTS.items() if _may_read(user, REPORTS[name])
    ]  # fmt: skip


@require_GET
@permission_required(reading.RIGHT, raise_exception=True)
def below(request: SignedRequest, name: str) -> HttpResponse:
    """One part; to a browser that opened its address by itself the report of which it is a part."""
    user, known, now = request.user, REPORTS[name], timezone.now()
    if not _may_read(user, known):
        raise PermissionDenied
    wish = reading.wish_of(user, request.GET, at=now)
    span = _span(request.GET)
    link = _link(name, span, wish)
    if not htmx_of(request):
        return redirect(link)
    wanted = Wanted(user, span, wish.period.since, wish.period.until, wish.scope.people, now)  # fmt: skip
    found = counted(known, wanted, again=again(request))
    sheet = found.value or Sheet(name, str(known.title))
    context = {
        "part": Part(name, PARTS[name], request.get_full_path(), link),
        "period": wish.period,
        "sheet": sheet,
        # Figures of some minutes ago say as much here, without their state.
        "state": found if found.value is None else None,
        "cross": _cut(sheet) if name == "refusals" else None,
    }
    return render(request, "analytics/below.html", context)


def _may_read(user: User, known: Known) -> bool:
    return not known.permission or user.has_perm(known.permission)


def _span(params: QueryDict) -> QueryDict:
    span = QueryDict(mutable=True)
    for name in ("period", "since", "to"):
        if value := params.get(name):
            span[name] = value
    if not span:
        span["period"] = "month"
    return span


def _link(name: str, span: QueryDict, wish: Wish) -> str:
    """The report of the same period; of the people whose figures stand here where they are a department."""
    params = span.copy()
    if wish.department and wish.scope.people is not None:
        params.setlist("responsible", [str(pk) for pk in wish.scope.people])
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
