"""The net under all tests with real transactions: what they leave behind is gone, what they changed is as it was."""

import pytest

from clients.models import Client, RelationshipType
from salesexpert.accounts.models import Role
from tests import put_back
from tests.factories import ActivityFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("large", [put_back.LARGE, 0], ids=["few rows", "many rows"])
def test_rows_of_a_test_go_and_what_was_there_comes_back(monkeypatch, large):
    monkeypatch.setattr(put_back, "LARGE", large)
    before = put_back.Remembered()
    ActivityFactory()
    RelationshipType.objects.update(name="Другое")
    Role.objects.filter(users=None).delete()

    before.put_back()

    assert not Client.objects.exists()
    assert put_back.Remembered().digests == before.digests
