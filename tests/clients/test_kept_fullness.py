"""How full cards are, kept by curator, beside plain counting of the cards after every kind of change."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import rollups
from clients import base_reports, kept_fullness
from clients.actions.bin import take_back, throw_away
from clients.actions.joining import merge_clients
from clients.fullness_sql import DUE, FILLED, LACKS
from clients.kept_fullness import KEPT
from clients.models import BinEntry, Client, FullnessChange, FullnessSum
from salesexpert.accounts.models import User
from tests.factories import ClientFactory, DepartmentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
Counts = dict[tuple[int, int, int], int]
# The last second of a day in UTC.
LATE = datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC)


def plainly() -> Counts:
    """Every card in Python, one by one."""
    found: Counter[tuple[int, int, int]] = Counter()
    for card in Client.with_bin.all():
        if card.bin_id is None and card.archived_at is None and card.completeness is not None:  # fmt: skip
            found[card.curator_id or 0, FILLED, card.completeness] += 1
            if card.contact_due_at:
                found[card.curator_id or 0, DUE, (card.contact_due_at.date() - date(1970, 1, 1)).days] += 1  # fmt: skip
            for rule in card.missing or ():
                found[card.curator_id or 0, LACKS, rule] += 1
    return dict(found)


def kept() -> Counts:
    found: Counter[tuple[int, int, int]] = Counter()
    for model in (FullnessSum, FullnessChange):
        for row in model.objects.all():
            found[row.user_id, row.kind, row.value] += row.n
    return {key: n for key, n in found.items() if n}


def a_card(whose: User | None, filled: int | None, *lacks: int) -> Client:
    card = ClientFactory(curator=whose)
    Client.objects.filter(pk=card.pk).update(completeness=filled, missing=None if filled is None else list(lacks))  # fmt: skip
    return card


def test_cards_are_counted_by_curator_percent_and_what_they_lack():
    anna, boris = UserFactory(), UserFactory()
    Client.objects.all().delete()
    a_card(anna, 100)
    a_card(anna, 40, 7, 8)
    a_card(anna, 40, 7)
    a_card(anna, None)
    a_card(boris, 0, 8)
    a_card(None, 59, 7)

    told = kept_fullness.filled(None, below=60)
    assert told == {anna.pk: (3, 180, 2), boris.pk: (1, 0, 1), 0: (1, 59, 1)}
    assert kept_fullness.filled([anna.pk], below=40) == {anna.pk: (3, 180, 0)}
    assert kept_fullness.lacks([anna.pk]) == {anna.pk: {7: 2, 8: 1}}
    rollups.catch_up()
    assert not FullnessChange.objects.exists()
    assert kept_fullness.filled(None, below=60) == told


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_a_card_is_counted_at_once(at_once):
    anna, boris = UserFactory(is_superuser=True), UserFactory()
    first, second, other = a_card(anna, 50, 1, 2), a_card(anna, 70, 2), a_card(boris, 30, 3)  # fmt: skip
    entries: list[BinEntry] = []
    c = Client.objects.filter
    now = timezone.now()
    changes: list[Callable[[], object]] = [
        lambda: c(pk=first.pk).update(curator=boris),
        lambda: c(pk=first.pk).update(curator=None),
        lambda: c(pk=first.pk).update(completeness=51),
        lambda: c(pk=first.pk).update(missing=[2, 4]),
        lambda: c(pk__in=[first.pk, second.pk]).update(curator=anna, completeness=F("completeness") + 1),
        lambda: c(pk=second.pk).update(completeness=None, missing=None),
        lambda: c(pk=second.pk).update(completeness=0, missing=[1]),
        lambda: c(pk=second.pk).update(archived_at=now),
        lambda: (c(pk=second.pk).update(completeness=9), c(pk=second.pk).update(archived_at=None)),
        lambda: entries.append(throw_away(thing=second, by=anna, at=now)),
        lambda: take_back(entry=entries[0], by=anna, at=now),
        lambda: a_card(anna, 10, 5),
        lambda: c(pk=second.pk).update(contact_due_at=LATE),
        lambda: c(pk=second.pk).update(contact_due_at=LATE + timedelta(seconds=2)),
        lambda: c(completeness=10).update(contact_due_at=LATE, curator=None),
        lambda: c(pk=second.pk).update(contact_due_at=None),
        lambda: merge_clients(survivor=first, loser=other, by=anna, at=now),
        lambda: c(completeness=10).delete(),
    ]  # fmt: skip
    for change in changes:
        before = plainly()
        change()
        assert kept() == plainly()
        assert plainly() != before
        if at_once:
            KEPT.catch_up()
            assert not FullnessChange.objects.exists()
            assert kept() == plainly()
    assert KEPT.differences() == []


def test_a_change_that_does_not_count_is_not_noted_and_one_that_does_notes_the_difference_alone():
    card = a_card(UserFactory(), 50, 1, 2, 3)
    Client.objects.update(contact_due_at=LATE)
    rollups.catch_up()

    Client.objects.update(name="Иначе", completeness=50, missing=[1, 2, 3], contact_due_at=LATE - timedelta(hours=9))  # fmt: skip
    assert not FullnessChange.objects.exists()
    Client.objects.filter(pk=card.pk).update(completeness=60, missing=[1, 2])
    rows = FullnessChange.objects.values_list("kind", "value", "n")
    assert sorted(rows) == [(FILLED, 50, -1), (FILLED, 60, 1), (LACKS, 3, -1)]


def test_many_changes_drawn_by_lot_leave_the_counts_as_the_cards_are():
    chance = Random(5)
    people = [UserFactory() for _ in range(3)]
    cards = [a_card(chance.choice([*people, None]), chance.choice([None, 0, 55, 100]), *chance.sample(range(9), 3)) for _ in range(8)]  # fmt: skip
    for _ in range(60):
        rows = Client.objects.filter(pk=chance.choice(cards).pk)
        match chance.randint(0, 5):
            case 0:
                rows.update(curator=chance.choice([*people, None]))
            case 1:
                rows.update(completeness=chance.choice([None, 0, 55, 100]))
            case 2:
                rows.update(missing=chance.choice([None, chance.sample(range(9), chance.randint(0, 5))]))  # fmt: skip
            case 3:
                rows.update(archived_at=chance.choice([None, timezone.now()]))
            case 4:
                rows.update(contact_due_at=chance.choice([None, LATE, LATE + timedelta(chance.randint(-2, 2))]))  # fmt: skip
            case _:
                KEPT.catch_up()
    before = kept()

    assert before == plainly()
    assert KEPT.differences() == []
    KEPT.rebuild()
    assert kept() == before


def test_a_planted_difference_is_found_and_counted_anew():
    anna = UserFactory()
    a_card(anna, 50, 1)
    rollups.catch_up()
    FullnessSum.objects.filter(kind=LACKS).update(n=5)

    with pytest.raises(CommandError, match="1 days differ"):
        call_command("rollups", verify=True, stdout=(out := StringIO()))
    assert f"{LACKS} user {anna.pk}: cards" in out.getvalue()
    call_command("rollups", rebuild=True, stdout=StringIO())
    call_command("rollups", verify=True, stdout=StringIO())
    assert kept() == plainly()


def a_reader(scope: str, **given: object) -> User:
    rights = UserFactory(preset="seller").role.permissions
    return UserFactory(role=RoleFactory(scope=scope, permissions=sorted({*rights, "clients.view_client"} - {"clients.view_all_clients", "accounts.view_figures"})), **given)  # fmt: skip


@pytest.mark.parametrize("scope", ["all", "team", "own"])
def test_the_report_is_the_same_from_what_is_kept_and_from_the_cards(scope):
    at = timezone.now()
    department = DepartmentFactory()
    reader = a_reader(scope, department=department)
    whose = [reader, UserFactory(department=department), UserFactory(), None]
    chance = Random(3)
    rules = list(base_reports.completeness.book().by_id)[:6]
    for _ in range(40):
        card = a_card(chance.choice(whose), chance.choice([None, 0, 40, 60, 99]), *chance.sample(rules, 3))  # fmt: skip
        due = chance.choice([None, at - timedelta(days=1), at - timedelta(hours=1), at, at + timedelta(hours=1), at + timedelta(days=1)])  # fmt: skip
        Client.objects.filter(pk=card.pk).update(contact_due_at=due, archived_at=chance.choice([None, None, at]))  # fmt: skip
    director = UserFactory(preset="director")

    for person in (reader, director):
        cards, of = base_reports.scope_of(person), base_reports.curators_of(person)
        assert of is None or person.pk in of
        plain = base_reports.fullness_by_curator(cards, below=60, at=at)
        assert plain[0]
        with CaptureQueriesContext(connection) as asked:
            assert base_reports.fullness_by_curator(cards, below=60, at=at, whole_of=of) == plain  # fmt: skip
        assert len(asked) <= 6


def test_who_sees_a_part_of_somebodys_cards_is_told_of_that_part():
    reader = a_reader("own")
    other = UserFactory()
    a_card(other, 50, 1)
    assert not base_reports.sees_cards_of(reader, [reader.pk, other.pk])
    assert not base_reports.sees_cards_of(reader, None)
    assert base_reports.sees_cards_of(reader, [reader.pk])
