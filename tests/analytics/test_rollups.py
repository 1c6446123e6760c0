"""Sums by day and person: whatever changes, they say what the facts say, and only what changed is added to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import F

from analytics import kept_funnel, rollups
from analytics.models import ContactDay, DayChange, PersonDay
from clients.actions import bin as binning
from clients.models import Activity, ActivityKind, Client
from deals.models import Deal, StagePassage
from deals.team import kept_stays
from pipeline.models import Stage
from tests.analytics.february import February, february, noon
from tests.factories import ActivityFactory, ClientFactory, UserFactory


@pytest.fixture
def base(db) -> February:
    return february()


def moment(text: str) -> datetime:
    """“31.1 20:59” is that moment in UTC of 2026; Moscow is three hours ahead."""
    return datetime.strptime(f"2026.{text}", "%Y.%d.%m %H:%M").replace(tzinfo=UTC)


def _days(user) -> dict[str, tuple[int, int, int, Decimal]]:
    rows = PersonDay.objects.filter(user=user, currency="RUB").order_by("day")
    return {
        f"{r.day:%-d.%-m}": (r.opened, r.won, r.cycle_days, r.revenue) for r in rows
    }


def test_a_changed_deal_moves_between_days_months_and_people(base):
    d1 = Deal.objects.filter(pk=base.deals["d1"].pk)
    Deal.objects.exclude(pk__in=d1).delete()
    rollups.refresh()
    assert _days(base.mara) == {"2.2": (1, 0, 0, 0), "12.2": (0, 1, 10, 1000)}

    # 23:59 of January and 00:00 of March, by the company's clock.
    d1.update(opened_at=moment("31.1 20:59"), closed_at=moment("28.2 21:00"))
    rollups.refresh()
    assert _days(base.mara) == {"31.1": (1, 0, 0, 0), "1.3": (0, 1, 29, 1000)}

    d1.update(responsible=base.nils, amount=Decimal("1000.01"))
    rollups.refresh()
    assert _days(base.mara) == {}
    assert _days(base.nils) == {"31.1": (1, 0, 0, 0), "1.3": (0, 1, 29, Decimal("1000.01"))}  # fmt: skip

    d1.update(state="open", closed_at=None)
    rollups.refresh()
    assert _days(base.nils) == {"31.1": (1, 0, 0, 0)}
    assert rollups.verify() == []


def test_every_kind_of_change_leaves_nothing_to_be_found(base):
    head = UserFactory(preset="head_of_sales")
    deal = {name: Deal.with_bin.filter(pk=deal.pk) for name, deal in base.deals.items()}
    call = ActivityFactory(client=base.client, performer=base.mara, done_at=noon("5.2"))
    plan = ActivityFactory(client=base.client, performer=base.mara, status="planned", planned_at=noon("6.2"))  # fmt: skip
    card = ClientFactory(created_by=base.nils, created_at=noon("3.2"))
    mail = ActivityKind.objects.get(code="letter")
    work = {pk: Activity.with_bin.filter(pk=pk) for pk in (call.pk, plan.pk)}
    cards = Client.with_bin.filter(pk=card.pk)

    def bin_of(of):
        return lambda: binning.throw_away(thing=of.get(), by=head, at=noon("20.2"))

    def back(of):
        return lambda: binning.take_back(entry=of.get().bin, by=head, at=noon("20.2"))

    changes: list[Callable[[], object]] = [
        lambda: deal["d1"].update(currency="USD"),
        lambda: deal["d1"].update(margin=Decimal("12.34")),
        lambda: deal["d1"].update(amount=None),
        lambda: deal["d1"].update(opened_at=None),
        lambda: deal["d1"].update(state="lost", reason=base.reasons["dear"]),
        lambda: deal["d4"].update(currency="EUR"),
        lambda: deal["d4"].update(state="won", closed_at=noon("7.2"), responsible=base.nils),
        bin_of(deal["d4"]),
        lambda: deal["d4"].update(responsible=base.mara, amount=7),
        back(deal["d4"]),
        lambda: deal["d6"].update(opened_at=moment("8.2 20:59"), closed_at=moment("8.2 21:00")),
        lambda: work[plan.pk].update(status="done", done_at=moment("28.2 20:59")),
        lambda: work[plan.pk].update(done_at=moment("28.2 21:00")),
        lambda: work[call.pk].update(kind=mail),
        lambda: work[call.pk].update(performer=base.nils),
        lambda: work[call.pk].update(client=card),
        lambda: work[call.pk].update(client=None, deal=None),
        lambda: work[call.pk].update(client=base.client),
        bin_of(work[plan.pk]),
        back(work[plan.pk]),
        lambda: work[plan.pk].update(status="cancelled", done_at=None),
        lambda: work[call.pk].delete(),
        lambda: cards.update(created_by=base.mara),
        lambda: cards.update(created_at=moment("31.1 20:59")),
        lambda: cards.update(created_by=None),
        lambda: cards.update(created_by=base.nils),
        bin_of(cards),
        back(cards),
        lambda: cards.delete(),
        lambda: deal["d7"].delete(),
    ]  # fmt: skip
    assert rollups.verify() == []
    for number, change in enumerate(changes):
        change()
        assert (number, rollups.verify()) == (number, [])
        assert not DayChange.objects.exists()


@pytest.mark.parametrize("seed", range(4))
def test_a_random_life_is_told_as_the_facts_tell_it(base, seed):
    drawn = Random(seed)
    people = [base.mara, base.nils, UserFactory()]
    kinds = list(ActivityKind.objects.all()[:3])
    cards = [ClientFactory(created_by=drawn.choice(people), created_at=noon("1.2")) for _ in range(3)]  # fmt: skip

    def some_moment() -> datetime:
        # Many lie at the edges of days and months.
        return moment("31.1 20:59") + timedelta(days=drawn.choice([0, 0, 1, 28, 30, 59]), minutes=drawn.choice([-1, 0, 1, 2]))  # fmt: skip

    def one_deal() -> None:
        row = Deal.objects.order_by("?").first()
        opened, closed = sorted((some_moment(), some_moment()))
        state = drawn.choice(["open", "won", "lost"])
        given = {
            "responsible": drawn.choice(people),
            "opened_at": drawn.choice([opened, opened, None]),
            "amount": drawn.choice([None, Decimal("0.01"), 700]),
            "margin": drawn.choice([None, Decimal("-0.01"), 300]),
            "currency": drawn.choice(["RUB", "USD"]),
            "state": state,
            "closed_at": None if state == "open" else closed,
            "reason": base.reasons["dear"] if state == "lost" else None,
        }
        names = drawn.sample(sorted(given), 3)
        if {"state", "closed_at", "opened_at", "reason"} & set(names):
            names = list(given)
        Deal.objects.filter(pk=row.pk).update(**{name: given[name] for name in names})

    def one_work() -> None:
        row = Activity.objects.order_by("?").first()
        if row is None or drawn.random() < 0.5:
            ActivityFactory(client=drawn.choice(cards), performer=drawn.choice(people), kind=drawn.choice(kinds), done_at=some_moment())  # fmt: skip
        elif drawn.random() < 0.2:
            row.delete()
        else:
            Activity.objects.filter(pk=row.pk).update(
                performer=drawn.choice(people), kind=drawn.choice(kinds), done_at=some_moment(), client=drawn.choice([*cards, None])
            )  # fmt: skip

    def one_card() -> None:
        Client.objects.filter(pk=drawn.choice(cards).pk).update(
            created_by=drawn.choice([*people, None]), created_at=some_moment()
        )  # fmt: skip

    for _ in range(60):
        drawn.choice([one_deal, one_work, one_card, rollups.refresh])()
    assert rollups.verify() == []
    kept = list(PersonDay.objects.order_by("user", "day", "currency").values())
    rollups.rebuild()
    again = list(PersonDay.objects.order_by("user", "day", "currency").values())
    assert [r | {"id": 0} for r in kept] == [r | {"id": 0} for r in again]


def test_only_what_changed_is_altered(base):
    rollups.refresh()
    before = dict(PersonDay.objects.values_list("pk", "revenue"))
    call = ActivityFactory(client=base.client, performer=base.mara, done_at=noon("5.2"))
    rollups.refresh()
    Deal.objects.filter(pk=base.deals["d1"].pk).update(amount=1001)
    assert rollups.refresh() == 1
    after = dict(PersonDay.objects.values_list("pk", "revenue"))
    assert {pk for pk in after if before.get(pk) != after[pk]} == {PersonDay.objects.get(won=1).pk}  # fmt: skip
    assert set(before) == set(after)

    # Joining cards moves their history: no sum is another one for that.
    Activity.objects.filter(pk=call.pk).update(client=ClientFactory())
    DayChange.objects.filter(kind_id=None).delete()  # the new card
    assert not DayChange.objects.exists()

    # There and back again before anybody looks.
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.mara)
    assert DayChange.objects.count() == 4
    assert rollups.refresh() == 0
    assert not DayChange.objects.exists()


def test_a_person_and_a_kind_of_work_may_go_while_something_of_theirs_waits(base):
    gone = UserFactory()
    kind = ActivityKind.objects.create(name="Голубиная почта", code="pigeon", is_contact=True)  # fmt: skip
    call = ActivityFactory(client=base.client, performer=base.mara, kind=kind, done_at=noon("5.2"))  # fmt: skip
    card = ClientFactory(created_by=gone, created_at=noon("5.2"))
    rollups.refresh()
    assert PersonDay.objects.filter(user=gone).exists()

    Client.objects.filter(pk=card.pk).update(created_by=base.mara)
    call.delete()
    gone.delete()
    kind.delete()
    rollups.refresh()

    assert not PersonDay.objects.filter(user_id__isnull=False, new_cards__lt=0).exists()
    assert not ContactDay.objects.exists()
    assert rollups.verify() == []


def test_a_sum_kept_wrongly_is_told_and_made_good_but_hinders_nobody(base):
    rollups.refresh()
    PersonDay.objects.filter(user=base.mara, won=1).update(won=0, lost=1)
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)

    assert rollups.refresh()
    assert {found.user for found in rollups.verify()} == {base.mara.pk}
    rollups.rebuild()
    assert rollups.verify() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_everything_is_counted_anew_is_counted_once():
    base = february()
    rollups.rebuild()

    def elsewhere(deed: Callable[[], object]) -> None:
        def run() -> None:
            try:
                deed()
            finally:
                connection.close()

        thread = Thread(target=run)
        thread.start()
        thread.join()

    with transaction.atomic():
        Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)
        elsewhere(rollups.rebuild)
        found: list[rollups.Difference] = []
        elsewhere(lambda: found.extend(rollups.verify()))
        assert found == []
    assert rollups.refresh() == 4
    assert rollups.verify() == []


@pytest.mark.django_db(transaction=True)
def test_who_counts_waits_for_nobody_who_compares():
    base = february()
    rollups.rebuild()
    found: list[list[rollups.Difference]] = []

    def compare() -> None:
        try:
            found.append(rollups.verify())
        finally:
            connection.close()

    thread = Thread(target=compare)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Days and money are compared without the stages; the funnel waits for them.
            cursor.execute("LOCK TABLE pipeline_stage IN ACCESS EXCLUSIVE MODE")
        thread.start()
        thread.join(1)
        assert thread.is_alive()
        Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)
        assert rollups.catch_up()
    thread.join(20)

    assert found == [[]]
    assert rollups.verify() == []


def test_what_changes_while_it_is_compared_is_told_falsely_by_nothing(
    base, monkeypatch
):
    """As if it came between counting and comparing: deals, a whole process and days of stays."""
    rollups.rebuild()
    process = base.deals["d1"].process_id
    counted, kept = kept_funnel.catch_up, kept_stays.catch_up

    def changed_then(count: Callable[[], int]) -> Callable[[], int]:
        def run() -> int:
            n = count()
            StagePassage.objects.filter(deal=base.deals["d1"]).update(entered_at=F("entered_at") - timedelta(days=40))  # fmt: skip
            Deal.objects.filter(pk=base.deals["d2"].pk).update(responsible=base.nils)
            Stage.objects.filter(process=process).update(position=F("position") + 10)
            return n

        return run

    with monkeypatch.context() as patched:
        patched.setattr(kept_funnel, "catch_up", changed_then(counted))
        patched.setattr(kept_stays, "catch_up", changed_then(kept))
        assert rollups.verify() == []
    assert rollups.verify() == []
