"""The diagnosis panel: the table, the choice of its columns, the limits typed by the head, its files."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analytics import counting, periods, spans
from analytics import panel as board
from analytics.counting import Counted
from analytics.indicators import DEFAULT, Indicator, Unit, offered
from analytics.limits import NO_LIMIT, Limit, LimitsCross, all_limits, set_limits
from analytics.models import IndicatorLimit
from analytics.reading import (  # fmt: skip
    NotTheirDepartment,
    Wish,
    figures_of,
    panel_of,
    wish_of,
)
from analytics.scope import Scope, scope_of
from analytics.views import files
from analytics.views.below import parts
from clients.list_filters import SHOWING
from salesexpert.accounts.models import Role, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tree import as_choices
from salesexpert.core.form_fields import plain_number
from salesexpert.core.http import done, render_part
from salesexpert.core.templatetags.look import plain_day

# The drawn table of a team is kept for so many seconds, of its figures' minute.
KEPT = 60
may_read = permission_required("deals.view_deal", raise_exception=True)


def _wish(request: SignedRequest) -> Wish:
    try:
        return wish_of(request.user, request.GET, at=timezone.now())
    except NotTheirDepartment:
        raise Http404 from None


FIGURES = "panel-figures"


@require_GET
@may_read
def panel(request: SignedRequest) -> HttpResponse:
    wish, now = _wish(request), timezone.now()
    figures = figures_of(request.user, wish, at=now)
    found = counting.at_once(figures) if wish.scope.is_own else counting.counted(figures, again=counting.again(request))  # fmt: skip
    kind = request.GET.get("format", "")
    if kind in files.TYPES:
        if found.value is None:
            return files.later(request)
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
        "may_export": request.user.has_perm("deals.export_deals"),
        "may_limit": _may_limit(request.user, wish.whole),
        "leads": not wish.whole.is_own,
        "kept": _kept(request.GET),
        "below": parts(request.user, wish, request.GET),
    }  # fmt: skip
    return render_part(request, "analytics/panel.html", "panel", context)


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


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _may_limit(user: User, whole: Scope) -> bool:
    return user.has_perm("accounts.view_figures") or not whole.is_own


@require_http_methods(["GET", "POST"])
@may_read
def limits(request: SignedRequest) -> HttpResponse:
    """A dialog in which the head types the limits of everybody, of a role, or of one of his people."""
    user = request.user
    if not _may_limit(user, scope_of(user)):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    targets = _targets(user)
    whom = given.get("of", "")
    then: str | None = None
    known = offered(user)
    faults: dict[str, str] = {}
    typed: dict[str, tuple[str, str]] = {}
    if "was" in given:
        # Another was chosen amid typing: what was typed stays until it is told what becomes of it.
        typed = {name: (given.get(f"low_{name}", ""), given.get(f"high_{name}", "")) for name in known}  # fmt: skip
        if typed == _kept_of(given["was"], user, known):
            typed = {}
        else:
            whom, then = given["was"], whom
    person, role = _target(user, whom)
    if request.method == "POST":
        then = request.POST.get("then")
        wanted = []
        for name in known:
            typed[name] = (request.POST.get(f"low_{name}", ""), request.POST.get(f"high_{name}", ""))  # fmt: skip
            try:
                wanted.append((name, Limit(*map(_number, typed[name]))))
            except InvalidOperation:
                faults[name] = _("Write numbers, such as 90 or 0.5.")
        for name, limit in wanted:
            if limit.low is not None and limit.high is not None and limit.low > limit.high:  # fmt: skip
                faults[name] = _("The least is above the most.")
        if not faults:
            try:
                set_limits(wanted, by=user, user=person, role=role)
            except LimitsCross as error:
                faults[""] = str(error)
            else:
                if then is None or then not in dict(targets):
                    return done(request, "analytics:panel", reload=True)
                whom, then, typed = then, None, {}
                person, role = _target(user, whom)
    present = all_limits()
    role_of_person = User.objects.values_list("role", flat=True).get(pk=person) if person else None  # fmt: skip
    rows = []
    for name, one in known.items():
        limit = present.exactly(name, user=person, role=role)
        low, high = typed.get(name) or (_typed(limit.low), _typed(limit.high))
        wider = present.of(name, role=role_of_person) if person else present.of(name)
        hint = board.limit_words(one, wider) if wider is not NO_LIMIT and (person or role) else ""  # fmt: skip
        rows.append((one, _with_unit(one), low, high, faults.get(name, ""), hint))
    names = dict(targets)
    context = {
        "rows": rows,
        "whom": whom,
        "targets": targets,
        "faults": faults,
        "then": then if then in names and then != whom else None,
        "then_name": names.get(then or "", ""),
        "whose": names.get(whom, ""),
    }
    return render_part(request, "analytics/panel_limits.html", "dialog", context, status=422 if faults else 200)  # fmt: skip


def _with_unit(one: Indicator) -> str:
    return f"{one.label}, %" if one.unit == Unit.PERCENT else board.label_of(one)


def _kept_of(whom: str, user: User, known: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What is kept of a target, as its fields show it."""
    person, role = _target(user, whom)
    present = all_limits()
    limits = {name: present.exactly(name, user=person, role=role) for name in known}
    return {name: (_typed(limit.low), _typed(limit.high)) for name, limit in limits.items()}  # fmt: skip


def _targets(user: User) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if user.has_perm("accounts.view_figures"):
        found.append(("", _("everybody")))
        found += [(f"role-{r.pk}", str(r)) for r in Role.objects.order_by("position", "pk")]  # fmt: skip
    people = scope_of(user).users().filter(is_active=True)[:300]
    return [*found, *((f"person-{p.pk}", str(p)) for p in people)]


def _target(user: User, whom: str) -> tuple[int | None, int | None]:
    """(person, role) of the word of the drop-down; 404 for what is not in it."""
    words = [word for word, _label in _targets(user)]
    if whom not in words:
        if whom == "" and words:
            return _target(user, words[0])
        raise Http404
    kind, _dash, number = whom.partition("-")
    return (int(number) if kind == "person" else None, int(number) if kind == "role" else None)  # fmt: skip


def _number(text: str) -> Decimal | None:
    text = plain_number(text.replace("\x00", "")).removesuffix("%")
    if not text:
        return None
    value = Decimal(text[:30])
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13:
        raise InvalidOperation
    return value.quantize(Decimal("0.01"))


def _typed(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{int(value)}" if value == int(value) else f"{value:f}"
