"""The board of a process: columns with their sums by one grouped query, cards of each column by its index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from clients.named import look_up
from deals.debts import Debt, debts_of_deals
from deals.models import Deal, PassagePause
from pipeline.book import book
from pipeline.clock import Pause
from pipeline.models import Process, Stage
from salesexpert.core.compiled import CompiledQuery

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
    drawn: str = ""
    after: int | None = None


class Card(NamedTuple):
    """What a card says of a deal; how it says so is `deals.cards`. `debt` only if a term of it has passed."""

    pk: int
    stage: int
    title: str
    client: str
    amount: Decimal | None
    currency: str
    expected_on: date | None
    priority: int
    next_step_at: datetime | None
    next_step_title: str
    waits_until: date | None
    entered_at: datetime | None
    norm_days: int | None
    pauses: Sequence[Pause]
    debt: Debt | None
    responsible: int
    person: str


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
    for stage in book().way(process.pk):
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


def fill(
    made: Sequence[Column], process: Process, found: QuerySet, *, ids_first: bool
) -> None:
    """Give each column its first cards: one query walks the index of every column.

    `ids_first` for a board that leaves deals out: it finds in the index alone which it shows, and reads their rows after.
    The whole board reads the rows as they come, which saves looking each up by its key.
    """
    busy = {column.stage.pk: column for column in made if column.count}
    if not busy:
        return
    first = found.filter(process=process, state="open", stage=RawSQL("busy.stage", ()))
    first = first.order_by(*ORDER)[:FIRST]
    if ids_first:
        rows = _rows(ids=[pk for (pk,) in _of_each(busy, first.values_list("pk"))])
    else:
        rows = _of_each(busy, first.values_list(*SHOWN))
    for card in _cards(rows):
        busy[card.stage].cards.append(card)
    for column in busy.values():
        if column.count > len(column.cards) and column.cards:
            column.after = column.cards[-1].pk


def _of_each(stages: Iterable[int], first: QuerySet) -> list[tuple[Any, ...]]:
    """What `first` finds for each of the stages, which it calls `busy.stage`, in its order.

    Of columns that PostgreSQL answers as they are meant: the ORM's converters are passed by.
    """
    sql, parameters = first.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT found.* FROM unnest(%s::bigint[]) AS busy (stage) CROSS JOIN LATERAL ({sql}) AS found",
            [list(stages), *parameters],
        )
        return cursor.fetchall()


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


# What a card shows, of the deal's row as it stands: the stay at its stage is repeated there, whom it names is asked for at once.
SHOWN = (
    "pk", "stage_id", "title", "client_id", "amount", "currency", "expected_on", "priority", "next_step_at",
    "next_step_title", "waits_until", "due_at", "entered_at", "norm_days", "paused", "invoiced", "paid", "responsible_id",
)  # fmt: skip


@CompiledQuery
def _rows(ids: list[int]) -> QuerySet[Deal, Any]:
    return Deal.objects.filter(pk__any_of=ids).order_by(*ORDER).values_list(*SHOWN)


@CompiledQuery
def _pauses(deals: list[int]) -> QuerySet[PassagePause, Any]:
    return PassagePause.objects.filter(
        passage__deal__any_of=deals, passage__left_at=None
    ).values_list("passage__deal_id", "since", "until", "ended_on")


def cards_of(ids: Sequence[int]) -> list[Card]:
    """The cards in the order of the board; four queries however many."""
    return _cards(_rows(ids=list(ids))) if ids else []


def _cards(rows: Sequence[tuple[Any, ...]]) -> list[Card]:
    """Cards of what `SHOWN` names, with the names on them, the pauses of their stays and what is owed late."""
    names = look_up(clients=(row[3] for row in rows), people=(row[17] for row in rows))
    waited = [row[0] for row in rows if row[14]]
    owing = [row[0] for row in rows if row[15] > row[16]]
    pauses: dict[int, list[Pause]] = defaultdict(list)
    if waited:
        for pk, since, until, ended in _pauses(deals=waited):
            pauses[pk].append(Pause(since, ended or until))
    debts = debts_of_deals(owing) if owing else {}
    late = {pk: debt for pk, debt in debts.items() if debt.days}
    return [
        Card(
            pk, stage, title, names.clients[client], amount, currency, expected_on, priority, step_at, step, waits_until,
            entered_at if due_at else None, norm_days if due_at else None, pauses.get(pk, ()), late.get(pk), responsible,
            names.people[responsible],
        )
        for pk, stage, title, client, amount, currency, expected_on, priority, step_at, step, waits_until, due_at, entered_at,
        norm_days, _paused, _invoiced, _paid, responsible in rows
    ]  # fmt: skip
