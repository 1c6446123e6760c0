"""Rollups after a thousand changed rows, scattered over all people and years: how long whoever reads a long period waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from analytics import kept_funnel, rollups

ROWS = 1_000
TARGET_S = 1.0
TIMES = 5
ANOTHER = "(SELECT coalesce(min(u.id) FILTER (WHERE u.id > t.{0}), min(u.id)) FROM accounts_user AS u WHERE u.is_active)"
EARLIER = "{0} = {0} - interval '40 days'"


@dataclass(slots=True)
class Refreshed:
    """`counted`: sums by day and deals of the funnel. `seconds` until figures say what changed; `folding` is tidying after it."""

    name: str
    rows: int
    counted: int
    seconds: float
    folding: float

    @property
    def is_met(self) -> bool:
        return self.seconds < TARGET_S


def _changed(table: str, to: str, which: str) -> str:
    """Rows drawn by lot are of every person and every month."""
    return f"""UPDATE {table} AS t SET {to} WHERE id IN (
        SELECT id FROM {table} WHERE {which} ORDER BY hashint8extended(id, %(seed)s) LIMIT %(rows)s)"""


CHANGES = {
    "deals of another seller": _changed(
        "deals_deal", f"responsible_id = {ANOTHER.format('responsible_id')}", "true"
    ),
    "deals opened and closed in another month": _changed(
        "deals_deal", f"{EARLIER.format('opened_at')}, {EARLIER.format('closed_at')}", "closed_at IS NOT NULL"
    ),
    "won deals of another sum": _changed(
        "deals_deal", "amount = amount + 1", "state = 'won' AND amount IS NOT NULL"
    ),
    "stays in stages a day longer": _changed(
        "deals_stagepassage", "entered_at = entered_at - interval '1 day'", "left_at IS NOT NULL"
    ),
    "work done by another": _changed(
        "clients_activity", f"performer_id = {ANOTHER.format('performer_id')}", "status = 'done'"
    ),
    "work done in another month": _changed(
        "clients_activity", EARLIER.format("done_at"), "status = 'done'"
    ),
    "payments of another month": _changed("deals_payment", "paid_on = paid_on - 40", "true"),
    "invoices of another seller": _changed(
        "deals_invoice", f"responsible_id = {ANOTHER.format('responsible_id')}", "responsible_id IS NOT NULL"
    ),
    "cards made by another": _changed(
        "clients_client", f"created_by_id = {ANOTHER.format('created_by_id')}", "created_by_id IS NOT NULL"
    ),
}  # fmt: skip


def measured() -> Sequence[Refreshed]:
    """The median of some refreshes after each kind of change, in the base that is set up now; it is left as it was."""
    rollups.catch_up()
    return [_after(name, change) for name, change in CHANGES.items()]


def _after(name: str, change: str) -> Refreshed:
    taken, folded = [], []
    rows = counted = 0
    for seed in range(TIMES):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change, {"seed": seed, "rows": ROWS})
            rows = cursor.rowcount
            began = perf_counter()
            counted = rollups.count()
            told = perf_counter()
            kept_funnel.fold()
            taken.append(told - began)
            folded.append(perf_counter() - told)
            transaction.set_rollback(True)
    return Refreshed(name, rows, counted, median(taken), median(folded))


def show(rows: Sequence[Refreshed]) -> str:
    lines = [
        f"**Rollups refreshed after {ROWS:,} changed rows**, scattered over people and years (told in under {TARGET_S:.0f} s;"
        " folded into the months of the funnel later, in the background)",
        "",
        "| what changed | rows | sums and deals counted | seconds | folded, s | target |",
        "|---|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {r.name} | {r.rows:,} | {r.counted:,} | {r.seconds:.2f} | {r.folding:.2f} | {'met' if r.is_met else '**missed**'} |"
        for r in rows
    ]  # fmt: skip
    return "\n".join(lines)
