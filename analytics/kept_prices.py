"""Prices of competitors by months, products and competitors: what the report of them is told from (decision 0027).

Whatever changes a price, theirs or ours, marks the month or the product in its own transaction (`analytics.prices_sql`);
what is marked is counted anew before it is read. So months say what the prices say, at any moment.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from analytics.months import first_of, following
from analytics.prices_sql import FILL, ROW, counted

# One who counts at a time.
LOCK = 730_511_907

_TABLE = "analytics_pricemonth"
_SUMS = "sum(seen)::int, sum(total), min(least), sum(compared)::int, sum(gap)"


@dataclass(frozen=True, slots=True)
class Seen:
    """Prices that were seen: how many, what they come to, the lowest; of those with a price of ours the gaps in percents."""

    n: int
    total: Decimal
    least: Decimal
    compared: int
    gap: Decimal

    @property
    def mean(self) -> Decimal:
        return self.total / self.n

    @property
    def mean_gap(self) -> float | None:
        return float(self.gap / self.compared) if self.compared else None


@dataclass(frozen=True, slots=True)
class Told:
    """What was seen in a period: by (product, currency), by competitor; by month of all, and of one currency alone."""

    products: dict[tuple[int, str], Seen]
    competitors: dict[int, Seen]
    months: dict[date, int]
    means: dict[date, Decimal]


def read(
    since: date, until: date, *, currency: str, product: int | None = None
) -> Told:
    """Of the half-open period; `means` are of `currency`. One query, unless something changed."""
    asked: dict[str, Any] = {"since": since, "until": until, "currency": currency, "product": product}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_question(since, until, product), asked)
        rows = cursor.fetchall()
        if rows and rows[0][0]:
            kept = count(waits=False) is not None
            cursor.execute(_question(since, until, product, kept=kept), asked)
            rows = cursor.fetchall()
    told = Told({}, {}, {}, {})
    for _marked, what, of, money, month, n, total, least, compared, gap, mean in rows:
        if what == "product":
            told.products[of, money] = Seen(n, total, least, compared, gap)
        elif what == "competitor":
            told.competitors[of] = Seen(n, total, least, compared, gap)
        elif what == "month":
            told.months[month] = n
            if mean is not None:
                told.means[month] = mean
    return told


def _question(since: date, until: date, product: int | None, *, kept: bool = True) -> str:  # fmt: skip
    """Whole months are read from those that are kept, days amid a month from the prices themselves.

    The last month is whole too if nothing is seen after the period, which ends with today as a rule.
    """
    of_product = "" if product is None else " AND s.product_id = %(product)s"
    first, end = since if since.day == 1 else following(since), first_of(until)

    def days(since: str, until: str, when: str = "") -> str:
        return counted(f"{when}s.seen_on >= {since} AND s.seen_on < {until}{of_product}")  # fmt: skip

    if not kept or first > end:
        parts, later = [days("%(since)s", "%(until)s")], "FALSE"
    else:
        begins, ends = f"'{first}'::date", f"'{end}'::date"
        whole = f"s.month >= {begins} AND s.month < {ends}"
        later = "EXISTS (SELECT FROM deals_competitorprice WHERE seen_on >= %(until)s)"
        parts = [f"SELECT {ROW} FROM {_TABLE} AS s WHERE {whole}{of_product}"]
        if since < first:
            parts.append(days("%(since)s", begins))
        if end < until:
            parts.append(f"SELECT {ROW} FROM {_TABLE} AS s WHERE NOT (SELECT later FROM tail) AND s.month = {ends}{of_product}")  # fmt: skip
            parts.append(days(ends, "%(until)s", "(SELECT later FROM tail) AND "))
    each = " UNION ALL ".join(f"({part})" for part in parts)
    return f"""
WITH tail AS MATERIALIZED (SELECT {later} AS later), told AS MATERIALIZED ({each})
SELECT EXISTS (SELECT FROM analytics_changedprice), * FROM (
    SELECT 'product' AS what, product_id, currency, NULL::date AS month, {_SUMS}, NULL::numeric AS mean
    FROM told WHERE product_id <> 0 GROUP BY product_id, currency
    UNION ALL
    SELECT 'competitor', competitor_id, NULL, NULL, {_SUMS}, NULL FROM told GROUP BY competitor_id
    UNION ALL
    SELECT 'month', 0, NULL, month, {_SUMS}, sum(total) FILTER (WHERE currency = %(currency)s) / sum(seen) FILTER (WHERE currency = %(currency)s)
    FROM told GROUP BY month
    UNION ALL
    SELECT 'nothing', 0, NULL, NULL, 0, 0, 0, 0, 0, NULL
) AS found"""


@transaction.atomic
def count(*, waits: bool = True) -> int | None:
    """Count anew what is marked; how many rows it wrote. Who does not wait gets None where another counts just now."""
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return None
        # Marks are read before the prices: what is marked meanwhile stays, and is counted once more.
        cursor.execute(
            "DELETE FROM analytics_changedprice RETURNING product_id, competitor_id, month"
        )
        marks = set(cursor.fetchall())
        whole = sorted({product for product, competitor, _month in marks if competitor is None})  # fmt: skip
        single = sorted(mark for mark in marks if mark[0] not in whole)
        written = 0
        if whole:
            written += _anew(f"DELETE FROM {_TABLE} WHERE product_id = ANY(%(of)s)", counted("s.product_id = ANY(%(of)s)"), {"of": whole})  # fmt: skip
        for product, marked in (("m.product_id", [mark for mark in single if mark[0]]), ("NULL", [mark for mark in single if not mark[0]])):  # fmt: skip
            if marked:
                given = {name: [mark[n] for mark in marked] for n, name in enumerate(("products", "competitors", "months"))}  # fmt: skip
                is_it = "s.product_id IS NULL" if product == "NULL" else f"s.product_id = {product}"  # fmt: skip
                facts = counted(f"{is_it} AND s.competitor_id = m.competitor_id AND s.seen_on >= m.month AND s.seen_on < m.month + interval '1 month'", f"{_MARKS}, ")  # fmt: skip
                written += _anew(f"DELETE FROM {_TABLE} AS s USING {_MARKS} WHERE {_SAME}", facts, given)  # fmt: skip
        return written


_MARKS = "unnest(%(products)s::bigint[], %(competitors)s::bigint[], %(months)s::date[]) AS m(product_id, competitor_id, month)"
_SAME = "s.product_id = m.product_id AND s.competitor_id = m.competitor_id AND s.month = m.month"  # fmt: skip


def _anew(takes_away: str, facts: str, given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(takes_away, given)
        cursor.execute(f"INSERT INTO {_TABLE} ({ROW}) {facts}", given)
        return int(cursor.rowcount)


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM analytics_changedprice")
        cursor.execute(f"DELETE FROM {_TABLE}")
        cursor.execute(FILL)
        return int(cursor.rowcount)


def differences() -> list[tuple[str, int, Any]]:
    """("prices", product, month) that is kept otherwise than the prices say, once what changed is counted.

    One statement compares what is not marked as changed then: nobody waits, and nothing is told falsely.
    """
    count()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH facts AS ({counted()}), kept AS (SELECT {ROW} FROM {_TABLE})
            SELECT DISTINCT product_id, month FROM (
                (TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)
            ) AS d WHERE NOT EXISTS (
                SELECT FROM analytics_changedprice AS c WHERE c.product_id IS NOT DISTINCT FROM d.product_id AND (c.month IS NULL OR c.month = d.month)
            ) ORDER BY month, product_id"""
        )
        return [("prices", *row) for row in cursor.fetchall()]
