"""An exchange with two telephones, a client with a number, and a way to tell of calls."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as HttpClient
from django.utils import timezone

from clients.models import Client, Phone
from salesexpert.accounts.models import User
from salesexpert.telephony.models import Connection, Extension
from salesexpert.telephony.providers.generic import digest
from tests.factories import ClientFactory, UserFactory

NUMBER = "+74951234567"
SECRET = "tested-secret"


@pytest.fixture
def exchange(db: None, user: User) -> Connection:
    connection = Connection.objects.create(
        name="АТС офиса",
        provider="generic",
        key="office",
        credentials={"secret_digest": digest(SECRET)},
        made_at=timezone.now(),
    )
    Extension.objects.create(connection=connection, number="101", user=user)
    return connection


@pytest.fixture
def colleague(exchange: Connection) -> User:
    person = UserFactory(username="colleague", first_name="Борис")
    Extension.objects.create(connection=exchange, number="102", user=person)
    return person


@pytest.fixture
def firm(user: User) -> Client:
    client = ClientFactory(name="Пример-Склад", curator=user)
    Phone.objects.create(client=client, raw="8 (495) 123-45-67", e164=NUMBER)
    return client


@pytest.fixture
def tell(exchange: Connection) -> Callable[..., Any]:
    """`tell("ringing", …)` → the answer of our address to one event of the call “c1”."""

    def told(state: str, secret: str = SECRET, **more: Any) -> Any:
        event = {"call": "c1", "state": state, "direction": "in", "number": "84951234567", **more}  # fmt: skip
        return HttpClient().post(
            f"/telephony/hooks/{exchange.key}/",
            json.dumps(event),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

    return told
