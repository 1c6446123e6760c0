"""The grid in which plans are set, copied from the year before and spread by season."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics import choosing, fulfilment, pay_scope
from analytics.actions import plans as actions
from analytics.actions.plans import Whose
from analytics.choices import PlanMeasure, PlanSpan
from analytics.forms.plans import (
    LEAST_PERCENT,
    LONGEST,
    MOST_PERCENT,
    Cells,
    Grid,
    Line,
    percent_of,
)
from analytics.models import SalesPlan
from analytics.paying import NOUGHT
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

sets = permission_required(["analytics.view_plans", "analytics.manage_plans"], raise_exception=True)  # fmt: skip


@require_http_methods(["GET", "POST"])
@sets
def grid(request: SignedRequest) -> HttpResponse:
    given = {name: request.GET.get(name) or request.POST.get(name, "") for name in ("measure", "span", "year")}  # fmt: skip
    measure, no_measure = choosing.one_of(given["measure"], PlanMeasure.choices, PlanMeasure.PAYMENTS)  # fmt: skip
    span, no_span = choosing.one_of(given["span"], PlanSpan.choices, PlanSpan.MONTH)  # fmt: skip
    year, no_year = choosing.year(given["year"], fulfilment.today().year)
    misread = [fault for fault in (no_measure, no_span, no_year) if fault]
    begins = [date(year, m, 1) for m in range(1, 13) if fulfilment.begin_of(span, date(year, m, 1)).month == m]  # fmt: skip
    rows = SalesPlan.objects.filter(measure=measure, span=span, since__year=year)
    kept = {(Whose(p.user_id, p.department_id), p.since): p.amount for p in rows}
    table = Grid(_lines(request.user), begins, measure, kept)
    percent, percent_fault = "0", ""
    if request.method == "POST":
        deed = request.POST.get("deed", "save")
        if deed == "copy":
            percent = request.POST.get("percent", "").strip()[:LONGEST]
            percent_fault = "" if misread else _copied(request, table, measure, year, percent)  # fmt: skip
        else:
            cells, years = table.read(request.POST), table.years(request.POST)
            if deed == "spread":
                # What is typed beside it is set too: nothing typed is lost.
                cells |= _spread(table, years, measure, year)
            else:
                table.not_spread(years)
            if not (misread or table.fault or table.faults):
                count = actions.set_plans(cells, measure=measure, span=span, by=request.user)  # fmt: skip
                messages.success(request, _("Plans changed: %(count)s") % {"count": count})  # fmt: skip
        if not (misread or table.fault or table.faults or percent_fault):
            return redirect(f"{reverse('analytics:plans_grid')}?measure={measure}&span={span}&year={year}")  # fmt: skip
    context = {
        "measure": measure,
        "measures": PlanMeasure.choices,
        "span": span,
        "spans": PlanSpan.choices,
        "year": year,
        "misread": misread,
        "begins": begins,
        "grid": table,
        "table": table.table,
        "percent": percent,
        "percent_fault": percent_fault,
    }
    return render(request, "analytics/plans_grid.html", context, status=422 if request.method == "POST" else 200)  # fmt: skip


def _lines(user: User) -> list[Line]:
    """Whose plans `user` may set."""
    rows: list[Line] = []
    led = pay_scope.departments(user)
    if led is None:
        rows.append(Line("f", _("The whole firm"), Whose()))
    departments = Department.objects.order_by("position", "name")
    rows += [Line(f"d{d.pk}", str(d), Whose(None, d.pk)) for d in departments if led is None or d.pk in led]  # fmt: skip
    sellers = [p for p in pay_scope.people_in_order(user) if p.has_perm("analytics.view_plans")]  # fmt: skip
    return rows + [Line(f"u{p.pk}", str(p), Whose(p.pk)) for p in sellers]


def _copied(request: SignedRequest, table: Grid, measure: str, year: int, typed: str) -> str:  # fmt: skip
    """Copy the year before. Returns why it cannot be done."""
    percent = percent_of(typed)
    if percent is None:
        return _("Nothing was copied: the change is a number of percents from %(least)s to %(most)s.") % {"least": LEAST_PERCENT, "most": MOST_PERCENT}  # fmt: skip
    # Whoever sets the plans of all copies those of people who left, too.
    of = None if pay_scope.departments(request.user) is None else {line.whose for line in table.lines}  # fmt: skip
    try:
        count = actions.copy_year(measure=measure, year=year, percent=percent, by=request.user, of=of)  # fmt: skip
    except DomainError as refused:
        return str(refused)
    if count:
        messages.success(request, _("Plans copied: %(count)s") % {"count": count})
    else:
        messages.info(request, _("Nothing was copied: %(before)s has no plans, or all of them are set in %(year)s already.") % {"before": year - 1, "year": year})  # fmt: skip
    return ""


def _spread(table: Grid, years: dict[Line, Decimal], measure: str, year: int) -> Cells:
    """Sums of the year over its periods by the seasons of the two years before."""
    if not years or table.faults:
        return {}
    weights = actions.seasons(measure, year)
    each = 12 // len(table.begins)
    cells: Cells = {}
    for line, whole in years.items():
        months = actions.spread_year(whole, weights, measure)
        for place, since in enumerate(table.begins):
            cells[line.whose, since] = sum(months[place * each : (place + 1) * each], NOUGHT)  # fmt: skip
    return cells
