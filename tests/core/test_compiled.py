"""Queries written once and run with new values."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from clients.models import Client
from salesexpert.core.compiled import CompiledQuery
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def of_curator(curator: int, before: datetime):
    return (
        Client.objects.filter(curator=curator, created_at__lt=before, archived_at=None)
        .order_by("folded")
        .values_list("pk", "name", "created_at")[:3]
    )


def test_a_compiled_query_finds_what_the_query_finds(user) -> None:
    query = CompiledQuery(of_curator)
    clients = ClientFactory.create_batch(4, curator=user)
    ClientFactory()
    now = timezone.now()
    assert query(curator=user.pk, before=now) == list(of_curator(user.pk, now))
    assert query(curator=clients[0].pk + 10**9, before=now) == []


def test_values_may_not_break_out_of_their_place() -> None:
    query = CompiledQuery(by_name)
    ClientFactory(name="'; DROP TABLE")
    assert len(query(name="'; DROP TABLE")) == 1
    assert query(name="') OR 1=1 --") == []


def by_name(name: str):
    return Client.objects.filter(name=name).values_list("pk")


def test_a_parameter_that_the_query_does_not_use_is_a_mistake_told_at_once() -> None:
    def forgetful(on: date):
        return Client.objects.values_list("pk")[:1]

    with pytest.raises(RuntimeError, match="on is not a parameter"):
        CompiledQuery(forgetful)(on=date(2026, 1, 1))
