"""The diagnosis panel: managers by indicators, each figure with its limits, its trend and the address of its records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import choosing, counting, sheets, sums
from analytics.charts import spark
from analytics.counting import Figures
from analytics.indicators import DEFAULT, Indicator, Unit, offered
from analytics.limits import NO_LIMIT, Limit, Limits, all_limits
from analytics.months import covered
from analytics.scope import Scope
from analytics.sums import Extent
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import NBSP, money, number, percents

LIST = PANEL = "panel"
WEEKS = 12
SPARK = "revenue"


@dataclass(frozen=True, slots=True)
class Cell:
    value: Any
    text: str
    link: str = ""
    tone: str = ""
    trend: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    person: User
    name: str
    cells: Sequence[Cell]
    spark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    indicator: Indicator
    label: str
    limit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Panel:
    columns: Sequence[Column]
    lines: Sequence[Line]
    foot: Sequence[Cell]
    foot_spark: str = ""
    alarms: Sequence[tuple[str, str, str, str]] = field(default=())


def chosen(user: User, asked: Sequence[str] = ()) -> list[Indicator]:
    """The indicators that the address names, else those the reader chose, else the usual ones."""
    known = offered(user)
    for names in (asked, user.list_columns.get(LIST) or (), DEFAULT):
        found = [known[name] for name in dict.fromkeys(names) if name in known]
        if found:
            return found
    return []


def strange(user: User, asked: Sequence[str]) -> str:
    """What to say of the first of the names that is no indicator, or none of his; empty if there is none."""
    known = offered(user)
    return next((choosing.unknown(name) for name in asked if name and name not in known), "")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a panel is drawn from: the sums of the period, those of the one before, and revenue week by week."""

    found: sums.Sums
    before: sums.Sums
    weeks: dict[int, list[Any]]


def figures(
    user: User, scope: Scope, since: date, until: date, *, at: datetime, indicators: Sequence[Indicator],
    previous: tuple[date, date] | None = None,
) -> Figures:  # fmt: skip
    """The numbers of everyone in `scope`, for whoever counts them."""
    past = [family for one in indicators if not one.now for family in one.families]
    asked = {
        "people": None if scope.people is None else list(scope.people),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "families": sorted({family for one in indicators for family in one.families}),
        "previous": [day.isoformat() for day in previous] if previous else None,
        "past": sorted(set(past)) if previous else [],
    }
    return Figures(PANEL, user, asked, tuple(asked), at)


@counting.makes(PANEL)
def _numbers(user: User, given: Mapping[str, Any], at: datetime) -> Numbers:
    """One query for each family of figures, however many people."""
    people = None if given["people"] is None else tuple(given["people"])

    def of(since: str, until: str) -> Extent:
        return Extent(user, people, date.fromisoformat(since), date.fromisoformat(until), at)  # fmt: skip

    asked = of(given["since"], given["until"])
    before = sums.sums(of(*given["previous"]), given["past"]) if given["previous"] else {}  # fmt: skip
    return Numbers(sums.sums(asked, given["families"]), before, _sparks(asked, at))


def panel(
    user: User, scope: Scope, since: date, until: date, *, at: datetime, indicators: Sequence[Indicator],
    previous: tuple[date, date] | None = None, numbers: Numbers | None = None,
) -> Panel:  # fmt: skip
    """Everyone in `scope` who has a figure; `numbers` are those of `figures`, where they are counted already."""
    asked = Extent(user, scope.people, since, until, at)
    if numbers is None:
        numbers = figures(user, scope, since, until, at=at, indicators=indicators, previous=previous).make()  # fmt: skip
    found, before, drawn = numbers.found, numbers.before, numbers.weeks
    people = _people(scope, found, indicators)
    limits = all_limits()
    months = covered(since, until)
    lines = [
        _line(asked, person, found.get(person.pk, {}), before.get(person.pk), indicators, limits, months, drawn, bool(previous))
        for person in people
    ]  # fmt: skip
    whole = sums.total(found.get(person.pk, {}) for person in people)
    return Panel(
        [_column(one, limits, people) for one in indicators],
        lines,
        [Cell(one.value(whole), shown(one, one.value(whole))) for one in indicators],
        spark(_added(drawn, [p.pk for p in people])) if drawn else "",
        _alarms(lines, indicators),
    )


def _people(scope: Scope, found: sums.Sums, indicators: Sequence[Indicator]) -> list[User]:  # fmt: skip
    """Those with a figure that is not nought, and whoever reads only himself."""
    seen = [pk for pk, numbers in found.items() if any(one.value(numbers) for one in indicators)]  # fmt: skip
    if scope.is_own:
        seen.append(scope.user.pk)
    return list(scope.users().filter(pk__in=seen).select_related("role"))


def _line(
    asked: Extent, person: User, numbers: dict[str, Any], past: dict[str, Any] | None, indicators: Sequence[Indicator],
    limits: Limits, months: Fraction, drawn: dict[int, list[Any]], compared: bool,
) -> Line:  # fmt: skip
    cells = []
    for one in indicators:
        value = one.value(numbers)
        limit = limits.of(one.name, user=person.pk, role=person.role_id)
        old = one.value(past or {}) if compared and not one.now else None
        link = one.link(asked, person.pk) if one.records(numbers) else ""
        trend = _trend(value, old)
        tone = over(one, limit, months).tone(value)
        cells.append(Cell(value, shown(one, value), link, tone, trend, _told(one, tone, trend, old, told_limit(one, limit, months))))  # fmt: skip
    series = drawn.get(person.pk, [0] * WEEKS) if drawn else None
    return Line(person, person.get_short_name(), cells, spark(series) if series else "")


