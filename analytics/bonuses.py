"""What bonuses are paid for: fulfilment of plans and KPI in percent, new clients, won deals and contacts as counts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from analytics import contacts, money_lines
from analytics.choices import BonusMeasure
from analytics.money_lines import midnight
from deals.choices import DealState
from deals.models import Deal


def _new_clients(user: int, since: date, until: date) -> Decimal | None:
    return Decimal(money_lines.first_wins_of(user, midnight(since), midnight(until)))


def _won(user: int, since: date, until: date) -> Decimal | None:
    return Decimal(
        Deal.objects.filter(
            responsible=user,
            state=DealState.WON,
            closed_at__gte=midnight(since),
            closed_at__lt=midnight(until),
        ).count()
    )


def _contacts(user: int, since: date, until: date) -> Decimal | None:
    return Decimal(contacts.count(user, since, until))


_VALUES: dict[str, Callable[[int, date, date], Decimal | None]] = {
    BonusMeasure.NEW_CLIENTS: _new_clients,
    BonusMeasure.WON: _won,
    BonusMeasure.CONTACTS: _contacts,
}


def register(measure: str, value: Callable[[int, date, date], Decimal | None]) -> None:
    """Who knows plans and KPI says how a bonus reads them."""
    _VALUES[measure] = value


def value_of(measure: str, user: int, since: date, until: date) -> Decimal | None:
    """The measure of a person from `since` to the day before `until`; None where there is nothing to measure by."""
    ask = _VALUES.get(measure)
    return ask(user, since, until) if ask else None
