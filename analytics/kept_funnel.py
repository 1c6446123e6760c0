"""The funnel by months, kept in step with the facts: who came to the stages of a process, went on, was lost, and how long.

What each deal adds stands in a row of its own, so a changed deal takes away what it added and adds what it adds now, and
nothing else is counted anew (decision 0022). How long closed deals took is kept by days too, for periods that begin amid a
month (decision 0033). Months and days are those of the company's time zone.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics.asking import midnight, working_calendar
from analytics.funnel_sql import (  # fmt: skip
    BROUGHT,
    DEAL,
    JUMPED,
    LASTED,
    LATE,
    LOST,
    MOVED,
    OF_DAYS,
    ON,
    PARTS,
    REFUSED,
    REST,
    RIPENED,
    SKIPPED,
    SPENT,
    TIMED,
    TOOK,
    WORKED,
    of_deals,
)

# One who counts at a time, and one who folds.
LOCK = 730_511_903
FOLDING = 730_511_905
# Sums of all people stand under this number.
EVERYBODY = 0
# So many deals a page counts before it reads; of more it leaves the counting to the schedule.
AT_ONCE = 2_000
SORTED_AT_ONCE = 50_000
KEY = "user_id, process_id, kind, month, stage_id, value"
# A row holds how many parts have each of eight values that follow one another, and stands under the first of them.
EIGHT = "user_id, process_id, kind, month, stage_id, first"
_NUMBERS = ", ".join(f"n{i}" for i in range(8))
_FIRST_OF_EIGHT = "value & ~7"
_EACH = f"(VALUES {', '.join(f'({i}, n{i})' for i in range(8))}) AS each(more, n)"
# What a deal adds stands under its person and under everybody.
_SPREAD = f"unnest(ARRAY[user_id, {EVERYBODY}]) AS whose, {PARTS}"
_SPREAD_KEY = "whose AS user_id, process_id, kind, month, stage_id, value"
# Months, and what was counted but not folded into them yet: read in one statement, so exact at any moment. By eights, and
# value by value.
_EIGHTS = f"""(
    SELECT {EIGHT}, {_NUMBERS} FROM analytics_funneleight
    UNION ALL SELECT whose, process_id, kind, month, stage_id, {_FIRST_OF_EIGHT}, {", ".join(f"CASE WHEN value & 7 = {i} THEN n ELSE 0 END" for i in range(8))}
    FROM analytics_funnelchange, {_SPREAD}
) AS eights"""
KEPT = f"""(
    SELECT user_id, process_id, kind, month, stage_id, first + more AS value, n FROM analytics_funneleight, LATERAL {_EACH} WHERE n <> 0
    UNION ALL SELECT {_SPREAD_KEY}, n FROM analytics_funnelchange, {_SPREAD}
) AS kept"""

# What is kept by days, part by part, and what was not folded into it yet.
_DAY = "user_id, process_id, day"
_PART = "kind, stage_id, value"
_COLUMNS = "kinds, stages, numbers, counts"
_BY_DAYS = f"kind IN {OF_DAYS}"
DAYS = f"""(
    SELECT {_DAY}, {_PART}, part.n FROM analytics_funnelday, unnest({_COLUMNS}) AS part({_PART}, n)
    UNION ALL SELECT {_DAY}, {_PART}, n FROM analytics_funnelchange, {PARTS} WHERE {_BY_DAYS}
) AS days"""


def _by_rows(sums: str) -> str:
    """Rows as they are kept by days of rows of `_DAY`, `_PART` and n, one of each; parts of nought are left out."""
    columns = ", ".join(
        f"coalesce(array_agg({name} ORDER BY {_PART}) FILTER (WHERE n <> 0), '{{}}') AS {column}"
        for name, column in zip(f"{_PART}, n".split(", "), _COLUMNS.split(", "), strict=True)
    )  # fmt: skip
    return f"SELECT {_DAY}, {columns} FROM {sums} GROUP BY {_DAY}"


def _added_up(columns: str, eights: str = _EIGHTS, *, where: str = "true") -> str:
    """`columns`, value and how many: eights are added up before they are told value by value, for they are fewer."""
    return f"""SELECT {columns}, first + more AS value, n::int AS n FROM (
        SELECT {columns}, first, {", ".join(f"sum(n{i}) AS n{i}" for i in range(8))} FROM {eights} WHERE {where} GROUP BY {columns}, first
    ) AS eights, LATERAL {_EACH} WHERE n <> 0"""


def _by_eights(sums: str) -> str:
    """Rows as they are kept of rows of `KEY` and n."""
    eights = ", ".join(f"coalesce(sum(n) FILTER (WHERE value & 7 = {i}), 0)::int AS n{i}" for i in range(8))  # fmt: skip
    return f"SELECT user_id, process_id, kind, month, stage_id, {_FIRST_OF_EIGHT} AS first, {eights} FROM {sums} GROUP BY 1, 2, 3, 4, 5, 6"


def _given(**more: Any) -> dict[str, Any]:
    return working_calendar() | {"zone": timezone.get_default_timezone_name(), "everybody": EVERYBODY, **more}  # fmt: skip


def answers(process: int, *, until: date) -> bool:
    """Whether the months of the process say now what the facts say of those who came before the day `until`.

    What changed is counted first. False where too much waits to be counted, where another counts just now, and where
    something begins on that day or later, but in a month that is asked for.
    """
    return _answers("process_id = %(process)s", _LATER, until, process=process)


def answers_for_refusals(*, until: date) -> bool:
    """The same of the refusals before that day, of whatever process."""
    return _answers("process_id IS NOT NULL", _REFUSED_LATER, until)


def answers_for_leaving(process: int | None, *, until: date) -> bool:
    """The same of the stays that ended before that day, in a process or in all of them."""
    mine = "process_id IS NOT NULL" if process is None else "process_id = %(process)s"
    return _answers(mine, _LEFT_LATER, until, process=process)


def answers_for_closed(*, until: date) -> bool:
    """The same of the deals that were closed before that day, of whatever process."""
    return _answers("process_id IS NOT NULL", _CLOSED_LATER, until)


def _answers(is_marked: str, is_later: str, until: date, **more: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*), coalesce(bool_or({is_marked}), false), {"false" if until.day == 1 else is_later}
            FROM (SELECT deal_id, process_id FROM analytics_changeddeal LIMIT %(most)s) AS waiting""",
            {"most": AT_ONCE + 1, "moment": midnight(until), **more},
        )
        waiting, marked, later = cursor.fetchone()
    if marked or later or waiting > AT_ONCE:
        return False
    return not waiting or _count(AT_ONCE, waits=False) is not None


