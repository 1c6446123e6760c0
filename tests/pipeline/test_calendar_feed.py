"""The calendar that other programs subscribe to."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pipeline.models import CalendarFeed
from tests.factories import ActivityFactory, ClientFactory, UserFactory

LONG = "Встреча: смета, договор; щётки \\ насадки\nи очень длинное название, которое не поместится в одну строку"


@pytest.fixture
def address(http):
    http.post(reverse("plan:feed"), {})
    page = http.get(reverse("plan:feed")).content.decode()
    return re.search(r'value="http://[^/]+(/plan/feed/[^"]+)"', page)[1]


@pytest.fixture
def meeting(user):
    begins = timezone.now().replace(microsecond=0) + timedelta(days=3)
    return ActivityFactory(
        status="planned", performer=user, planned_at=begins, feed_at=begins, minutes=90, title=LONG,
        note="Код домофона 42", client=ClientFactory(name="Тестовый завод"),
    )  # fmt: skip


def events(answer):
    """Each event as {name: value}, unfolded and unescaped as a subscriber reads it."""
    raw = answer.content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    for line in raw.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    lines = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    found, current = [], None
    for line in lines:
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
            current = None
        elif current is not None:
            name, _, value = line.partition(":")
            for mark, plain in (
                ("\\n", "\n"),
                ("\\,", ","),
                ("\\;", ";"),
                ("\\\\", "\\"),
            ):
                value = value.replace(mark, plain)
            current[name] = value
    return found


def test_a_subscriber_reads_the_plan_without_signing_in(client, address, meeting):
    answer = client.get(address)
    (event,) = events(answer)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["SUMMARY"].startswith(LONG)
    assert "Тестовый завод" in event["SUMMARY"]
    assert event["DESCRIPTION"].endswith("Код домофона 42")
    assert event["DTSTART"] == f"{meeting.planned_at:%Y%m%dT%H%M%SZ}"
    assert event["STATUS"] == "CONFIRMED"


def test_a_change_keeps_the_identity_and_raises_the_sequence(
    client, http, address, meeting
):
    (before,) = events(client.get(address))
    http.post(reverse("plan:move", args=[meeting.pk]), {"on": timezone.localdate() + timedelta(days=4), "clock": "12:00", "minutes": "60"})  # fmt: skip
    (moved,) = events(client.get(address))
    http.post(reverse("clients:activity_cancel", args=[meeting.pk]), {"reason": "Передумали"})  # fmt: skip
    (cancelled,) = events(client.get(address))

    assert before["UID"] == moved["UID"] == cancelled["UID"]
    assert int(before["SEQUENCE"]) < int(moved["SEQUENCE"]) < int(cancelled["SEQUENCE"])
    assert moved["DTSTART"] != before["DTSTART"]
    assert cancelled["STATUS"] == "CANCELLED"


def test_names_and_notes_are_hidden_by_choice(client, http, address, meeting):
    http.post(reverse("plan:feed"), {"hides_clients": "1"})

    body = client.get(address).content.decode().replace("\r\n ", "")
    assert "Тестовый" not in body
    assert "домофон" not in body
    assert "смета" not in body


def test_what_did_not_change_is_not_sent_again(client, address, meeting):
    etag = client.get(address)["ETag"]

    same = client.get(address, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    meeting.minutes = 15
    meeting.save(update_fields=["minutes"])
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_revoked_a_wrong_and_a_leaver_s_address_answer_nobody(
    client, http, user, address
):
    assert client.get(address).status_code == 200
    assert client.get(address.replace(".ics", "x.ics")).status_code == 404
    assert client.get("/plan/feed/%00.ics").status_code == 404
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get(address).status_code == 404
    user.is_active = True
    user.save(update_fields=["is_active"])
    http.post(reverse("plan:feed"), {"renew": "1"})
    assert client.get(address).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_who_asks_too_often_is_told_when_to_come_again(client, address, monkeypatch):
    monkeypatch.setattr("pipeline.views.feeds.ASKED_AT_MOST", 3)
    answers = [client.get(address).status_code for _ in range(5)]

    assert answers[-1] == 429
    assert client.get(address)["Retry-After"]


def test_a_colleague_s_work_is_not_in_it(client, address):
    begins = timezone.now() + timedelta(days=1)
    ActivityFactory(status="planned", performer=UserFactory(), planned_at=begins, feed_at=begins)  # fmt: skip

    assert events(client.get(address)) == []


def test_what_was_handed_on_is_cancelled_until_it_comes_back(
    client, user, address, meeting
):
    (before,) = events(client.get(address))
    etag = client.get(address)["ETag"]
    meeting.performer = UserFactory()
    meeting.save(update_fields=["performer"])
    (gone,) = events(client.get(address, headers={"If-None-Match": etag}))

    assert (gone["UID"], gone["STATUS"]) == (before["UID"], "CANCELLED")
    assert int(gone["SEQUENCE"]) > int(before["SEQUENCE"])
    # It is another's now: what it is about is no longer told.
    assert "Тестовый" not in gone["SUMMARY"] and "DESCRIPTION" not in gone
    meeting.performer = user
    meeting.save(update_fields=["performer"])
    (back,) = events(client.get(address))
    assert back["STATUS"] == "CONFIRMED"
    assert int(back["SEQUENCE"]) > int(gone["SEQUENCE"])
