"""Loading the demo company: make five thousand clients at a time, write them by COPY, journal them, count.

**The journal.** The triggers of pghistory are told to stand aside for this one transaction (`pgtrigger.ignore`, which
the application's role may set too), and the journal is written at the end by one INSERT … SELECT per table. Letting the
triggers fire would cost more and say less: every card opened at the moment of loading, by nobody. Written so, the
journal of a card tells what its history tells: who opened it on which day, and when its relationship moved.

**Order on disk.** Deeds are written in the order of the months in which they were entered, whatever batch made them, and
within a batch by the moment, as they would have come in life: a client's history lies scattered over the table, what is
planned and was done of late lies together at its end, and a measured page costs what it costs in real work.
"""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime
from time import monotonic
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from analytics import kept_money, rollups
from clients import completeness
from clients import models as base
from deals.models import Deal, Document
from salesexpert.accounts.models import User
from salesexpert.core.models import CompanySetting
from salesexpert.desk.demo import (
    calling,
    campaigning,
    company,
    drawn,
    inquiring,
    mailing_out,
    own,
    paying,
    planning,
    shelf,
)
from salesexpert.desk.demo.aside import Aside
from salesexpert.desk.demo.generating import Plan
from salesexpert.desk.demo.rows import InOrder, catch_up_sequences, rows_by_table
from salesexpert.desk.demo.scales import Scale
from salesexpert.desk.demo.side import batches

# From so many clients on, making indexes anew costs less than keeping them up.
WORTH_MOVING = 5_000
Progress = Callable[[str], None]
CARDS = base.Client._meta.db_table
WAITING = "demo_waiting_card"


class NotEmpty(Exception):
    """The base already holds somebody's work: demo data must never be mixed into it."""


def load(scale: Scale, *, seed: int, until: date, progress: Progress) -> dict[str, int]:
    """Fill the empty base; returns rows written by table. Raises NotEmpty before anything is changed.

    One transaction: a load that is interrupted leaves the base as it was.
    """
    started = monotonic()

    def tell(text: str) -> None:
        progress(f"{text}, {monotonic() - started:.0f} s")

    def follow(steps: Iterable[str]) -> None:
        told = monotonic()
        for text in steps:
            if monotonic() - told > 5:
                tell(text)
                told = monotonic()

    with transaction.atomic():
        _refuse_unless_empty()
        _silence_triggers()
        with connection.cursor() as cursor:
            # Deferred foreign key checks of ten million rows would wait in memory for the end of the transaction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        plan = Plan(scale, seed=seed, until=until)
        tables = plan.tables
        filled = [table.name for table in tables]
        events = [event._meta.db_table for _, event in _tracked()]
        aside = Aside([*filled, *events])
        moves = scale.clients >= WORTH_MOVING and aside.is_ours
        if moves:
            aside.put()
            _open_waiting()
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            done = 0
            deeds = InOrder(plan.writer.activity, folder) if moves else None
            for share, lines in batches(plan):
                for table, of_table in zip(tables, lines, strict=True):
                    if deeds and table is plan.writer.activity:
                        deeds.add(of_table)
                        continue
                    waits = moves and table.name == CARDS
                    table.write(
                        of_table.rows,
                        of_table.data,
                        into=WAITING if waits else table.name,
                        frozen=not waits and table.name in aside.fresh,
                    )
                done += share.size
                tell(f"{done:,} of {scale.clients:,} clients")
            if deeds:
                deeds.write(frozen=plan.writer.activity.name in aside.fresh)
                tell("history")
        _know(table for table in filled if not moves or table != CARDS)
        now = timezone.now()
        if moves:
            # What follows asks for the rows of a card: without indexes each question would read a whole table.
            follow(aside.bring_back_indexes([t for t in filled if t != CARDS]))
            tell("completeness")
            _take_in_waiting(now)
            _know([CARDS])
        _count_numbers()
        own.write(until=until)
        drawn.write()
        inquiring.write(until=until)
        campaigning.write(until=until)
        planning.write(until=until)
        calling.write(until=until)
        mailing_out.write(until=until)
        shelf.write(until=until)
        catch_up_sequences(_filled())
        _count_completeness(now, of_all=not moves)
        tell("journal")
        _write_journal([*filled, Document._meta.db_table])
        if moves:
            follow(aside.bring_back_indexes([CARDS, *events]))
            follow(aside.bring_back_keys())
        tell("pay")
        if moves:
            # Plans are drawn from what came in, and while rows were moved no trigger noted it.
            kept_money.rebuild()
        paying.write(until=until)
        for name, value in (("company_name", company.NAME), ("demo_company", True)):
            CompanySetting.objects.update_or_create(
                name=name, defaults={"value": value}
            )
    progress(f"sums by day, {monotonic() - started:.0f} s")
    rollups.rebuild()
    cache.clear()
    # Last: an index alone answers only for blocks that VACUUM has seen.
    tell("statistics")
    _analyze()
    return rows_by_table(tables)


