"""Sums that changes add to: a table of sums, and a table of what was noted and is not added to them yet.

Triggers note in the transaction of the change what it adds or takes away, a row each, never updated, so nobody waits for
anybody. Who reads takes sums and notes in one statement: exact at any moment. Adding notes to their sums says nothing
new, it keeps reading short.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

# The day of a moment by the company's clock, whose name statements are given as `zone`.
DAY = "(at AT TIME ZONE %(zone)s)::date"


@dataclass(frozen=True, slots=True)
class KeptSums:
    """`what` they are called when they differ; `facts`: the rows of the table as they would be now, in the order of `row`.

    `key` begins with the person; `lock` is for one who adds at a time. `of_moments`: notes say the moment `at` where the table
    says the `day`, so statements are run with `given`. `counts`: the sum that counts facts, of which there may be none again for
    good, so that the row goes; without it rows of nought are left, for they come back.
    """

    what: str
    table: str
    notes: str
    key: str
    sums: tuple[str, ...]
    facts: str
    lock: int
    of_moments: bool = False
    counts: str = ""

    @property
    def given(self) -> dict[str, str] | None:
        return (
            {"zone": timezone.get_default_timezone_name()} if self.of_moments else None
        )

    @property
    def noted(self) -> str:
        """The notes as rows of the table."""
        return f"(SELECT {self._told_of_notes} FROM {self.notes}) AS noted" if self.of_moments else self.notes  # fmt: skip

    @property
    def _told_of_notes(self) -> str:
        return ", ".join(f"{DAY} AS day" if name == "day" and self.of_moments else name for name in self.row.split(", "))  # fmt: skip

    @property
    def row(self) -> str:
        return f"{self.key}, {', '.join(self.sums)}"

    @property
    def fill(self) -> str:
        """One statement: what waits is taken away as far as the sums hold it, and what changes meanwhile waits on."""
        return f"""WITH counted AS (DELETE FROM {self.notes})
            INSERT INTO {self.table} ({self.row}) {self.facts} ORDER BY {self.key}"""

    def both(self, columns: str, which: str) -> str:
        """Sums and notes that satisfy a condition."""
        return f"(SELECT {columns} FROM {self.table} WHERE {which} UNION ALL SELECT {columns} FROM {self.noted} WHERE {which}) AS kept"

    @transaction.atomic
    def catch_up(self) -> int:
        """Add what waits; how many sums there were."""
        any_ = " OR ".join(f"sum({name}) <> 0" for name in self.sums)
        totals = ", ".join(f"sum({name}) AS {name}" for name in self.sums)
        added = ", ".join(f"{name} = t.{name} + s.{name}" for name in self.sums)
        same = " AND ".join(f"t.{name} = s.{name}" for name in self.key.split(", "))
        each = ", ".join(f"s.{name}" for name in self.row.split(", "))
        gone = f"WHEN MATCHED AND t.{self.counts} + s.{self.counts} = 0 THEN DELETE" if self.counts else ""  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {self.notes})")
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])
            cursor.execute(
                f"""WITH gone AS (DELETE FROM {self.notes} RETURNING {self._told_of_notes})
                MERGE INTO {self.table} AS t
                USING (SELECT {self.key}, {totals} FROM gone GROUP BY {self.key} HAVING {any_} ORDER BY {self.key}) AS s ON {same}
                {gone} WHEN MATCHED THEN UPDATE SET {added} WHEN NOT MATCHED THEN INSERT ({self.row}) VALUES ({each})""",
                self.given,
            )
            return int(cursor.rowcount)

    @transaction.atomic
    def rebuild(self) -> int:
        """Count everything anew; how many rows there are."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])
            cursor.execute(f"DELETE FROM {self.table}")
            cursor.execute(self.fill, self.given)
            return int(cursor.rowcount)

    def differences(self) -> list[tuple[str, int, Any]]:
        """(what, person, the next of the key or None) that is kept otherwise than it would be now. One statement, so of one moment."""
        names = ", ".join(self.sums)
        totals = ", ".join(f"sum({name})" for name in self.sums)
        nought = f"({names}) = ({', '.join('0' for _ in self.sums)})"
        told = ", ".join([*self.key.split(", "), "NULL"][:2])
        with connection.cursor() as cursor:
            cursor.execute(
                f"""WITH facts ({self.row}) AS ({self.facts}),
                kept ({self.row}) AS (SELECT {self.key}, {totals} FROM {self.both(self.row, "TRUE")} GROUP BY {self.key})
                SELECT DISTINCT {told} FROM (
                    (SELECT * FROM facts WHERE NOT {nought} EXCEPT TABLE kept) UNION ALL (SELECT * FROM kept WHERE NOT {nought} EXCEPT TABLE facts)
                ) AS d ORDER BY 2, 1""",
                self.given,
            )
            return [(self.what, *row) for row in cursor.fetchall()]
