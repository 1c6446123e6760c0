"""Rollups kept in step with the facts: changed days are counted anew, all of them verified or rebuilt on demand.

The funnel by months (`kept_funnel`) and money by days (`kept_money`) are verified and rebuilt with them.

Days are those of the company's time zone: after changing it, `manage.py rollups --rebuild`.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics import kept_funnel, kept_money
from analytics.rollup_sql import PERSON_DAY, contact_days, person_days

# One refresh at a time: whoever comes second finds the work done.
LOCK = 730_511_902


@dataclass(frozen=True, slots=True)
class Difference:
    """A day of a person that the rollup tells otherwise than the facts. `what`: days, contacts, money, a month or a deal of the funnel."""

    what: str
    user: int
    day: Any


def _zone() -> str:
    return timezone.get_default_timezone_name()


@transaction.atomic
def refresh() -> int:
    """Count the changed days anew; how many days of people there were. A second refresh at once changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_changedday)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(
            """WITH gone AS (DELETE FROM analytics_changedday RETURNING user_id, at)
            SELECT DISTINCT user_id, (at AT TIME ZONE %s)::date FROM gone""",
            [_zone()],
        )
        pairs = cursor.fetchall()
        if not pairs:
            return 0
        asked: dict[str, Any] = {"people": [p[0] for p in pairs], "days": [p[1] for p in pairs], "zone": _zone()}  # fmt: skip
        changed = "USING unnest(%(people)s::bigint[], %(days)s::date[]) AS p(user_id, day) WHERE t.user_id = p.user_id AND t.day = p.day"
        cursor.execute(f"DELETE FROM analytics_personday t {changed}", asked)
        cursor.execute(f"DELETE FROM analytics_contactday t {changed}", asked)
        _write(cursor, asked, whole=False)
    return len(pairs)


def catch_up() -> int:
    """Count all that changed; how many days of people and deals of the funnel there were."""
    return refresh() + kept_money.catch_up() + kept_funnel.catch_up()


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for table in ("changedday", "personday", "contactday"):
            cursor.execute(f"DELETE FROM analytics_{table}")
        return (
            _write(cursor, {"zone": _zone()}, whole=True)
            + kept_money.rebuild()
            + kept_funnel.rebuild()
        )


def _write(cursor: Any, asked: dict[str, Any], *, whole: bool) -> int:
    cursor.execute(f"INSERT INTO analytics_personday ({PERSON_DAY}) {person_days(whole=whole)}", asked)  # fmt: skip
    rows = cursor.rowcount
    cursor.execute(f"INSERT INTO analytics_contactday (user_id, day, kind_id, done) {contact_days(whole=whole)}", asked)  # fmt: skip
    return int(rows + cursor.rowcount)


@transaction.atomic
def verify() -> list[Difference]:
    """Where the rollups differ from the facts once all that changed is counted."""
    refresh()
    found = []
    with connection.cursor() as cursor:
        for what, facts, kept in (
            ("days", person_days(whole=True), f"SELECT {PERSON_DAY} FROM analytics_personday"),
            ("contacts", contact_days(whole=True), "SELECT user_id, day, kind_id, done FROM analytics_contactday"),
        ):  # fmt: skip
            cursor.execute(
                f"""WITH facts AS ({facts}), kept AS ({kept})
                SELECT DISTINCT user_id, day FROM ((TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)) AS d
                ORDER BY day, user_id""",
                {"zone": _zone()},
            )
            found += [Difference(what, *row) for row in cursor.fetchall()]
    others = kept_money.differences() + kept_funnel.differences()
    return found + [Difference(*row) for row in others]
