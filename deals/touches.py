"""Which campaigns a deal is owed to: by what it names, by the first and the last touch, by equal shares of all touches.

A touch is a campaign's inquiry of the client, or what went to him for it (`register`), one a day and campaign at most;
advertising and repeats are none. Where the
card names a campaign without an inquiry of it, the day of the first contact is a touch, and where a deal alone names one,
the day of its opening. Of a deal count the touches of its client up to the day on which it was opened (days of the
company), in their order, the older campaign first within a moment.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DateTimeField, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from deals.choices import DealState
from deals.models import Deal

NAMED, FIRST, LAST, LINEAR = "named", "first", "last", "linear"
WAYS = (NAMED, FIRST, LAST, LINEAR)
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Touch:
    campaign: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """What a campaign is owed by one of WAYS. Linear numbers are sums of shares, `touched` counts the deals whole.

    `revenue` is the amount of won deals, `paid` what was paid on invoices of all of them, both in roubles only.
    """

    deals: Decimal = NOUGHT
    won: Decimal = NOUGHT
    revenue: Decimal = NOUGHT
    paid: Decimal = NOUGHT
    touched: int = 0


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────────


def shares(touches: Sequence[Touch], way: str) -> dict[int, Fraction]:
    """{campaign: its part of a deal} by FIRST, LAST or LINEAR; the parts make one, without touches there are none.

    Three touches, two of them of one campaign: that one is owed two thirds by LINEAR.
    """
    walked = sorted(touches, key=lambda touch: (touch.at, touch.campaign))
    if not walked:
        return {}
    if way == FIRST:
        return {walked[0].campaign: Fraction(1)}
    if way == LAST:
        return {walked[-1].campaign: Fraction(1)}
    counted = Counter(touch.campaign for touch in walked)
    return {campaign: Fraction(n, len(walked)) for campaign, n in counted.items()}


# ── the same over many deals ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Source:
    """Touches that an app above knows of: the SQL of the clients that campaigns ANY(%s) touched, and of (client, campaign,
    moment) for the clients of a table `concerned`. Only clients with deals matter."""

    concerned: str
    touches: str


_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Call it from the app's `ready()`."""
    _sources[name] = source


_REAL = "i.not_ours NOT IN ('spam', 'duplicate')"
_CONCERNED = f"""
WITH concerned AS MATERIALIZED (
    SELECT i.client_id AS id FROM clients_inquiry i
     WHERE i.campaign_id = ANY(%s) AND i.client_id IS NOT NULL AND {_REAL}
    UNION SELECT c.id FROM clients_client c WHERE c.campaign_id = ANY(%s)
    UNION SELECT d.client_id FROM deals_deal d WHERE d.campaign_id = ANY(%s) AND d.bin_id IS NULL
"""
_TOUCH = f"""), touch AS (
    SELECT client_id, campaign_id, min(at) AS at
      FROM (
        SELECT i.client_id, i.campaign_id, i.received_at AS at
          FROM concerned JOIN clients_inquiry i ON i.client_id = concerned.id
         WHERE i.campaign_id IS NOT NULL AND {_REAL}
        UNION ALL
        SELECT c.id, c.campaign_id, coalesce(c.first_contact_at, c.created_at)
          FROM concerned JOIN clients_client c ON c.id = concerned.id
         WHERE c.campaign_id IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM clients_inquiry i WHERE i.client_id = c.id AND i.campaign_id = c.campaign_id AND {_REAL})
        UNION ALL
        SELECT d.client_id, d.campaign_id, coalesce(d.opened_at, d.closed_at, 'infinity')
          FROM concerned JOIN clients_client c ON c.id = concerned.id JOIN deals_deal d ON d.client_id = c.id
         WHERE d.bin_id IS NULL AND d.campaign_id IS NOT NULL AND d.campaign_id IS DISTINCT FROM c.campaign_id AND NOT EXISTS (
               SELECT 1 FROM clients_inquiry i WHERE i.client_id = d.client_id AND i.campaign_id = d.campaign_id AND {_REAL})
"""
_A_DAY = """
      ) told
     GROUP BY client_id, campaign_id, (at AT TIME ZONE %s)::date
)"""


def _touch() -> str:
    """The end of the table `concerned`, and `touch`, with what the apps above know; one value, the zone."""
    further = "".join(f" UNION ALL {source.touches}" for source in _sources.values())
    return f"{_TOUCH}{further}{_A_DAY}"


_CREDIT = """
, walked AS (
    SELECT deal.id, deal.state, deal.amount, deal.paid, deal.currency, touch.campaign_id, touch.at AS touched_at,
           row_number() OVER (PARTITION BY deal.id ORDER BY touch.at, touch.campaign_id) AS place,
           count(*) OVER (PARTITION BY deal.id) AS places
      FROM deal
      JOIN touch ON touch.client_id = deal.client_id
       AND (touch.at AT TIME ZONE %s)::date <= (deal.at AT TIME ZONE %s)::date
), credit AS (
    SELECT id, state, amount, paid, currency, campaign_id, bool_or(place = 1) AS is_first, bool_or(place = places) AS is_last,
           count(*)::numeric AS mine, max(places) AS places
      FROM walked GROUP BY id, state, amount, paid, currency, campaign_id
)"""
_COLUMNS = "(id, client_id, state, amount, paid, currency, at)"
_LIVE = (
    "SELECT d.id, d.client_id, d.state, d.amount, d.paid, d.currency, coalesce(d.opened_at, d.closed_at, 'infinity')"
    " FROM deals_deal d WHERE d.bin_id IS NULL AND d.client_id IN (SELECT id FROM concerned)"
)
_OWED = {FIRST: "is_first", LAST: "is_last", LINEAR: "true"}