def _open_waiting() -> None:
    """Where cards wait for their rows, so that each is written once, its completeness with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE {WAITING} (LIKE "{CARDS}" INCLUDING DEFAULTS)'
        )


def _take_in_waiting(at: datetime) -> None:
    answers = {
        "completeness": "f.percent",
        "missing": "f.missing",
        "completeness_due_at": "f.due_at",
        "contact_due_at": "f.contact_due_at",
    }
    fields = base.Client._meta.concrete_fields
    columns = [str(f.column) for f in fields if not f.generated]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(answers.get(column, f'card."{column}"') for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {WAITING}")
        cursor.execute(
            f"""INSERT INTO "{CARDS}" ({names})
                SELECT {values} FROM {WAITING} AS card
                  LEFT JOIN LATERAL ({completeness.ANSWERS_OF_CARD}) AS f ON true""",
            {"at": at},
        )
        cursor.execute(f"DROP TABLE {WAITING}")


def _know(tables: Iterable[str]) -> None:
    """What the planner believes of empty tables would join millions of rows one by one. A small sample tells it enough."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE {', '.join(tables)}")
        cursor.execute("SET LOCAL default_statistics_target = DEFAULT")


def _count_numbers() -> None:
    """The series of invoices, contracts and offers go on after the last number given."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO deals_numberseries (id, firm_id, kind, year, last)
               SELECT row_number() OVER (ORDER BY kind, firm_id, year), firm_id, kind, year,
                      max(regexp_replace(number, '[^0-9]', '', 'g')::int)
                 FROM (SELECT firm_id, 'invoice' AS kind, year, number FROM deals_invoice
                       UNION ALL
                       SELECT firm_id, 'contract', extract(year FROM dated_on), number FROM deals_contract
                       UNION ALL
                       SELECT f.id, 'offer', extract(year FROM o.made_on), o.number
                         FROM deals_offer o
                         JOIN (SELECT min(id) AS id FROM deals_ownfirm WHERE is_default) f ON o.number <> '') AS given
                GROUP BY firm_id, kind, year"""
        )


def _count_completeness(at: datetime, *, of_all: bool) -> None:
    """Of all cards, or of those that got more after they were taken in."""
    cards = base.Client.objects.order_by("pk")
    if not of_all:
        cards = cards.filter(
            Exists(base.OwnValue.objects.filter(client=OuterRef("pk")))
            | Exists(base.ChangedCard.objects.filter(client_id=OuterRef("pk")))
        )
    completeness.refresh(cards.values_list("pk", flat=True), at=at)


def _refuse_unless_empty() -> None:
    if base.Client.objects.exists() or base.Activity.objects.exists():
        raise NotEmpty(
            "The base already has clients: the demo company is loaded only into an empty one."
        )
    taken = list(
        User.objects.filter(username__in=company.TAKEN).values_list(
            "username", flat=True
        )
    )
    if taken:
        raise NotEmpty(
            f"The base already has users with names of the demo company: {', '.join(sorted(taken))}."
        )


def _tracked() -> list[tuple[Any, Any]]:
    """Models of the client base and of deals with the models of their events."""
    return [
        (tracked, event)
        for label in ("clients", "deals")
        for event in apps.get_app_config(label).get_models()
        if (tracked := getattr(event, "pgh_tracked_model", None)) is not None
    ]


def _silence_triggers() -> None:
    tracked = [model for model, _ in _tracked()]
    names = [
        t.get_pgid(model) for model, t in pgtrigger.registered() if model in tracked
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', %s, true)",
            ["{" + ",".join(sorted(names)) + "}"],
        )


