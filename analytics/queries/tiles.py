"""Kept questions on the start page: of each answer a few figures, a line or the first rows, as much as stands beside a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from analytics import charts
from analytics.models import FavouriteQuery, SavedQuery
from analytics.queries import guarding, links, running, spans, tables
from analytics.queries.question import Question
from analytics.queries.tables import Named
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

MOST, ROWS, FIGURES = 6, 5, 4
_KNOWN_FOR = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    text: str
    link: str
    bar: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """`figures` where nothing divides the answer; else its `lines`, or a `spark` of what moves with time.

    `fault` says why there is nothing; `waits`: it is not counted yet, the page asks for it by itself, some seconds later where another is
    being counted (`again`).
    """

    query: SavedQuery
    period: str = ""
    measure: str = ""
    figures: Sequence[Line] = ()
    lines: Sequence[Line] = ()
    spark: str = ""
    more: int = 0
    fault: str = ""
    waits: bool = False
    again: bool = False


def may_have(user: User) -> bool:
    """Whether the start page asks for tiles: no for whoever is known to have none. No query."""
    return user.has_perm("deals.view_deal") and cache.get(_key(user)) != "none"


def forget(user: User) -> None:
    """After he put one there or took it away."""
    cache.delete(_key(user))


def _key(user: User) -> str:
    return f"query-tiles:{user.pk}"


def pinned(user: User) -> list[SavedQuery]:
    mine = FavouriteQuery.objects.filter(user=user, on_start_page=True)
    found = list(SavedQuery.objects.visible_to(user).filter(pk__in=mine.values("query")).order_by("name", "pk")[:MOST])  # fmt: skip
    if not found:
        cache.set(_key(user), "none", _KNOWN_FOR)
    return found


def tile_of(query: SavedQuery, user: User, *, at: datetime, count: bool) -> Tile:
    """What is kept of the answer, or counted now (`count`); without it a tile that waits. Never raises."""
    try:
        question = Question.read(query.question)
        answer = guarding.kept(question, user=user, at=at)
        if answer is None and not count:
            return Tile(query, waits=True)
        if answer is None:
            answer = guarding.ask(question, user=user, at=at)
        return drawn(query, tables.named(question, answer, user), at)
    except guarding.Busy:
        return Tile(query, waits=True, again=True)
    except running.Refused as error:
        return Tile(query, fault=error.faults[0])
    except DomainError as error:
        return Tile(query, fault=str(error))


def drawn(query: SavedQuery, of: Named, at: datetime) -> Tile:
    question, answer = of.question, of.answer
    link = links.to_cells(question, answer, query.pk)
    today = timezone.localdate(at, timezone.get_default_timezone())
    period = spans.words(question.period, today)
    shown = min(question.shown, len(question.measures) - 1)
    if not question.rows and not question.columns:
        figures = [
            Line(of.measures[n], _told(of, n, answer.total[n]), link(None, None, n), change=_change(of, n, answer.total, answer.was_total))
            for n in range(min(len(question.measures), FIGURES))
        ]  # fmt: skip
        return Tile(query, period, figures=figures)
    sideways = not question.rows
    names = of.columns if sideways else [of.row(n) for n in range(len(answer.rows))]
    totals = answer.column_totals if sideways else answer.row_totals
    was = answer.was_columns if sideways else answer.was_rows

    def line(n: int, most: float) -> Line:
        value = totals[n][shown]
        bar = f"{max(float(value or 0), 0.0) / most * 100:.0f}%" if most > 0 else ""
        place = (None, n, shown) if sideways else (n, None, shown)
        change = _change(of, shown, totals[n], was[n] if was else ())
        return Line(names[n], _told(of, shown, value), link(*place), bar, change)

    first = of.known[(question.columns if sideways else question.rows)[0].field]
    if first.is_day and len(names) > 2:
        values = [float(t[shown] or 0) for t in totals]
        return Tile(query, period, of.measures[shown], lines=[line(len(names) - 1, 0)], spark=charts.spark(values), more=0)  # fmt: skip
    most = max((float(t[shown]) for t in totals if t[shown] is not None), default=0.0)
    lines = [line(n, most) for n in range(min(len(names), ROWS))]
    return Tile(query, period, of.measures[shown], lines=lines, more=max(len(names) - ROWS, 0))  # fmt: skip


def _told(of: Named, n: int, value: Any) -> str:
    return tables.spoken(value, of.question.measures[n], of.known, of.question.currency)


def _change(of: Named, n: int, now: Sequence[Any], was: Sequence[Any]) -> str:
    return tables.change(now[n], was[n], of.question.measures[n]) if was else ""
