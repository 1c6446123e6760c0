"""What the apps above have to say in the head of a card; this app knows nothing of money."""

from collections.abc import Callable
from dataclasses import dataclass

from clients.models import Client
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` leads to `url`; it is alarming when `is_bad`. A fact without a value is not drawn, only its place kept."""

    name: str
    label: str = ""
    value: str = ""
    url: str = ""
    note: str = ""
    is_bad: bool = False


tellers: list[Callable[[Client, User], Fact]] = []


def facts_of(client: Client, user: User) -> list[Fact]:
    return [tell(client, user) for tell in tellers]