_LATER = """EXISTS (SELECT FROM deals_stagepassage WHERE entered_at >= %(moment)s)
    OR EXISTS (SELECT FROM deals_deal WHERE opened_at >= %(moment)s)"""
# Each stage is looked up in the index of its stays.
_LEFT_LATER = """EXISTS (SELECT FROM pipeline_stage AS s, LATERAL (
    SELECT FROM deals_stagepassage WHERE stage_id = s.id AND left_at >= %(moment)s LIMIT 1) AS later)"""
_CLOSED_LATER = "EXISTS (SELECT FROM deals_deal WHERE bin_id IS NULL AND closed_at IS NOT NULL AND closed_at >= %(moment)s)"
_REFUSED_LATER = "EXISTS (SELECT FROM deals_deal WHERE bin_id IS NULL AND closed_at >= %(moment)s AND state = 'lost')"  # fmt: skip


@transaction.atomic
def _count(most: int, *, waits: bool) -> int | None:
    """Count the changed deals anew, at most so many marks; how many deals there were. None: another counts just now."""
    with connection.cursor() as cursor:
        if not _locked(cursor, waits=waits):
            return None
        cursor.execute(
            """DELETE FROM analytics_changeddeal WHERE id IN (
                SELECT id FROM analytics_changeddeal WHERE deal_id IS NOT NULL ORDER BY id LIMIT %s) RETURNING deal_id""",
            [most],
        )
        ids = list({row[0] for row in cursor.fetchall()})
        if ids:
            cursor.execute(_COUNT, _given(ids=ids))
    return len(ids)


def _locked(cursor: Any, *, waits: bool) -> bool:
    if waits:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


_PARTS = DEAL.removeprefix("deal_id, ")


def _of(row: str, names: str = _PARTS) -> str:
    return ", ".join(f"{row}.{name}" for name in names.split(", "))


