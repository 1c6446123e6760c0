"""Absences and working hours: asking, deciding, refusing nonsense; what the calendar makes of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from clients import distribution
from pipeline import schedules, working_time
from pipeline.models import Absence, WorkingHours
from tests.factories import UserFactory

MOSCOW = ZoneInfo("Europe/Moscow")
TUESDAY = date(2026, 12, 1)


def minutes_on(user, day):
    since = datetime.combine(day, time.min, MOSCOW)
    until = since + timedelta(days=1)
    plan = schedules.schedule_of(user, since=since, until=until)
    return working_time.total_minutes(working_time.working(plan, since, until))


def test_leave_is_asked_for_and_approved_by_the_head(http, user, sign_in):
    http.post(reverse("plan:absence_new"), {"kind": "holiday", "since_on": "2026-12-01", "until_on": "2026-12-14"})  # fmt: skip
    absence = Absence.objects.get()
    assert (absence.user, absence.state) == (user, "asked")
    head = sign_in(UserFactory(preset="head_of_sales"))

    assert str(user) in head.get(reverse("plan:absences")).content.decode()
    head.post(reverse("plan:absence_decide", args=[absence.pk]), {"state": "approved"})

    absence.refresh_from_db()
    assert absence.state == "approved"
    assert minutes_on(user, TUESDAY) == 0


def test_a_declined_absence_leaves_the_day_to_work(user):
    Absence.objects.create(user=user, since_on=TUESDAY, until_on=TUESDAY, state="declined", created_at=timezone.now(), created_by=user)  # fmt: skip

    assert minutes_on(user, TUESDAY) == 480


def test_hours_of_a_day_off_work_for_the_rest_of_the_day(user):
    Absence.objects.create(user=user, since_on=TUESDAY, until_on=TUESDAY, begins=time(9), ends=time(12), created_at=timezone.now(), created_by=user)  # fmt: skip

    assert minutes_on(user, TUESDAY) == 300


@pytest.mark.parametrize(
    "values",
    [
        {"since_on": "2026-12-14", "until_on": "2026-12-01"},
        {"since_on": ""},
        {"since_on": "завтра"},
        {"since_on": "2026-12-01", "begins": "10:00"},
        {"since_on": "2026-12-01", "begins": "15:00", "ends": "14:00"},
        {"since_on": "1026-12-01"},
        {"since_on": "2026-12-01", "kind": "never"},
        {"since_on": "2026-12-01", "note": "x" * 301},
    ],
)
def test_an_impossible_absence_is_refused_with_a_sentence(http, values):
    answer = http.post(reverse("plan:absence_new"), {"kind": "trip", **values}, headers={"HX-Request": "true"})  # fmt: skip

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Absence.objects.exists()


def test_a_seller_sets_nobody_else_s_absence_and_sees_none(http, sign_in):
    other = UserFactory()
    foreign = Absence.objects.create(user=other, since_on=TUESDAY, until_on=TUESDAY, created_at=timezone.now(), created_by=other)  # fmt: skip

    assert http.get(reverse("plan:absence", args=[foreign.pk])).status_code == 404
    assert http.post(reverse("plan:absence_decide", args=[foreign.pk])).status_code == 403  # fmt: skip
    answer = http.post(reverse("plan:absence_new"), {"kind": "trip", "since_on": "2026-12-01", "user": other.pk}, headers={"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 422


def week(**days):
    values = {"valid_from": "2026-11-30"}
    for n in range(5):
        values |= {f"begins_{n}": "11:00", f"ends_{n}": "20:00"}
    return values | days


def test_own_hours_hold_from_their_day_and_give_way_to_the_company_s_again(http, user):
    assert http.post(reverse("plan:hours"), week()).status_code == 302
    assert minutes_on(user, TUESDAY) == 540
    assert minutes_on(user, TUESDAY - timedelta(days=5)) == 480

    http.post(reverse("plan:hours"), {"reset": "1"})
    assert minutes_on(user, TUESDAY) == 480


def test_the_company_s_hours_hold_for_who_has_none(user, sign_in):
    admin = sign_in(UserFactory(preset="administrator"))

    assert admin.post(reverse("plan:company_hours"), week()).status_code == 302
    assert minutes_on(user, TUESDAY) == 540


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_0": "10:00"},
        {"begins_0": ""},
        {"lunch_begins_0": "13:00"},
        {"lunch_begins_0": "09:00", "lunch_ends_0": "09:30"},
        {"valid_from": ""},
        {"begins_5": "25:00"},
    ],
)
def test_impossible_hours_are_refused_beside_the_field_and_kept_as_typed(http, wrong):
    answer = http.post(reverse("plan:hours"), week(**wrong))

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert 'value="20:00"' in answer.content.decode()
    assert not WorkingHours.objects.exists()


def test_who_is_away_is_given_no_inquiries(user):
    at = datetime.combine(TUESDAY, time(11), MOSCOW)
    other = UserFactory()
    Absence.objects.create(user=user, since_on=TUESDAY, until_on=TUESDAY, state="approved", created_at=timezone.now(), created_by=user)  # fmt: skip
    assert distribution.away([user.pk, other.pk], at=at) == {user.pk}
    assert distribution.away([user.pk, other.pk], at=at + timedelta(days=1)) == set()


def test_hours_are_set_on_their_page_kept_as_typed_when_wrong_and_given_back(http, user, sign_in):  # fmt: skip
    address = reverse("plan:hours")
    week = {f"{name}_{n}": value for n in range(5) for name, value in (("begins", "10:00"), ("ends", "19:00"), ("lunch_begins", "13:00"), ("lunch_ends", "14:00"))}  # fmt: skip
    given = {"valid_from": "2020-01-06", **week}
    for wrong in ({"ends_1": "09:00"}, {"ends_2": ""}, {"lunch_ends_0": "20:00"}, {"valid_from": "31.02.2026"}, {"begins_6": "25:99"}):  # fmt: skip
        refused = http.post(address, given | wrong)
        assert (refused.status_code, WorkingHours.objects.exists()) == (422, False), wrong  # fmt: skip
        assert 'value="19:00"' in refused.content.decode()

    assert http.post(address, given).status_code == 302
    assert minutes_on(user, TUESDAY) == 8 * 60
    assert 'value="10:00"' in http.get(address).content.decode()
    http.post(address, given | {"ends_1": "15:00"})
    assert minutes_on(user, TUESDAY) == 4 * 60

    # Others' hours are set by their head; the company's by whoever leads the company.
    other = UserFactory()
    theirs = reverse("plan:hours_of", args=[other.pk])
    assert http.post(theirs, given).status_code in (403, 404)
    assert http.post(reverse("plan:company_hours"), given).status_code == 403
    director = sign_in(UserFactory(preset="director"))
    assert director.post(theirs, given).status_code == 302
    assert minutes_on(other, TUESDAY) == 8 * 60

    http.post(address, {"reset": "1"})
    assert not WorkingHours.objects.filter(user=user).exists()
