"""Rollups kept in step with the facts: what changed is added to them, all of them verified or rebuilt on demand.

The funnel by months and days (`kept_funnel`), work, moves on the ladder and competitors' prices by months (`kept_work`, `kept_ladder`,
`kept_prices`), money by days (`kept_money`, `kept_planned`, `kept_paying`, `kept_owed`), how full cards are (`kept_fullness`),
stays by days (`kept_stays`), deals at stages (`kept_standing`) and minutes of work (`kept_worked`) are verified and rebuilt with them.

Days are those of the company's time zone: after changing it, `manage.py rollups --rebuild`.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics import (
    kept_funnel,
    kept_ladder,
    kept_money,
    kept_owed,
    kept_paying,
    kept_planned,
    kept_prices,
    kept_work,
)
from analytics.rollup_sql import CONTACT_DAY, PERSON_DAY, contact_days, person_days
from clients import kept_fullness
from deals.team import kept_standing, kept_stays, kept_worked

# One refresh at a time: whoever comes second finds the work done.
LOCK = 730_511_902
# What is kept beside the sums by day: each can `rebuild` and tell its `differences`.
OTHERS: tuple[Any, ...] = (kept_money, kept_planned.DAYS, kept_owed.DAYS, kept_fullness.KEPT, kept_funnel, kept_ladder, kept_paying, kept_prices, kept_work, kept_stays, kept_worked.DAYS, kept_standing.KEPT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A day of a person that the rollup tells otherwise than the facts. `what`: days, contacts, money, planned, a month, a day or a deal of the funnel; ladder, a month; paying, a day of issue; owed, a term; prices, of a product; work, a month; cards, by how full (1) or what they lack (2); stays, of a stage; worked, a day; standing, of a stage."""

    what: str
    user: int
    day: Any


def _zone() -> str:
    return timezone.get_default_timezone_name()


def refresh() -> int:
    """Add up what changed; how many sums it altered. A second refresh at once changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_daychange)")
        if not cursor.fetchone()[0]:
            return 0
    return _add_up()


@transaction.atomic
def _add_up() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        altered = 0
        for add in (_ADD_DAYS, _ADD_CONTACTS):
            cursor.execute(add, {"zone": _zone()})
            altered += cursor.rowcount
    return altered


def _added(
    table: str, which: str, sums: str, key: str, numbers: str, counts: str
) -> str:
    """Add what was noted to a table of sums; a sum of which no row is left goes. `counts`: of rows, among `numbers`."""
    names = numbers.split(", ")

    def each(form: str, of: str = numbers) -> str:
        return ", ".join(form.format(name) for name in of.split(", "))

    noughts = ", ".join(["0"] * len(counts.split(", ")))
    return f"""
WITH noted AS (DELETE FROM analytics_daychange WHERE {which} RETURNING *),
sums AS ({sums})
MERGE INTO {table} AS t USING (
    SELECT * FROM sums AS s
    WHERE ({numbers}) IS DISTINCT FROM ({", ".join(["0"] * len(names))}) AND {_IS_KNOWN[key]}
) AS s ON {" AND ".join(f"t.{name} = s.{name}" for name in key.split(", "))}
WHEN MATCHED AND ({each("t.{0} + s.{0}", counts)}) = ({noughts}) THEN DELETE
WHEN MATCHED THEN UPDATE SET {each("{0} = t.{0} + s.{0}")}
WHEN NOT MATCHED THEN INSERT ({key}, {numbers}) VALUES ({each("s.{0}", f"{key}, {numbers}")})"""


_DAY, _CONTACT = "user_id, day, currency", "user_id, day, kind_id"
# Whoever goes takes the sums with him; what was taken away from them before is nobody's any more.
_IS_KNOWN = {
    _DAY: "EXISTS (SELECT FROM accounts_user AS u WHERE u.id = s.user_id)",
    _CONTACT: "EXISTS (SELECT FROM accounts_user AS u WHERE u.id = s.user_id) AND EXISTS (SELECT FROM clients_activitykind AS k WHERE k.id = s.kind_id)",
}
_ADD_DAYS = _added(
    "analytics_personday", "kind_id IS NULL", person_days("noted", "noted"),
    _DAY, PERSON_DAY.removeprefix(f"{_DAY}, "), "new_cards, opened, won, lost",
)  # fmt: skip
_ADD_CONTACTS = _added(
    "analytics_contactday", "kind_id IS NOT NULL", contact_days("noted"), _CONTACT, "done", "done",
)  # fmt: skip


def count() -> int:
    """Count all that changed, from which on figures say it; how many sums by day and deals of the funnel there were."""
    return (
        refresh()
        + kept_money.catch_up()
        + kept_planned.DAYS.catch_up()
        + kept_owed.DAYS.catch_up()
        + kept_fullness.KEPT.catch_up()
        + kept_funnel.count()
    )


def catch_up() -> int:
    """Count all that changed, and tidy up so that reading stays short."""
    counted = count()
    kept_funnel.fold()
    return (
        counted
        + kept_ladder.catch_up()
        + kept_paying.catch_up()
        + (kept_prices.count() or 0)
        + kept_work.catch_up()
        + kept_stays.catch_up()
        + kept_worked.DAYS.catch_up()
        + kept_standing.KEPT.catch_up()
    )


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for table, which, columns, facts in (
            ("personday", "kind_id IS NULL", PERSON_DAY, person_days()),
            ("contactday", "kind_id IS NOT NULL", CONTACT_DAY, contact_days()),
        ):
            cursor.execute(f"DELETE FROM analytics_{table}")
            # In one statement, so that what is noted and what is counted are of one moment: what changes meanwhile is added later.
            # In the order of the indexes, whose blocks are full then.
            cursor.execute(
                f"""WITH noted AS (DELETE FROM analytics_daychange WHERE {which})
                INSERT INTO analytics_{table} ({columns}) {facts} ORDER BY user_id, day""",
                {"zone": _zone()},
            )
            rows += cursor.rowcount
    return rows + sum(one.rebuild() for one in OTHERS)


def verify() -> list[Difference]:
    """Where the rollups differ from the facts once all that changed is counted; what changes meanwhile is told by its note.

    Counting holds up whoever counts; comparing holds up nobody: each comparison is one statement, so of one moment.
    """
    refresh()
    found = []
    with connection.cursor() as cursor:
        for what, key, columns, facts, kept in (
            ("days", _DAY, PERSON_DAY, person_days(), f"SELECT {PERSON_DAY} FROM analytics_personday UNION ALL {person_days(*_WAITING)}"),
            ("contacts", _CONTACT, CONTACT_DAY, contact_days(), f"SELECT {CONTACT_DAY} FROM analytics_contactday UNION ALL {contact_days(_WAITING[0])}"),
        ):  # fmt: skip
            numbers = columns.removeprefix(f"{key}, ").split(", ")
            cursor.execute(
                f"""WITH facts AS ({facts}), kept AS (
                    SELECT {key}, {", ".join(f"sum({n})" for n in numbers)} FROM ({kept}) AS k GROUP BY {key}
                    HAVING ({", ".join(f"sum({n})" for n in numbers)}) IS DISTINCT FROM ({", ".join(["0"] * len(numbers))})
                )
                SELECT DISTINCT user_id, day FROM ((TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)) AS s
                WHERE {_IS_KNOWN[key]} ORDER BY day, user_id""",
                {"zone": _zone()},
            )
            found += [Difference(what, *row) for row in cursor.fetchall()]
    others = [row for one in OTHERS for row in one.differences()]
    return found + [Difference(*row) for row in others]


_WAITING = ("analytics_daychange", "analytics_daychange")
