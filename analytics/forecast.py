"""What the open deals will bring, and when: by the percent of the stage, by the seller's own history, by the typed day.

The chance by history is the part won of the deals that closed in the last year and had been at the stage: the seller's
own where he has had enough of them, else everybody's, else the percent of the stage. The day by history is that of the
entry plus the median of calendar days from the stage to success, today at the earliest; whose entry nobody knows has none.

*Cautious*: the lower chance on the later day. *Likely*: the chance by history on the typed day, or on the day by history
where none is typed or it has passed. *Best*: the whole sum on the earlier day. Deals without a sum are counted apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from time import monotonic

from django.core.cache import cache
from django.db.models import QuerySet

from analytics import kept_funnel
from analytics.asking import Question, bounds, day, percentiles
from analytics.months import first_of, following
from deals.choices import DealState
from deals.models import Deal

CAUTIOUS, LIKELY, BEST = "cautious", "likely", "best"
SCENARIOS = (CAUTIOUS, LIKELY, BEST)
# Fewer closed deals than this are no history.
ENOUGH = 10
YEAR = timedelta(days=365)
MONTHS = 12
SHOWN = 500
NOUGHT = Decimal(0)
# Seconds from which counting the history of a firm is too long for a page, and for which it is kept: a day and some more.
SLOW = 2
KEPT = 26 * 3600


@dataclass(frozen=True, slots=True)
class Chance:
    """Of `closed` deals of the last year that had been at the stage, `won` were won; median days from it to success."""

    stage_id: int
    person_id: int | None
    closed: int
    won: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    deals: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """`month` None: no day can be told; the last month of the list takes in all that is later."""

    month: date | None
    currency: str
    cautious: Expected
    likely: Expected
    best: Expected


@dataclass(frozen=True, slots=True)
class Forecast:
    on: date
    months: Sequence[Month]
    totals: dict[str, dict[str, Decimal]]
    without_sum: int
    latest: date


@dataclass(frozen=True, slots=True)
class Foreseen:
    deal_id: int
    amount: Decimal
    currency: str
    percent: int
    chance: float
    sample: int
    own: bool
    typed_on: date | None
    history_on: date | None
    month: date | None


def chances(deals: QuerySet[Deal], *, on: date, people: Sequence[int] | None = None, processes: Sequence[int] = ()) -> list[Chance]:  # fmt: skip
    """By stage and seller, and by stage for all of them (`person_id` None). Two queries at most.

    `people`, where it is given, are those whose deals in `processes` all of them are: months and days may answer.
    """
    since, until = on - YEAR, on + timedelta(days=1)
    if people is not None and kept_funnel.EVERYBODY not in people:
        whole = first_of(since) if since.day == 1 else following(first_of(since))
        if kept_funnel.answers_for_closed(until=until):
            rows = kept_funnel.closing(people, processes, since=whole, until=until)
            days = kept_funnel.closing_on_days(people, processes, since=since, until=whole) if since < whole else ()  # fmt: skip
            return _chances([*rows, *days])
    ask = Question(**bounds(since, until))
    # The closed deals of the year with each stage that they had been at.
    closed = deals.filter(in_norms=True).exclude(state=DealState.OPEN)
    scope = ask.within(closed, "pk", "responsible", "state", "closed_at")
    found = ask.rows(f"""
        WITH been AS (
            SELECT d.person, d.state, p.stage_id, {day("d.closed_at")} - {day("min(p.entered_at)")} AS days
            FROM {scope} AS d(id, person, state, closed_at) JOIN deals_stagepassage AS p ON p.deal_id = d.id
            WHERE d.closed_at >= %(since)s AND d.closed_at < %(until)s
            GROUP BY d.id, d.person, d.state, d.closed_at, p.stage_id
        )
        SELECT stage_id, CASE WHEN GROUPING(person) = 0 THEN person END, count(*), count(*) FILTER (WHERE state = 'won'),
            percentile_disc(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE state = 'won')
        FROM been GROUP BY GROUPING SETS ((stage_id), (stage_id, person))
    """)
    return [Chance(*row) for row in found]


def _chances(rows: Iterable[tuple[int, int, bool, int, int]]) -> list[Chance]:
    closed: Counter[tuple[int, int | None]] = Counter()
    won: dict[tuple[int, int | None], Counter[int]] = defaultdict(Counter)
    for stage, person, is_won, days, n in rows:
        for key in ((stage, person), (stage, None)):
            closed[key] += n
            if is_won:
                won[key][days] += n
    found = []
    for (stage, whose), n in closed.items():
        took = won[stage, whose]
        middle = percentiles(took)
        found.append(Chance(stage, whose, n, took.total(), middle[0] if middle else None))  # fmt: skip
    return found


def chances_of_firm(*, on: date) -> list[Chance]:
    """Those of all deals. Where they take long to count they are counted once a day, before anybody asks."""
    key = f"forecast-chances:{on}"
    found: list[Chance] | None = cache.get(key)
    if found is None:
        began = monotonic()
        found = chances(Deal.objects.all(), on=on)
        if monotonic() - began >= SLOW:
            cache.set(key, found, KEPT)
    return found


def forecast(deals: QuerySet[Deal], *, on: date, known: list[Chance] | None = None) -> Forecast:  # fmt: skip
    """The open deals of the scope by month and currency; `known`: their history, where it is at hand. Two queries."""
    first = on.replace(day=1)
    latest = _later(first, MONTHS)
    ask, foreseen = _foreseen(deals, on, latest, known)
    found = ask.rows(f"""
        WITH foreseen AS {foreseen}
        SELECT scenario, CASE WHEN amount IS NULL THEN NULL ELSE month END, currency, amount IS NULL, count(*), sum(part)
        FROM foreseen CROSS JOIN LATERAL (VALUES
            ('cautious', cautious_month, amount * least(percent / 100.0, chance)),
            ('likely', likely_month, amount * chance),
            ('best', best_month, amount)
        ) AS told(scenario, month, part)
        GROUP BY 1, 2, 3, 4
    """)
    cells: dict[tuple[date | None, str], dict[str, Expected]] = {}
    totals: dict[str, dict[str, Decimal]] = {}
    without = 0
    for scenario, month, currency, nothing, n, part in found:
        if nothing:
            without += n if scenario == BEST else 0
            continue
        amount = Decimal(part).quantize(Decimal("0.01"))
        cells.setdefault((month, currency), {})[scenario] = Expected(n, amount)
        whole = totals.setdefault(currency, dict.fromkeys(SCENARIOS, NOUGHT))
        whole[scenario] += amount
    none = Expected(0, NOUGHT)
    months = [
        Month(month, currency, *(told.get(s, none) for s in SCENARIOS))
        for (month, currency), told in sorted(cells.items(), key=lambda c: (c[0][1] != "RUB", c[0][1], c[0][0] or date.max))
    ]  # fmt: skip
    return Forecast(on, months, totals, without, latest)


def foreseen(deals: QuerySet[Deal], *, on: date, scenario: str, month: date | None, currency: str, known: list[Chance] | None = None) -> list[Foreseen]:  # fmt: skip
    """The deals behind one cell of the forecast, the largest first. Two queries."""
    ask, told = _foreseen(deals, on, _later(on.replace(day=1), MONTHS), known)
    ask.values |= {"month": month, "currency": currency, "shown": SHOWN}
    column = f"{scenario}_month" if scenario in SCENARIOS else "likely_month"
    found = ask.rows(f"""
        SELECT id, amount, currency, percent, chance, sample, own, typed_on, history_on, {column}
        FROM {told} AS f WHERE amount IS NOT NULL AND currency = %(currency)s AND {column} IS NOT DISTINCT FROM %(month)s::date
        ORDER BY amount DESC, id LIMIT %(shown)s
    """)
    return [Foreseen(*row) for row in found]


def _later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _month(moment: str) -> str:
    """The first day of its month, of the latest one at most; no day, no month (least() would pass it over)."""
    return f"CASE WHEN {moment} IS NOT NULL THEN least(date_trunc('month', {moment}::timestamp)::date, %(latest)s::date) END"


def _foreseen(deals: QuerySet[Deal], on: date, latest: date, told: list[Chance] | None) -> tuple[Question, str]:  # fmt: skip
    """A subquery with a row for each open deal: both chances, both days, the month of each scenario."""
    known = [c for c in (chances(deals, on=on) if told is None else told) if c.closed >= ENOUGH]  # fmt: skip
    ask = Question(
        **bounds(None, None),
        on=on,
        latest=latest,
        stages=[c.stage_id for c in known],
        people=[c.person_id for c in known],
        won=[c.won / c.closed for c in known],
        samples=[c.closed for c in known],
        days=[c.days for c in known],
    )
    still = deals.filter(state=DealState.OPEN)
    scope = ask.within(still, "pk", "responsible", "stage", "stage__percent", "amount", "currency", "entered_at", "opened_at", "expected_on")  # fmt: skip
    ready = f"""{day("coalesce(d.entered_at, d.opened_at)")} + coalesce(mine.days, every.days)"""  # fmt: skip
    sql = f"""(
        WITH known AS (
            SELECT * FROM unnest(%(stages)s::bigint[], %(people)s::bigint[], %(won)s::float8[], %(samples)s::int[], %(days)s::int[])
                AS k(stage, person, won, sample, days)
        ), dated AS (
            SELECT d.id, d.amount, d.currency, d.percent,
                coalesce(mine.won, every.won, d.percent / 100.0)::float8 AS chance,
                coalesce(mine.sample, every.sample, 0) AS sample, mine.won IS NOT NULL AS own,
                CASE WHEN d.expected_on >= %(on)s THEN d.expected_on END AS typed_on,
                CASE WHEN {ready} IS NOT NULL THEN greatest({ready}, %(on)s::date) END AS history_on
            FROM {scope} AS d(id, person, stage, percent, amount, currency, entered_at, opened_at, expected_on)
            LEFT JOIN known AS mine ON mine.stage = d.stage AND mine.person = d.person
            LEFT JOIN known AS every ON every.stage = d.stage AND every.person IS NULL
        )
        SELECT *, {_month("greatest(typed_on, history_on)")} AS cautious_month,
            {_month("coalesce(typed_on, history_on)")} AS likely_month, {_month("least(typed_on, history_on)")} AS best_month
        FROM dated
    )"""
    return ask, sql
