"""The figure in the header of every page: earned · expected · possible, exact, for one query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from analytics import earnings
from analytics.actions import months
from analytics.choices import PayState
from analytics.models import MoneyToCount, PayMonth, StalePay
from analytics.paying import NOUGHT
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery


@dataclass(frozen=True, slots=True)
class Figure:
    """Whole roubles are for the eye only: the sums are exact."""

    month: date
    currency: str
    earned: Decimal
    expected: Decimal
    possible: Decimal

    @property
    def widths(self) -> tuple[str, str, str, str]:
        """The bar of three strengths: where the second and third begin, and how wide the first two are, in percent."""
        parts = [max(self.earned, NOUGHT), max(self.expected, NOUGHT), max(self.possible, NOUGHT)]  # fmt: skip
        whole = sum(parts, NOUGHT)
        if not whole:
            return "0", "0", "0", "0"
        one, two, three = (round(float(p / whole) * 100, 1) for p in parts)
        return f"{one}", f"{two}", f"{round(one + two, 1)}", f"{three}"


@CompiledQuery
def _kept(user: int, month: date) -> QuerySet[PayMonth, Any]:
    rows = PayMonth.objects.filter(user=user, month__lte=month).order_by("-month")
    marks = StalePay.objects.filter(user=OuterRef("user"))
    waiting = MoneyToCount.objects.all()
    return rows.values_list(
        "month",
        "state",
        "currency",
        "earned",
        "expected",
        "possible",
        Exists(marks),
        Exists(waiting),
    )[:1]


def figure_of(user: User) -> Figure | None:
    """What the person earns this month; None for whoever is on no scheme.

    One query while nothing changed. The first page after a change works it out anew.
    """
    today = earnings.this_month()
    rows = _kept(user=user.pk, month=today)
    if not rows:
        return None
    month, state, currency, earned, expected, possible, is_stale, waits = rows[0]
    if month == today and (not (is_stale or waits) or state == PayState.CLOSED):
        return Figure(month, currency, earned, expected, possible)
    row = months.refresh(user.pk, today)
    if row is None:
        return None
    return Figure(row.month, row.currency, row.earned, row.expected, row.possible)
