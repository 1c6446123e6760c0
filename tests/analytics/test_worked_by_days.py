"""Minutes of work kept by days beside plain counting after every kind of change; how full people's time was is read from them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import rollups
from clients.actions import bin as binning
from clients.models import Activity
from deals.models import WorkedChange, WorkedDay
from deals.team import kept_worked, load
from deals.team.kept_worked import DAYS
from deals.team.loading import working_minutes, working_of_period
from pipeline.models import Absence
from pipeline.working_time import DayHours, Interval, Schedule
from salesexpert.accounts.models import User
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 1, 1), date(2026, 7, 1)
# The first moments of a day by the company's clock are the last ones of another in UTC.
MOMENTS = [datetime(2026, *when, tzinfo=UTC) for when in ((1, 31, 20), (1, 31, 21), (2, 14, 9), (2, 14, 20), (3, 5, 12))]  # fmt: skip
Days = dict[tuple[int, date], int]


def plainly() -> Days:
    """Every done work in Python, one by one."""
    zone = timezone.get_default_timezone()
    found: Days = defaultdict(int)
    for work in Activity.with_bin.filter(status="done", bin=None):
        assert work.done_at
        found[work.performer_id, work.done_at.astimezone(zone).date()] += 30 if work.minutes is None else work.minutes  # fmt: skip
    return {key: n for key, n in found.items() if n}


def agree(*people: User) -> None:
    ids = [person.pk for person in people]
    plain = plainly()
    assert {key: n for key, n in kept_worked.by_day(ids, SINCE, UNTIL).items() if n} == plain  # fmt: skip
    whole = kept_worked.of_period(ids, SINCE, UNTIL)
    assert {pk: whole.get(pk, 0) for pk in ids} == {pk: sum(n for (who, _day), n in plain.items() if who == pk) for pk in ids}  # fmt: skip
    of_days = load.by_day(people, SINCE, UNTIL)
    of_all = load.of_period(people, SINCE, UNTIL)
    for pk in ids:
        days = of_days[pk].values()
        assert of_all[pk] == sum(days, load.Load())


@pytest.fixture
def people() -> tuple[User, User]:
    rollups.catch_up()
    return UserFactory(), UserFactory()


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_the_history_is_in_the_days_at_once(people, at_once):
    anna, boris = people
    head = UserFactory(is_superuser=True)
    client = ClientFactory(curator=anna)
    works = [ActivityFactory(client=client, performer=anna, done_at=at, minutes=n or None) for n, at in enumerate(MOMENTS)]  # fmt: skip
    # What is internal takes time too.
    ActivityFactory(client=None, performer=boris, done_at=MOMENTS[2], minutes=15)
    a = Activity.with_bin.filter
    changes: list[Callable[[], object]] = [
        lambda: ActivityFactory(client=client, performer=boris, done_at=MOMENTS[1], minutes=0),
        lambda: ActivityFactory(client=client, performer=boris, status="planned", planned_at=MOMENTS[1], minutes=90),
        lambda: a(pk=works[0].pk).update(minutes=45),
        lambda: a(pk=works[0].pk).update(minutes=None),
        lambda: a(pk=works[1].pk).update(performer=boris),
        lambda: a(pk=works[1].pk).update(done_at=MOMENTS[0]),
        lambda: a(pk=works[2].pk).update(status="planned", done_at=None, planned_at=MOMENTS[4]),
        lambda: a(pk=works[2].pk).update(status="done", done_at=MOMENTS[3], minutes=20),
        lambda: binning.throw_away(thing=a(pk=works[3].pk).get(), by=head, at=timezone.now()),
        lambda: a(pk=works[3].pk).update(minutes=77),
        lambda: binning.take_back(entry=a(pk=works[3].pk).get().bin, by=head, at=timezone.now()),
        lambda: Activity.objects.filter(status="done").update(done_at=MOMENTS[4], minutes=5),
        lambda: Activity.objects.filter(performer=anna).delete(),
    ]  # fmt: skip
    agree(anna, boris)
    for change in changes:
        change()
        agree(anna, boris)
        if at_once:
            rollups.catch_up()
            assert not WorkedChange.objects.exists()
            agree(anna, boris)
    assert rollups.verify() == []


@pytest.mark.parametrize("seed", range(3))
def test_days_say_what_work_drawn_at_random_says(people, seed):
    draw = Random(seed)
    for _n in range(40):
        at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=draw.randint(0, 250_000))  # fmt: skip
        ActivityFactory(client=None, performer=draw.choice(people), done_at=at, minutes=draw.choice([None, 0, 5, 480]))  # fmt: skip
    agree(*people)
    assert DAYS.differences() == []
    assert DAYS.rebuild() == WorkedDay.objects.count() > 0
    agree(*people)


def test_a_day_that_is_kept_otherwise_is_told_and_mended(people):
    anna, _boris = people
    ActivityFactory(client=None, performer=anna, done_at=MOMENTS[1], minutes=25)
    rollups.catch_up()
    WorkedDay.objects.filter(user_id=anna.pk).update(minutes=1)

    assert DAYS.differences() == [("worked", anna.pk, date(2026, 2, 1))]
    DAYS.rebuild()
    assert DAYS.differences() == []


def test_the_history_of_a_year_is_not_read(people):
    ActivityFactory(client=None, performer=people[0], done_at=MOMENTS[1])
    with CaptureQueriesContext(connection) as asked:
        load.of_period(people, SINCE, UNTIL)

    assert not [q for q in asked if "clients_activity" in q["sql"] and "done_at" in q["sql"]]  # fmt: skip


def test_who_has_another_clock_is_told_of_his_own_days(people):
    anna, _boris = people
    ActivityFactory(client=None, performer=anna, done_at=datetime(2026, 3, 1, 20, tzinfo=UTC), minutes=25)  # fmt: skip
    with timezone.override(ZoneInfo("Asia/Vladivostok")):
        told = load.by_day([anna], SINCE, UNTIL)[anna.pk]
        assert told[date(2026, 3, 2)].done == 25
        assert load.of_period([anna], date(2026, 3, 1), date(2026, 3, 2))[anna.pk].done == 0  # fmt: skip
    assert load.by_day([anna], SINCE, UNTIL)[anna.pk][date(2026, 3, 1)].done == 25


def test_what_is_not_of_the_time_is_not_noted(people):
    work = ActivityFactory(client=None, performer=people[0], done_at=MOMENTS[1])
    rollups.catch_up()

    Activity.objects.filter(pk=work.pk).update(summary="Иначе", title="Иначе")
    ActivityFactory(client=None, performer=people[0], status="planned", planned_at=MOMENTS[3])  # fmt: skip

    assert not WorkedChange.objects.exists()


def test_working_time_of_a_period_is_that_of_its_days():
    zone = ZoneInfo("Europe/Moscow")
    short = (DayHours(time(10), time(14)),) * 4 + (None, None, None)

    def away(first: int, last: int) -> Interval:
        return Interval(datetime(2026, 3, first, 8, tzinfo=UTC), datetime(2026, 3, last, 11, tzinfo=UTC))  # fmt: skip

    plans = {
        1: Schedule(zone),
        2: Schedule(zone, away=(away(2, 4), away(4, 4), away(30, 31))),
        3: Schedule(ZoneInfo("America/New_York"), ((date(2026, 2, 1), short),)),
        4: Schedule(zone, ((date(2026, 2, 16), short),), (away(10, 12),)),
    }
    days = [SINCE + timedelta(n) for n in range((date(2026, 3, 31) - SINCE).days)]

    told = working_of_period(plans, SINCE, date(2026, 3, 31))

    assert told == {pk: sum(working_minutes(plan, day) for day in days) for pk, plan in plans.items()}  # fmt: skip


def test_absences_lessen_the_working_time_of_the_report(people):
    anna, _boris = people
    before = load.of_period([anna], SINCE, UNTIL)[anna.pk].working
    Absence.objects.create(user=anna, since_on=date(2026, 3, 2), until_on=date(2026, 3, 3), state="approved", created_at=timezone.now(), created_by=anna)  # fmt: skip

    assert load.of_period([anna], SINCE, UNTIL)[anna.pk].working == before - 2 * 480
