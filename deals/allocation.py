"""Which invoices a sum of money pays. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOUGHT = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice not paid in full: `rest` is what is still owed, above nought."""

    id: int
    due_on: date
    rest: Decimal


class NotAllocable(ValueError):
    """What was told cannot be done; `invoice` is the one it fails at, None when the sum itself does not suffice."""

    def __init__(self, invoice: int | None) -> None:
        super().__init__(invoice)
        self.invoice = invoice


def oldest_first(amount: Decimal, owed: Iterable[Owed]) -> dict[int, Decimal]:
    """{invoice: part of `amount`}: the invoice due first is paid first, in full before the next gets anything.

    What exceeds all of them is in no part: the caller keeps it as an advance.
    """
    parts: dict[int, Decimal] = {}
    left = amount
    for invoice in sorted(owed, key=lambda o: (o.due_on, o.id)):
        part = min(left, invoice.rest)
        if part > 0:
            parts[invoice.id] = part
            left -= part
    return parts


def as_told(
    amount: Decimal, owed: Iterable[Owed], told: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """Exactly the parts a person named, without empty ones.

    Raises NotAllocable when a part is negative, exceeds what its invoice owes, or names an invoice that owes nothing,
    and when all of them exceed `amount`.
    """
    rests = {invoice.id: invoice.rest for invoice in owed}
    parts = {pk: part for pk, part in told.items() if part}
    for pk, part in parts.items():
        if part < 0 or part > rests.get(pk, NOUGHT):
            raise NotAllocable(pk)
    if sum(parts.values(), NOUGHT) > amount:
        raise NotAllocable(None)
    return parts


def newest_back(
    amount: Decimal, parts: Iterable[tuple[int, Decimal]]
) -> dict[int, Decimal]:
    """How much of each part, given oldest first, is taken back so that `amount` comes free: the newest part goes first."""
    back: dict[int, Decimal] = {}
    left = amount
    for pk, part in reversed(list(parts)):
        taken = min(left, part)
        if taken > 0:
            back[pk] = taken
            left -= taken
    return back


def covered(amounts: Iterable[Decimal], money: Decimal) -> list[Decimal]:
    """How much of each expected amount `money` covers, in the order given: a plan against the fact."""
    left = max(money, NOUGHT)
    parts = []
    for amount in amounts:
        part = min(left, amount)
        parts.append(part)
        left -= part
    return parts
