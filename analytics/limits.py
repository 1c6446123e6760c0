"""Between what values an indicator is well, and how far outside it a value lies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import IndicatorLimit
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

# Beyond a limit by more than this part of it a value is bad, within it a doubt.
FAR = Decimal("0.25")


class LimitsCross(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Limit:
    low: Decimal | None = None
    high: Decimal | None = None

    def tone(self, value: Decimal | int | None) -> str:
        """`warn` outside the limits, `bad` far outside, "" within or where there is nothing to judge."""
        if value is None:
            return ""
        if self.low is not None and value < self.low:
            return "bad" if value < self.low * (1 - FAR) else "warn"
        if self.high is not None and value > self.high:
            return "bad" if value > self.high * (1 + FAR) else "warn"
        return ""

    def over(self, months: Fraction) -> "Limit":
        """Of a limit for a month what it is for so many: the least by the days, the most by the months begun.

        Half a month may hold all that a month may; two deals a month ask for one in half a month, for none in a day.
        """
        if months == 1:
            return self
        low = None if self.low is None else Decimal(floor(Fraction(self.low) * months))
        high = None if self.high is None else self.high * ceil(months)
        return Limit(low, high)


NO_LIMIT = Limit()


@dataclass
class Limits:
    """All limits at once; those of the person go before those of his role, these before everybody's."""

    _found: dict[tuple[str, int | None, int | None], Limit] = field(default_factory=dict)  # fmt: skip

    def of(self, indicator: str, *, user: int | None = None, role: int | None = None) -> Limit:  # fmt: skip
        for key in ((indicator, user, None), (indicator, None, role), (indicator, None, None)):  # fmt: skip
            if key in self._found:
                return self._found[key]
        return NO_LIMIT

    def exactly(self, indicator: str, *, user: int | None = None, role: int | None = None) -> Limit:  # fmt: skip
        return self._found.get((indicator, user, role), NO_LIMIT)


def all_limits() -> Limits:
    rows = IndicatorLimit.objects.values_list("indicator", "user", "role", "low", "high")  # fmt: skip
    return Limits({(name, user, role): Limit(low, high) for name, user, role, low, high in rows})  # fmt: skip


@transaction.atomic
def set_limits(
    given: Iterable[tuple[str, Limit]], *, by: User, user: int | None = None, role: int | None = None
) -> None:  # fmt: skip
    """Limits of these indicators for one person, one role or (neither) everybody; a limit without either side is taken
    away. Raises LimitsCross, and changes nothing then."""
    changed = []
    for name, limit in given:
        if limit.low is not None and limit.high is not None and limit.low > limit.high:
            raise LimitsCross(_("The least is above the most: %(low)s and %(high)s.") % {"low": limit.low, "high": limit.high})  # fmt: skip
        of: dict[str, Any] = {"user_id": user, "role_id": role}
        if limit == NO_LIMIT:
            gone, _rows = IndicatorLimit.objects.filter(indicator=name, user=user, role=role).delete()  # fmt: skip
            if gone:
                changed.append(name)
            continue
        IndicatorLimit.objects.update_or_create(
            indicator=name, **of, defaults={"low": limit.low, "high": limit.high, "set_by": by}
        )  # fmt: skip
        changed.append(name)
    if changed:
        journal.record("limits.set", by, by=by, at=timezone.now(), indicators=", ".join(sorted(changed)), person=user or "", role=role or "")  # fmt: skip