_AS_GIVEN = ", ".join(f"{name} = excluded.{name}" for name in DEAL.split(", ")[1:])
# What they added before is read as it stood when the statement began.
_COUNT = f"""
WITH new AS MATERIALIZED ({of_deals("d.id = ANY(%(ids)s)")}),
old AS MATERIALIZED (SELECT {DEAL} FROM analytics_funneldeal WHERE deal_id = ANY(%(ids)s)),
gone AS (DELETE FROM analytics_funneldeal WHERE deal_id = ANY(%(ids)s) AND deal_id NOT IN (SELECT deal_id FROM new)),
kept AS (
    INSERT INTO analytics_funneldeal ({DEAL}) SELECT {DEAL} FROM new
    ON CONFLICT (deal_id) DO UPDATE SET {_AS_GIVEN}
), same AS (
    SELECT deal_id FROM new JOIN old USING (deal_id) WHERE ({_of("new")}) = ({_of("old")})
)
INSERT INTO analytics_funnelchange ({_PARTS}, n)
SELECT {_PARTS}, 1 FROM new WHERE deal_id NOT IN (TABLE same) UNION ALL SELECT {_PARTS}, -1 FROM old WHERE deal_id NOT IN (TABLE same)"""


@transaction.atomic
def fold() -> int:
    """Add to the months what was counted; how many sums it altered. It says nothing new: it keeps reading short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_funnelchange)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDING])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM analytics_funnelchange RETURNING *),
            parts AS (SELECT {_SPREAD_KEY}, n FROM gone, {_SPREAD}),
            of_days AS (SELECT {_DAY}, {_PART}, sum(n) AS n FROM gone, {PARTS} WHERE {_BY_DAYS} GROUP BY {_DAY}, {_PART}),
            both_days AS (
                SELECT {_DAY}, {_PART}, sum(n)::int AS n FROM (
                    TABLE of_days UNION ALL
                    SELECT {_DAY}, {_PART}, part.n FROM analytics_funnelday JOIN (SELECT DISTINCT {_DAY} FROM of_days) AS those USING ({_DAY}),
                        unnest({_COLUMNS}) AS part({_PART}, n)
                ) AS both_ways GROUP BY {_DAY}, {_PART}
            ), put AS (
                INSERT INTO analytics_funnelday ({_DAY}, {_COLUMNS}) {_by_rows("both_days")} ORDER BY {_DAY}
                ON CONFLICT ({_DAY}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", "))}
            ),
            sums AS (SELECT {KEY}, sum(n) AS n FROM parts GROUP BY {KEY} HAVING sum(n) <> 0)
            INSERT INTO analytics_funneleight AS t ({EIGHT}, {_NUMBERS})
            {_by_eights("sums")} ORDER BY {EIGHT}
            ON CONFLICT ({EIGHT}) DO UPDATE SET {", ".join(f"n{i} = t.n{i} + excluded.n{i}" for i in range(8))}"""
        )
        return int(cursor.rowcount)


def catch_up() -> int:
    """Count all that waits to be counted and fold it in; how many deals there were."""
    counted = count()
    fold()
    return counted


def count() -> int:
    """Count all that waits to be counted, from which on the months say it; how many deals there were."""
    counted = 0
    while (done := _count(AT_ONCE, waits=True)) or 0:
        if counted:
            fold()  # so that no page reads more than what a few thousand deals add
        counted += done
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT process_id FROM analytics_changeddeal WHERE process_id IS NOT NULL")  # fmt: skip
        marked = [row[0] for row in cursor.fetchall()]
    return counted + sum(rebuild(process) for process in sorted(marked))


