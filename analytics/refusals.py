"""Why deals are refused: the cross table of reasons with another division, by the day of the refusal.

Whole months of all deals of people are read from what is kept by months (`kept_funnel`), else from the facts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from analytics import kept_funnel
from analytics.asking import share
from analytics.dividing import DIVISIONS, NOBODY
from deals.choices import DealState
from deals.figures import midnight
from deals.models import Deal, RefusalReason

# Beyond so many columns the rest is one column without cells of its own.
WIDEST = 14


@dataclass(frozen=True, slots=True)
class Column:
    """`key` None: not filled."""

    key: int | None
    name: str
    total: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A reason: refusals in each column (`cells` by the columns' keys), `other` in those not shown."""

    reason_id: int
    name: str
    under: str
    total: int
    share: float | None
    cells: dict[int | None, int]


@dataclass(frozen=True, slots=True)
class Cross:
    by: str
    total: int
    columns: Sequence[Column]
    hidden: int
    rows: Sequence[Row]


def refusals(
    deals: QuerySet[Deal],
    *,
    since: date | None = None,
    until: date | None = None,
    by: str = "stage",
    people: Sequence[int] | None = None,
    processes: Sequence[int] = (),
) -> Cross:
    """Refused deals whose day of closing lies in the period, by reason and by `by` (a name of `DIVISIONS`).

    A deal about several products stands in the column of each; the totals count it once. Four queries at most.

    `people`, where it is given, are those whose deals in `processes` all of them are (`kept_funnel.EVERYBODY`: whosever):
    months may answer.
    """
    lost = deals.filter(state=DealState.LOST)
    if since:
        lost = lost.filter(closed_at__gte=midnight(since))
    if until:
        lost = lost.filter(closed_at__lt=midnight(until))
    division = DIVISIONS[by]
    counted: Iterable[tuple[int, int | None, int]] | None = None
    if people is not None and since and until:
        counted = _kept(by, people, processes, since, until)
    if counted is None:
        counted = division.counted(lost, "reason")
    cells: dict[int, dict[int | None, int]] = {}
    whole: dict[int, int] = {}
    per_column: dict[int | None, int] = {}
    for reason, key, n in counted:
        cells.setdefault(reason, {})[key] = n
        per_column[key] = per_column.get(key, 0) + n
    if division.many:
        whole = dict(lost.order_by().values_list("reason").annotate(n=Count("pk")))
    else:
        whole = {reason: sum(of.values()) for reason, of in cells.items()}
    total = sum(whole.values())
    names = division.names([key for key in per_column if key is not None])
    shown = sorted(per_column, key=lambda key: (-per_column[key], names.get(key, "")))[:WIDEST]  # fmt: skip
    ordered = division.ordered(shown, names)
    columns = [Column(key, names.get(key) or _(NOBODY), per_column[key], share(per_column[key], total)) for key in ordered]  # fmt: skip
    reasons = RefusalReason.with_bin.select_related("parent").in_bulk(whole)
    rows = [
        Row(
            pk,
            str(reasons[pk]),
            str(reasons[pk].parent or ""),
            whole[pk],
            share(whole[pk], total),
            {key: n for key, n in cells[pk].items() if key in shown},
        )
        for pk in sorted(whole, key=lambda pk: (-whole[pk], str(reasons[pk])))
    ]
    return Cross(by, total, columns, len(per_column) - len(shown), rows)


def _kept(
    by: str, people: Sequence[int], processes: Sequence[int], since: date, until: date
) -> list[tuple[int, int | None, int]] | None:  # fmt: skip
    """(reason, key, deals) as months say; None where they cannot: they know stages and sellers, and whole months only."""
    of_all = kept_funnel.EVERYBODY in people
    if since.day != 1 or by not in {"stage", "manager"} or (by == "manager" and of_all):
        return None
    if not kept_funnel.answers_for_refusals(until=until):
        return None
    cells: dict[tuple[int, int | None], int] = {}
    for person, stage, reason, n in kept_funnel.refusals(people, processes, since=since, until=until):  # fmt: skip
        place = reason, (stage or None) if by == "stage" else person
        cells[place] = cells.get(place, 0) + n
    return [(reason, key, n) for (reason, key), n in cells.items() if n]
