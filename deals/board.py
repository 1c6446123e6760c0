"""The board of a process: columns with their sums by one grouped query, cards of each column by its index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from deals.debts import Debt, debts_of_deals
from deals.models import Deal, PassagePause, StagePassage
from pipeline.choices import Light
from pipeline.clock import Pause, day_of, light_of, worked_days
from pipeline.models import Process, Stage

# Cards that a column shows at first, and adds each time its end is reached.
FIRST, FURTHER = 12, 40
# The order of a column: urgent deals first, then those expected sooner. `deal_board` is the index of it.
ORDER = ("-priority", "expected_on", "pk")


@dataclass(slots=True)
class Column:
    """A stage of the board: how many deals stand there, and what they are worth in each currency."""

    stage: Stage
    count: int = 0
    sums: list[tuple[str, Decimal]] = field(default_factory=list)
    cards: list["Card"] = field(default_factory=list)
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    deal: Deal
    next_step: str
    days: int | None
    light: str
    waits: date | None
    overdue: bool
    debt: Debt | None


def columns(process: Process, found: QuerySet) -> list[Column]:
    """All columns with count and sums, without cards: stages in use, and retired ones on which deals still stand."""
    counted: dict[int, list[tuple[str, int, Decimal]]] = defaultdict(list)
    rows = (
        found.filter(process=process, state="open")
        .order_by()
        .values_list("stage", "currency")
        .annotate(number=Count("pk"), amount=Sum("amount"))
    )
    for stage, currency, number, amount in rows:
        counted[stage].append((currency, number, amount or Decimal(0)))
    made = []
    for stage in process.stages.order_by("position", "pk"):
        own = counted.get(stage.pk, [])
        if stage.retired_at and not own:
            continue
        own.sort(key=lambda row: (row[0] != "RUB", row[0]))
        number = sum(n for _c, n, _a in own)
        made.append(Column(stage, number, [(c, a) for c, _n, a in own if a]))
    return made


def totals(made: Iterable[Column]) -> list[dict[str, Any]]:
    """The whole board per currency: the sum, and the same weighed by the percent of each stage."""
    sums: dict[str, list[Decimal]] = {}
    for column in made:
        for currency, amount in column.sums:
            row = sums.setdefault(currency, [Decimal(0), Decimal(0)])
            row[0] += amount
            row[1] += amount * column.stage.percent / 100
    ordered = sorted(sums.items(), key=lambda item: (item[0] != "RUB", item[0]))
    return [
        {"currency": c, "amount": a, "likely": likely.quantize(Decimal(1))}
        for c, (a, likely) in ordered
    ]


def fill(made: Sequence[Column], process: Process, found: QuerySet) -> None:
    """Give each column its first cards: one query walks the index of every column, one fetches the cards."""
    busy = [column for column in made if column.count]
    if not busy:
        return
    open_deals = found.filter(process=process, state="open")
    parts = [
        open_deals.filter(stage=column.stage)
        .order_by(*ORDER)
        .values_list("pk", "priority", "expected_on")[:FIRST]
        for column in busy
    ]
    ids = (
        parts[0].union(*parts[1:], all=True).order_by() if len(parts) > 1 else parts[0]
    )
    cards = cards_of([pk for pk, _priority, _expected in ids])
    for column in busy:
        column.cards = [c for c in cards if c.deal.stage_id == column.stage.pk]
        if column.count > len(column.cards) and column.cards:
            column.after = column.cards[-1].deal.pk


def further(stage: Stage, found: QuerySet, after: int) -> tuple[list[Card], int | None]:
    """Cards of a column behind the deal `after`, and behind which to go on; found by their place, not by a count."""
    last = Deal.objects.filter(pk=after).first()
    rows = found.filter(process=stage.process_id, state="open", stage=stage)
    if last is not None:
        rows = rows.filter(_behind(last))
    ids = list(rows.order_by(*ORDER).values_list("pk", flat=True)[: FURTHER + 1])
    shown = ids[:FURTHER]
    return cards_of(shown), shown[-1] if len(ids) > FURTHER else None


def _behind(last: Deal) -> Q:
    same = Q(priority=last.priority)
    if last.expected_on is None:
        rest = Q(expected_on=None, pk__gt=last.pk)
    else:
        rest = (
            Q(expected_on__gt=last.expected_on)
            | Q(expected_on=None)
            | Q(expected_on=last.expected_on, pk__gt=last.pk)
        )
    return Q(priority__lt=last.priority) | (same & rest)


def cards_of(ids: Sequence[int]) -> list[Card]:
    """The cards in the order of the board; four queries however many."""
    deals = list(
        Deal.objects.filter(pk__in=ids)
        .select_related("client__legal_form", "responsible")
        .only(
            "title", "stage", "amount", "currency", "expected_on", "priority", "entered_at", "due_at", "waits_until",
            "next_step_at", "next_step_title", "invoiced", "paid", "client__name", "client__legal_form__name",
            "client__legal_form__name_en", "client__is_person", "responsible__first_name", "responsible__last_name",
            "responsible__username",
        )
        .order_by(*ORDER)
    )  # fmt: skip
    now = timezone.localtime()
    today = day_of(now)
    clocks = clocks_of(deals, today)
    owing = [deal.pk for deal in deals if deal.invoiced > deal.paid]
    debts = debts_of_deals(owing) if owing else {}
    return [_card(deal, now, today, clocks, debts) for deal in deals]


def _card(
    deal: Deal,
    now: datetime,
    today: date,
    clocks: dict[int, tuple[int, Light | None]],
    debts: dict[int, Debt],
) -> Card:
    step = deal.next_step_at
    when = "none"
    if step is not None:
        day = timezone.localdate(step)
        if step < now:
            when = "late"
        else:
            when = "today" if day == now.date() else "later"
    days, light = clocks.get(deal.pk, (None, None))
    shown = light in (Light.YELLOW, Light.RED)
    debt = debts.get(deal.pk)
    return Card(
        deal=deal,
        next_step=when,
        days=days if shown else None,
        light={Light.YELLOW: "warn", Light.RED: "bad"}.get(light, "") if light else "",
        waits=deal.waits_until if deal.waits_until and deal.waits_until > today else None,
        overdue=bool(deal.expected_on and deal.expected_on < today),
        debt=debt if debt and debt.days else None,
    )  # fmt: skip


def clocks_of(deals: Iterable[Deal], on: date) -> dict[int, tuple[int, Light | None]]:
    """Working days and light of each deal's present stay; two queries, none where no clock runs."""
    running = [deal.pk for deal in deals if deal.due_at is not None]
    if not running:
        return {}
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for deal, since, until, ended in PassagePause.objects.filter(
        passage__deal__in=running, passage__left_at=None
    ).values_list("passage__deal", "since", "until", "ended_on"):
        pauses[deal].append(Pause(since, ended or until))
    found: dict[int, tuple[int, Light | None]] = {}
    for deal, entered_at, norm in StagePassage.objects.filter(
        deal__in=running, left_at=None
    ).values_list("deal", "entered_at", "norm_days"):
        days = worked_days(day_of(entered_at), on, pauses.get(deal, ()))
        found[deal] = days, light_of(days, norm) if norm is not None else None
    return found
