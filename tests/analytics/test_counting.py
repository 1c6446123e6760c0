"""A report of a team that takes long keeps no page waiting: a worker counts it while the page says so."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from analytics import counting
from analytics.counting_tasks import count_sheet
from tests.analytics.february import February, february
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/analytics/deals/?since=2026-02-01&to=2026-02-28"


@pytest.fixture
def base() -> February:
    return february()


@pytest.fixture
def given(monkeypatch) -> list[dict]:
    """What was handed to workers, as it comes out of the broker."""
    handed: list[dict] = []
    monkeypatch.setattr(count_sheet, "delay", lambda **kwargs: handed.append(json.loads(json.dumps(kwargs))))  # fmt: skip
    return handed


@pytest.fixture
def slow(monkeypatch):
    """Sums over deals take a tenth of a second, and a page has no patience for that."""
    monkeypatch.setattr(counting, "FOREGROUND_MS", 50)

    def sleep(execute, sql, params, many, context):
        if "deals_deal" in sql and "GROUP BY" in sql:
            execute("SELECT pg_sleep(0.1)", None, False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(sleep):
        yield


def test_a_long_report_is_counted_by_a_worker_and_the_page_asks_again(base, client, given, slow):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    first = client.get(PAGE).content.decode()
    again = client.get(PAGE).content.decode()
    file = client.get(f"{PAGE}&format=csv", follow=True)

    for page in (first, again):
        assert 'role="status" hx-get="/analytics/deals/' in page
        assert base.mara.last_name not in page.split("rpt-wait")[1]
    assert file.redirect_chain[-1][0] == PAGE
    assert "<html" in file.content.decode()
    assert len(given) == 1  # however many pages ask

    assert counting.count(**given[0])
    shown = client.get(PAGE).content.decode()
    assert base.mara.last_name in shown
    assert "rpt-wait" not in shown
    assert b"\xef\xbb\xbf" in client.get(f"{PAGE}&format=csv").content


def test_former_figures_stand_with_their_time_while_they_are_counted_anew(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    assert counting.count(**given[0])
    base.deals["d5"].__class__.objects.filter(responsible=base.mara).update(responsible=base.nils)  # fmt: skip
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(minutes=2))

    page = client.get(PAGE).content.decode()
    assert base.mara.last_name in page.split("rpt-lead")[1]
    assert "rpt-wait" in page
    assert counting.count(**given[1])
    page = client.get(PAGE).content.decode()
    assert base.mara.last_name not in page.split("rpt-lead")[1]
    assert "rpt-wait" not in page


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_gives_up_is_told_and_not_tried_for_ever(base, client, given, slow, monkeypatch):  # fmt: skip
    monkeypatch.setattr(counting.guarding, "BACKGROUND_MS", 50)
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    assert counting.count(**given[0])
    page = client.get(PAGE).content.decode()

    assert 'class="rpt-fault bad" role="alert"' in page
    assert "rpt-wait" not in page
    assert len(given) == 1


def test_who_lost_his_rights_meanwhile_gets_nothing_and_a_short_report_needs_no_worker(base, client, given, slow):  # fmt: skip
    director = UserFactory(preset="director")
    client.force_login(director)
    client.get(PAGE)
    director.is_active = False
    director.save()
    assert counting.count(**given[0])
    assert counting.cache.get(given[0]["key"]) is None

    other = UserFactory(preset="director")
    client.force_login(other)
    assert "rpt-wait" not in client.get("/analytics/paying/").content.decode()
    assert len(given) == 1


def test_what_breaks_a_worker_is_told_instead_of_being_begun_again_for_ever(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)

    def broken(*args):
        raise RuntimeError("broken")

    monkeypatch.setattr(counting, "_wanted", broken)
    with pytest.raises(RuntimeError):
        counting.count(**given[0])
    page = client.get(PAGE).content.decode()

    assert 'class="rpt-fault bad" role="alert"' in page
    assert "rpt-wait" not in page
    assert len(given) == 1
