"""Figures of a team that take long keep no page waiting: a worker counts them while the page says so."""

import json
import re
import time
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from analytics import counting, rankings
from analytics.counting_tasks import count_figures
from analytics.models import KpiChoice, SalesPlan
from salesexpert.accounts.models import User
from tests.analytics.february import February, february
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SPAN = "since=2026-02-01&to=2026-02-28"
PAGE = "/analytics/deals/?since=2026-02-01&to=2026-02-28"


@pytest.fixture
def base() -> February:
    return february()


@pytest.fixture
def given(monkeypatch) -> list[dict]:
    """What was handed to workers, as it comes out of the broker."""
    handed: list[dict] = []
    monkeypatch.setattr(count_figures, "delay", lambda **kwargs: handed.append(json.loads(json.dumps(kwargs))))  # fmt: skip
    return handed


@pytest.fixture
def slow(monkeypatch):
    """Sums over deals take a tenth of a second, and a page has no patience for that."""
    monkeypatch.setattr(counting, "FOREGROUND_MS", 50)

    def sleep(execute, sql, params, many, context):
        if ("deals_deal" in sql or "analytics_personday" in sql) and "GROUP BY" in sql:
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
        assert re.search(r'role="status"[^>]* hx-get="/analytics/deals/', page)
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

    assert 'class="cnt-state" role="alert"' in page
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

    monkeypatch.setitem(counting._MAKERS, "report", broken)
    with pytest.raises(RuntimeError):
        counting.count(**given[0])
    page = client.get(PAGE).content.decode()

    assert 'class="cnt-state" role="alert"' in page
    assert "rpt-wait" not in page
    assert len(given) == 1


def _figures(page: str, base: February) -> list[str]:
    """Whether he stands there whom the figures name, and whether the page waits."""
    return [
        word
        for word, there in (
            ("figures", 'data-person="' in page or f"<td>{base.mara}" in page or f"{base.mara}</td>" in page or f'"row">{base.mara.get_short_name()}' in page),
            ("waits", "rpt-wait" in page),
            ("alert", 'role="alert"' in page),
        )
        if there
    ]  # fmt: skip


@pytest.fixture
def team(base) -> User:
    """The director, with KPI of the sellers' role, a plan of one of them, and a ranking of the two."""
    director = UserFactory(preset="director")
    User.objects.filter(pk__in=[base.mara.pk, base.nils.pk]).update(head=director)
    for code in ("won", "lost", "revenue"):
        KpiChoice.objects.create(role=base.mara.role, indicator=code, target=Decimal(5), weight=1)  # fmt: skip
    SalesPlan.objects.create(user=base.mara, measure="won", span="month", since=date(2026, 2, 1), amount=Decimal(4))  # fmt: skip
    rankings.show(["won"], with_figures=True, head=director)
    return director


PAGES = {
    "panel": f"/analytics/?{SPAN}",
    "kpi": "/analytics/kpi/?month=2026-02",
    "plans": "/analytics/plans/?measure=won&since=2026-02",
    "ranking": f"/analytics/ranking/?{SPAN}",
}


@pytest.mark.parametrize("name", PAGES)
def test_panel_kpi_plans_and_places_that_take_long_are_counted_by_a_worker(name, team, base, client, given, slow):  # fmt: skip
    client.force_login(team)
    for _ in range(2):
        assert _figures(client.get(PAGES[name]).content.decode(), base) == ["waits"]
    assert [g["name"] for g in given] == [name]  # however many pages ask

    assert counting.count(**given[0])
    assert _figures(client.get(PAGES[name]).content.decode(), base) == ["figures"]
    assert len(given) == 1


