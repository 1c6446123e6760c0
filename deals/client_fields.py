"""What money adds to the list of clients: columns of debt, registered from above, for clients know nothing of money."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from deals import debts
from salesexpert.core.registry import Field, FieldType, registry
from salesexpert.core.templatetags.look import money


def _sums(ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    return {
        client: [money(debt.amount, debt.currency) for debt in owed]
        for client, owed in debts.debts_of_clients(ids).items()
    }


def _days(ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    return {
        client: [str(late)]
        for client, owed in debts.debts_of_clients(ids).items()
        if (late := max(debt.days for debt in owed))
    }


def register() -> None:
    registry.register(
        "client",
        [
            Field(
                "debt",
                _("Debt"),
                FieldType.TEXT,
                gather=_sums,
                in_list=True,
                permission="deals.view_invoice",
                definition=_("What the open invoices of the client still owe, each currency apart."),
            ),
            Field(
                "debt_days",
                _("Days overdue"),
                FieldType.TEXT,
                gather=_days,
                in_list=True,
                permission="deals.view_invoice",
                definition=_("Days since the oldest term of payment that has passed."),
            ),
        ],
    )  # fmt: skip