def _credit(deals: str, params: Sequence[Any], campaigns: Collection[int]) -> tuple[str, list[Any]]:  # fmt: skip
    """The beginning of a statement that has `credit`, and its values in their order."""
    asked, zone = list(campaigns), settings.TIME_ZONE
    concerned = [f"UNION {source.concerned}" for source in _sources.values()]
    sql = f"{_CONCERNED} {' '.join(concerned)} {_touch()}, deal {_COLUMNS} AS ({deals}) {_CREDIT}"
    return sql, [*[asked] * (3 + len(concerned)), zone, *params, zone, zone]


def deals_of(campaign: int, way: str) -> Q:
    """Deals owed to the campaign by one of WAYS; by LINEAR those of which it has any share."""
    if way == NAMED:
        return Q(campaign=campaign)
    sql, params = _credit(_LIVE, [], [campaign])
    rows = f"{sql} SELECT id FROM credit WHERE campaign_id = %s AND {_OWED[way]}"
    return Q(pk__in=RawSQL(rows, [*params, campaign]))


def credited(deals: QuerySet[Deal], campaigns: Collection[int]) -> dict[tuple[int, str], Credit]:  # fmt: skip
    """{(campaign, way): what it is owed} over `deals`; what is owed nothing is left out."""
    if not campaigns:
        return {}
    found = _named(deals, campaigns)
    rows: Any = deals.order_by().annotate(began=Coalesce("opened_at", "closed_at", RawSQL("'infinity'::timestamptz", [], DateTimeField())))  # fmt: skip
    try:
        chosen, params = rows.values_list("pk", "client_id", "state", "amount", "paid", "currency", "began").query.sql_with_params()  # fmt: skip
    except EmptyResultSet:
        return {}
    near = f"SELECT x.* FROM ({chosen}) x {_COLUMNS} WHERE x.client_id IN (SELECT id FROM concerned)"
    sql, values = _credit(near, params, campaigns)
    sums = ", ".join(_sums(condition, "mine / places" if way == LINEAR else "1") for way, condition in _OWED.items())  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT campaign_id, {sums} FROM credit WHERE campaign_id = ANY(%s) GROUP BY campaign_id",
            [*values, list(campaigns)],
        )
        for campaign, *owed in cursor.fetchall():
            for place, way in enumerate(_OWED):
                touched, *numbers = owed[place * 5 : place * 5 + 5]
                if touched:
                    deals_owed, won, revenue, paid = (n or NOUGHT for n in numbers)
                    found[campaign, way] = Credit(deals_owed, won, revenue, paid, touched)  # fmt: skip
    return found


def _sums(condition: str, share: str) -> str:
    """Columns of one way, in the order of `Credit`: money is rounded once, when it is added up."""
    won = f"{condition} AND state = '{DealState.WON}'"
    return (
        f"count(*) FILTER (WHERE {condition}), round(sum({share}) FILTER (WHERE {condition}), 2),"
        f" round(sum({share}) FILTER (WHERE {won}), 2),"
        f" round(sum(amount * {share}) FILTER (WHERE {won} AND currency = 'RUB'), 2),"
        f" round(sum(paid * {share}) FILTER (WHERE {condition} AND currency = 'RUB'), 2)"
    )


def _named(deals: QuerySet[Deal], campaigns: Collection[int]) -> dict[tuple[int, str], Credit]:  # fmt: skip
    won, roubles = Q(state=DealState.WON), Q(currency="RUB")
    rows = (
        deals.filter(campaign__in=list(campaigns))
        .order_by()
        .values_list("campaign")
        .annotate(
            touched=Count("pk"),
            won=Count("pk", filter=won),
            revenue=Sum("amount", filter=won & roubles, default=NOUGHT),
            paid=Sum("paid", filter=roubles, default=NOUGHT),
        )
    )
    return {
        (campaign, NAMED): Credit(Decimal(n), Decimal(wins), revenue, paid, n)
        for campaign, n, wins, revenue, paid in rows
    }


def paths(deals: Collection[Deal]) -> dict[int, list[Touch]]:
    """The touches of each of a few deals, in their order."""
    ids = [deal.pk for deal in deals]
    zone = settings.TIME_ZONE
    sql = (
        "WITH concerned AS MATERIALIZED (SELECT d.client_id AS id FROM deals_deal d WHERE d.id = ANY(%s)"
        f"{_touch()}, deal {_COLUMNS} AS ({_LIVE} AND d.id = ANY(%s)) {_CREDIT}"
    )
    found: dict[int, list[Touch]] = {pk: [] for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT id, campaign_id, touched_at FROM walked ORDER BY id, place",
            [ids, zone, ids, zone, zone],
        )
        for pk, campaign, at in cursor.fetchall():
            found[pk].append(Touch(campaign, at))
    return found
