"""Where the effort goes: contacts and hours by what came of them, contacts for one won deal, cold calls.

A contact is a done activity of a kind that counts as one, with a client, for its performer on its day. Its time is what
was recorded, else the usual time of its kind. What came of it is the state of its deal now; without a deal, nothing yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import kept_work
from analytics.asking import Question, share
from analytics.dividing import NOBODY
from analytics.work_sql import FRUIT_DAYS
from clients.choices import ActivityCode, ActivityStatus, Direction, Ladder
from clients.models import Activity, ActivityKind, ActivityResult, InformationSource
from clients.named import look_up
from deals.choices import DealState
from deals.figures import midnight
from deals.models import Deal
from pipeline.models import Stage
from salesexpert.accounts.models import User

WON, LOST, OPEN, NO_DEAL = "won", "lost", "open", "none"
OUTCOMES = (WON, LOST, OPEN, NO_DEAL)
# A deal opened within so many days after a cold call is taken for its fruit.
FRUIT = timedelta(days=FRUIT_DAYS)


@dataclass(frozen=True, slots=True)
class By:
    name: str
    label: str | Promise
    path: str
    model: Any


BY: dict[str, By] = {
    b.name: b
    for b in (
        By("performer", gettext_lazy("Seller"), "performer", User),
        By("kind", gettext_lazy("Kind"), "kind", ActivityKind),
        By("stage", gettext_lazy("Stage at that moment"), "stage", Stage),
        By("source", gettext_lazy("Source of the client"), "client__source", InformationSource),
        By("result", gettext_lazy("Result"), "result", ActivityResult),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spent:
    contacts: int
    minutes: int

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


NOTHING = Spent(0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """`spent` by outcome. `won` are deals the person won in the period, `on_won` all contacts ever made on them."""

    key: int | None
    name: str
    whole: Spent
    spent: dict[str, Spent]
    won: int | None
    on_won: int | None
    per_won: float | None
    per_deal: float | None


@dataclass(frozen=True, slots=True)
class Effort:
    by: str
    lines: Sequence[Line]
    whole: Line


def contacts(
    activities: QuerySet[Activity], *, since: date | None = None, until: date | None = None
) -> QuerySet[Activity]:  # fmt: skip
    """Contacts of the period, of any performer of `activities`."""
    done = activities.filter(status=ActivityStatus.DONE, kind__is_contact=True, client__isnull=False)  # fmt: skip
    if since:
        done = done.filter(done_at__gte=midnight(since))
    if until:
        done = done.filter(done_at__lt=midnight(until))
    return done


def of_outcome(rows: QuerySet[Activity], outcome: str) -> QuerySet[Activity]:
    """Those of which this came; all for a word that is no outcome."""
    if outcome == NO_DEAL:
        return rows.filter(deal=None)
    return rows.filter(deal__state=outcome) if outcome in OUTCOMES else rows


def effort(
    activities: QuerySet[Activity],
    deals: QuerySet[Deal],
    *,
    since: date | None = None,
    until: date | None = None,
    by: str = "performer",
    months: kept_work.Told | None = None,
) -> Effort:
    """Contacts and hours of the period by `by` (a name of `BY`) and outcome. Four queries at most.

    `months`, of all activities and deals of the same people and period, answer by performer instead.
    `per_won` is all contacts of the period ÷ deals won in it, `per_deal` the contacts on those deals ÷ their number.
    """
    of = BY[by]
    parts: dict[int | None, dict[str, Spent]] = {}
    spent_on: list[tuple[int | None, str, int, int]]
    if months and by == "performer":
        spent_on = [(person, outcome, *sums) for (person, outcome), sums in months.spent.items()]  # fmt: skip
        told: Mapping[Any, tuple[int, int]] = months.won
    else:
        spent_on = _spent(contacts(activities, since=since, until=until), of.path)
        told = _on_won(_won(deals, since, until))
    for key, outcome, n, spent in spent_on:
        parts.setdefault(key, {})[outcome] = Spent(n, spent)
    wins, on_won = ({pk: told[pk][place] for pk in told} for place in (0, 1))
    winners = set(wins) if by == "performer" else set()
    names = _names(of.model, {*parts, *winners})
    lines = [
        _line(key, names.get(key) or _(NOBODY), parts.get(key, {}), wins.get(key, 0), on_won.get(key, 0), by)
        for key in {*parts, *winners}
    ]  # fmt: skip
    lines.sort(key=lambda line: (-line.whole.contacts, line.name))
    every = {o: Spent(sum(p[o].contacts for p in parts.values() if o in p), sum(p[o].minutes for p in parts.values() if o in p)) for o in OUTCOMES}  # fmt: skip
    whole = _line(
        None, "", every, sum(wins.values()), sum(on_won.values()), "performer"
    )
    return Effort(by, lines, whole)


def _spent(made: QuerySet[Activity], path: str) -> list[tuple[int | None, str, int, int]]:  # fmt: skip
    """(key, outcome, contacts, minutes). A deal is looked up once, however many contacts it took."""
    ask = Question(none=NO_DEAL)
    rows = ask.within(made.annotate(took=Coalesce("minutes", "kind__default_minutes")), path, "deal", "took")  # fmt: skip
    return ask.rows(f"""
        SELECT of.key, coalesce(d.state, %(none)s), sum(of.n)::int, sum(of.took)::int
        FROM (
            SELECT key, deal, count(*) AS n, coalesce(sum(took), 0) AS took
            FROM {rows} AS a(key, deal, took) GROUP BY 1, 2
        ) AS of LEFT JOIN deals_deal AS d ON d.id = of.deal GROUP BY 1, 2
    """)


def _on_won(won: QuerySet[Deal]) -> dict[int | None, tuple[int, int]]:
    """{seller: (won deals, contacts ever made on them)}."""
    ask = Question(done=ActivityStatus.DONE)
    rows = ask.within(won, "pk", "responsible")
    return {person: (n, made) for person, n, made in ask.rows(f"""
        WITH won AS MATERIALIZED (SELECT * FROM {rows} AS d(id, person))
        SELECT person, count(*)::int, coalesce(sum(a.n), 0)::int FROM won LEFT JOIN (
            SELECT deal_id, count(*) AS n FROM clients_activity
            WHERE deal_id IN (SELECT id FROM won) AND status = %(done)s AND bin_id IS NULL
                AND kind_id IN (SELECT id FROM clients_activitykind WHERE is_contact)
            GROUP BY 1
        ) AS a ON a.deal_id = won.id GROUP BY 1
    """)}  # fmt: skip


def _won(deals: QuerySet[Deal], since: date | None, until: date | None) -> QuerySet[Deal]:  # fmt: skip
    won = deals.filter(state=DealState.WON)
    if since:
        won = won.filter(closed_at__gte=midnight(since))
    return won.filter(closed_at__lt=midnight(until)) if until else won


def _names(model: Any, keys: set[int | None]) -> dict[int | None, str]:
    if model is User:
        return dict(look_up(people=keys).people.items())
    manager = getattr(model, "with_bin", model._base_manager)
    return {pk: str(row) for pk, row in manager.in_bulk([k for k in keys if k is not None]).items()}  # fmt: skip


def _line(key: int | None, name: str, spent: dict[str, Spent], won: int, on_won: int, by: str) -> Line:  # fmt: skip
    told = {outcome: spent.get(outcome, NOTHING) for outcome in OUTCOMES}
    whole = Spent(sum(s.contacts for s in told.values()), sum(s.minutes for s in told.values()))  # fmt: skip
    if by != "performer":
        return Line(key, name, whole, told, None, None, None, None)
    return Line(key, name, whole, told, won, on_won, share(whole.contacts, won), share(on_won, won))  # fmt: skip


# ── cold calls ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ColdCalls:
    """Outgoing calls to clients who were cold then: of them with interest found, followed by a deal, by a won one."""

    person_id: int | None
    name: str
    calls: int
    interest: int
    deals: int
    won: int


def cold(activities: QuerySet[Activity], *, since: date | None = None, until: date | None = None) -> QuerySet[Activity]:  # fmt: skip
    return contacts(activities, since=since, until=until).filter(
        kind__code=ActivityCode.CALL, direction=Direction.OUT, relationship__step=Ladder.COLD
    )  # fmt: skip


def cold_that(calls: QuerySet[Activity], became: str) -> QuerySet[Activity]:
    """Of the calls those that found `interest`, were followed by a deal (`deal`) or by a won one (`won`)."""
    if became == "interest":
        return calls.filter(result__shows_interest=True)
    if became in ("deal", "won"):
        return calls.filter(_fruit(won=became == "won"))
    return calls


def _fruit(*, won: bool) -> Exists:
    followed = Deal.objects.filter(
        client=OuterRef("client"), opened_at__gte=OuterRef("done_at"), opened_at__lt=OuterRef("done_at") + FRUIT
    )  # fmt: skip
    return Exists(followed.filter(state=DealState.WON) if won else followed)


def cold_calls(
    activities: QuerySet[Activity],
    *,
    since: date | None = None,
    until: date | None = None,
    months: kept_work.Told | None = None,
) -> list[ColdCalls]:
    """By performer, the busiest first. Two queries. `months` as of `effort`."""
    told: Any = [(person, *sums) for person, sums in months.cold.items()] if months else _cold_calls(activities, since, until)  # fmt: skip
    names = _names(User, {row[0] for row in told})
    lines = [ColdCalls(pk, names.get(pk, ""), *counts) for pk, *counts in told]
    return sorted(lines, key=lambda line: (-line.calls, line.name))


def _cold_calls(activities: QuerySet[Activity], since: date | None, until: date | None) -> list[tuple[Any, ...]]:  # fmt: skip
    ask = Question(won=DealState.WON, fruit=FRUIT)
    calls = ask.within(
        cold(activities, since=since, until=until),
        "performer", "client", "done_at", "result__shows_interest",
    )  # fmt: skip
    return ask.rows(f"""
        SELECT c.person, count(*), count(*) FILTER (WHERE c.interest), count(*) FILTER (WHERE f.bore), count(*) FILTER (WHERE f.sold)
        FROM {calls} AS c(person, client, at, interest), LATERAL (
            SELECT count(*) > 0 AS bore, bool_or(d.state = %(won)s) AS sold FROM deals_deal AS d
            WHERE d.bin_id IS NULL AND d.client_id = c.client AND d.opened_at >= c.at AND d.opened_at < c.at + %(fruit)s
        ) AS f GROUP BY 1
    """)
