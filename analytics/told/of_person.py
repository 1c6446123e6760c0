"""A manager as one sheet: how he does against his limits and plans, month by month, and what the reports say of his work."""

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import mean, pstdev
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import fulfilment, periods, sheets, spans, sums
from analytics import panel as board
from analytics.indicators import offered
from analytics.limits import all_limits
from analytics.months import covered, following
from analytics.scope import scope_of
from analytics.sheets import Cell, Column, Sheet, Table
from analytics.sums import Extent
from analytics.told import of_deals, of_money, of_work
from analytics.wanted import Wanted
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import number, percents

MONTHS = 12
PERSON = "person"


def person_of(user: User, params: QueryDict) -> User | None:
    """Whose page a query string asks for; None for nobody, or one whose figures `user` may not see."""
    text = params.get(PERSON, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return seen(user, int(text))


def seen(user: User, pk: int) -> User | None:
    if not scope_of(user).holds(pk):
        return None
    return User.objects.filter(pk=pk).select_related("role", "department").first()


def person(user: User, who: User, period: spans.Chosen, now: datetime) -> Sheet:
    """What `user` may read of `who`."""
    asked, wanted = _asked(user, who, period, now)
    by_month, lead = _months(asked)
    tables = [_indicators(user, who, asked), by_month]
    if user.has_perm("analytics.view_plans") and (plans := _plans(who, asked)):
        tables.insert(1, plans)
    for make, title in _told(user):
        tables += _first_of(make, title, wanted)
    return replace(frame(user, who, now), lead=lead, tables=tables)


def frame(user: User, who: User, now: datetime) -> Sheet:
    """The sheet before anything is counted."""
    links = []
    if user.has_perm("analytics.view_plans"):
        links += [(reverse("analytics:plans"), _("Sales plans")), (reverse("analytics:kpi"), _("KPI"))]  # fmt: skip
    if user.has_perm("clients.view_activity"):
        links.append((reverse("deals:load"), _("Load of the team")))
    return Sheet(f"manager-{who.username}", str(who), "", links=links, made_at=now)


def parts_of(user: User) -> dict[str, str]:
    """What the page asks for after itself, piece by piece in this order, and how it is called."""
    found = {"figures": _("Indicators")}
    if user.has_perm("analytics.view_plans"):
        found["plans"] = _("Sales plans")
    return {**found, "months": _("Month by month"), **{make.__name__: title for make, title in _told(user)}}  # fmt: skip


def part(user: User, who: User, name: str, period: spans.Chosen, now: datetime) -> list[Table]:  # fmt: skip
    """The tables of one of `parts_of`."""
    asked, wanted = _asked(user, who, period, now)
    if name == "figures":
        return [_indicators(user, who, asked)]
    if name == "plans":
        plans = _plans(who, asked)
        return [plans] if plans else []
    if name == "months":
        by_month, lead = _months(asked)
        return [replace(by_month, note=lead)]
    return [table for make, title in _told(user) if make.__name__ == name for table in _first_of(make, title, wanted)]  # fmt: skip


def _asked(user: User, who: User, period: spans.Chosen, now: datetime) -> tuple[Extent, Wanted]:  # fmt: skip
    params = QueryDict(mutable=True)
    params["responsible"] = str(who.pk)
    wanted = Wanted(user, params, period.since, period.until, (who.pk,), now)
    return Extent(user, (who.pk,), period.since, period.until, now), wanted


def _first_of(make: Any, title: str, wanted: Wanted) -> list[Table]:
    return [replace(table, title=title) for table in make(wanted).tables[:1]]


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


def _plans(who: User, asked: Extent) -> Table | None:
    """His plans that run on the last day of the period, or today if it has not come yet."""
    words = {"on_track": (_("on track"), "ok"), "at_risk": (_("at risk"), "warn"), "behind": (pgettext("pace", "behind"), "bad")}  # fmt: skip
    rows = []
    for own in fulfilment.own_plans(
        who.pk, on=min(asked.until - timedelta(days=1), asked.today)
    ):
        told, pace = own.told, own.done.pace
        show = sheets.amount if own.is_money else lambda value, _currency: sheets.count(int(value))  # fmt: skip
        rows.append(
            [
                sheets.name(capfirst(own.measure_label), own.link, told),
                show(own.done.plan, own.currency),
                show(own.done.fact, own.currency),
                Cell(own.done.percent, percents(own.done.percent, 0), unit=sheets.Unit.PERCENTS),
                Cell(own.done.tick, percents(own.done.tick, 0), unit=sheets.Unit.PERCENTS),
                Cell(pace, words[pace][0], tone=words[pace][1]),
            ]
        )  # fmt: skip
    columns = [
        Column(pgettext("plan", "What is planned"), right=False),
        Column(pgettext("target", "Plan")),
        Column(pgettext("of a plan", "Done")),
        Column("%"),
        Column(_("By the pace"), _("What part of the plan the working days that are over ask for.")),
        Column(_("Pace")),
    ]  # fmt: skip
    return Table(_("Sales plans"), columns, rows) if rows else None


def _indicators(user: User, who: User, asked: Extent) -> Table:
    known = list(offered(user).values())
    numbers = sums.sums(asked, [f for one in known for f in one.families]).get(who.pk, {})  # fmt: skip
    earlier = Extent(user, asked.people, *periods.before(asked.since, asked.until), asked.at)  # fmt: skip
    past = sums.sums(earlier, [f for one in known if not one.now for f in one.families]).get(who.pk, {})  # fmt: skip
    limits, months = all_limits(), covered(asked.since, asked.until)
    rows = []
    for one in known:
        value = one.value(numbers)
        limit = limits.of(one.name, user=who.pk, role=who.role_id)
        tone = board.over(one, limit, months).tone(value)
        link = one.link(asked, who.pk) if one.records(numbers) else ""
        before = one.value(past)
        rows.append(
            [
                sheets.name(str(one.label), more=_("now") if one.now else ""),
                sheets.judged(Cell(value, board.shown(one, value), link, tone=tone, unit=board.unit_of(one))),
                Cell(None, sheets.NOTHING) if one.now else Cell(before, board.shown(one, before), unit=board.unit_of(one)),
                Cell(None, board.told_limit(one, limit, months) or sheets.NOTHING),
                Cell(None, str(one.formula)),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Indicator"), right=False),
        Column(_("Value")),
        Column(_("Before"), _("The period before this one, the same days of it.")),
        Column(_("Limits")),
        Column(_("Formula"), right=False),
    ]
    return Table(_("Indicators"), columns, rows, note=sheets.told_marks(rows))


def _months(asked: Extent) -> tuple[Table, str]:
    """Twelve months up to the present one, and how steady they are: the whole ones only."""
    month = asked.today.replace(day=1)
    edges = [following(month, n) for n in range(1 - MONTHS, 2)]
    person = next(iter(asked.people or ()))
    series = {name: of.get(person, [0] * MONTHS) for name, of in sums.all_steps(asked, edges).items()}  # fmt: skip
    labels = [f"{edge:%m.%Y}" for edge in edges[:-1]]
    columns = [Column(_("Month"), right=False), Column("", bar=True), Column(_("Revenue")), Column(pgettext("deals", "Won")), Column(_("Deals opened")), Column(_("New cards")), Column(_("Contacts"))]  # fmt: skip
    most = max(series["revenue"], default=0)
    rows = []
    for n in range(MONTHS - 1, -1, -1):
        one = Extent(asked.user, asked.people, edges[n], edges[n + 1], asked.at)
        rows.append([sheets.name(labels[n]), sheets.bar(float(series["revenue"][n] / most) if most else 0), *_month(one, series, n)])  # fmt: skip
    return Table(_("Month by month"), columns, rows), _steadiness(series["revenue"][:-1])  # fmt: skip


def _month(asked: Extent, series: dict[str, list[Any]], n: int) -> list[Cell]:
    known = offered(asked.user)
    person = next(iter(asked.people or ()))
    found = []
    for name in sums.STEPPED:
        value = series[name][n]
        text = board.shown(known[name], value) if value else sheets.NOTHING
        found.append(Cell(value, text, known[name].link(asked, person) if value else "", unit=board.unit_of(known[name])))  # fmt: skip
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
