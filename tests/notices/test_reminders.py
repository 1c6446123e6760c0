"""Reminders of planned work: near, once, and not lost while nobody looked."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from clients.reminders import remind
from salesexpert.notices.models import Notice, NoticeChoice
from tests.factories import ActivityFactory, UserFactory

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looks_since_morning(db):
    remind(at=NOON - timedelta(hours=3))


def planned(user, at, **more):
    return ActivityFactory(
        performer=user, created_by=user, status="planned", planned_at=at, **more
    )


def told():
    return list(Notice.objects.order_by("pk").values_list("user_id", "about_id"))


def test_each_is_reminded_at_the_minutes_of_his_own_choice(user):
    late_one = UserFactory()
    NoticeChoice.objects.create(user=late_one, remind_minutes=60)
    planned(user, NOON + 16 * MINUTE)
    near = planned(user, NOON + 15 * MINUTE)
    hour = planned(late_one, NOON + 60 * MINUTE)

    assert remind(at=NOON) == 2
    assert sorted(told()) == sorted([(user.pk, near.pk), (late_one.pk, hour.pk)])


def test_it_is_given_once_however_often_one_looks(user):
    planned(user, NOON + 5 * MINUTE)

    assert [remind(at=NOON + n * MINUTE) for n in range(3)] == [1, 0, 0]


def test_work_put_off_is_reminded_of_anew(user):
    activity = planned(user, NOON + 5 * MINUTE)
    remind(at=NOON)
    type(activity).objects.filter(pk=activity.pk).update(planned_at=NOON + 40 * MINUTE)

    assert remind(at=NOON + 30 * MINUTE) == 1


def test_what_began_while_beat_was_down_is_told_when_it_is_back(user):
    missed = planned(user, NOON + 20 * MINUTE)
    remind(at=NOON)

    assert remind(at=NOON + timedelta(hours=5)) == 1
    assert told() == [(user.pk, missed.pk)]


def test_old_work_and_done_work_are_left_in_peace(user):
    planned(user, NOON - timedelta(hours=4))
    ActivityFactory(performer=user, done_at=NOON, status="done", planned_at=NOON)
    planned(UserFactory(is_active=False), NOON + MINUTE)

    assert remind(at=NOON) == 0


def test_a_first_look_at_an_old_base_tells_nothing_of_the_past(user):
    from salesexpert.notices.models import LastLook

    LastLook.objects.all().delete()
    planned(user, NOON - timedelta(days=2))

    assert remind(at=NOON) == 0


def test_many_cost_no_more_questions_to_find_than_few(
    user, django_assert_max_num_queries
):
    for n in range(5):
        planned(user, NOON + n * MINUTE)
    remind(at=NOON)

    with django_assert_max_num_queries(4):
        remind(at=NOON + MINUTE)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_remind_once(user):
    for n in range(6):
        planned(user, NOON + n * MINUTE)
    together, given = threading.Barrier(2), []

    def look() -> None:
        together.wait(timeout=20)
        given.append(remind(at=NOON))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sum(given) == Notice.objects.count() == 6