@transaction.atomic
def rebuild(process: int | None = None) -> int:
    """Count the process anew, or all of them; how many deals there are. Only what turns out otherwise is written.

    So the months of a base lie as close in their index after a recount as before it.
    """
    of_process = "process_id = %(process)s" if process else "true"
    with connection.cursor() as cursor:
        _locked(cursor, waits=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDING])
        given = _given(process=process)
        for table in ("changeddeal", "funnelchange"):
            cursor.execute(f"DELETE FROM analytics_{table} WHERE {of_process}", given)
        # Of so many deals at a time the sorting is done in memory, whatever the base is.
        cursor.execute("SET LOCAL work_mem = '96MB'")
        cursor.execute(f"SELECT min(id), max(id) FROM deals_deal WHERE {of_process}", given)  # fmt: skip
        first, last = cursor.fetchone()
        given |= {"first": first or 0, "last": last or -1}
        cursor.execute(
            f"DELETE FROM analytics_funneldeal WHERE {of_process} AND deal_id NOT BETWEEN %(first)s AND %(last)s", given
        )  # fmt: skip
        rows = 0
        for begin in range(first or 0, (last or -1) + 1, SORTED_AT_ONCE):
            within = {"begin": begin, "end": begin + SORTED_AT_ONCE}
            cursor.execute(_recounted(of_process, whole=process is None), given | within)  # fmt: skip
            rows += int(cursor.fetchone()[0])
        cursor.execute(_summed(of_process), given)
        cursor.execute(_summed_by_days(of_process), given)
    return rows


def _recounted(of_process: str, *, whole: bool) -> str:
    # Whoever came from another process a moment ago is marked, and counted next time.
    mine = "" if whole else "AND (old.deal_id IS NULL OR old.process_id = new.process_id)"  # fmt: skip
    return f"""
        WITH new AS MATERIALIZED ({of_deals(f"d.id >= %(begin)s AND d.id < %(end)s AND {of_process}")}),
        gone AS (
            DELETE FROM analytics_funneldeal AS t
            WHERE {of_process} AND deal_id >= %(begin)s AND deal_id < %(end)s
                AND NOT EXISTS (SELECT FROM new WHERE new.deal_id = t.deal_id)
        ), kept AS (
            INSERT INTO analytics_funneldeal ({DEAL})
            SELECT {", ".join(f"new.{name}" for name in DEAL.split(", "))}
            FROM new LEFT JOIN analytics_funneldeal AS old ON old.deal_id = new.deal_id
            WHERE ({", ".join(f"old.{name}" for name in DEAL.split(", "))})
                IS DISTINCT FROM ({", ".join(f"new.{name}" for name in DEAL.split(", "))}) {mine}
            ORDER BY new.deal_id
            ON CONFLICT (deal_id) DO UPDATE SET {_AS_GIVEN}
        )
        SELECT count(*) FROM new"""


def _summed(of_process: str) -> str:
    return f"""
        WITH sums AS MATERIALIZED ({_SUMS} WHERE {of_process} GROUP BY {KEY}),
        new AS MATERIALIZED ({_by_eights(f"(SELECT * FROM sums UNION ALL {_OF_EVERYBODY}) AS all_sums")}),
        gone AS (
            DELETE FROM analytics_funneleight AS t
            WHERE {of_process} AND NOT EXISTS (SELECT FROM new WHERE ({_of("new", EIGHT)}) = ({_of("t", EIGHT)}))
        )
        INSERT INTO analytics_funneleight AS t ({EIGHT}, {_NUMBERS})
        SELECT {_of("new", EIGHT)}, {_of("new", _NUMBERS)}
        FROM new LEFT JOIN analytics_funneleight AS old ON ({_of("old", EIGHT)}) = ({_of("new", EIGHT)})
        WHERE ({_of("old", _NUMBERS)}) IS DISTINCT FROM ({_of("new", _NUMBERS)}) ORDER BY {_of("new", EIGHT)}
        ON CONFLICT ({EIGHT}) DO UPDATE SET {", ".join(f"n{i} = excluded.n{i}" for i in range(8))}"""


def _summed_by_days(of_process: str) -> str:
    return f"""
        WITH new AS MATERIALIZED ({_by_rows(f"({_SUMS_OF_DAYS} AND {of_process} GROUP BY {_DAY}, {_PART}) AS sums")}),
        gone AS (
            DELETE FROM analytics_funnelday AS t
            WHERE {of_process} AND NOT EXISTS (SELECT FROM new WHERE ({_of("new", _DAY)}) = ({_of("t", _DAY)}))
        )
        INSERT INTO analytics_funnelday ({_DAY}, {_COLUMNS})
        SELECT {_of("new", _DAY)}, {_of("new", _COLUMNS)}
        FROM new LEFT JOIN analytics_funnelday AS old ON ({_of("old", _DAY)}) = ({_of("new", _DAY)})
        WHERE ({_of("old", _COLUMNS)}) IS DISTINCT FROM ({_of("new", _COLUMNS)}) ORDER BY {_of("new", _DAY)}
        ON CONFLICT ({_DAY}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", "))}"""


