"""A small base for questions, and the plainest way of answering them: every record in Python, one by one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import median
from typing import Any

from django.utils import timezone

from clients.models import (
    Activity,
    ActivityKind,
    Client,
    InformationSource,
    Inquiry,
    Product,
)
from deals.models import Deal, DealLine, RefusalReason
from tests.analytics.february import a_way
from tests.factories import ClientFactory, RegionFactory, UserFactory

BANDS = [Decimal(n) for n in (100_000, 300_000, 1_000_000, 3_000_000)]
TODAY = datetime(2026, 3, 15, 12, tzinfo=timezone.get_default_timezone())


def a_base() -> Any:
    """Twelve cards, thirty deals and thirty inquiries of January to March 2026, with gaps everywhere."""
    chance = Random(7)
    boss = UserFactory(username="boss", is_superuser=True)
    regions = [RegionFactory(name=f"Область {n}") for n in range(2)] + [None]
    sources = [
        InformationSource.objects.create(name=f"Источник {n}") for n in range(3)
    ] + [None]
    reasons = [RefusalReason.objects.create(name=f"Причина {n}") for n in range(2)]
    products = [Product.objects.create(name=f"Товар {n}") for n in range(3)]
    process, stages = a_way()
    meeting = ActivityKind.objects.get(code="meeting")

    def moment(first: int = 0, last: int = 70) -> datetime:
        return datetime(2026, 1, 1, tzinfo=TODAY.tzinfo) + timedelta(
            days=chance.randint(first, last), minutes=chance.randint(0, 1439)
        )

    cards = [
        ClientFactory(
            name=f"Клиент {n}",
            region=chance.choice(regions),
            source=chance.choice(sources),
            curator=boss,
            city=chance.choice(["Тверь", "тверь", ""]),
        )
        for n in range(12)
    ]
    deals = []
    for n in range(30):
        opened = moment()
        state = chance.choice(["open", "won", "lost"])
        deals.append(
            Deal(
                client=chance.choice(cards),
                title=f"Сделка {n}",
                process=process,
                stage=chance.choice(list(stages.values())),
                responsible=boss,
                state=state,
                amount=chance.choice([None, 0, 99_999, 100_000, 250_000, 3_000_000]),
                currency=chance.choice(["RUB", "RUB", "USD"]),
                source=chance.choice(sources),
                opened_at=opened,
                closed_at=None
                if state == "open"
                else opened + timedelta(days=chance.randint(0, 40)),
                reason=chance.choice(reasons) if state == "lost" else None,
            )
        )
    Deal.objects.bulk_create(deals)
    DealLine.objects.bulk_create(
        DealLine(deal=deal, product=product, name="x", price=5, total=5)
        for deal in deals
        for product in chance.choices(products, k=chance.randint(0, 3))
    )
    Inquiry.objects.bulk_create(
        Inquiry(
            channel=chance.choice(["call", "site", "list"]),
            source=chance.choice(sources),
            received_at=(at := moment()),
            recorded_at=at,
            company=f"Обратился {n}",
            client=chance.choice([*cards, None]),
            city=chance.choice(["Тверь", "тверь", "ТВЕРЬ ", ""]),
        )
        for n in range(30)
    )
    Activity.objects.bulk_create(
        Activity(
            client=chance.choice(cards),
            kind=meeting,
            status="done",
            done_at=(at := moment()),
            feed_at=at,
            performer=boss,
            created_by=boss,
            created_at=at,
        )
        for _ in range(20)
    )
    return boss


def _day(at: datetime | None) -> date | None:
    return at.astimezone(TODAY.tzinfo).date() if at else None


def _band(value: Any) -> int | None:
    return None if value is None else sum(value >= border for border in BANDS)


@dataclass
class Plain:
    """Records of a subject with their fields as plain values: `many` are lists."""

    rows: list[dict[str, Any]]

    def answer(self, question: Any) -> tuple[dict[Any, Any], Any]:
        """{key: values} of each cell, and the values of all."""
        kept = [
            row
            for row in self.rows
            if _in_period(row, question) and _holds(row, question.where)
        ]
        cells = defaultdict(list)
        for row in kept:
            keys = [()]
            for by in (*question.rows, *question.columns):
                keys = [(*key, value) for key in keys for value in _keys(row, by)]
            for key in keys:
                cells[key].append(row)
        reckon = lambda rows: [_value(m, rows, question) for m in question.measures]  # noqa: E731
        return {key: reckon(rows) for key, rows in cells.items()}, reckon(kept)


def _keys(row: dict[str, Any], by: Any) -> list[Any]:
    value = row[by.field]
    if by.field == "products":
        return sorted(set(value)) or [None]
    if by.field == "amount":
        return [_band(value)]
    if isinstance(value, date):
        month = {"quarter": (value.month - 1) // 3 * 3 + 1, "year": 1}.get(
            by.step, value.month
        )
        return [value.replace(month=month, day=1)]
    return [None if value == "" else value]


def _in_period(row: dict[str, Any], question: Any) -> bool:
    on = row["on"]
    bounds = {
        "all": (date.min, date.max),
        "last_month": (date(2026, 2, 1), date(2026, 2, 28)),
        "this_quarter": (date(2026, 1, 1), date(2026, 3, 31)),
        "days": (date(2026, 1, 10), date(2026, 2, 10)),
    }
    since, to = bounds[question.period.name]
    return since <= on <= to


def _says(part: Any) -> bool:
    """A group of nothing says nothing."""
    return any(map(_says, part.parts)) if hasattr(part, "parts") else True


def _holds(row: dict[str, Any], part: Any) -> bool:
    if hasattr(part, "parts"):
        held = [_holds(row, inner) for inner in part.parts if _says(inner)]
        if not held:
            return True
        return (any(held) if part.join == "or" else all(held)) != part.negated
    value, given = row[part.field], [None if v == "none" else v for v in part.values]
    match part.op:
        case "in" | "not_in":
            values = value or [None] if part.field == "products" else [value]
            found = any(
                (None if v is None or v == "" else str(v)) in given for v in values
            )
            return found == (part.op == "in")
        case "ge":
            return value is not None and value >= Decimal(given[0])
        case "empty":
            return value is None or value == ""
    raise AssertionError(part.op)


def _value(measure: Any, rows: list[dict[str, Any]], question: Any) -> Any:
    match measure.kind:
        case "count":
            return len(rows)
        case "clients":
            return len({row["client"] for row in rows if row["client"]})
        case "conversion":
            of = (
                [row for row in rows if row[measure.since] is not None]
                if measure.since
                else rows
            )
            to = [row for row in of if row[measure.until] is not None]
            if measure.within:
                to = [
                    row
                    for row in to
                    if 0
                    <= (row[measure.until] - row[measure.since or "on"]).days
                    <= measure.within
                ]
            return len(to) / len(of) if of else None
        case "days":
            lengths = [
                (row[measure.until] - row[measure.since or "on"]).days
                for row in rows
                if row[measure.until] and row[measure.since or "on"]
            ]
            return (
                (
                    median(lengths)
                    if measure.how == "median"
                    else sum(lengths) / len(lengths)
                )
                if lengths
                else None
            )
        case "ratio":
            a, b = (
                _value(measure.of, rows, question),
                _value(measure.by, rows, question),
            )
            return float(a) / float(b) if a is not None and b else None
    values = [
        row[measure.field]
        for row in rows
        if row[measure.field] is not None and row["currency"] == question.currency
    ]
    if not values:
        return None
    return {
        "sum": sum,
        "average": lambda v: sum(v) / len(v),
        "median": median,
        "least": min,
        "most": max,
    }[measure.kind](values)


def plain_deals() -> Plain:
    rows = []
    for deal in Deal.objects.select_related("client"):
        card = deal.client
        rows.append(
            {
                "on": _day(deal.opened_at),
                "opened_at": _day(deal.opened_at),
                "closed_at": _day(deal.closed_at),
                "client": card.pk,
                "client.region": card.region_id,
                "client.source": card.source_id,
                "client.city": card.city,
                "source": deal.source_id,
                "state": deal.state,
                "reason": deal.reason_id,
                "amount": deal.amount,
                "currency": deal.currency,
                "products": [line.product_id for line in deal.lines.all()],
                "won_at": _day(deal.closed_at) if deal.state == "won" else None,
                "lost_at": _day(deal.closed_at) if deal.state == "lost" else None,
            }
        )
    return Plain(rows)


def plain_inquiries() -> Plain:
    meetings = [(a.client_id, a.done_at) for a in Activity.objects.all()]
    rows = []
    for inquiry in Inquiry.objects.select_related("client"):
        after = [
            at
            for client, at in meetings
            if client == inquiry.client_id and at >= inquiry.received_at
        ]
        card: Client | None = inquiry.client
        rows.append(
            {
                "on": _day(inquiry.received_at),
                "received_at": _day(inquiry.received_at),
                "client": inquiry.client_id,
                "client.region": card.region_id if card else None,
                "channel": inquiry.channel,
                "source": inquiry.source_id,
                "city": inquiry.city,
                "first_meeting_at": _day(min(after)) if after else None,
            }
        )
    return Plain(rows)
