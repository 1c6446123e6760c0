"""Work kept by months, beside plain counting after every kind of change."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from analytics import effort, kept_work, lengths, rollups
from analytics.models import WorkChange, WorkMonth
from clients import base_reports
from clients.actions import bin as binning
from clients.actions.joining import merge_clients
from clients.models import (
    Activity,
    ActivityKind,
    ActivityResult,
    Client,
    RelationshipType,
)
from deals.figures import midnight
from deals.models import Deal, RefusalReason
from salesexpert.accounts.models import User
from tests.deals.money import a_deal
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
SPANS = [(date(2026, a, 1), date(2026, b, 1)) for a, b in ((1, 7), (2, 3), (3, 6))]
TODAY = (date(2026, 2, 1), date(2026, 6, 29))
# The first moments of a month by the company's clock are the last ones of another in UTC.
MOMENTS = [datetime(2026, *when, tzinfo=UTC) for when in ((1, 31, 20), (1, 31, 21), (2, 14, 9), (3, 5, 12), (4, 2, 7), (5, 9, 9), (6, 20, 6))]  # fmt: skip


def plainly(since: date, until: date, people: list[int] | None) -> Any:
    """Every work and deal in Python, one by one."""
    zone = timezone.get_default_timezone()
    deals = list(Deal.with_bin.all())
    done = list(Activity.objects.filter(status="done").select_related("kind", "relationship", "result"))  # fmt: skip

    def within(moment: datetime | None, person: int) -> bool:
        if moment is None or (people is not None and person not in people):
            return False
        return since <= moment.astimezone(zone).date() < until

    state = {deal.pk: deal.state for deal in deals}
    spent: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    cold: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    stood: dict[Any, int] = defaultdict(int)
    won: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for work in done:
        if not (work.kind.is_contact and work.client_id and within(work.done_at, work.performer_id)):  # fmt: skip
            continue
        row = spent[work.performer_id, state.get(work.deal_id, "none")]
        row[0] += 1
        row[1] += work.kind.default_minutes or 0 if work.minutes is None else work.minutes  # fmt: skip
        stood[work.performer_id, work.relationship_id] += 1
        if work.kind.code == "call" and work.direction == "out" and work.relationship and work.relationship.step == 1:  # fmt: skip
            followed = [d for d in deals if d.bin_id is None and d.client_id == work.client_id and d.opened_at and work.done_at <= d.opened_at < work.done_at + timedelta(90)]  # fmt: skip
            of = cold[work.performer_id]
            of[0] += 1
            of[1] += bool(work.result and work.result.shows_interest)
            of[2] += bool(followed)
            of[3] += any(d.state == "won" for d in followed)
    for deal in deals:
        if deal.bin_id is None and deal.state == "won" and within(deal.closed_at, deal.responsible_id):  # fmt: skip
            won[deal.responsible_id][0] += 1
            won[deal.responsible_id][1] += sum(w.deal_id == deal.pk and w.kind.is_contact for w in done)  # fmt: skip
    return [{key: tuple(row) for key, row in of.items()} for of in (spent, won, cold)], dict(stood)  # fmt: skip


def on_ended(since: date, until: date, people: list[int] | None) -> dict[int, int]:
    """Contacts ever made on deals that ended, one by one."""
    zone = timezone.get_default_timezone()
    found: dict[int, int] = defaultdict(int)
    for work in Activity.objects.filter(status="done", kind__is_contact=True, deal__closed_at__isnull=False, deal__bin=None):  # fmt: skip
        deal = Deal.objects.get(pk=work.deal_id)
        assert deal.closed_at
        if since <= deal.closed_at.astimezone(zone).date() < until and (people is None or deal.responsible_id in people):  # fmt: skip
            found[deal.responsible_id] += 1
    return found


def agree(*people: User) -> None:
    for since, until in (*SPANS, TODAY):
        for whose in (None, [people[0].pk], [p.pk for p in people]):
            told = kept_work.read(since, until, people=whose)
            if told is None:
                # Cards that become one say so in a work of today.
                assert until == TODAY[1]
                assert Activity.objects.filter(done_at__gte=midnight(until)).exists()
                continue
            assert ([told.spent, told.won, told.cold], told.stood) == plainly(since, until, whose)  # fmt: skip
            assert kept_work.stood(since, until, people=whose) == (told.stood if until.day == 1 else None)  # fmt: skip
            assert kept_work.on_ended(since, until, people=whose) == (on_ended(since, until, whose) if until.day == 1 else None)  # fmt: skip
        span: dict[str, Any] = {"since": since, "until": until}
        rows, deals = Activity.objects.all(), Deal.objects.all()
        months = kept_work.read(since, until, people=None)
        assert effort.effort(rows, deals, **span, months=months) == effort.effort(rows, deals, **span)  # fmt: skip
        for whose in (None, [people[0].pk]):
            of = deals if whose is None else deals.filter(responsible__in=whose)
            assert lengths.lengths(of, **span, kept=True, people=whose) == lengths.lengths(of, **span)  # fmt: skip
        assert effort.cold_calls(rows, **span, months=months) == effort.cold_calls(rows, **span)  # fmt: skip


@pytest.fixture
def people() -> tuple[User, User]:
    rollups.catch_up()
    return UserFactory(), UserFactory()


def ended(state: str, **more: Any) -> dict[str, Any]:
    """What a deal in this state says; refused ones name the reason and the stage."""
    lost = state == "lost"
    return {"state": state, "reason": the(RefusalReason) if lost else None, "refusal_stage": F("stage") if lost else None, **more}  # fmt: skip


def the(model: Any, **which: Any) -> Any:
    return model.objects.filter(**which).order_by("pk")[0]


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_work_and_deals_is_in_the_months_at_once(people, at_once):
    anna, boris = people
    head = UserFactory(is_superuser=True)
    call, letter = the(ActivityKind, code="call"), the(ActivityKind, code="letter")
    note = the(ActivityKind, is_contact=False)
    cold, warm = the(RelationshipType, step=1), the(RelationshipType, step=2)
    interest, none = the(ActivityResult, shows_interest=True), the(ActivityResult, shows_interest=False)  # fmt: skip
    one, two = ClientFactory(curator=anna), ClientFactory(curator=boris)

    def deal_of(client: Client, opened: datetime, who: User, **more: Any) -> Deal:
        deal = a_deal(client, responsible=who)
        Deal.objects.filter(pk=deal.pk).update(opened_at=opened, **more)
        return deal

    def said(client: Client | None, who: User, at: datetime, **more: Any) -> Activity:
        given = {"kind": call, "direction": "out", "relationship": cold, "minutes": None, **more}  # fmt: skip
        return ActivityFactory(client=client, performer=who, done_at=at, **given)

    first, second = deal_of(one, MOMENTS[3], anna), deal_of(two, MOMENTS[4], boris)
    calls = [said(one, anna, at, deal=first, result=interest) for at in MOMENTS[1:4]]
    calls += [said(two, boris, MOMENTS[2], minutes=7), said(one, boris, MOMENTS[6], kind=letter, minutes=90, relationship=warm)]  # fmt: skip
    said(one, anna, MOMENTS[0], kind=note, deal=first)
    a, d = Activity.with_bin.filter, Deal.with_bin.filter
    new: list[Deal] = []
    changes: list[Callable[[], object]] = [
        lambda: said(one, anna, MOMENTS[5], deal=first, result=none, minutes=33),
        lambda: d(pk=first.pk).update(state="won", closed_at=MOMENTS[4]),
        lambda: said(one, boris, MOMENTS[4], deal=first),
        lambda: a(pk=calls[0].pk).update(minutes=11, result=None),
        lambda: a(pk=calls[0].pk).update(kind=letter),
        lambda: a(pk=calls[0].pk).update(kind=call, performer=boris, relationship=None),
        lambda: a(pk=calls[0].pk).update(relationship=cold, direction="in"),
        lambda: a(pk=calls[0].pk).update(direction="out", done_at=MOMENTS[0]),
        lambda: a(pk=calls[3].pk).update(deal=second),
        lambda: a(pk=calls[3].pk).update(deal=first, client=one),
        lambda: d(pk=first.pk).update(closed_at=MOMENTS[3]),
        lambda: d(pk=first.pk).update(responsible=boris),
        # Both at once: each call is followed by either.
        lambda: Deal.objects.update(opened_at=MOMENTS[2], client=two),
        lambda: Deal.objects.update(opened_at=MOMENTS[2] + timedelta(1), client=one),
        lambda: Deal.objects.update(**ended("won", closed_at=MOMENTS[5])),
        lambda: Deal.objects.update(**ended("lost")),
        lambda: d(pk=first.pk).update(**ended("open", closed_at=None)),
        lambda: new.append(deal_of(two, MOMENTS[3], anna, state="won", closed_at=MOMENTS[5])),
        lambda: d(pk=new[0].pk).update(opened_at=None),
        lambda: d(pk=new[0].pk).update(opened_at=MOMENTS[2]),
        lambda: binning.throw_away(thing=d(pk=new[0].pk).get(), by=head, at=timezone.now()),
        lambda: binning.take_back(entry=d(pk=new[0].pk).get().bin, by=head, at=timezone.now()),
        lambda: binning.throw_away(thing=a(pk=calls[1].pk).get(), by=head, at=timezone.now()),
        lambda: binning.take_back(entry=a(pk=calls[1].pk).get().bin, by=head, at=timezone.now()),
        lambda: merge_clients(survivor=two, loser=one, by=head, at=timezone.now()),
        lambda: a(pk=calls[2].pk).update(status="planned", done_at=None, planned_at=MOMENTS[5]),
        lambda: a(pk=calls[2].pk).update(status="done", done_at=MOMENTS[5]),
        lambda: Activity.objects.update(performer=anna, done_at=MOMENTS[3], minutes=5),
        lambda: ActivityKind.objects.filter(pk=call.pk).update(is_contact=False),
        lambda: ActivityKind.objects.filter(pk=call.pk).update(is_contact=True, default_minutes=77),
        lambda: ActivityResult.objects.update(shows_interest=True),
        lambda: RelationshipType.objects.filter(pk=warm.pk).update(step=1),
        lambda: a(deal=new[0]).update(deal=None),
        lambda: d(pk=new[0].pk).update(**ended("lost")),
        lambda: Activity.objects.all().delete(),
    ]  # fmt: skip
    agree(anna, boris)
    for change in changes:
        change()
        agree(anna, boris)
        if at_once:
            kept_work.catch_up()
            assert not WorkChange.objects.exists()
            agree(anna, boris)
    assert rollups.verify() == []


@pytest.mark.parametrize("seed", range(4))
def test_months_say_what_work_drawn_at_random_says(people, seed):
    draw = Random(seed)
    clients = [ClientFactory(curator=draw.choice(people)) for _n in range(4)]
    kinds, steps, results = list(ActivityKind.objects.all()), list(RelationshipType.objects.all()), list(ActivityResult.objects.all())  # fmt: skip

    def moment() -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=draw.randint(0, 4300))

    deals = []
    for _n in range(8):
        deals.append(a_deal(draw.choice(clients), responsible=draw.choice(people)))
        state = draw.choice(["open", "won", "lost"])
        opened, closed = sorted((moment(), moment()))
        Deal.objects.filter(pk=deals[-1].pk).update(opened_at=opened, closed_at=None if state == "open" else closed, **ended(state))  # fmt: skip
    for _n in range(60):
        deal = draw.choice([None, *deals])
        ActivityFactory(
            client=deal.client if deal else draw.choice(clients), deal=deal, performer=draw.choice(people), done_at=moment(), kind=draw.choice([*kinds, kinds[0], kinds[0]]),
            direction=draw.choice(["in", "out", "out"]), relationship=draw.choice([None, *steps, steps[0]]), result=draw.choice([None, *results]), minutes=draw.choice([None, 5, 40]),
        )  # fmt: skip
    for _n in range(6):
        opened, closed = sorted((moment(), moment()))
        Deal.objects.filter(pk=draw.choice(deals).pk).update(opened_at=opened, closed_at=closed, responsible=draw.choice(people), **ended("won"))  # fmt: skip

    agree(*people)
    assert kept_work.differences() == []
    rollups.catch_up()
    agree(*people)
    assert kept_work.rebuild() == WorkMonth.objects.count()
    agree(*people)


def test_what_is_done_after_the_period_leaves_its_last_days_to_the_facts(people):
    anna, boris = people
    ActivityFactory(client=ClientFactory(), performer=anna, done_at=datetime(2026, 6, 30, 9, tzinfo=UTC))  # fmt: skip

    assert kept_work.read(*TODAY, people=[anna.pk]) is None
    assert kept_work.read(*TODAY, people=None) is None
    assert kept_work.read(*TODAY, people=[boris.pk]) is not None
    assert kept_work.read(*SPANS[0], people=[anna.pk]) is not None
    assert kept_work.ended(*TODAY, people=[anna.pk]) is not None


def test_contacts_by_where_clients_stood_are_the_same_from_months_and_from_work(people, client):  # fmt: skip
    director = UserFactory(preset="director")
    client.force_login(director)
    for n, at in enumerate(MOMENTS):
        ActivityFactory(client=ClientFactory(), performer=people[n % 2], done_at=at, relationship=RelationshipType.objects.all()[n % 4])  # fmt: skip
    asked = {"since": "2026-02-01", "to": "2026-05-31"}
    sheet = client.get("/analytics/ladder/", asked).context["sheet"]
    told = {row[0].text: row[-1].value for row in sheet.tables[2].rows}

    spans = {"since": midnight(date(2026, 2, 1)), "until": midnight(date(2026, 6, 1))}
    made = base_reports.contacts_by_type(director, **spans, performers=[p.pk for p in people])  # fmt: skip
    assert told == {str(row.performer): row.total for row in made}


def test_what_counts_nowhere_is_not_noted(people):
    anna, _boris = people
    work = ActivityFactory(client=ClientFactory(), performer=anna, done_at=MOMENTS[2])
    deal = a_deal(ClientFactory(), responsible=anna)
    rollups.catch_up()

    Activity.objects.filter(pk=work.pk).update(summary="Иначе", title="Иначе")
    ActivityFactory(client=ClientFactory(), performer=anna, status="planned", planned_at=MOMENTS[3])  # fmt: skip
    Deal.objects.filter(pk=deal.pk).update(title="Иначе", amount=5, closed_at=None)

    assert not WorkChange.objects.exists()
