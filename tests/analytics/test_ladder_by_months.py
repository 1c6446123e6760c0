"""Moves on the ladder kept by months, beside plain counting after every kind of change."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import kept_ladder, rollups
from analytics.models import LadderChange, LadderMonth
from clients import base_reports
from clients.actions import bin as binning
from clients.actions.joining import merge_clients
from clients.models import Client, RelationshipMove, RelationshipType
from salesexpert.accounts.models import User
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
SPANS = [(date(2026, a, 1), date(2026, b, 1)) for a, b in ((1, 7), (2, 3), (2, 5), (4, 6))]  # fmt: skip
TODAY = (date(2026, 3, 1), date(2026, 6, 29))
# The first moments of a month by the company's clock are the last ones of another in UTC.
MOMENTS = [(1, 31, 21), (1, 31, 20), (2, 1, 0), (2, 14, 9), (2, 14, 9), (3, 5, 12), (3, 28, 8), (4, 2, 7), (5, 9, 9), (6, 1, 1), (6, 20, 6)]  # fmt: skip


def types() -> dict[int, RelationshipType]:
    return {t.step: t for t in RelationshipType.objects.all()}


def moved(card: Client, target: int, when: tuple[int, int, int], source: int | None = None, fact: str = "") -> RelationshipMove:  # fmt: skip
    month, day, hour = when
    known = types()
    return RelationshipMove.objects.create(client=card, from_type=known.get(source or 0), to_type=known[target], at=datetime(2026, month, day, hour, tzinfo=UTC), fact=fact)  # fmt: skip


def plainly(since: date, until: date, people: list[int] | None = None) -> Any:
    """Every move in Python, one by one."""
    zone = timezone.get_default_timezone()
    cards = dict(Client.objects.values_list("pk", "curator"))
    passed: Counter[int] = Counter()
    further: Counter[int] = Counter()
    pairs: Counter[tuple[int | None, int]] = Counter()
    by_facts: Counter[tuple[int | None, int]] = Counter()
    for card, curator in cards.items():
        if people is not None and curator not in people:
            continue
        moves = [
            (m.at, m.to_type.step, (m.from_type_id, m.to_type_id), m.fact)
            for m in RelationshipMove.objects.filter(client=card).select_related("to_type")
            if since <= m.at.astimezone(zone).date() < until
        ]  # fmt: skip
        pairs.update(pair for _at, _step, pair, _fact in moves)
        by_facts.update(pair for _at, _step, pair, fact in moves if fact)
        for step in {step for _at, step, _pair, _fact in moves} - {4}:
            came = min(at for at, to, *_rest in moves if to == step)
            passed[step] += 1
            further[step] += any(at > came and to > step for at, to, *_rest in moves)
    return {step: (n, further[step]) for step, n in passed.items()}, dict(pairs), dict(by_facts)  # fmt: skip


def agree(*people: User) -> None:
    for since, until in (*SPANS, TODAY):
        for whose in (None, *([p.pk] for p in people), [p.pk for p in people]):
            told = kept_ladder.read(since, until, people=whose)
            if until == TODAY[1] and RelationshipMove.objects.filter(at__gte=datetime(2026, 6, 28, 21, tzinfo=UTC)).exists():  # fmt: skip
                assert told is None
                continue
            assert told is not None
            assert (told.passed, told.moved, told.by_facts) == plainly(since, until, whose)  # fmt: skip


@pytest.fixture
def people() -> tuple[User, User]:
    rollups.catch_up()
    return UserFactory(), UserFactory()


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_the_ladder_is_in_the_months_at_once(people, at_once):
    anna, boris = people
    head = UserFactory(is_superuser=True)
    one, two, none = ClientFactory(curator=anna), ClientFactory(curator=boris), ClientFactory(curator=None)  # fmt: skip
    RelationshipMove.objects.all().delete()
    of = Client.with_bin.filter
    step = types()
    moves = RelationshipMove.objects.filter

    def in_bulk() -> None:
        at = datetime(2026, 4, 4, 4, tzinfo=UTC)
        RelationshipMove.objects.bulk_create(RelationshipMove(client=card, to_type=step[n], at=at) for card in (one, two, none) for n in (1, 3))  # fmt: skip

    changes: list[Callable[[], object]] = [
        lambda: moved(one, 1, MOMENTS[0]),
        lambda: moved(one, 2, MOMENTS[5], 1),
        lambda: moved(one, 4, MOMENTS[8], 2),
        lambda: moved(one, 2, MOMENTS[3], 1),
        in_bulk,
        lambda: moved(two, 1, MOMENTS[1]),
        lambda: of(pk=one.pk).update(curator=boris),
        lambda: of(pk=none.pk).update(curator=anna),
        lambda: of(pk=one.pk).update(curator=None),
        lambda: Client.objects.update(curator=anna),
        lambda: moves(client=one, to_type=step[4]).update(to_type=step[3]),
        lambda: moves(client=one).update(at=datetime(2026, 2, 2, tzinfo=UTC)),
        lambda: moves(client=one, to_type=step[3]).update(fact="sale"),
        lambda: moves(client=two).update(client=one),
        lambda: binning.throw_away(thing=one, by=head, at=timezone.now()),
        lambda: of(pk=one.pk).update(curator=boris),
        lambda: moved(one, 1, MOMENTS[9]),
        lambda: binning.take_back(
            entry=of(pk=one.pk).get().bin, by=head, at=timezone.now()
        ),
        lambda: merge_clients(survivor=two, loser=one, by=head, at=timezone.now()),
        lambda: moves(client=none).delete(),
        lambda: RelationshipMove.objects.all().delete(),
    ]
    for change in changes:
        change()
        agree(anna, boris)
        if at_once:
            kept_ladder.catch_up()
            assert not LadderChange.objects.exists()
            agree(anna, boris)
    assert rollups.verify() == []


@pytest.mark.parametrize("seed", range(5))
def test_months_say_what_moves_drawn_at_random_say(people, seed):
    draw = Random(seed)
    cards = [ClientFactory(curator=draw.choice([*people, None])) for _n in range(12)]
    RelationshipMove.objects.all().delete()
    for _n in range(60):
        moved(draw.choice(cards), draw.randint(1, 4), draw.choice(MOMENTS), draw.choice([None, 1, 2, 3]), draw.choice(["", "sale"]))  # fmt: skip

    agree(*people)
    assert kept_ladder.differences() == []
    rollups.catch_up()
    agree(*people)
    assert kept_ladder.rebuild() == LadderMonth.objects.count()
    agree(*people)


def test_what_moves_nobody_is_not_noted(people):
    card = ClientFactory(curator=people[0])
    rollups.catch_up()

    card.name = "Иначе"
    card.save()
    Client.objects.update(completeness=7, curator=people[0])
    RelationshipType.objects.update(name_en="Otherwise")

    assert not LadderChange.objects.exists()


def test_another_step_of_a_type_is_counted_anew_and_until_then_the_moves_are_asked(
    people,
):
    card = ClientFactory(curator=people[0])
    RelationshipMove.objects.all().delete()
    moved(card, 1, MOMENTS[3])
    moved(card, 2, MOMENTS[5])
    RelationshipType.objects.filter(step=2).update(step=1)

    assert kept_ladder.read(*SPANS[0]) is None
    rollups.catch_up()
    told = kept_ladder.read(*SPANS[0])
    assert told is not None
    assert told.passed == {1: (1, 0)}
    assert rollups.verify() == []


def test_the_report_says_the_same_from_months_and_from_moves(people, client):
    anna = UserFactory(preset="director")
    client.force_login(anna)
    cards = [ClientFactory(curator=anna) for _n in range(4)]
    RelationshipMove.objects.all().delete()
    for n, when in enumerate(MOMENTS):
        moved(cards[n % 4], n % 4 + 1, when)
    asked = {"since": "2026-02-01", "to": "2026-05-31"}

    def told() -> Any:
        sheet = client.get("/analytics/ladder/", asked).context["sheet"]
        return [[cell.value for cell in row] for table in sheet.tables[:2] for row in table.rows]  # fmt: skip

    with CaptureQueriesContext(connection) as kept:
        of_months = told()
    RelationshipType.objects.filter(step=2).update(step=1)
    RelationshipType.objects.filter(name_en="Potential").update(step=2)

    assert told() == of_months
    assert not any("FROM clients_relationshipmove AS m\n" in q["sql"] for q in kept.captured_queries)  # fmt: skip


@pytest.mark.parametrize("preset", ["director", "seller"])
@pytest.mark.parametrize("span", ["?since=2026-02-01&to=2026-05-31", "?since=2026-03-01&to=2026-06-28", "?since=2026-02-10&to=2026-05-31"])  # fmt: skip
def test_the_page_of_the_ladder_says_the_same_from_months_and_from_moves(client, monkeypatch, preset, span):  # fmt: skip
    rollups.catch_up()
    person, other = UserFactory(preset=preset), UserFactory()
    cards = [ClientFactory(curator=whose) for whose in (person, person, other, None)]
    RelationshipMove.objects.all().delete()
    draw = Random(7)
    for n in range(40):
        moved(draw.choice(cards), draw.randint(1, 4), draw.choice(MOMENTS[:10]), draw.choice([None, 1, 2, 3]), draw.choice(["", "sale"]))  # fmt: skip
        at = datetime(2026, *MOMENTS[n % 9], tzinfo=UTC)
        ActivityFactory(client=draw.choice(cards), performer=draw.choice([person, other]), done_at=at, relationship=types()[n % 4 + 1])  # fmt: skip
    client.force_login(person)
    asked: list[bool] = []
    keep = kept_ladder.read

    def read(*given: Any, **more: Any) -> Any:
        told = keep(*given, **more)
        asked.append(told is not None)
        return told

    monkeypatch.setattr(kept_ladder, "read", read)

    def page() -> list[Any]:
        told = client.get(f"/clients/ladder/{span}").context
        return [[told[name] for name in ("passings", "moves")], [(row.performer, row.by_type) for row, _cells in told["contacts"]]]  # fmt: skip

    from_months = page()
    assert asked == ["02-10" not in span]
    monkeypatch.setattr(base_reports, "_by_months", [])
    assert page() == from_months
