"""A kept query as one person may read it, for letters that go out by schedule."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from analytics.models import SavedQuery
from analytics.queries import drawing, guarding, links, running, spans, tables, wording
from analytics.queries.question import Question, Unreadable
from analytics.sheets import Sheet
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

PREFIX = "query-"


def number_of(report: str) -> int | None:
    """The number of the kept query that a sending names; None: it names a report."""
    number = report.removeprefix(PREFIX)
    return int(number) if number != report and number.isascii() and number.isdigit() and len(number) < 14 else None  # fmt: skip


def kept(user: User, reports: Iterable[str]) -> dict[str, SavedQuery]:
    """Those of the named queries that `user` sees, by what a sending calls them."""
    numbers = {n for n in map(number_of, reports) if n is not None}
    if not numbers:
        return {}
    rows = SavedQuery.objects.visible_to(user).filter(pk__in=numbers)
    return {f"{PREFIX}{row.pk}": row for row in rows}


def period_of(query: SavedQuery, at: datetime) -> tuple[str, bool]:
    """The period in words, and whether it is the same days each time."""
    try:
        period = Question.read(query.question).period
        words = spans.words(period, timezone.localdate(at, timezone.get_default_timezone()))  # fmt: skip
    except DomainError as error:
        return str(error), False
    return words, period.name == spans.OWN


def read(user: User, report: str, *, at: datetime) -> tuple[Sheet, str] | None:
    """The answer counted at once as a sheet, and its period; None if the query is not for him.

    What is wrong with the question is said in the place of the answer: whoever waits for the letter learns why.
    """
    query = kept(user, [report]).get(report)
    if query is None:
        return None
    words, _stays = period_of(query, at)
    today = timezone.localdate(at, timezone.get_default_timezone())
    lead, made, picture, svg = "", [], b"", ""
    try:
        question = Question.read(query.question)
        lead = wording.plain(question, today)
        answer = guarding.ask(question, user=user, at=at, unhurried=True)
        of = tables.named(question, answer, user)
        made = tables.tables(of, links.to_cells(question, answer, query.pk))
        if question.chart in drawing.KINDS and answer.rows:
            shapes = drawing.picture(of)
            picture, svg = drawing.png(shapes), drawing.svg(shapes, alone=True)
    except running.Refused as error:
        lead = f"{lead} {' '.join(error.faults)}".strip()
    except Unreadable as error:
        lead = str(error)
    except DomainError as error:
        lead = f"{lead} {error}"
    return Sheet(
        "query", str(query), lead, made, picture=picture, svg=svg, made_at=at
    ), words