@pytest.mark.parametrize("name", PAGES)
def test_what_breaks_is_told_on_each_of_them_and_tried_again_when_asked(name, team, base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(team)
    client.get(PAGES[name])
    with monkeypatch.context() as broken:
        broken.setitem(counting._MAKERS, name, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            counting.count(**given[0])

    for _ in range(2):
        assert _figures(client.get(PAGES[name]).content.decode(), base) == ["alert"]
    assert len(given) == 1
    assert _figures(client.get(PAGES[name], headers={counting.AGAIN: "1"}).content.decode(), base) == ["waits"]  # fmt: skip
    assert counting.count(**given[1])
    assert _figures(client.get(PAGES[name]).content.decode(), base) == ["figures"]


@pytest.mark.parametrize(("runs", "role"), [(False, "alert"), (True, "status")])
def test_a_page_that_nobody_counts_for_says_so_and_asks_now_and_then(runs, role, base, client, given, slow, monkeypatch):  # fmt: skip
    monkeypatch.setattr(counting, "_has_worker", lambda: runs)
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    now = time.time
    monkeypatch.setattr(counting.time, "time", lambda: now() + counting.BEGINS_WITHIN + 5)  # fmt: skip

    page = client.get(PAGE).content.decode()
    state = page[page.index('class="cnt-state"') :]
    assert f'role="{role}"' in state[:40]
    assert "rpt-wait" not in page
    # A worker that is busy comes to it, and one that is away may come back: the page asks now and then.
    assert 'hx-trigger="every 15s"' in state

    assert "rpt-wait" in client.get(PAGE, headers={counting.AGAIN: "1"}).content.decode()  # fmt: skip
    assert len(given) == 2
    # A worker that comes back finds both, and counts once.
    assert counting.count(**given[0])
    assert counting.count(**given[1])
    page = client.get(PAGE).content.decode()
    assert base.mara.last_name in page.split("rpt-lead")[1]


def test_who_waits_for_his_turn_is_not_told_that_nobody_counts(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    with monkeypatch.context() as patched:
        patched.setattr(
            counting.guarding, "turn_of_workers", lambda: nullcontext(False)
        )
        assert not counting.count(**given[0])
    now = time.time
    monkeypatch.setattr(counting.time, "time", lambda: now() + counting.BEGINS_WITHIN + 5)  # fmt: skip
    assert "rpt-wait" in client.get(PAGE).content.decode()


def test_what_takes_longer_than_a_minute_is_shown_for_a_minute_and_not_begun_again(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    now, later = timezone.now, timedelta()
    make = counting._MAKERS["report"]

    def long(*args):
        nonlocal later
        later = timedelta(minutes=3)
        return make(*args)

    monkeypatch.setattr(timezone, "now", lambda: now() + later)
    with monkeypatch.context() as patched:
        patched.setitem(counting._MAKERS, "report", long)
        assert counting.count(**given[0])
    assert "rpt-wait" not in client.get(PAGE).content.decode()
    assert len(given) == 1


def test_the_file_of_a_panel_waits_for_its_figures_and_says_the_same(team, base, client, given, slow):  # fmt: skip
    client.force_login(team)
    file = f"{PAGES['panel']}&format=csv"
    assert client.get(file, follow=True).redirect_chain[-1][0] == PAGES["panel"]
    assert counting.count(**given[0])
    told = client.get(file).content.decode("utf-8-sig")
    assert str(base.mara) in told
    assert len(given) == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_of_figures_that_are_not_counted_says_so_instead_of_promising_them(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director", language="en"))
    waits = client.get(f"{PAGE}&format=csv", follow=True).content.decode()
    assert "still being counted: take the file" in waits
    with monkeypatch.context() as patched:
        patched.setattr(counting.guarding, "BACKGROUND_MS", 50)
        assert counting.count(**given[0])
    failed = client.get(f"{PAGE}&format=csv", follow=True).content.decode()
    assert "still being counted: take the file" not in failed
    assert "There is no file: the figures are not counted." in failed
    assert "took too long and was given up" in failed


def test_a_waiting_panel_asks_for_its_figures_alone(team, base, client, given, slow):
    client.force_login(team)
    headers = {"HX-Request": "true", "HX-Target": "panel-figures"}
    part = client.get(PAGES["panel"], headers=headers).content.decode()
    assert part.lstrip().startswith('<div id="panel-figures">')
    assert reverse("analytics:below_funnel") not in part


def test_ones_own_figures_are_exact_and_never_a_workers(base, client, given, slow):
    client.force_login(base.mara)
    for address in (PAGES["panel"], PAGES["plans"]):
        assert "rpt-wait" not in client.get(address).content.decode()
    assert given == []


def test_what_a_killed_worker_had_in_hand_is_handed_over_again(base, client, given, slow):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    key = given[0]["key"]
    # Taken up, and then no sign of life any more.
    counting.cache.set(f"{key}:taken", 1, 60)
    assert "rpt-wait" in client.get(PAGE).content.decode()
    assert "rpt-wait" in client.get(PAGE).content.decode()
    assert len(given) == 2
    assert counting.count(**given[1])
    assert base.mara.last_name in client.get(PAGE).content.decode().split("rpt-lead")[1]


def test_what_broke_is_counted_anew_by_itself_after_a_while_each_time_a_longer_one(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)
    key = given[0]["key"]
    waits = []
    for n in range(3):
        with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
            broken.setitem(counting._MAKERS, "report", lambda *_: 1 / 0)
            count_figures(**given[n])
        page = client.get(PAGE).content.decode()
        assert 'class="cnt-state" role="alert"' in page
        assert 'hx-trigger="every 15s"' in page
        waits.append(round(counting.cache._cache.get_client().ttl(counting.cache.make_key(f"{key}:failed"))))  # fmt: skip
        counting.cache.delete(f"{key}:failed")
        assert "rpt-wait" in client.get(PAGE).content.decode()
    assert waits == [15, 30, 60]
    assert counting.count(**given[3])
    assert base.mara.last_name in client.get(PAGE).content.decode().split("rpt-lead")[1]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_finds_no_database_tells_the_page(base, client, given, slow, monkeypatch):  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    client.get(PAGE)

    def away():
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(counting.guarding, "turn_of_workers", away)
    with pytest.raises(OperationalError):
        count_figures(**given[0])
    assert 'class="cnt-state" role="alert"' in client.get(PAGE).content.decode()
