"""The diagnosis panel: the table, the choice of its columns, its files."""

from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods

from analytics import counting, periods, spans
from analytics import panel as board
from analytics.counting import Counted
from analytics.indicators import DEFAULT, offered
from analytics.models import IndicatorLimit
from analytics.reading import (  # fmt: skip
    Wish,
    figures_of,
    panel_of,
    wish_of,
)
from analytics.views import files
from analytics.views.below import parts
from analytics.views.limits import may_limit
from clients.list_filters import SHOWING
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tree import as_choices
from salesexpert.core.http import done, render_part
from salesexpert.core.templatetags.look import plain_day

# The drawn table of a team is kept for so many seconds, of its figures' minute.
KEPT = 60
may_read = permission_required("deals.view_deal", raise_exception=True)


FIGURES = "panel-figures"


@require_GET
@may_read
def panel(request: SignedRequest) -> HttpResponse:
    now = timezone.now()
    wish = wish_of(request.user, request.GET, at=now)
    figures = figures_of(request.user, wish, at=now)
    found = counting.at_once(figures) if wish.scope.is_own else counting.counted(figures, again=counting.again(request))  # fmt: skip
    kind, no_file = files.asked(request.GET)
    if kind and not (wish.misread or wish.period.fault):
        if found.value is None:
            return files.later(request, found)
        made = panel_of(request.user, wish, at=found.made_at or now, numbers=found.value)  # fmt: skip
        return files.answer(request, board.sheet(made), kind, wish.period)
    context = {"found": found, "drawn": _drawn(request, wish, found), "fresh": wish.scope.is_own}  # fmt: skip
    if request.headers.get("HX-Target") == FIGURES:
        return render_part(request, "analytics/panel.html", "figures", context)
    span = wish.period
    previous = periods.before(span.since, span.until)
    context |= {
        "period": span,
        "previous_words": f"{plain_day(previous[0])} – {plain_day(previous[1] - timedelta(days=1))}",
        "compares": wish.compares,
        "periods": [(name, label, span.name == name) for name, label in spans.NAMES.items()],
        "departments": [(str(pk), name) for pk, name in as_choices(wish.whole.departments)],
        "department": wish.department,
        "misread": [*no_file, *wish.misread],
        "may_export": request.user.has_perm("deals.export_deals"),
        "may_limit": may_limit(request.user, wish.whole),
        "leads": not wish.whole.is_own,
        "kept": _kept(request.GET),
        "below": parts(request.user, wish, request.GET),
    }  # fmt: skip
    return render_part(
        request, "analytics/panel.html", "panel", context, status=files.status(kind)
    )


def _kept(params: QueryDict) -> str:
    rest = params.copy()
    for name in SHOWING:
        rest.pop(name, None)
    return rest.urlencode()


def _drawn(request: SignedRequest, wish: Wish, found: Counted) -> str:
    """The table as HTML, empty where there are no figures yet; that of a team is drawn once from the same numbers."""
    numbers, at = found.value, found.made_at
    if numbers is None or at is None:
        return ""

    def draw() -> str:
        made = panel_of(request.user, wish, at=at, numbers=numbers)
        context = {"panel": made, "many": not wish.scope.is_own}
        return render_to_string("analytics/panel_table.html", context)

    if wish.scope.is_own:
        return draw()
    names = ",".join(one.name for one in wish.indicators)
    limited = IndicatorLimit.objects.order_by("-set_at").values_list("set_at", "pk").first()  # fmt: skip
    asked = f"{figures_of(request.user, wish, at=at).key}|{at}|{names}|{limited}|{translation.get_language()}"  # fmt: skip
    key = f"panel:{sha256(asked.encode()).hexdigest()}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        drawn = draw()
        cache.set(key, drawn, KEPT)
    return drawn


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_read
def columns(request: SignedRequest) -> HttpResponse:
    """A dialog that chooses the columns; kept for the reader."""
    user = request.user
    known = offered(user)
    if request.method == "POST":
        names = [n for n in request.POST.getlist("column") if n in known]
        if "reset" in request.POST or not names:
            names = list(DEFAULT)
        user.list_columns = {**user.list_columns, board.LIST: names}
        user.save(update_fields=["list_columns"])
        return done(request, "analytics:panel", reload=True)
    now = [one.name for one in board.chosen(user)]
    order = [*now, *(name for name in known if name not in now)]
    rows = [(known[name], name in now) for name in order]
    return render_part(
        request, "analytics/panel_columns.html", "dialog", {"rows": rows}
    )