def _trend(value: Any, old: Any) -> str:
    if value is None or old is None or value == old:
        return ""
    return "up" if value > old else "down"


def _told(one: Indicator, tone: str, trend: str, old: Any, limit: str) -> str:
    """What colour and arrow say, in words."""
    words = []
    if tone:
        words.append(_("outside the limits: %s") % limit if tone == "warn" else _("far outside the limits: %s") % limit)  # fmt: skip
    if trend:
        words.append((_("rose, was %s") if trend == "up" else _("fell, was %s")) % shown(one, old))  # fmt: skip
    return "; ".join(words)


def shown(one: Indicator, value: Any) -> str:
    """As people read it; a dash where nothing can be divided."""
    if value is None:
        return sheets.NOTHING
    if one.unit == Unit.MONEY:
        return number(Decimal(value).quantize(Decimal(1)))
    if one.unit == Unit.PERCENT:
        return percents(round(value))
    return number(round(value))


def unit_of(one: Indicator) -> str:
    """What its figures are to a spreadsheet."""
    return {Unit.MONEY: sums.CURRENCY, Unit.PERCENT: sheets.Unit.PERCENTS}.get(one.unit, sheets.Unit.NUMBER)  # fmt: skip


def limit_words(one: Indicator, limit: Limit) -> str:
    low, high = (None if edge is None else shown(one, edge) for edge in (limit.low, limit.high))  # fmt: skip
    if low is not None and high is not None:
        return f"{low}–{high}"
    if low is not None:
        return pgettext("limit", "from %s") % low
    return pgettext("limit", "to %s") % high if high is not None else ""


def over(one: Indicator, limit: Limit, months: Fraction) -> Limit:
    """The limit by which a figure of so many months is judged."""
    return limit.over(months) if one.monthly else limit


def told_limit(one: Indicator, limit: Limit, months: Fraction) -> str:
    """The limit for so many months, and from which for a month it is made."""
    whole = over(one, limit, months)
    if whole == limit:
        return limit_words(one, limit)
    return _("%(limit)s (%(month)s a month)") % {"limit": limit_words(one, whole), "month": limit_words(one, limit)}  # fmt: skip


def _shared(one: Indicator, limits: Limits, people: Sequence[User]) -> Limit:
    """The limit that stands under the heading: everybody's, else the one that all who have one have."""
    found = {limits.of(one.name, user=p.pk, role=p.role_id) for p in people} - {NO_LIMIT}  # fmt: skip
    return found.pop() if len(found) == 1 else limits.of(one.name)


def label_of(one: Indicator) -> str:
    """Its name with the unit of its figures."""
    label = str(one.label)
    if one.unit == Unit.MONEY:
        label = f"{label}, {money(0, sums.CURRENCY).replace('0', '').strip(NBSP)}"
    elif one.unit == Unit.DAYS:
        days = pgettext(
            "unit of an indicator", "days"
        )  # apart: nothing inside an f-string is found to be translated
        label = f"{label}, {days}"
    return label


def _column(one: Indicator, limits: Limits, people: Sequence[User]) -> Column:
    now = pgettext("as things stand", "now") if one.now else ""
    limit = limit_words(one, _shared(one, limits, people))
    if limit and one.monthly:
        limit = _("%s a month") % limit
    under = " · ".join(words for words in (limit, now) if words)
    return Column(
        one, label_of(one), under, f"{one.definition} {_('Formula')}: {one.formula}."
    )


# ── week by week ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _sparks(asked: Extent, at: datetime) -> dict[int, list[Any]]:
    end = min(asked.until, asked.today + timedelta(days=1))
    edges = [end - timedelta(days=7 * n) for n in range(WEEKS, -1, -1)]
    return sums.steps(asked, SPARK, edges)


def _added(drawn: dict[int, list[Any]], people: Collection[int]) -> list[Any]:
    return [sum(week) for week in zip(*(drawn[pk] for pk in people if pk in drawn), strict=True)]  # fmt: skip


def _alarms(lines: Sequence[Line], indicators: Sequence[Indicator]) -> list[tuple[str, str, str, str]]:  # fmt: skip
    """What is far outside its limits: who, what, how it is told, where its records are; the first eight."""
    found = []
    for line in lines:
        for one, cell in zip(indicators, line.cells, strict=True):
            if cell.tone == "bad":
                found.append((line.name, f"{one.label} {cell.text}", cell.told, cell.link))  # fmt: skip
    return found[:8]


# ── for files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sheet(made: Panel) -> sheets.Sheet:
    """The same panel as a table for spreadsheets, papers and commands."""
    columns = [sheets.Column(_("Manager"), right=False)]
    columns += [sheets.Column(c.label, c.meaning) for c in made.columns]
    units = [unit_of(c.indicator) for c in made.columns]
    rows = [[sheets.name(str(line.person)), *map(_cell, line.cells, units)] for line in made.lines]  # fmt: skip
    foot = [sheets.name(_("In all")), *map(_cell, made.foot, units)]
    return sheets.Sheet("diagnosis", _("Diagnosis"), tables=[sheets.Table("", columns, rows, foot, sheets.told_marks(rows))])  # fmt: skip


def _cell(cell: Cell, unit: str) -> sheets.Cell:
    value = cell.value
    if isinstance(value, Decimal):
        value = value.quantize(Decimal("0.01"))
    return sheets.judged(sheets.Cell(value, cell.text, cell.link, tone=cell.tone, unit=unit))  # fmt: skip
