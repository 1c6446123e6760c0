"""Repeating work: the rule, planning ahead once, changing one, some and all, stopping."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Activity
from deals.actions import deals
from pipeline.actions import series as actions
from pipeline.models import Occurrence, Series
from pipeline.repeating import Rule, worked_on
from pipeline.schedule import plan_repeating_work
from tests.factories import ActivityFactory, ClientFactory, UserFactory

MOSCOW = ZoneInfo("Europe/Moscow")


def monday() -> date:
    day = timezone.localdate() + timedelta(days=7)
    return day - timedelta(days=day.weekday())


@pytest.fixture
def weekly(http, user):
    """A weekly series of the signed-in person, begun on a Monday at ten."""
    begins = datetime.combine(monday(), time(10), MOSCOW)
    first = ActivityFactory(
        status="planned", performer=user, created_by=user, planned_at=begins, feed_at=begins, minutes=30,
        title="Обзвон", client=ClientFactory(),
    )  # fmt: skip
    answer = http.post(
        reverse("plan:repeat", args=[first.pk]),
        {"frequency": "weekly", "every": 1, "weekdays": ["0"], "ends": "never"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 204, answer.content.decode()
    return Series.objects.get()


def times(series):
    rows = Activity.objects.filter(occurrence__series=series).order_by("planned_at")
    return [timezone.localtime(a.planned_at, MOSCOW) for a in rows]


def test_rules_give_their_days():
    def days(*args, until, **more):
        return [f"{d:%d.%m}" for d in Rule(*args, **more).days(until)]

    begun = date(2026, 1, 31)
    assert days("monthly", begun, until=date(2026, 4, 30)) == ["31.01", "28.02", "31.03", "30.04"]  # fmt: skip
    assert days("weekly", date(2026, 11, 4), every=2, weekdays=(0, 2), until=date(2026, 11, 30)) == ["04.11", "16.11", "18.11", "30.11"]  # fmt: skip
    assert days("daily", date(2026, 11, 3), count=3, until=date(2027, 1, 1)) == ["03.11", "05.11", "06.11"]  # fmt: skip
    assert days("weekly", begun, until_on=date(2026, 2, 7), until=date(2027, 1, 1)) == ["31.01", "07.02"]  # fmt: skip
    assert worked_on(date(2026, 11, 4)) == date(2026, 11, 5)


def test_times_are_planned_ahead_once_however_often_beat_rings(weekly):
    made = times(weekly)
    plan_repeating_work()
    plan_repeating_work()

    assert len(made) == 7
    assert {t.hour for t in made} == {10}
    assert times(weekly)[: len(made)] == made
    assert Occurrence.objects.count() == Occurrence.objects.values("on").distinct().count()  # fmt: skip


def test_later_the_next_times_are_planned(weekly):
    later = timezone.now() + timedelta(days=30)
    until = timezone.localdate(later) + actions.HORIZON
    made = actions.make_ahead(weekly.pk, until=until, at=later)

    assert made >= 3
    assert actions.make_ahead(weekly.pk, until=until, at=later) == 0


def test_a_time_moved_alone_stays_when_all_are_changed(http, weekly):
    second = weekly.occurrences.order_by("on")[1].activity
    http.post(reverse("plan:move", args=[second.pk]), {"on": monday() + timedelta(days=8), "clock": "15:00"})  # fmt: skip

    answer = http.post(reverse("plan:series", args=[weekly.pk]), {"scope": "all", "clock": "11:30", "title": "Обзвон", "minutes": "45"})  # fmt: skip

    assert answer.status_code == 302
    assert {(t.hour, t.minute) for t in times(weekly)} == {(15, 0), (11, 30)}
    assert weekly.occurrences.filter(activity__minutes=45).count() == 6


def test_this_and_the_following_change_and_the_earlier_stay(http, weekly):
    before = set(Activity.objects.values_list("pk", flat=True))
    third = weekly.occurrences.order_by("on")[2].activity

    http.post(reverse("plan:series", args=[weekly.pk]), {"scope": "following", "from": third.pk, "clock": "16:00", "title": "Обзвон после обеда"})  # fmt: skip

    after = Series.objects.exclude(pk=weekly.pk).get()
    assert [t.hour for t in times(weekly)] == [10, 10]
    assert {t.hour for t in times(after)} == {16}
    assert set(Activity.objects.values_list("pk", flat=True)) == before
    third.refresh_from_db()
    assert third.title == "Обзвон после обеда"


def test_stopping_takes_out_what_is_to_come_and_nothing_comes_again(http, weekly):
    third = weekly.occurrences.order_by("on")[2].activity

    http.post(reverse("plan:series_stop", args=[weekly.pk]), {"scope": "following", "from": third.pk})  # fmt: skip
    plan_repeating_work()

    assert len(times(weekly)) == 2
    assert Series.objects.get().ended_at


def test_what_can_no_longer_be_planned_ends_the_series(weekly):
    weekly.client.archived_at = timezone.now()
    weekly.client.save(update_fields=["archived_at"])
    later = timezone.now() + timedelta(days=30)

    assert actions.make_ahead(weekly.pk, until=timezone.localdate(later) + actions.HORIZON, at=later) == 0  # fmt: skip
    assert Series.objects.get().ended_at


@pytest.mark.parametrize(
    "values",
    [
        {"frequency": "hourly"},
        {"frequency": "weekly", "every": "0"},
        {"frequency": "weekly", "weekdays": ["9"]},
        {"frequency": "weekly", "ends": "on", "until_on": "2020-01-01"},
        {"frequency": "weekly", "ends": "on"},
        {"frequency": "weekly", "ends": "count", "count": "1"},
    ],
)
def test_an_impossible_rule_is_refused_with_a_sentence(http, user, values):
    begins = datetime.combine(monday(), time(10), MOSCOW)
    entry = ActivityFactory(status="planned", performer=user, planned_at=begins, feed_at=begins)  # fmt: skip

    answer = http.post(reverse("plan:repeat", args=[entry.pk]), values, headers={"HX-Request": "true"})  # fmt: skip

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Series.objects.exists()


def test_a_stranger_neither_sees_nor_changes_a_series(sign_in, weekly):
    other = sign_in(UserFactory())

    assert other.get(reverse("plan:series", args=[weekly.pk])).status_code == 404
    assert other.post(reverse("plan:series_stop", args=[weekly.pk])).status_code == 404


def test_what_repeats_for_a_deal_goes_on_for_it_while_it_is_open(weekly, user):
    deal = deals.open_deal(by=user, client=weekly.client, title="Сервис")
    first = Activity.objects.filter(occurrence__series=weekly).order_by("-planned_at")[0]  # fmt: skip
    Activity.objects.filter(pk=first.pk).update(deal=deal)
    work = Activity.objects.filter(occurrence__series=weekly)
    known = set(work.values_list("pk", flat=True))
    actions.make_ahead(weekly.pk, until=weekly.made_until + timedelta(days=7), at=timezone.now())  # fmt: skip
    made = work.exclude(pk__in=known)
    assert [activity.deal for activity in made] == [deal]