_SUMS_OF_DAYS = f"SELECT {_DAY}, {_PART}, count(*)::int AS n FROM analytics_funneldeal, {PARTS} WHERE {_BY_DAYS}"
_SUMS = f"SELECT {KEY}, count(*)::int AS n FROM analytics_funneldeal, {PARTS}"
_OF_EVERYBODY = "SELECT %(everybody)s::bigint, process_id, kind, month, stage_id, value, sum(n)::int FROM sums GROUP BY 1, 2, 3, 4, 5, 6"  # fmt: skip


def _unmarked(deal: str, process: str) -> str:
    """Nothing says that what was counted of the deal is to be counted anew.

    Not by NOT EXISTS: while the statistics are of a moment when all processes were marked, the planner takes it that nothing
    is left, joins the rest row by row, and a minute becomes hours.
    """
    return f"""{deal} NOT IN (SELECT c.deal_id FROM analytics_changeddeal AS c WHERE c.deal_id IS NOT NULL)
        AND {process} NOT IN (SELECT c.process_id FROM analytics_changeddeal AS c WHERE c.process_id IS NOT NULL)"""


def differences() -> list[tuple[str, int, Any]]:
    """(what, person, month, day or deal) that is kept otherwise than the facts are, once all that changed is counted.

    Each question is one statement, and what changed since the counting is passed over: nobody waits, and nothing is told falsely.
    """
    catch_up()
    found: list[tuple[str, int, Any]] = []
    questions = (
        ("deal of the funnel", "deal_id", f"SELECT {DEAL} FROM ({of_deals(_unmarked('d.id', 'd.process_id'))}) AS f",
         f"SELECT {DEAL} FROM analytics_funneldeal AS k WHERE {_unmarked('k.deal_id', 'k.process_id')}"),
        ("month of the funnel", "month", f"WITH sums AS ({_SUMS} GROUP BY {KEY}) SELECT * FROM sums UNION ALL {_OF_EVERYBODY}",
         f"SELECT {KEY}, sum(n) FROM {KEPT} GROUP BY {KEY} HAVING sum(n) <> 0"),
        ("day of the funnel", "day", f"{_SUMS_OF_DAYS} GROUP BY {_DAY}, {_PART}",
         f"SELECT {_DAY}, {_PART}, sum(n) FROM {DAYS} GROUP BY {_DAY}, {_PART} HAVING sum(n) <> 0"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        for what, column, facts, kept in questions:
            cursor.execute(
                f"""WITH facts AS ({facts}), kept AS ({kept})
                SELECT DISTINCT user_id, {column} FROM ((TABLE facts EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE facts)) AS d
                ORDER BY 2, 1""",
                _given(),
            )
            found += [(what, *row) for row in cursor.fetchall()]
    return found


def read(
    process: int, people: Collection[int], *, earlier: date, since: date, until: date
) -> Sequence[tuple[int, int, bool, int, int]]:
    """(kind, stage, whether in the period, value, how many): of the period, and of the months from `earlier` to it, where
    of these only what became of the deals is told. `people` may be `EVERYBODY` alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            _added_up(
                "kind, stage_id, is_in",
                f"""(
                SELECT kind, stage_id, month >= %(since)s AS is_in, first, {_NUMBERS} FROM {_EIGHTS}
                WHERE user_id = ANY(%(people)s) AND process_id = %(process)s AND kind = ANY(%(became)s)
                    AND month >= %(earlier)s AND month < %(until)s
                UNION ALL
                SELECT kind, stage_id, true, first, {_NUMBERS} FROM {_EIGHTS}
                WHERE user_id = ANY(%(people)s) AND process_id = %(process)s AND kind = ANY(%(lasted)s)
                    AND month >= %(since)s AND month < %(until)s
            ) AS of_people""",
            ),
            {
                "process": process, "people": list(people), "earlier": earlier, "since": since, "until": until,
                "became": [ON, LOST, REST], "lasted": [WORKED, LASTED, RIPENED, TOOK],
            },
        )  # fmt: skip
        return list(cursor.fetchall())


def refusals(
    people: Collection[int], processes: Collection[int], *, since: date, until: date
) -> Sequence[tuple[int, int, int, int]]:
    """(person, stage, reason, how many) of the deals refused in these months; 0 where none is stated. `people` as above."""
    with connection.cursor() as cursor:
        cursor.execute(
            _added_up(
                "user_id, stage_id",
                where="""user_id = ANY(%(people)s) AND process_id = ANY(%(processes)s) AND kind = %(kind)s
                AND month >= %(since)s AND month < %(until)s""",
            ),
            {"people": list(people), "processes": list(processes), "kind": REFUSED, "since": since, "until": until},
        )  # fmt: skip
        return list(cursor.fetchall())


_OF_PEOPLE = "user_id = ANY(%(people)s) AND process_id = %(process)s AND month >= %(since)s AND month < %(until)s"
# Of what a deal counts once for: its first time in the period.
_FIRST = "(value = 0 OR month - make_interval(months => value) < %(since)s)"


def _told(sql: str, **given: Any) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def leaving(process: int, people: Collection[int], *, since: date, until: date) -> Sequence[tuple[int, int, int, int]]:  # fmt: skip
    """(kind, stage, value, how many) of the stays that ended in these months: `SPENT` by working days, deals that were
    `TIMED` and `LATE`. `people` may be `EVERYBODY` alone."""
    return _told(
        f"""{_added_up("kind, stage_id", where=f"{_OF_PEOPLE} AND kind = %(spent)s")}
        UNION ALL SELECT kind, stage_id, 0, sum(n)::int FROM {KEPT} WHERE {_OF_PEOPLE} AND kind = ANY(%(once)s) AND {_FIRST}
        GROUP BY 1, 2 HAVING sum(n) <> 0""",
        process=process, people=list(people), since=since, until=until, spent=SPENT, once=[TIMED, LATE],
    )  # fmt: skip


def procedure(people: Collection[int] | None, processes: Collection[int], *, since: date, until: date) -> Sequence[tuple[int, int, int]]:  # fmt: skip
    """(person, kind, how many deals) that moved, skipped a checklist, jumped over a stage in these months. None: everybody."""
    whose = "user_id <> %(everybody)s" if people is None else "user_id = ANY(%(people)s)"  # fmt: skip
    return _told(
        f"""SELECT user_id, kind, sum(n)::int FROM {KEPT}
        WHERE {whose} AND process_id = ANY(%(processes)s) AND kind = ANY(%(kinds)s)
            AND month >= %(since)s AND month < %(until)s AND {_FIRST}
        GROUP BY 1, 2 HAVING sum(n) <> 0""",
        everybody=EVERYBODY, people=list(people or ()), processes=list(processes), since=since, until=until,
        kinds=[MOVED, SKIPPED, JUMPED],
    )  # fmt: skip


def closing(people: Collection[int], processes: Collection[int], *, since: date, until: date) -> Sequence[tuple[int, int, bool, int, int]]:  # fmt: skip
    """(stage, person, whether won, days from the stage to the end, how many deals) of those closed in these months."""
    closed = _added_up(
        "stage_id, user_id, kind",
        where=f"""{_OF_CLOSED} AND kind = ANY(%(kinds)s) AND month >= %(since)s AND month < %(until)s""",
    )
    return _closed(closed, people, processes, since, until)


def closing_on_days(people: Collection[int], processes: Collection[int], *, since: date, until: date) -> Sequence[tuple[int, int, bool, int, int]]:  # fmt: skip
    """The same of those closed on these days. `people` are persons, not `EVERYBODY`: no day is kept of all of them."""
    closed = f"""SELECT stage_id, user_id, kind, value, sum(n)::int AS n FROM {DAYS}
        WHERE {_OF_CLOSED} AND day >= %(since)s AND day < %(until)s GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0"""
    return _closed(closed, people, processes, since, until)


_OF_CLOSED = "user_id = ANY(%(people)s) AND process_id = ANY(%(processes)s)"


def _closed(closed: str, people: Collection[int], processes: Collection[int], since: date, until: date) -> Sequence[tuple[int, int, bool, int, int]]:  # fmt: skip
    return _told(
        f"SELECT stage_id, user_id, kind = %(won)s, value, n FROM ({closed}) AS closed",
        people=list(people), processes=list(processes), since=since, until=until, won=BROUGHT, kinds=list(OF_DAYS),
    )  # fmt: skip
