"""Sales plans: what was planned and what came of it, the grid in which they are set, contacts needed to meet them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analytics import counting, fulfilment, pay_scope, plan_figures
from analytics.actions import plans as actions
from analytics.actions.plans import Whose
from analytics.choices import PlanMeasure, PlanSpan
from analytics.fulfilment import COUNTED_IN_MONEY, FIRM, Fulfilment
from analytics.models import SalesPlan
from analytics.months import following
from analytics.paying import NOUGHT
from analytics.plan_figures import PlanNumbers
from analytics.team_plans import team_plans
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.tree import branches, ids_below
from salesexpert.core.form_fields import plain_number
from salesexpert.core.http import render_part
from salesexpert.core.templatetags.look import number

sees = permission_required("analytics.view_plans", raise_exception=True)
sets = permission_required(["analytics.view_plans", "analytics.manage_plans"], raise_exception=True)  # fmt: skip
LARGEST = Decimal("99999999999999")
LEAST_PERCENT, MOST_PERCENT = -100, 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: the firm, a department or a person."""

    label: str
    depth: int
    plan: Fulfilment | None
    fact: Decimal
    whose: Whose
    needed: fulfilment.Needed | None = None


def _measure(request: HttpRequest) -> str:
    found = request.GET.get("measure") or request.POST.get("measure") or PlanMeasure.PAYMENTS  # fmt: skip
    if found not in PlanMeasure.values:
        raise Http404
    return found


def _span(request: HttpRequest) -> str:
    found = request.GET.get("span") or request.POST.get("span") or PlanSpan.MONTH
    if found not in PlanSpan.values:
        raise Http404
    return found


def _since(request: HttpRequest, span: str) -> date:
    text = request.GET.get("since", "")
    if not text:
        return fulfilment.begin_of(span, fulfilment.today())
    try:
        day = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise Http404 from None
    if not 2000 <= day.year <= 2100:
        raise Http404
    return fulfilment.begin_of(span, day)


def _people(user: User) -> list[User]:
    """Whose plans one sees: one's own, one's team's, everyone's; in the order of departments."""
    seen = pay_scope.people(user).filter(is_active=True).select_related("role", "department")  # fmt: skip
    return list(seen.order_by("last_name", "first_name", "username"))


@require_GET
@sees
def page(request: SignedRequest) -> HttpResponse:
    measure, span = _measure(request), _span(request)
    since = _since(request, span)
    until = fulfilment.end_of(span, since)
    today = fulfilment.today()
    people = _people(request.user)
    plans = _plans(measure, span, since, until)
    tick = fulfilment.tick_of(since, until, today)
    ids = [p.pk for p in people]
    runs = since <= today < until and measure != PlanMeasure.CONTACTS
    planned = _planned(request.user, plans, ids) if runs else {}
    figures = plan_figures.figures(request.user, measure, since, until, people=ids, planned=planned, at=timezone.now())  # fmt: skip
    found = counting.counted(figures, again=counting.again(request)) if ids != [request.user.pk] else counting.at_once(figures)  # fmt: skip
    rows = [] if found.value is None else _rows(request.user, people, plans, found.value, tick)  # fmt: skip
    context = {
        "found": found,
        "team": ids != [request.user.pk],
        "measure": measure,
        "measures": PlanMeasure.choices,
        "span": span,
        "spans": PlanSpan.choices,
        "since": since,
        "until": until,
        "before": fulfilment.begin_of(span, following(since, -1)),
        "after": until,
        "rows": rows,
        "money": measure in COUNTED_IN_MONEY,
        "tick": tick,
        "counts_by": fulfilment.counts_by_words(),
        "shows_needed": any(row.needed for row in rows),
    }
    return render_part(request, "analytics/plans.html", "figures", context)


@require_GET
@sees
def mine(request: SignedRequest) -> HttpResponse:
    """The reader's own plans and those of his people for his day page, which asks for them when it stands; nothing where
    there are none."""
    today = fulfilment.today()
    context = {
        "plans": fulfilment.own_plans(request.user.pk, on=today),
        "team": team_plans(request.user, on=today),
    }
    return render(request, "analytics/plans_mine.html", context)


def _plans(measure: str, span: str, since: date, until: date) -> dict[Whose, Decimal]:
    """Plans of the period; where a longer one has none, its months make it up."""
    found: dict[Whose, Decimal] = {}
    exact = SalesPlan.objects.filter(measure=measure, span=span, since=since)
    for plan in exact:
        found[Whose(plan.user_id, plan.department_id)] = plan.amount
    if span != PlanSpan.MONTH:
        added: dict[Whose, Decimal] = {}
        for plan in SalesPlan.objects.filter(measure=measure, span=PlanSpan.MONTH, since__gte=since, since__lt=until):  # fmt: skip
            whose = Whose(plan.user_id, plan.department_id)
            added[whose] = added.get(whose, NOUGHT) + plan.amount
        found = added | found
    return found


