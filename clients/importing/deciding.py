"""What a person decided of rows that look like known clients, row by row or for a whole level."""

from collections.abc import Mapping
from dataclasses import dataclass

from clients.choices import RowDecision
from clients.duplicates import LOOK, PROBABLE, SURE
from clients.importing.reading import Row
from clients.models import ImportJob, ImportMatch

# Rows like an earlier row of the same file.
DOUBLED = "doubled"
LEVELS = (SURE, PROBABLE, LOOK, DOUBLED)
# What becomes of them unless somebody says otherwise: many different firms share a phone or a site.
DECISIONS = {
    SURE: RowDecision.SKIP.value,
    PROBABLE: RowDecision.SKIP.value,
    LOOK: RowDecision.CREATE.value,
    DOUBLED: RowDecision.SKIP.value,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said of a row: what becomes of it, and the card or the earlier row that it is like."""

    decision: str
    object_id: int | None
    other_row: int | None


def decisions_for(
    job: ImportJob, by_level: Mapping[str, str], rows: list[Row]
) -> dict[int, Decided]:
    """What was decided for these rows, each by itself or by its level."""
    if not job.match_count or not rows:
        return {}
    matches = ImportMatch.objects.filter(
        job=job, row__range=(rows[0].number, rows[-1].number)
    )
    return {
        row: Decided(decision or by_level.get(level, RowDecision.SKIP), pk, other)
        for row, level, decision, pk, other in matches.values_list(
            "row", "level", "decision", "object_id", "other_row"
        )
    }
