"""Stays at stages by days of the company's clock: how many came and left, with what work. The need for people is read from them.

A day that is over is counted once, by the schedule. Whatever changes what was told of it marks it, in the same transaction
(`deals.team.stays_sql`); until the schedule has counted it anew it is told from the stays themselves. After changing the
company's time zone: `rebuild`.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from deals.team.stays_sql import COUNTED, ROW, WORKERS
from pipeline.working_time import ONE_DAY

# One who counts at a time.
LOCK = 730_511_906
# The longest sample of the page is kept.
KEPT = timedelta(weeks=26)
# Of so many days in a statement: the schedule keeps them, a page that reads days not kept yet forgets them.
AT_ONCE = 7
# By then whatever was written of the last hour of a day is committed.
SETTLED = timedelta(hours=2)


def _zone() -> str:
    return timezone.get_default_timezone_name()


def last() -> date:
    """The day after the last one that can be kept now: today, in the first two hours of a day yesterday."""
    return timezone.localdate(timezone.now() - SETTLED, timezone.get_default_timezone())


def read(since: date, until: date) -> dict[int, tuple[int, int, int, int, int]] | None:
    """By stage: how many entered, left, were recorded of those, minutes of work on them, people; None where days cannot answer.

    Days that are not kept, or changed since, are counted with them if they are few. Nothing is written.
    """
    fresh = _not_kept(since, until)
    if len(fresh) > AT_ONCE:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH told AS MATERIALIZED (
                SELECT {ROW} FROM deals_stageday WHERE day >= %(since)s AND day < %(until)s AND day <> ALL(%(days)s::date[])
                {f"UNION ALL ({COUNTED})" if fresh else ""}
            ), workers AS ({WORKERS})
            SELECT stage_id, sum(entered), sum("left"), sum(recorded), sum(minutes)::bigint, coalesce(max(workers.n), 0)::bigint, count(*)
            FROM told LEFT JOIN workers USING (stage_id) GROUP BY 1""",
            {"since": since, "until": until, "days": fresh, "zone": _zone()},
        )  # fmt: skip
        rows = cursor.fetchall()
    told = {stage: (came, gone, recorded, minutes, people) for stage, came, gone, recorded, minutes, people, _days in rows}  # fmt: skip
    told.pop(0, None)
    # Who counts many days anew takes them away first.
    days = next((row[-1] for row in rows if row[0] == 0), 0)
    return told if days == (until - since).days else None


def _not_kept(since: date, until: date) -> list[date]:
    """Of these days those that are not counted, or changed since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT day FROM unnest(%s::date[]) AS day
            WHERE NOT EXISTS (SELECT FROM deals_stageday AS k WHERE k.stage_id = 0 AND k.day = day.day)
                OR day IN (SELECT (at AT TIME ZONE %s)::date FROM deals_changedstay) ORDER BY 1""",
            [_span(since, until), _zone()],
        )
        return [day for (day,) in cursor.fetchall()]


def _span(since: date, until: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((until - since).days)]


@transaction.atomic
def _count(days: Collection[date]) -> int:
    """Count the last `AT_ONCE` of those of `days` that are not counted, or changed since; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # Marks are read before the facts: what is marked meanwhile stays, and is counted once more.
        cursor.execute(
            """WITH gone AS (DELETE FROM deals_changedstay RETURNING at)
            DELETE FROM deals_stageday WHERE day IN (SELECT (at AT TIME ZONE %s)::date FROM gone)""",
            [_zone()],
        )
        cursor.execute(
            """SELECT day FROM unnest(%s::date[]) AS day EXCEPT SELECT day FROM deals_stageday WHERE stage_id = 0
            ORDER BY 1 DESC LIMIT %s""",
            [list(days), AT_ONCE],
        )
        found = [day for (day,) in cursor.fetchall()]
        if found:
            cursor.execute(
                f"INSERT INTO deals_stageday ({ROW}) {COUNTED}",
                {"days": found, "zone": _zone()},
            )
        return len(found)


def catch_up() -> int:
    """Count the days that are not counted yet, and let those go that no sample reaches; how many were counted."""
    until = last()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM deals_stageday WHERE day < %s", [until - KEPT - ONE_DAY])  # fmt: skip
    counted, days = 0, _span(until - KEPT, until)
    # A week in a transaction of its own: what is counted stays counted, and nobody is kept from it for long.
    while found := _count(days):
        counted += found
    return counted


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many days there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM deals_stageday")
    return catch_up()


def differences() -> list[tuple[str, int, Any]]:
    """("stays", stage, day) that is kept otherwise than the facts say, once what changed is counted.

    One statement compares the days that are counted and not marked as changed then: nobody waits, and nothing is told falsely.
    """
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM deals_stageday WHERE stage_id = 0")
        days = [day for (day,) in cursor.fetchall()]
        cursor.execute(
            f"""WITH asked AS MATERIALIZED (
                SELECT day FROM deals_stageday WHERE stage_id = 0 AND day = ANY(%(days)s)
                    AND day NOT IN (SELECT (at AT TIME ZONE %(zone)s)::date FROM deals_changedstay)
            ), facts AS (SELECT f.* FROM ({COUNTED}) AS f JOIN asked USING (day)),
            kept AS (SELECT {ROW} FROM deals_stageday JOIN asked USING (day))
            SELECT DISTINCT 'stays', stage_id, day FROM (
                (TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)
            ) AS d ORDER BY day, stage_id""",
            {"days": days, "zone": _zone()},
        )
        return list(cursor.fetchall())
