"""Why deals are refused: the cross table of reasons with another division, by the day of the refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

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
) -> Cross:
    """Refused deals whose day of closing lies in the period, by reason and by `by` (a name of `DIVISIONS`).

    A deal about several products stands in the column of each; the totals count it once. Four queries at most.
    """
    lost = deals.filter(state=DealState.LOST)
    if since:
        lost = lost.filter(closed_at__gte=midnight(since))
    if until:
        lost = lost.filter(closed_at__lt=midnight(until))
    division = DIVISIONS[by]
    cells: dict[int, dict[int | None, int]] = {}
    whole: dict[int, int] = {}
    per_column: dict[int | None, int] = {}
    for reason, key, n in division.counted(lost, "reason"):
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