def _write_journal(filled: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
    for model, event in _tracked():
        if model._meta.app_label == "deals" and model._meta.db_table not in filled:
            continue
        columns = [
            f.column
            for f in event._meta.concrete_fields
            if not f.name.startswith("pgh_")
        ]
        names = ", ".join(f'"{c}"' for c in columns)
        target = (
            f'INSERT INTO "{event._meta.db_table}"'
            f" ({names}, pgh_created_at, pgh_label, pgh_obj_id, pgh_context)"
        )
        if model is base.Client:
            values = ", ".join(
                "m.to_type_id" if c == "relationship_id" else f't."{c}"'
                for c in columns
            )
            sql = f"""{target}
                SELECT {values}, m.at, CASE WHEN m.from_type_id IS NULL THEN 'insert' ELSE 'update' END, t.id,
                       jsonb_build_object('user', m.by_id)
                  FROM clients_relationshipmove m JOIN clients_client t ON t.id = m.client_id ORDER BY m.at, m.id"""
        elif model is Deal:
            # As it was opened, and as it ended.
            then = {"state": "'open'", "stage_id": "p.stage_id", "performer_id": "p.performer_id"}  # fmt: skip
            then |= dict.fromkeys(("closed_at", "closed_by_id", "reason_id", "refusal_stage_id"), "NULL")  # fmt: skip
            then["override_reason"] = "''"
            opened = ", ".join(then.get(c, f't."{c}"') for c in columns)
            ended = ", ".join(f't."{c}"' for c in columns)
            sql = f"""{target}
                SELECT {opened}, t.opened_at, 'insert', t.id, jsonb_build_object('user', t.opened_by_id)
                  FROM deals_deal t JOIN (
                       SELECT DISTINCT ON (deal_id) deal_id, stage_id, performer_id
                         FROM deals_stagepassage ORDER BY deal_id, entered_at, id) p ON p.deal_id = t.id;
                {target}
                SELECT {ended}, t.closed_at, 'update', t.id, jsonb_build_object('user', t.closed_by_id)
                  FROM deals_deal t WHERE t.closed_at IS NOT NULL"""
        elif model._meta.app_label == "deals":
            values = ", ".join(f't."{c}"' for c in columns)
            at = "made_at" if model is Document else "created_at"
            sql = f"""{target}
                SELECT {values}, t.{at}, 'insert', t.id, jsonb_build_object('user', t.made_by_id)
                  FROM "{model._meta.db_table}" t"""
        else:
            values = ", ".join(f't."{c}"' for c in columns)
            sql = f"""{target}
                SELECT {values}, o.created_at, 'insert', t.id, jsonb_build_object('user', o.created_by_id)
                  FROM "{model._meta.db_table}" t {_owner_of(model)}"""
        with connection.cursor() as cursor:
            cursor.execute(sql)


def _owner_of(model: type[models.Model]) -> str:
    """The join that finds who entered a row and when: with its contact person or its card."""
    names = {f.name for f in model._meta.concrete_fields}
    if "created_by" in names:
        return "CROSS JOIN LATERAL (SELECT t.created_at, t.created_by_id) o"
    of_client = (
        "SELECT id, created_at, created_by_id, true AS of_client FROM clients_client"
    )
    of_contact = "SELECT id, created_at, created_by_id, false FROM clients_contact"
    if {"client", "contact"} <= names:
        return f"""JOIN ({of_client} UNION ALL {of_contact}) o
            ON o.of_client = (t.contact_id IS NULL) AND o.id = coalesce(t.contact_id, t.client_id)"""
    return f"JOIN ({of_client}) o ON o.id = t.client_id"


def _analyze() -> None:
    """Statistics for the planner, and (out of a transaction) the indexes' waiting lists emptied, by several at once.

    Only the owner of the tables may; as another role PostgreSQL skips them with a warning and does it by itself later.
    """
    tables = [model._meta.db_table for model in _filled()]
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) ORDER BY pg_table_size(oid) DESC",
            [[f'"{table}"' for table in tables]],
        )
        left = deque(name for (name,) in cursor.fetchall())

    def work() -> None:
        try:
            with suppress(IndexError), connection.cursor() as cursor:
                while True:
                    cursor.execute(f'VACUUM (ANALYZE) "{left.popleft()}"')
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work) for _ in range(min(4, os.cpu_count() or 1))]:
            done.result()


def _filled() -> Iterable[type[models.Model]]:
    """Every table that may have got rows, dictionaries and people included."""
    for label in ("clients", "accounts", "pipeline", "deals", "notices", "analytics", "telephony"):  # fmt: skip
        yield from apps.get_app_config(label).get_models(include_auto_created=True)
