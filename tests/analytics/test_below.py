"""What stands below the diagnosis: three parts, each asked by itself, with a way to its report where it does not come."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from analytics import counting
from tests.analytics.february import february
from tests.browsing import settled
from tests.factories import DepartmentFactory, RoleFactory, UserFactory

DAYS = "since=2026-02-01&to=2026-02-28"
HTMX = {"HX-Request": "true"}


def asked_for(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'hx-get="(/analytics/below/[^"]*)"', page)]  # fmt: skip


def links(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'<span class="act"><a href="([^"]*)"', page)]  # fmt: skip


@pytest.mark.django_db
def test_the_page_asks_for_each_part_by_itself_and_leads_to_its_report_at_once(client):
    base = february()
    client.force_login(UserFactory(preset="director"))
    page = client.get(f"/analytics/?{DAYS}").content.decode()
    names = ["funnel", "refusals", "cash"]
    assert asked_for(page) == [f"/analytics/below/{name}/?{DAYS}" for name in names]
    assert links(page) == [f"/analytics/{name}/?{DAYS}" for name in names]

    funnel, refusals, cash = (client.get(part, headers=HTMX).content.decode() for part in asked_for(page))  # fmt: skip
    assert f'href="/analytics/funnel/?{DAYS.replace("&", "&amp;")}"' in funnel
    assert '<table class="funnel">' in funnel
    assert str(base.reasons["dear"]) in refusals
    assert "fig-same" not in cash  # no money moved


@pytest.mark.django_db
def test_a_part_opened_in_a_browser_is_its_report(client):
    february()
    client.force_login(UserFactory(preset="director"))
    for name in ("funnel", "refusals", "cash"):
        answer = client.get(f"/analytics/below/{name}/?{DAYS}", follow=True)
        assert answer.redirect_chain == [(f"/analytics/{name}/?{DAYS}", 302)]
        assert "<html" in answer.content.decode()


@pytest.mark.django_db
def test_who_may_not_read_payments_is_neither_shown_nor_told_money(client):
    rights = set(UserFactory(preset="director").role.permissions)
    reader = UserFactory(role=RoleFactory(permissions=sorted(rights - {"deals.view_payment"})))  # fmt: skip
    client.force_login(reader)
    page = client.get(f"/analytics/?{DAYS}").content.decode()
    assert [part.split("/")[3] for part in asked_for(page)] == ["funnel", "refusals"]
    assert client.get(f"/analytics/below/cash/?{DAYS}", headers=HTMX).status_code == 403


@pytest.mark.django_db
def test_a_part_of_others_department_is_that_of_ones_own(client):
    far = DepartmentFactory()
    client.force_login(UserFactory())
    own, named = (client.get(f"/analytics/below/funnel/?{DAYS}{more}", headers=HTMX).context["sheet"] for more in ("", f"&department={far.pk}"))  # fmt: skip
    assert named.tables == own.tables


@pytest.mark.django_db
def test_a_part_that_is_being_counted_asks_again_for_itself_alone(client, monkeypatch):
    february()
    client.force_login(UserFactory(preset="director"))
    waits = counting.Counted(None, waits=True)
    monkeypatch.setattr("analytics.views.below.counted", lambda *_args, **_more: waits)
    part = client.get(f"/analytics/below/funnel/?{DAYS}", headers=HTMX).content.decode()
    assert re.findall(r'hx-trigger="([^"]*)"', part) == [f"every {waits.polls}s, again"]  # fmt: skip
    assert asked_for(part) == [f"/analytics/below/funnel/?{DAYS}"]
    assert 'role="status"' in part


def test_a_part_that_does_not_come_says_so_and_comes_when_asked_again(browse, transactional_db):  # fmt: skip
    base = february()
    page = browse(UserFactory(preset="director", language="en"))
    broken = re.compile(r"/analytics/below/refusals/")
    page.route(broken, lambda route: route.fulfill(status=500, body="no"))
    page.goto(page.url.rstrip("/") + f"{reverse('analytics:panel')}?{DAYS}")
    settled(page)
    parts = page.locator(".fig-part")
    expect(parts).to_have_count(3)
    fault = parts.nth(1).get_by_role("alert")
    expect(fault).to_contain_text("did not come")
    expect(parts.nth(0).locator("table.funnel")).to_be_visible()
    page.unroute(broken)
    fault.get_by_role("button", name="Try again").click()
    expect(parts.nth(1)).to_contain_text(str(base.reasons["dear"]))
    expect(page.locator(".part-fault")).to_have_count(0)


@pytest.mark.django_db
def test_without_scripts_a_section_of_a_manager_is_a_page_of_its_own(client):
    base = february()
    client.force_login(UserFactory(preset="director", language="en"))
    address = f"/analytics/people/{base.mara.pk}/"
    page = client.get(f"{address}?{DAYS}").content.decode()
    ways = [way.replace("&amp;", "&") for way in re.findall(r'<noscript><p><a href="([^"]*)"', page)]  # fmt: skip
    assert f"{address}?part=funnel&{DAYS}" in ways
    for way in ways:
        whole = client.get(way).content.decode()
        assert "<html" in whole and "rpt-part" not in whole
        assert f'<a href="{address}?{DAYS.replace("&", "&amp;")}">All sections</a>' in whole  # fmt: skip
        assert "<html" not in client.get(way, headers=HTMX).content.decode()
