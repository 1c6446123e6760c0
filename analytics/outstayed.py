"""Norms against fact: of the deals that left a stage in the period how many outstayed its term, and how long stays took.

A million stays are counted by the days on which they began and ended: some ten thousand pairs of days are turned into
working days, not each stay; pauses are taken off the few stays that had any.

Whole months of all deals of people are read from what is kept by months (`kept_funnel`), else from the facts.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from analytics import kept_funnel
from analytics.asking import (
    CALENDAR,
    Question,
    bounds,
    day,
    percentiles,
    worked,
    working_calendar,
)
from analytics.funnel_sql import LATE, SPENT
from deals.choices import DealState
from deals.models import LEFT_OUT, Deal
from pipeline.book import book
from pipeline.models import Process, Stage


@dataclass(frozen=True, slots=True)
class Outstayed:
    """A stage. Of the `normed` deals, which had a term there, `late` outstayed it; the rest in working days without pauses."""

    stage_id: int
    name: str
    norm_days: int | None
    normed: int
    late: int
    median: int | None
    p75: int | None
    p90: int | None


def outstayed(
    deals: QuerySet[Deal],
    process: Process,
    *,
    since: date | None = None,
    until: date | None = None,
    people: Sequence[int] | None = None,
) -> list[Outstayed]:
    """By stage, in the order of the process. Four queries at most.

    `people`, where it is given, are those whose deals all of them are (`kept_funnel.EVERYBODY`: whosever): months may answer.
    """
    own = deals.filter(process=process)
    stages = book().way(process.pk)
    told = None
    if people is not None and since and until:
        told = _kept(process, people, since, until)
    if told is None:
        told = _from_facts(own, stages, since, until, everybody=people is not None and kept_funnel.EVERYBODY in people)  # fmt: skip
    days, terms = told
    standing = set(own.filter(Q(state=DealState.OPEN)).order_by().values_list("stage", flat=True).distinct())  # fmt: skip
    return [
        Outstayed(stage.pk, str(stage), stage.norm_days, *terms.get(stage.pk, (0, 0)), *(percentiles(+days[stage.pk]) or (None,) * 3))
        for stage in stages
        if not stage.retired_at or days.get(stage.pk) or stage.pk in standing
    ]  # fmt: skip


Days = dict[int, Counter[int]]
Terms = dict[int, list[int]]


def _kept(process: Process, people: Sequence[int], since: date, until: date) -> tuple[Days, Terms] | None:  # fmt: skip
    """What months say; None where they cannot: the period begins amid one, or changes wait to be counted."""
    if since.day != 1 or not kept_funnel.answers_for_leaving(process.pk, until=until):
        return None
    days: Days = defaultdict(Counter)
    terms: Terms = defaultdict(lambda: [0, 0])
    for kind, stage, value, n in kept_funnel.leaving(process.pk, people, since=since, until=until):  # fmt: skip
        if kind == SPENT:
            days[stage][value] = n
        else:
            terms[stage][kind == LATE] = n
    return days, terms


def _from_facts(own: QuerySet[Deal], stages: Sequence[Stage], since: date | None, until: date | None, *, everybody: bool) -> tuple[Days, Terms]:  # fmt: skip
    ask = Question(**bounds(since, until), **working_calendar(), stages=[stage.pk for stage in stages])  # fmt: skip
    if everybody:
        # A deal stays in its process: of all deals the few that do not count are looked for, not each stay's deal.
        scope = f"p.deal_id NOT IN {ask.within(Deal.with_bin.filter(LEFT_OUT), 'pk')}"
    else:
        scope = f"p.deal_id IN {ask.within(own.filter(in_norms=True), 'pk')}"
    left = "p.left_at >= %(since)s AND p.left_at < %(until)s"
    came_on, left_on = day("p.entered_at"), day("p.left_at")
    days: Days = defaultdict(Counter)
    for stage, took, n in ask.rows(f"""
        SELECT stage_id, {worked("came_on", "left_on")}, sum(n)::int FROM (
            SELECT p.stage_id, {came_on} AS came_on, {left_on} AS left_on, count(*) AS n
            FROM deals_stagepassage AS p WHERE p.stage_id = ANY(%(stages)s) AND {left} AND {scope}
            GROUP BY 1, 2, 3
        ) AS q CROSS JOIN {CALENDAR} GROUP BY 1, 2
    """):
        days[stage][took] += n
    for stage, took, off in ask.rows(f"""
        SELECT q.stage_id, {worked("q.came_on", "q.left_on")},
            sum(greatest({worked("greatest(z.since - 1, q.came_on)", "least(coalesce(z.ended_on, z.until) - 1, q.left_on)")}, 0))::int
        FROM deals_passagepause AS z JOIN (
            SELECT p.id, p.stage_id, {came_on} AS came_on, {left_on} AS left_on
            FROM deals_stagepassage AS p WHERE p.stage_id = ANY(%(stages)s) AND {left} AND {scope}
        ) AS q ON q.id = z.passage_id CROSS JOIN {CALENDAR} GROUP BY q.id, 1, 2
    """):
        days[stage][took] -= 1
        days[stage][took - off] += 1
    terms: Terms = {stage: told for stage, *told in ask.rows(f"""
        SELECT s.id, of.normed, of.late FROM unnest(%(stages)s) AS s(id), LATERAL (
            SELECT count(*) AS normed, count(*) FILTER (WHERE late) AS late FROM (
                SELECT p.deal_id, bool_or(p.left_at > p.due_at) AS late FROM deals_stagepassage AS p
                WHERE p.stage_id = s.id AND p.due_at IS NOT NULL AND {left} AND {scope} GROUP BY 1
            ) AS d
        ) AS of
    """)}  # fmt: skip
    return days, terms
