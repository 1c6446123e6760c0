"""Entries of dictionaries that are joined leave the kept sums as the facts are."""

import pytest
from django.utils import timezone

from analytics import rollups
from clients.actions import dictionaries
from clients.entry_moves import go_on
from clients.models import ActivityKind, EntryMerge
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("both", [False, True], ids=["one kind", "both kinds on a day"])
def test_kinds_joined_and_parted_leave_contacts_as_they_are(both):
    anna, client = UserFactory(), ClientFactory()
    call = ActivityKind.objects.get(code="call")
    other = ActivityKind.objects.create(name="Звонок в цех", is_contact=True)
    for kind in [other, other, *[call] * both]:
        ActivityFactory(performer=anna, client=client, kind=kind)
    rollups.rebuild()
    assert rollups.verify() == []

    dictionaries.merge_entries(source=other, target=call, by=anna, at=timezone.now())
    rollups.catch_up()
    assert rollups.verify() == []

    merge = EntryMerge.objects.get()
    dictionaries.ask_undo(merge=merge, by=anna, at=timezone.now())
    while not go_on(merge.pk, at=timezone.now()):
        pass
    rollups.catch_up()
    assert rollups.verify() == []
