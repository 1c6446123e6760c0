"""Debt and days overdue as fields of a list: columns that one query fills for a page, and filters."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from deals.debts import Debt
from salesexpert.core.registry import Field, FieldType

Read = Callable[[Collection[int]], Mapping[int, Sequence[Debt]]]


def debt_fields(read: Read, whose: Any, *, sorts: bool = False) -> list[Field]:
    """The two fields; `read` finds the debts of many rows at once, `whose` says what is counted.

    `sorts`: the list can be ordered by them, and sees itself to how (`debts.keys_of_deals`).
    """

    def together(
        fields: Sequence[Field], ids: Sequence[int]
    ) -> dict[str, dict[int, Sequence[Any]]]:
        owed = read(ids)
        late = {pk: max(d.days for d in debts) for pk, debts in owed.items()}
        return {
            "debt": {pk: [_sum(d) for d in debts] for pk, debts in owed.items()},
            "debt_days": {pk: [Decimal(days)] for pk, days in late.items() if days},
        }

    def alone(name: str) -> Callable[[Sequence[int]], Mapping[int, Sequence[Any]]]:
        return lambda ids: together((), ids)[name]

    common: dict[str, Any] = {
        "together": together,
        "in_list": True,
        "filterable": True,
        "permission": "deals.view_invoice",
    }
    return [
        Field("debt", _("Debt"), FieldType.MONEY, gather=alone("debt"), definition=whose, order_by=("debt", "pk") if sorts else (), **common),
        Field(
            "debt_days",
            _("Days overdue"),
            FieldType.NUMBER,
            gather=alone("debt_days"),
            definition=_("Days since the oldest term of payment that has passed."),
            order_by=("debt_days", "pk") if sorts else (),
            **common,
        ),
    ]  # fmt: skip


def _sum(debt: Debt) -> Any:
    """Roubles as a number, which a spreadsheet can add; another currency with its name."""
    return debt.amount if debt.currency == "RUB" else f"{debt.amount} {debt.currency}"
