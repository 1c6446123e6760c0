"""The page of one manager: how he does against his limits, month by month, and what the reports say of his work."""

from dataclasses import replace
from statistics import mean, pstdev
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analytics import panel as board
from analytics import periods, sheets, spans, sums
from analytics.indicators import offered
from analytics.limits import all_limits
from analytics.months import following
from analytics.scope import scope_of
from analytics.sheets import Cell, Column, Sheet, Table
from analytics.sums import Asked
from analytics.told import of_deals, of_money, of_work
from analytics.views import files
from analytics.wanted import Wanted
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import render_part
from salesexpert.core.templatetags.look import number

MONTHS = 12


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def person(request: SignedRequest, pk: int) -> HttpResponse:
    scope = scope_of(request.user)
    who = User.objects.filter(pk=pk).select_related("role", "department").first() if pk < 2**63 else None  # fmt: skip
    if who is None or not scope.holds(pk):
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now, timezone.get_default_timezone())
    period = spans.chosen(request.GET, today)
    sheet = _sheet(request.user, who, period, now)
    kind = request.GET.get("format", "")
    if kind in files.TYPES:
        return files.answer(request, sheet, kind, period)
    context = {
        "sheet": sheet,
        "person": who,
        "fresh": True,
        "may_export": request.user.has_perm("deals.export_deals"),
        "period": period,
        "periods": [(name, label, period.name == name) for name, label in spans.NAMES.items()],
        "pickers": [],
        "chips": [],
    }  # fmt: skip
    name = "analytics/sheet.html" if request.headers.get("HX-Request") else "analytics/person.html"  # fmt: skip
    return render_part(request, name, "sheet", context)


def _sheet(user: User, who: User, period: spans.Chosen, now: Any) -> Sheet:
    asked = Asked(user, (who.pk,), period.since, period.until, now)
    params = QueryDict(mutable=True)
    params["responsible"] = str(who.pk)
    wanted = Wanted(user, params, period.since, period.until, (who.pk,), now)
    by_month, lead = _months(asked)
    tables = [_indicators(user, who, asked), by_month]
    for make, title in _told(user):
        tables += [replace(table, title=title if n == 0 else table.title) for n, table in enumerate(make(wanted).tables[:1])]  # fmt: skip
    links = []
    if user.has_perm("analytics.view_plans"):
        links += [(reverse("analytics:plans"), _("Sales plans")), (reverse("analytics:kpi"), _("KPI"))]  # fmt: skip
    if user.has_perm("clients.view_activity"):
        links.append((reverse("deals:load"), _("Load of the team")))
    return Sheet(f"manager-{who.username}", str(who), lead, tables, links=links, made_at=now)  # fmt: skip


def _told(user: User) -> list[tuple[Any, str]]:
    found = [
        (of_money.forecast, _("Forecast of open deals")),
        (of_deals.funnel, _("Sales funnel")),
        (of_deals.refusals, _("Why clients refuse")),
        (of_work.effort, _("Where the effort goes")),
    ]
    if user.has_perm("deals.view_invoice"):
        found.append((of_money.paying, _("How invoices are paid")))
    return found


def _indicators(user: User, who: User, asked: Asked) -> Table:
    known = list(offered(user).values())
    numbers = sums.sums(asked, [f for one in known for f in one.families]).get(who.pk, {})  # fmt: skip
    earlier = Asked(user, asked.people, *periods.before(asked.since, asked.until), asked.at)  # fmt: skip
    past = sums.sums(earlier, [f for one in known if not one.now for f in one.families]).get(who.pk, {})  # fmt: skip
    limits = all_limits()
    rows = []
    for one in known:
        value = one.value(numbers)
        limit = limits.of(one.name, user=who.pk, role=who.role_id)
        tone = limit.tone(value)
        link = one.link(asked, who.pk) if one.records(numbers) else ""
        before = one.value(past)
        rows.append(
            [
                sheets.name(str(one.label), more=_("now") if one.now else ""),
                Cell(value, board.shown(one, value), link, tone=tone),
                Cell(None, sheets.NOTHING) if one.now else Cell(before, board.shown(one, before)),
                Cell(None, board.limit_words(one, limit) or sheets.NOTHING),
                Cell(None, str(one.formula)),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Indicator"), right=False),
        Column(_("Value")),
        Column(_("Before"), _("The period before this one, the same days of it.")),
        Column(_("Limits")),
        Column(_("Formula")),
    ]
    return Table(_("Indicators"), columns, rows)


def _months(asked: Asked) -> tuple[Table, str]:
    """Twelve months up to the present one, and how steady they are: the whole ones only."""
    month = asked.today.replace(day=1)
    edges = [following(month, n) for n in range(1 - MONTHS, 2)]
    series = {name: sums.steps(asked, name, edges).get(next(iter(asked.people or ())), [0] * MONTHS) for name in sums.STEPPED}  # fmt: skip
    labels = [f"{edge:%m.%Y}" for edge in edges[:-1]]
    columns = [Column(_("Month"), right=False), Column("", bar=True), Column(_("Revenue")), Column(_("Won")), Column(_("Deals opened")), Column(_("New cards")), Column(_("Contacts"))]  # fmt: skip
    most = max(series["revenue"], default=0)
    rows = []
    for n in range(MONTHS - 1, -1, -1):
        one = Asked(asked.user, asked.people, edges[n], edges[n + 1], asked.at)
        rows.append([sheets.name(labels[n]), sheets.bar(float(series["revenue"][n] / most) if most else 0), *_month(one, series, n)])  # fmt: skip
    return Table(_("Month by month"), columns, rows), _steadiness(series["revenue"][:-1])  # fmt: skip


def _month(asked: Asked, series: dict[str, list[Any]], n: int) -> list[Cell]:
    known = offered(asked.user)
    person = next(iter(asked.people or ()))
    found = []
    for name in sums.STEPPED:
        value = series[name][n]
        text = board.shown(known[name], value) if value else sheets.NOTHING
        found.append(Cell(value, text, known[name].link(asked, person) if value else ""))  # fmt: skip
    return found


def _steadiness(whole: list[Any]) -> str:
    """How far months lie from their average, in words with the figures."""
    values = [float(v) for v in whole]
    if not any(values):
        return _("Nothing was won in the last twelve months.")
    average = mean(values)
    part = round(100 * pstdev(values) / average)
    given = {"average": number(round(average)), "part": part}
    if part <= 30:
        return _("Steady: %(average)s a month on average, months differ by %(part)d%%.") % given  # fmt: skip
    if part <= 70:
        return _("Uneven: %(average)s a month on average, months differ by %(part)d%%.") % given  # fmt: skip
    return _("By leaps: %(average)s a month on average, months differ by %(part)d%%.") % given  # fmt: skip
