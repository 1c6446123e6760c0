"""An open page whose figures are being counted comes to them by itself, whatever happens to the server meanwhile."""

import pytest
from playwright.sync_api import expect

from analytics import counting
from analytics.counting_tasks import count_figures
from tests.analytics.february import february
from tests.browsing import settled
from tests.factories import UserFactory

PAGE = "analytics/deals/?since=2026-02-01&to=2026-02-28"


@pytest.fixture
def waiting(browse, transactional_db, monkeypatch):
    """A report that waits, its addressee and what was handed to a worker; the page asks each second."""
    base, handed = february(), []
    monkeypatch.setattr(counting, "POLLS", 1)
    monkeypatch.setattr(counting, "POLLS_BUSY", 1)
    monkeypatch.setattr(count_figures, "delay", lambda **kwargs: handed.append(kwargs))

    def too_long(figures):
        raise counting.TakesTooLong("too long")

    monkeypatch.setattr(counting, "_hurried", too_long)
    page = browse(UserFactory(preset="director", language="en"))
    page.goto(page.url.rstrip("/") + "/" + PAGE)
    settled(page)
    expect(page.locator(".rpt-wait")).to_be_visible()
    return base, page, handed


def test_a_page_that_waits_outlives_the_server_and_says_so_once_in_its_place(waiting):
    base, page, handed = waiting
    page.route("**/analytics/deals/**", lambda route: route.fulfill(status=500, body="no"))  # fmt: skip
    expect(page.locator(".poll-lost")).to_be_visible()
    page.wait_for_timeout(2500)
    expect(page.locator(".poll-lost:visible")).to_have_count(1)
    expect(page.locator("#toasts > *")).to_have_count(0)
    page.unroute("**/analytics/deals/**")
    expect(page.locator(".poll-lost")).to_be_hidden()
    assert counting.count(**handed[0])
    expect(page.locator("#sheet")).to_contain_text(base.mara.last_name)
    expect(page.locator(".rpt-wait")).to_have_count(0)


def test_what_broke_is_told_once_keeps_the_focus_and_gives_way_to_the_figures(waiting, monkeypatch):  # fmt: skip
    base, page, handed = waiting
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setitem(counting._MAKERS, "report", lambda *_: 1 / 0)
        count_figures(**handed[0])
    state = page.locator(".cnt-state[role=alert]")
    expect(state).to_be_visible()
    button = state.get_by_role("button")
    button.focus()
    state.evaluate("e => { e.stands = true }")
    page.wait_for_timeout(2500)
    # The page asked, and nothing was put in the place of what it says already.
    assert state.evaluate("e => e.stands")
    expect(button).to_be_focused()
    button.click()
    expect(page.locator(".rpt-wait")).to_be_visible()
    assert counting.count(**handed[1])
    expect(page.locator("#sheet")).to_contain_text(base.mara.last_name)


def test_whoever_is_choosing_days_is_not_interrupted_by_figures_that_come(waiting):
    base, page, handed = waiting
    page.locator(".rpt-days summary").first.click()
    field = page.locator("[name=since]")
    field.focus()
    assert counting.count(**handed[0])
    page.wait_for_timeout(2500)
    expect(field).to_be_focused()
    expect(page.locator(".rpt-wait")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_contain_text(base.mara.last_name)
