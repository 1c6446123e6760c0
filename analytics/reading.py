"""A report, the panel or a kept query as one person may read it: a page, a file and a letter ask here alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics import choosing, periods, query_reading, spans
from analytics import panel as board
from analytics.counting import Figures
from analytics.indicators import Indicator
from analytics.known_reports import REPORTS
from analytics.models import ReportSending
from analytics.scope import Scope, scope_of
from analytics.sheets import Sheet
from analytics.told import of_person
from analytics.told.of_person import PERSON
from analytics.wanted import Wanted
from salesexpert.accounts.models import User

PANEL = board.LIST
RIGHT = "deals.view_deal"
_COMPARES = (("yes", ""), ("no", ""))


@dataclass(frozen=True)
class Wish:
    """What of the panel a query string asks for. `whole` is all that the reader may see, `scope` the part that he asks for;
    `misread` says of what he cannot ask for, (field, sentence)."""

    period: spans.Chosen
    scope: Scope
    department: str
    indicators: list[Indicator]
    compares: bool
    whole: Scope
    misread: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """`period` in words: the name of the usual one, the days."""

    sheet: Sheet
    period: spans.Chosen | str


@dataclass(frozen=True)
class About:
    """What a sending sends, for one reader: `link` is empty if it is not for him; `stays`: each time the same days."""

    title: str | Promise
    link: str
    period: str | Promise
    full: str
    stays: bool = False


def titles(user: User) -> dict[str, str | Promise]:
    """What `user` may read, by its name."""
    if not user.has_perm(RIGHT):
        return {}
    own = {r.name: r.title for r in REPORTS.values() if not r.permission or user.has_perm(r.permission)}  # fmt: skip
    return {PANEL: _("Diagnosis"), PERSON: _("Manager’s page"), **own}


def is_known(user: User, report: str, params: QueryDict) -> bool:
    """Whether there is such a report, page of a manager or kept query for `user`."""
    if user.has_perm(RIGHT) and query_reading.number_of(report) is not None:
        return report in query_reading.kept(user, [report])
    if report == PERSON and of_person.person_of(user, params) is None:
        return False
    return report in titles(user)


def abouts(user: User, sendings: Iterable[ReportSending], *, at: datetime) -> list[About]:  # fmt: skip
    """What each of them sends; one query for all kept queries among them."""
    rows, known = list(sendings), titles(user)
    queries = query_reading.kept(user, [row.report for row in rows])
    found = []
    for row in rows:
        params = QueryDict(row.parameters)
        if query_reading.number_of(row.report) is not None:
            query = queries.get(row.report)
            words, stays = query_reading.period_of(query, at) if query else ("", False)
            title = str(query) if query else _("a query that is there no more")
            found.append(About(title, query.get_absolute_url() if query else "", words, words, stays))  # fmt: skip
            continue
        span = period_of(row.report, params, at=at)
        stays = span.name == spans.OWN
        link = address_of(row.report, params) if row.report in known else ""
        found.append(About(title_of(user, row.report, params), link, str(span) if stays else spans.NAMES[span.name], str(span), stays))  # fmt: skip
    return found


def title_of(user: User, report: str, params: QueryDict) -> str | Promise:
    """What the report is called for `user`; the page of a manager by his name, if he may see it."""
    if report == PERSON and (who := of_person.person_of(user, params)):
        return str(who)
    return titles(user).get(report, report)


def address_of(report: str, params: QueryDict) -> str:
    """The page of a view with its query string; empty where it names nobody."""
    number = query_reading.number_of(report)
    if number is not None:
        return reverse("analytics:query", args=[number])
    if report != PERSON:
        asked, address = params.urlencode(), reverse(f"analytics:{report}")
    else:
        rest = params.copy()
        whose = rest.pop(PERSON, [""])[-1]
        if not (whose.isascii() and whose.isdigit() and len(whose) < 19):
            return ""
        asked, address = rest.urlencode(), reverse("analytics:person", args=[whose])
    return f"{address}?{asked}" if asked else address


def read(user: User, report: str, params: QueryDict, *, at: datetime) -> Read | None:
    """The report as `user` may read it, counted at once; None if it is not for him.

    What the query string says of others than he sees is left out: each reads his own part.
    """
    if user.has_perm(RIGHT) and query_reading.number_of(report) is not None:
        of_query = query_reading.read(user, report, at=at)
        return Read(*of_query) if of_query else None
    if report not in titles(user):
        return None
    if report == PANEL:
        asked = wish_of(user, params, at=at)
        return Read(board.sheet(panel_of(user, asked, at=at)), asked.period)
    if report == PERSON:
        who = of_person.person_of(user, params)
        period = period_of(report, params, at=at)
        return Read(of_person.person(user, who, period, at), period) if who else None
    wanted, period = wanted_of(user, params, at=at)
    return Read(replace(REPORTS[report].make(wanted), made_at=at), period)


def period_of(report: str, params: QueryDict, *, at: datetime) -> spans.Chosen:
    asked: Any = params
    if report == PANEL and not any(params.get(name) for name in ("period", "since", "to")):  # fmt: skip
        asked = {"period": "month"}
    return spans.chosen(asked, timezone.localdate(at, timezone.get_default_timezone()))


def wanted_of(user: User, params: QueryDict, *, at: datetime) -> tuple[Wanted, spans.Chosen]:  # fmt: skip
    period = period_of("", params, at=at)
    people = scope_of(user).people
    return Wanted(user, params, period.since, period.until, people, at), period


def wish_of(user: User, params: QueryDict, *, at: datetime) -> Wish:
    whole = scope_of(user)
    departments = [(str(d.pk), "") for d in whole.departments]
    department, no_department = choosing.one_of(
        params.get("department", ""), departments, ""
    )
    compares, no_comparison = choosing.one_of(params.get("compare", ""), _COMPARES, "yes")  # fmt: skip
    scope = whole.of_department(int(department)) if department else whole
    indicators, no_indicator = board.chosen(user, params.getlist("show")), board.strange(user, params.getlist("show"))  # fmt: skip
    faults = [(_("Department"), no_department), (_("Compare"), no_comparison), (_("Indicators"), no_indicator)]  # fmt: skip
    misread = [(str(label), fault) for label, fault in faults if fault]
    return Wish(period_of(PANEL, params, at=at), scope, department, indicators, compares == "yes", whole, misread)  # fmt: skip


def figures_of(user: User, wish: Wish, *, at: datetime) -> Figures:
    """What the panel is drawn from, for whoever counts it."""
    span = wish.period
    return board.figures(user, wish.scope, span.since, span.until, at=at, indicators=wish.indicators, previous=_previous(wish))  # fmt: skip


def panel_of(user: User, wish: Wish, *, at: datetime, numbers: board.Numbers | None = None) -> board.Panel:  # fmt: skip
    span = wish.period
    return board.panel(user, wish.scope, span.since, span.until, at=at, indicators=wish.indicators, previous=_previous(wish), numbers=numbers)  # fmt: skip


def _previous(wish: Wish) -> tuple[date, date] | None:
    span = wish.period
    return periods.before(span.since, span.until) if wish.compares else None