def _planned(user: User, plans: dict[Whose, Decimal], people: list[int]) -> dict[int, Decimal]:  # fmt: skip
    """Plans of people and of the firm, for which is told how many contacts they take; not those of departments."""
    found = {pk: plans[whose] for pk in people if (whose := Whose(pk)) in plans}
    if Whose() in plans and pay_scope.departments(user) is None:
        found[FIRM] = plans[Whose()]
    return found


def _rows(
    user: User, people: list[User], plans: dict[Whose, Decimal], numbers: PlanNumbers, tick: Decimal
) -> list[Row]:  # fmt: skip
    facts = numbers.facts

    def row(label: str, depth: int, whose: Whose, fact: Decimal) -> Row:
        plan = plans.get(whose)
        needed = None if whose.department else numbers.needed.get(whose.user or FIRM)
        return Row(label, depth, Fulfilment(plan, fact, tick) if plan is not None else None, fact, whose, needed)  # fmt: skip

    by_department: dict[int | None, list[User]] = {}
    for person in people:
        by_department.setdefault(person.department_id, []).append(person)
    found, led = [], pay_scope.departments(user)
    if led is None:
        found.append(row(_("The whole firm"), 0, Whose(), sum(facts.values(), NOUGHT)))
    tree = branches(Department.objects.all())
    all_below = ids_below(tree)
    for branch in tree:
        pk = branch.department.pk
        below = all_below[pk] if by_department.get(pk) or Whose(None, pk) in plans else set()  # fmt: skip
        members = [p for d in below for p in by_department.get(d, [])]
        if (led is None or pk in led) and below and (Whose(None, pk) in plans or any(p.pk in facts or Whose(p.pk) in plans for p in members)):  # fmt: skip
            fact = sum((facts.get(p.pk, NOUGHT) for p in members), NOUGHT)
            found.append(row(str(branch.department), 1, Whose(None, pk), fact))
        for person in by_department.get(pk, []):
            if Whose(person.pk) in plans or facts.get(person.pk):
                found.append(row(str(person), 2, Whose(person.pk), facts.get(person.pk, NOUGHT)))  # fmt: skip
    for person in by_department.get(None, []):
        if Whose(person.pk) in plans or facts.get(person.pk):
            found.append(row(str(person), 2, Whose(person.pk), facts.get(person.pk, NOUGHT)))  # fmt: skip
    return found


# ── the grid ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year") or request.POST.get("year") or str(fulfilment.today().year)  # fmt: skip
    if not (text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= 2100):
        raise Http404
    return int(text)


def _begins(span: str, year: int) -> list[date]:
    return [date(year, m, 1) for m in range(1, 13) if fulfilment.begin_of(span, date(year, m, 1)).month == m]  # fmt: skip


def _lines(user: User) -> list[tuple[str, str, Whose]]:
    """(name of the field, label, whose) of each row that one may set."""
    rows: list[tuple[str, str, Whose]] = []
    led = pay_scope.departments(user)
    if led is None:
        rows.append(("f", _("The whole firm"), Whose()))
    departments = Department.objects.order_by("position", "name")
    rows += [(f"d{d.pk}", str(d), Whose(None, d.pk)) for d in departments if led is None or d.pk in led]  # fmt: skip
    sellers = [p for p in _people(user) if p.has_perm("analytics.view_plans")]
    return rows + [(f"u{p.pk}", str(p), Whose(p.pk)) for p in sellers]


