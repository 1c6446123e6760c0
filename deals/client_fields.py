"""Debt in the list of clients and in the head of a card, registered from above: clients know nothing of money."""

from django.utils.translation import gettext_lazy as _

from clients import card_facts, filters
from deals import client_figures, money_of
from deals.debt_fields import debt_fields
from deals.debts import debts_of_clients
from deals.money_filters import debt_filters
from salesexpert.core.registry import registry


def register() -> None:
    what = _("What the open invoices of the client still owe, each currency apart.")
    registry.register("client", debt_fields(debts_of_clients, what))
    filters.own_makers.append(lambda field: debt_filters(field, "client"))
    card_facts.tellers.append(money_of.debt_fact)
    filters.own_filters.append(client_figures.filters_of)
