"""The funnel of a process: who came to each stage and went on, how long it took, why they left, and where it is narrow.

By entry it follows those who came to a stage for the first time in the period, whatever became of them since; by exit it
counts those who left a stage in the period, by the last way they did. Deals count once a stage; those that the import
keeps out of norms are left out. Times are those of single stays that are over, in working days without pauses and in
calendar days.

Whole months by entry of all deals of people are read from what is kept by months (`kept_funnel`), else from the facts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import kept_funnel
from analytics.asking import (
    CALENDAR,
    Question,
    bounds,
    day,
    percentiles,
    share,
    worked,
    working_calendar,
)
from analytics.funnel_sql import LASTED, LOST, ON, REST, RIPENED, TOOK, WORKED
from deals.choices import DealState
from deals.models import Deal, RefusalReason
from pipeline.book import book
from pipeline.models import Process
from salesexpert.core.templatetags.look import number

ENTRY, EXIT = "entry", "exit"
# Fewer deals than this make no bottleneck.
ENOUGH = 5
# In so many days most deals of a base moved: asking first which did would read everything twice.
LONG = 300


@dataclass(frozen=True, slots=True)
class Times:
    """The least number of days in which half, three quarters and nine tenths of `n` were over."""

    n: int = 0
    median: int | None = None
    p75: int | None = None
    p90: int | None = None
    calendar_median: int | None = None
    calendar_p75: int | None = None
    calendar_p90: int | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    reason_id: int | None
    reason: str
    deals: int


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: `came` deals, of them `on` further, `lost` there, and `rest` neither (by exit: taken back).

    `before` is the conversion of the period before, where it was asked for.
    `stands` are the open deals there now, `clients` whose they are. Of the `normed` deals, which had a term there, `late`
    outstayed it; from months both are None.
    """

    stage_id: int
    name: str
    percent: int
    norm_days: int | None
    came: int
    on: int
    lost: int
    rest: int
    conversion: float | None
    before: float | None
    of_first: float | None
    times: Times
    normed: int | None
    late: int | None
    stands: int
    clients: int
    reasons: Sequence[Leaving]


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Where the smallest part goes on, and where the stay is longest for its norm (None: nowhere past it)."""

    step: Step | None
    slow: Step | None

    def __str__(self) -> str:
        return " ".join(filter(None, (self._narrow(), self._slow())))

    def _narrow(self) -> str:
        step = self.step
        if step is None or step.conversion is None:
            return ""
        told = _("The bottleneck is “%(stage)s”: %(percent)d%% go on, %(on)s of %(came)s.") % {
            "stage": step.name, "percent": round(step.conversion * 100), "on": number(step.on), "came": number(step.came),
        }  # fmt: skip
        if step.reasons:
            first = step.reasons[0]
            told += " " + _("Most often they leave because: %(reason)s (%(count)s of %(lost)s).") % {
                "reason": first.reason, "count": number(first.deals), "lost": number(step.lost),
            }  # fmt: skip
        if step.before is not None:
            told += " " + _("A period before it was %d%%.") % round(step.before * 100)
        return told

    def _slow(self) -> str:
        step = self.slow
        if step is None or step.times.median is None:
            return ""
        days = ngettext("%d working day", "%d working days", step.times.median) % step.times.median  # fmt: skip
        return _("Longest for its norm is “%(stage)s”: half of the stays take %(days)s or more, the norm is %(norm)s.") % {
            "stage": step.name, "days": days, "norm": step.norm_days,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Funnel:
    process_id: int
    way: str
    steps: Sequence[Step]
    won: int
    ripening: Times
    bottleneck: Bottleneck


def funnel(
    deals: QuerySet[Deal],
    process: Process,
    *,
    since: date | None = None,
    until: date | None = None,
    way: str = ENTRY,
    earlier: date | None = None,
    people: Sequence[int] | None = None,
) -> Funnel:
    """The funnel of `deals` in `process`, with the conversions of the days from `earlier` to `since` beside. Four queries.

    `people`, where it is given, are those whose deals all of them are (`kept_funnel.EVERYBODY`: whosever): months may answer.
    """
    own = deals.filter(process=process)
    stages = book().way(process.pk)
    moved = None
    if people is not None and way == ENTRY and since and until:
        moved = _kept(process, people, earlier or since, since, until)
    flows, before, spent, won, ripe = moved or _from_facts(own.filter(in_norms=True), process, earlier or since, since, until, way)  # fmt: skip
    standing = {
        row["stage"]: (row["n"], row["clients"])
        for row in own.filter(state=DealState.OPEN).order_by().values("stage").annotate(n=Count("pk"), clients=Count("client", distinct=True))
    }  # fmt: skip
    reasons = _reason_names(flows)
    steps: list[Step] = []
    top: int | None = None
    for stage in stages:
        found = flows.get(stage.pk, {})
        on, lost, rest = _ends(found)
        came = on + lost + rest
        was = _ends(before.get(stage.pk, {}))
        if stage.retired_at and not came and not standing.get(stage.pk):
            continue
        top = came if top is None else top
        times, normed, late = spent.get(stage.pk, _NOBODY)
        leaving = [Leaving(pk, reasons.get(pk, ""), n) for pk, n in found.get("lost", {}).items()]  # fmt: skip
        leaving.sort(key=lambda row: (-row.deals, row.reason))
        stands, clients = standing.get(stage.pk, (0, 0))
        steps.append(
            Step(stage.pk, str(stage), stage.percent, stage.norm_days, came, on, lost, rest, share(on, came),
                 share(was[0], sum(was)), share(came, top), times, normed, late, stands, clients, leaving)
        )  # fmt: skip
    return Funnel(process.pk, way, steps, won, ripe, _bottleneck(steps))


def _ends(found: dict[str, dict[int | None, int]]) -> tuple[int, int, int]:
    on, lost, rest = (sum(found.get(name, {}).values()) for name in ("on", "lost", "rest"))  # fmt: skip
    return on, lost, rest


def _bottleneck(steps: Sequence[Step]) -> Bottleneck:
    narrow = min(
        (s for s in steps if s.came >= ENOUGH and s.conversion is not None and s.conversion < 1),
        key=lambda s: (s.conversion, -s.came),
        default=None,
    )  # fmt: skip
    slow = max(
        (s for s in steps if s.norm_days and s.times.n >= ENOUGH and (s.times.median or 0) > s.norm_days),
        key=lambda s: (s.times.median or 0) / (s.norm_days or 1),
        default=None,
    )  # fmt: skip
    return Bottleneck(narrow, slow)


# {stage: {"on" | "lost" | "rest": {reason of the lost: deals}}}
Flows = dict[int, dict[str, dict[int | None, int]]]
# {stage: its times, deals that had a term there, those that outstayed it}, of stays that are over.
Spent = dict[int, tuple[Times, int | None, int | None]]
_NOBODY: tuple[Times, int | None, int | None] = (Times(), 0, 0)
# What became of the deals of the period and of the days before it, how long they stood, how many were won and how long they took.
Moved = tuple[Flows, Flows, Spent, int, Times]


# ── from months ──────────────────────────────────────────────────────────────────────────────────────────────────────

_BECAME = {ON: "on", LOST: "lost", REST: "rest"}


def _kept(process: Process, people: Sequence[int], earlier: date, since: date, until: date) -> Moved | None:  # fmt: skip
    """What months say; None where they cannot: the period begins amid one, or changes wait to be counted."""
    if since.day != 1 or earlier.day != 1 or not kept_funnel.answers(process.pk, until=until):  # fmt: skip
        return None
    flows: tuple[Flows, Flows] = ({}, {})
    days: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for kind, stage, now, value, n in kept_funnel.read(process.pk, people, earlier=earlier, since=since, until=until):  # fmt: skip
        if kind in _BECAME:
            of_stage = flows[0 if now else 1].setdefault(stage, {})
            of_stage.setdefault(_BECAME[kind], {})[value or None] = n
        else:
            days[kind, stage][value] = n
    spent: Spent = {
        stage.pk: (_spread(days[WORKED, stage.pk], days[LASTED, stage.pk]), None, None)
        for stage in book().way(process.pk)
    }
    ripe = _spread(days[RIPENED, 0], days[TOOK, 0])
    return *flows, spent, ripe.n, ripe


def _spread(worked_days: Mapping[int, int], calendar_days: Mapping[int, int]) -> Times:
    n = sum(calendar_days.values())
    return _times(n, percentiles(worked_days), percentiles(calendar_days))


# ── from facts ───────────────────────────────────────────────────────────────────────────────────────────────────────


_PAUSED = worked("greatest(z.since - 1, q.came_on)", "least(coalesce(z.ended_on, z.until) - 1, q.left_on)")  # fmt: skip
_SPENT = f"{worked('q.came_on', 'q.left_on')} - coalesce(off.days, 0)"
# Both tell (now, stage, reason, became) of each deal that came to a stage, or left it.
_BY_ENTRY = """
    stays AS (
        SELECT deal_id, stage_id, position, min(entered_at) AS first, max(entered_at) AS last FROM passed GROUP BY 1, 2, 3
    ), seen AS (
        SELECT *, max(last) OVER (
            PARTITION BY deal_id ORDER BY position DESC RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS higher FROM stays
    ), told AS (
        SELECT seen.first >= %(since)s AS now, seen.stage_id, scope.reason, CASE
            WHEN scope.state = 'won' OR seen.higher >= seen.first THEN 'on'
            WHEN scope.state = 'lost' THEN 'lost' ELSE 'rest' END AS became
        FROM seen JOIN scope ON scope.id = seen.deal_id
        WHERE seen.first >= %(earlier)s AND seen.first < %(until)s
    )"""
_BY_EXIT = """
    ends AS (
        SELECT DISTINCT ON (left_at >= %(since)s, deal_id, stage_id) left_at >= %(since)s AS now, deal_id, stage_id, outcome
        FROM passed ORDER BY left_at >= %(since)s, deal_id, stage_id, left_at DESC, id DESC
    ), told AS (
        SELECT ends.now, ends.stage_id, scope.reason,
            CASE WHEN outcome IN ('forward', 'won') THEN 'on' WHEN outcome = 'lost' THEN 'lost' ELSE 'rest' END AS became
        FROM ends JOIN scope ON scope.id = ends.deal_id
    )"""
# Deals of the scope that moved in the period: where it is short, most did not.
_MOVED = """SELECT z.deal_id FROM deals_stagepassage AS z JOIN scope ON scope.id = z.deal_id
    WHERE z.entered_at >= %(earlier)s AND z.entered_at < %(until)s"""


def _from_facts(
    counted: QuerySet[Deal], process: Process, earlier: date | None, since: date | None, until: date | None, way: str
) -> Moved:  # fmt: skip
    ask = Question(**bounds(since, until), **working_calendar(), process=process.pk, earlier=bounds(earlier, None)["since"])  # fmt: skip
    scope = ask.within(counted, "pk", "state", "reason")
    deals = "SELECT id FROM scope"
    if way == ENTRY:
        moment, outcome, told = "entered_at", "", _BY_ENTRY
        if (ask.values["until"] - ask.values["earlier"]).days < LONG:
            deals = _MOVED
        within = ""
    else:
        moment, outcome, told = "left_at", ", p.outcome", _BY_EXIT
        within = "AND p.left_at >= %(earlier)s AND p.left_at < %(until)s"
    found = ask.rows(f"""
        WITH scope(id, state, reason) AS MATERIALIZED {scope},
        passed AS MATERIALIZED (
            SELECT p.id, p.deal_id, p.stage_id, s.position, p.entered_at, p.left_at, p.due_at{outcome}
            FROM deals_stagepassage AS p JOIN pipeline_stage AS s ON s.id = p.stage_id AND s.process_id = %(process)s
            WHERE p.deal_id IN ({deals}) {within}
        ), {told}, q AS MATERIALIZED (
            SELECT p.id, p.deal_id, p.stage_id, {day("p.entered_at")} AS came_on, {day("p.left_at")} AS left_on, p.left_at, p.due_at
            FROM passed AS p WHERE p.{moment} >= %(since)s AND p.{moment} < %(until)s AND p.left_at IS NOT NULL
        ), off AS (
            SELECT z.passage_id, sum(greatest({_PAUSED}, 0)) AS days
            FROM deals_passagepause AS z JOIN q ON q.id = z.passage_id CROSS JOIN {CALENDAR} GROUP BY 1
        ), spent AS (
            SELECT q.stage_id, q.deal_id, {_SPENT} AS days, q.left_on - q.came_on AS calendar, q.left_at, q.due_at
            FROM q LEFT JOIN off ON off.passage_id = q.id CROSS JOIN {CALENDAR}
        )
        SELECT stage_id, now, became, CASE WHEN became = 'lost' THEN reason END, count(*), NULL, NULL, NULL, NULL
        FROM told GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT stage_id, NULL, NULL, NULL, count(*),
            percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY days),
            percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY calendar),
            count(DISTINCT deal_id) FILTER (WHERE due_at IS NOT NULL), count(DISTINCT deal_id) FILTER (WHERE left_at > due_at)
        FROM spent GROUP BY 1
    """)
    flows: tuple[Flows, Flows] = ({}, {})
    spent: Spent = {}
    for stage, now, became, reason, n, days, calendar, normed, late in found:
        if became is None:
            spent[stage] = (_times(n, days, calendar), normed, late)
            continue
        of_period = flows[0 if now else 1]
        of_period.setdefault(stage, {}).setdefault(became, {})[reason] = n
    return *flows, spent, *ripening(counted, process, since=since, until=until, way=way)


def _reason_names(flows: Flows) -> dict[int | None, str]:
    ids = {pk for of in flows.values() for pk in of.get("lost", {}) if pk}
    names: dict[int | None, str] = {pk: str(row) for pk, row in RefusalReason.with_bin.in_bulk(ids).items()}  # fmt: skip
    names[None] = _("taken up again since")
    return names


# ── how long ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _times(n: int, days: Sequence[Any] | None, calendar: Sequence[Any] | None) -> Times:
    whole = [None if value is None else int(value) for value in [*(days or (None,) * 3), *(calendar or (None,) * 3)]]  # fmt: skip
    return Times(n, *whole)


def ripening(
    counted: QuerySet[Deal],
    process: Process,
    *,
    since: date | None = None,
    until: date | None = None,
    way: str = EXIT,
) -> tuple[int, Times]:
    """How long won deals took from opening to success: those closed in the period, by entry those opened in it."""
    ask = Question(**bounds(since, until), **working_calendar())
    won = counted.filter(process=process, state=DealState.WON, opened_at__isnull=False)
    scope = ask.within(won, "opened_at", "closed_at")
    moment = "opened_at" if way == ENTRY else "closed_at"
    begin, end = day("d.opened_at"), day("d.closed_at")
    found = ask.rows(f"""
        SELECT count(*),
            percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY {worked(begin, end)}),
            percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY {end} - {begin})
        FROM {scope} AS d(opened_at, closed_at) CROSS JOIN {CALENDAR}
        WHERE d.{moment} >= %(since)s AND d.{moment} < %(until)s
    """)
    n, days, calendar = found[0]
    return n, _times(n, days, calendar)
