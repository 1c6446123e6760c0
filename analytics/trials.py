"""A scheme, a draft too, tried on months of the past beside what was really paid (AS20, KP13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from analytics import earnings
from analytics.actions import counting
from analytics.choices import PayState
from analytics.models import PayMonth, SchemeVersion
from analytics.money_lines import midnight
from analytics.months import following
from analytics.paying import NOUGHT
from deals.choices import DealState
from deals.models import Deal
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Trial:
    """One person over the months: what he was paid (None: he was on no scheme), what the version would have paid, and the
    revenue of deals he won meanwhile. Pay per rouble won is in kopecks, None where nothing was won."""

    person: User
    actual: Decimal | None
    tried: Decimal
    won: Decimal

    @property
    def difference(self) -> Decimal | None:
        return None if self.actual is None else self.tried - self.actual

    @property
    def actual_per_rouble(self) -> Decimal | None:
        return kopecks_per_rouble(self.actual, self.won)

    @property
    def tried_per_rouble(self) -> Decimal | None:
        return kopecks_per_rouble(self.tried, self.won)


def kopecks_per_rouble(pay: Decimal | None, won: Decimal) -> Decimal | None:
    """Pay per rouble won, to a tenth of a kopeck."""
    if pay is None or not won:
        return None
    return (pay * 100 / won).quantize(Decimal("0.1"))


def try_on(
    version: SchemeVersion, people: Sequence[User], *, since: date, until: date
) -> list[Trial]:
    """What `version` would have paid these people from the month `since` to the month `until`, the largest won first.

    Money of months before anybody was on a scheme is counted now, with the shares of today.
    """
    end = following(until)
    counting.count_past(since, end, people=[p.pk for p in people])
    rules = list(version.rules.all())
    won = dict(
        Deal.objects.filter(
            responsible__in=people,
            state=DealState.WON,
            currency=version.scheme.currency,
            closed_at__gte=midnight(since),
            closed_at__lt=midnight(end),
        )
        .order_by()
        .values_list("responsible")
        .annotate(sum=Sum("amount", default=NOUGHT))
    )
    paid = _paid(people, since, end)
    found = []
    for person in people:
        tried, month = NOUGHT, since
        while month < end:
            tried += earnings.work_out(person.pk, month, version, ahead=False, rules=rules).earned  # fmt: skip
            month = following(month)
        found.append(Trial(person, paid.get(person.pk), tried, won.get(person.pk, NOUGHT)))  # fmt: skip
    return sorted(found, key=lambda row: (-row.won, row.person.last_name))


def _paid(people: Sequence[User], since: date, end: date) -> dict[int, Decimal]:
    rows = PayMonth.objects.filter(user__in=people, month__gte=since, month__lt=end)
    found: dict[int, Decimal] = {}
    for row in rows.select_related("version__scheme"):
        earned = row.earned
        if row.state != PayState.CLOSED:
            earned = earnings.work_out(row.user_id, row.month, row.version, ahead=False).earned  # fmt: skip
        found[row.user_id] = found.get(row.user_id, NOUGHT) + earned
    return found
