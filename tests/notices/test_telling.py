"""Telling a person something, once, by the ways he chose."""

from datetime import UTC, datetime, time

import pytest
from django.utils import translation

from salesexpert.notices import kinds
from salesexpert.notices.actions import notify, notify_each, read
from salesexpert.notices.kinds import Kind
from salesexpert.notices.models import Notice, NoticeChoice
from salesexpert.notices.quiet import quiet_until
from salesexpert.outbox.models import Letter
from tests.factories import UserFactory

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # 12:00 in Moscow
NIGHT = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)  # 23:30 in Moscow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(
        kinds._declared,
        "tested",
        Kind("tested", "Tested", {"": "%(who)s asks at %(when)s", "won": "Won"}),
    )


def test_one_matter_is_told_once_to_each(user):
    other = UserFactory()

    for _ in range(2):
        notify_each([user, other, user], "tested", key="matter:1", at=NOON)

    assert sorted(Notice.objects.values_list("user", "key")) == sorted(
        [(user.pk, "matter:1"), (other.pk, "matter:1")]
    )


def test_nobody_is_told_of_his_own_deed_nor_after_he_left(user):
    gone = UserFactory(is_active=False)

    assert notify(user, "tested", key="1", by=user) is None
    assert notify(gone, "tested", key="1", by=user) is None
    assert not Notice.objects.exists()


def test_the_sentence_is_in_the_readers_language_and_time_zone(user):
    notice = notify(
        user, "tested", key="1", words={"who": "Анна %", "when": NOON}, at=NOON
    )
    notice.refresh_from_db()

    with translation.override("en"):
        assert notice.text.startswith("Анна % asks at ")
        assert "12:00" in notice.text


def test_open_pages_hear_of_it_only_after_the_commit(
    user, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as told:
        notify(user, "tested", key="1", at=NOON)
        notify(user, "tested", key="1", at=NOON)

    assert len(told) == 1


def test_who_wants_nothing_of_a_kind_gets_no_row(user):
    NoticeChoice.objects.create(user=user, ways={"tested": []})

    assert notify(user, "tested", key="1", at=NOON) is None
    assert not Notice.objects.exists()


def test_a_letter_goes_once_and_the_notice_stands_in_the_list_as_read(user):
    NoticeChoice.objects.create(user=user, ways={"tested": ["email"]})

    for _ in range(2):
        notify(user, "tested", key="1", variant="won", link="/deals/5/", at=NOON)

    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (user.email, "Won")
    assert "/deals/5/" in letter.text
    assert Notice.objects.get().read_at == NOON


def test_in_quiet_hours_it_waits_silently_and_its_letter_until_their_end(user):
    NoticeChoice.objects.create(
        user=user,
        ways={"tested": ["page", "email"]},
        quiet_from=time(22),
        quiet_until=time(7, 30),
    )

    notice = notify(user, "tested", key="1", at=NIGHT)

    assert notice.is_quiet
    assert notice.read_at is None
    assert Letter.objects.get().attempt_at == datetime(2026, 11, 19, 4, 30, tzinfo=UTC)


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "begins, ends, at, until",
    [
        (time(22), time(7), clock(18, 3, 59), clock(18, 7)),
        (time(22), time(7), clock(18, 7), None),
        (time(22), time(7), clock(18, 22), clock(19, 7)),
        (time(13), time(14), clock(18, 13, 30), clock(18, 14)),
        (time(13), time(14), clock(18, 14), None),
        (time(9), time(9), clock(18, 9), None),
        (None, None, clock(18, 9), None),
    ],
)
def test_quiet_hours_may_span_midnight(begins, ends, at, until):
    assert quiet_until(at, begins=begins, ends=ends, zone=UTC) == until


def test_reading_touches_ones_own_notices_only(user):
    mine = notify(user, "tested", key="1", at=NOON)
    foreign = notify(UserFactory(), "tested", key="1", at=NOON)

    assert read(user, [mine.pk, foreign.pk], at=NOON) == 1
    assert Notice.objects.unread().get() == foreign
