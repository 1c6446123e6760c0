"""How full the cards of each curator are, counted as they change: reading a seller's asks for none of his cards (decision 0031)."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from clients.fullness_sql import DAY_SECONDS, DUE, FACTS, FILLED, KEY, LACKS, SUMS
from salesexpert.core.kept_sums import KeptSums

KEPT = KeptSums("cards", "clients_fullnesssum", "clients_fullnesschange", KEY, SUMS, FACTS, 730_511_911)  # fmt: skip
NOBODY = 0


def _rows(sql: str, curators: Collection[int] | None, **more: Any) -> list[Any]:
    whose = "" if curators is None else " AND user_id = ANY(%(curators)s)"
    with connection.cursor() as cursor:
        kept = KEPT.both(f"{KEY}, n", f"kind = %(kind)s{whose}")
        cursor.execute(sql.format(kept=kept), {"curators": list(curators or ()), **more})  # fmt: skip
        return list(cursor.fetchall())


def filled(curators: Collection[int] | None, *, below: int = 0) -> dict[int, tuple[int, int, int]]:  # fmt: skip
    """{curator, 0 for nobody: (live cards of which something is asked, the sum of their percents, those below a percent)}.

    `curators` None: all of them.
    """
    sql = """SELECT user_id, sum(n), sum(n * value), coalesce(sum(n) FILTER (WHERE value < %(below)s), 0)
        FROM {kept} GROUP BY 1 HAVING sum(n) <> 0"""
    return {pk: (int(cards), int(full), int(thin)) for pk, cards, full, thin in _rows(sql, curators, below=below, kind=FILLED)}  # fmt: skip


def lacks(curators: Collection[int] | None) -> dict[int, dict[int, int]]:
    """{curator: {rule: cards that do not meet it}}."""
    sql = "SELECT user_id, value, sum(n) FROM {kept} GROUP BY 1, 2 HAVING sum(n) <> 0"
    found: dict[int, dict[int, int]] = {}
    for curator, rule, cards in _rows(sql, curators, kind=LACKS):
        found.setdefault(curator, {})[rule] = int(cards)
    return found


def due_before_the_day(at: datetime, curators: Collection[int] | None) -> tuple[datetime, dict[int, int]]:  # fmt: skip
    """When the day of `at` began in UTC, and {curator: cards of which something is asked that were to be contacted before}."""
    number = int(at.timestamp() // DAY_SECONDS)
    sql = "SELECT user_id, sum(n) FROM {kept} WHERE value < %(number)s GROUP BY 1 HAVING sum(n) <> 0"
    found = {pk: int(n) for pk, n in _rows(sql, curators, kind=DUE, number=number)}
    return datetime.fromtimestamp(number * DAY_SECONDS, UTC), found