@require_http_methods(["GET", "POST"])
@sets
def grid(request: SignedRequest) -> HttpResponse:
    measure, span, year = _measure(request), _span(request), _year(request)
    begins = _begins(span, year)
    lines = _lines(request.user)
    typed: dict[str, str] = {}
    wrong: set[str] = set()
    if request.method == "POST":
        deed = request.POST.get("deed", "save")
        if deed == "copy":
            typed["percent"] = request.POST.get("percent", "").strip()[:40]
            percent = _percent(typed["percent"])
            if percent is not None:
                # Whoever sets the plans of all copies those of people who left, too.
                of = None if pay_scope.departments(request.user) is None else {whose for _name, _label, whose in lines}  # fmt: skip
                count = actions.copy_year(measure=measure, year=year, percent=percent, by=request.user, of=of)  # fmt: skip
                if count:
                    messages.success(request, _("Plans copied: %(count)s") % {"count": count})  # fmt: skip
                else:
                    messages.info(request, _("Nothing was copied: %(before)s has no plans, or all of them are set in %(year)s already.") % {"before": year - 1, "year": year})  # fmt: skip
                return redirect(_address(measure, span, year))
            wrong.add("percent")
        cells = _typed(request, lines, begins, typed, wrong)
        if deed == "spread" and not wrong:
            # What is typed beside it is set too: nothing typed is lost.
            cells |= _spread(request, lines, begins, measure, year, typed, wrong)
        if not wrong:
            count = actions.set_plans(cells, measure=measure, span=span, by=request.user)  # fmt: skip
            messages.success(request, _("Plans changed: %(count)s") % {"count": count})
            return redirect(_address(measure, span, year))
    kept = {
        (Whose(p.user_id, p.department_id), p.since): p.amount
        for p in SalesPlan.objects.filter(measure=measure, span=span, since__year=year)
    }
    table = []
    for name, label, whose in lines:
        fields = []
        for since in begins:
            key = f"{name}-{since.month}"
            amount = kept.get((whose, since))
            value = typed.get(key, "" if amount is None else _shown(amount))
            fields.append({"name": key, "value": value, "wrong": key in wrong, "label": f"{label}, {since:%m.%Y}"})  # fmt: skip
        whole = sum((kept.get((whose, since), NOUGHT) for since in begins), NOUGHT)
        table.append({"label": label, "fields": fields, "whole": whole, "year": f"{name}-year", "year_value": typed.get(f"{name}-year", ""), "year_wrong": f"{name}-year" in wrong})  # fmt: skip
    context = {
        "measure": measure,
        "measures": PlanMeasure.choices,
        "span": span,
        "spans": PlanSpan.choices,
        "year": year,
        "begins": begins,
        "table": table,
        "wrong": bool(wrong - {"percent"}),
        "percent": typed.get("percent", "0"),
        "percent_wrong": "percent" in wrong,
        "percents": (LEAST_PERCENT, MOST_PERCENT),
    }
    return render(request, "analytics/plans_grid.html", context, status=422 if wrong else 200)  # fmt: skip


def _address(measure: str, span: str, year: int) -> str:
    return f"{reverse('analytics:plans_grid')}?measure={measure}&span={span}&year={year}"  # fmt: skip


def _percent(text: str) -> Decimal | None:
    found = _number(text.removesuffix("%")) if text else Decimal(0)
    return found if found is not None and LEAST_PERCENT <= found <= MOST_PERCENT else None  # fmt: skip


def _shown(amount: Decimal) -> str:
    """As `_number` reads it: “1 200 000,5”, in English “1,200,000.5”."""
    return number(amount.normalize() if amount != amount.to_integral_value() else amount)  # fmt: skip


def _number(text: str) -> Decimal | None:
    """What a person typed as a sum: “1 200 000,50”. None for what is none."""
    try:
        value = Decimal(plain_number(text))
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and abs(value) <= LARGEST else None  # fmt: skip


def _typed(
    request: HttpRequest, lines: list[tuple[str, str, Whose]], begins: list[date], typed: dict[str, str], wrong: set[str]
) -> dict[tuple[Whose, date], Decimal | None]:  # fmt: skip
    cells: dict[tuple[Whose, date], Decimal | None] = {}
    for name, _label, whose in lines:
        for since in begins:
            key = f"{name}-{since.month}"
            if key not in request.POST:
                continue
            text = request.POST[key].strip()[:40]
            typed[key] = text
            value = _number(text) if text else None
            if text and (value is None or value < 0):
                wrong.add(key)
            cells[whose, since] = value
    return cells


def _spread(
    request: HttpRequest, lines: list[tuple[str, str, Whose]], begins: list[date], measure: str, year: int,
    typed: dict[str, str], wrong: set[str],
) -> dict[tuple[Whose, date], Decimal | None]:  # fmt: skip
    """Year's totals typed in the last column, over the months by the seasons of the two years before."""
    cells: dict[tuple[Whose, date], Decimal | None] = {}
    weights: list[Decimal] | None = None
    for name, _label, whose in lines:
        text = request.POST.get(f"{name}-year", "").strip()[:40]
        if not text:
            continue
        typed[f"{name}-year"] = text
        whole = _number(text)
        if whole is None or whole < 0:
            wrong.add(f"{name}-year")
            continue
        weights = weights or actions.seasons(measure, year)
        months = actions.spread_year(whole, weights, measure)
        each = 12 // len(begins)
        for place, since in enumerate(begins):
            cells[whose, since] = sum(months[place * each : (place + 1) * each], NOUGHT)  # fmt: skip
    return cells
