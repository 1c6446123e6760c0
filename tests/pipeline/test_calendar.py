"""The calendar: what stands in it, who may look, moving, doubts about a time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import Activity, ActivityKind
from pipeline.models import Absence
from salesexpert.accounts.models import Role
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

MOSCOW = ZoneInfo("Europe/Moscow")


def monday() -> date:
    """A Monday to come, far from the holidays of winter and May."""
    day = timezone.localdate() + timedelta(days=7)
    return day - timedelta(days=day.weekday())


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), MOSCOW)


def planned(user, begins, **more):
    return ActivityFactory(status="planned", performer=user, created_by=user, planned_at=begins, feed_at=begins, **more)  # fmt: skip


def page(http, **asked):
    return http.get(reverse("plan:calendar"), asked)


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_each_view_shows_the_work_of_its_days(http, user, view):
    planned(user, at(monday(), 10), title="Показать машину")
    planned(user, at(monday() + timedelta(days=90), 10), title="Нескоро")

    html = page(http, view=view, on=monday()).content.decode()

    assert "Показать машину" in html
    assert "Нескоро" not in html


def test_a_week_costs_the_same_for_two_entries_and_for_forty(http, user):
    planned(user, at(monday(), 10))
    page(http, on=monday())
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(http, on=monday())
    for n in range(40):
        planned(user, at(monday() + timedelta(days=n % 5), 9 + n % 8))
    with CaptureQueriesContext(connection) as many:
        page(http, on=monday())

    assert len(many) <= len(few)


def test_four_hundred_pieces_of_work_on_one_day_stay_a_page(http, user):
    client = ClientFactory()
    kind = ActivityKind.objects.get(code="call")
    Activity.objects.bulk_create(
        Activity(client=client, kind=kind, performer=user, created_by=user, created_at=timezone.now(), title=f"Дело {n}",
                 planned_at=at(monday(), 9) + timedelta(minutes=n), feed_at=timezone.now(), minutes=60)
        for n in range(400)
    )  # fmt: skip

    day = page(http, view="day", on=monday())
    listed = page(http, view="agenda", on=monday()).content.decode()

    assert day.status_code == 200
    assert day.content.decode().count("cal-more") >= 1
    assert len(day.content) < 300_000
    assert listed.count('class="cal-r') == 200


def test_entries_that_share_time_stand_side_by_side_with_a_doubt(http, user):
    planned(user, at(monday(), 10), minutes=60)
    planned(user, at(monday(), 10, 30), minutes=60)

    html = page(http, view="day", on=monday()).content.decode()

    assert "c0 w12" in html
    assert "c12 w12" in html
    assert html.count("is-warned") == 2


def test_work_over_midnight_stands_on_both_days(http, user):
    planned(user, at(monday(), 23), minutes=120, title="Ночной запуск")

    assert page(http, on=monday()).content.decode().count("<b>Ночной запуск</b>") == 2


def test_a_colleague_s_calendar_opens_to_who_plans_for_others_and_shows_busy_where_he_may_not_read(
    sign_in,
):
    Role.objects.filter(code="seller").update(scope="own")
    reader, colleague = UserFactory(), UserFactory()
    planned(colleague, at(monday(), 10), title="Тайная встреча")

    html = page(sign_in(reader), on=monday(), who=colleague.pk).content.decode()

    assert "Тайная встреча" not in html
    assert "Занято" in html or "Busy" in html


def test_who_may_not_plan_for_others_and_reads_only_his_own_sees_only_himself(sign_in):
    Role.objects.filter(code="lawyer").update(scope="own")
    lawyer, colleague = UserFactory(preset="lawyer"), UserFactory()
    planned(colleague, at(monday(), 10), title="Чужое дело")

    html = page(sign_in(lawyer), on=monday(), who=colleague.pk).content.decode()

    assert "Чужое дело" not in html
    assert "Занято" not in html


def test_dragging_moves_and_lengthens_and_tells_what_it_collides_with(http, user):
    entry = planned(user, at(monday(), 10), minutes=30, title="Показ")
    planned(user, at(monday(), 12), minutes=60, title="Обед с партнёром")
    day = monday()

    answer = http.post(
        reverse("plan:move", args=[entry.pk]) + f"?view=week&on={day}",
        {"on": day, "clock": "12:15", "minutes": 90, "drag": "1"},
        headers={"HX-Request": "true"},
    )

    entry.refresh_from_db()
    assert answer.status_code == 200
    assert (entry.planned_at, entry.minutes, entry.revision) == (at(day, 12, 15), 90, 2)
    assert "\\u041f\\u0435\\u0440\\u0435\\u0441" in answer["HX-Trigger"] or "Overlaps" in answer["HX-Trigger"]  # fmt: skip
    assert answer.content.decode().count("is-warned") == 2


@pytest.mark.parametrize(
    "values",
    [
        {"on": "2020-01-01", "clock": "10:00"},
        {"on": "2999-01-01", "clock": "10:00"},
        {"on": "когда-нибудь", "clock": "10:00"},
        {"clock": "10:00"},
        {"clock": "25:99"},
        {"clock": "10:00", "minutes": "0"},
        {"clock": "10:00", "minutes": "99999999999999999999"},
        {"clock": "15:00", "until": "14:00"},
        {"clock": "10:00", "performer": "99999999999999"},
        {"clock": "\x00"},
    ],
)
def test_a_wrong_time_is_refused_with_a_sentence_and_nothing_moves(http, user, values):
    entry = planned(user, at(monday(), 10))
    if "on" not in values and values != {"clock": "10:00"}:
        values = {"on": monday().isoformat(), **values}

    answer = http.post(reverse("plan:move", args=[entry.pk]), values, headers={"HX-Request": "true"})  # fmt: skip

    entry.refresh_from_db()
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert entry.planned_at == at(monday(), 10)


def test_another_s_work_is_moved_only_by_who_may(sign_in, user):
    entry = planned(user, at(monday(), 10))
    other = UserFactory()

    answer = sign_in(other).post(reverse("plan:move", args=[entry.pk]), {"on": monday(), "clock": "15:00", "drag": "1"})  # fmt: skip

    entry.refresh_from_db()
    assert answer.status_code == 422
    assert entry.planned_at == at(monday(), 10)


def test_doubts_about_a_time_are_told_while_it_is_typed(http, user):
    planned(user, at(monday(), 10), minutes=60, title="Показ")
    Absence.objects.create(
        user=user, since_on=monday() + timedelta(days=1), until_on=monday() + timedelta(days=1),
        created_at=timezone.now(), created_by=user,
    )  # fmt: skip

    def doubts(day, clock, **more):
        asked = {"on": day.isoformat(), "clock": clock, **more}
        return http.get(reverse("plan:check"), asked).content.decode()

    assert "Показ" in doubts(monday(), "10:30")
    assert doubts(monday(), "14:00").strip() == ""
    assert doubts(monday() + timedelta(days=1), "10:00").count("cal-doubt") == 1
    assert doubts(monday(), "22:00").count("cal-doubt") == 1
    assert doubts(monday(), "").strip() == ""
    assert doubts(date(2020, 2, 6), "10:00", minutes="x").count("cal-doubt") == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "century"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31", "view": "month"},
        {"on": "\x00"},
        {"who": ["\x00", "-1", "99999999999999999999", "abc"]},
    ],
)
def test_a_calendar_asked_for_nonsense_is_still_a_calendar(http, asked):
    assert page(http, **asked).status_code == 200


def test_where_clocks_are_turned_work_keeps_its_length_and_a_skipped_hour_is_the_next(sign_in):  # fmt: skip
    berlin = ZoneInfo("Europe/Berlin")
    night = next(
        day
        for n in range(1, 400)
        if (day := timezone.localdate() + timedelta(days=n)).weekday() == 6
        and day.month == 3
        and day.day > 24
    )
    person = UserFactory(time_zone="Europe/Berlin")
    http = sign_in(person)
    begins = datetime.combine(night, time(1, 30), berlin)
    entry = planned(person, begins, minutes=120, title="Пуск ночью")

    html = page(http, on=night, view="agenda").content.decode()
    # Two hours from half past one: the hour from two to three is not there.
    assert "1:30–4:30" in html or "01:30–04:30" in html
    answer = http.post(reverse("plan:move", args=[entry.pk]), {"on": night, "clock": "02:30", "minutes": "60"}, headers={"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 204
    entry.refresh_from_db()
    assert entry.planned_at.astimezone(berlin).time() == time(3, 30)
