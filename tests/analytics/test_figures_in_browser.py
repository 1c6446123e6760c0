"""Figures by the keyboard alone: what is chosen keeps the focus, what opens gives it back, nothing lies under a bar."""

from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from analytics import counting
from analytics.models import SalesPlan
from tests.analytics.february import SINCE, UNTIL, february
from tests.browsing import settled
from tests.contrast import FAINT
from tests.factories import ActivityFactory, DepartmentFactory, UserFactory

PERIOD = f"since={SINCE}&to={UNTIL}"
FOCUSED = """() => { const e = document.activeElement;
return e.name || e.getAttribute('aria-label') || (e.innerText || '').trim() || e.tagName }"""
WITHIN = "() => { const pop = document.querySelector('details[open] .pop'); return pop && pop.getBoundingClientRect().right <= innerWidth }"  # fmt: skip
# Of the focused element, that nothing else lies over its middle.
UNCOVERED = """() => { const e = document.activeElement, b = e.getBoundingClientRect();
const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2); return e === top || e.contains(top) }"""


@pytest.fixture
def director(transactional_db):
    february()
    return UserFactory(username="director", preset="director", language="en")


def until(page, wanted, key="Tab"):
    """Press the key until what is wanted has the focus."""
    for _ in range(120):
        page.keyboard.press(key)
        if wanted in page.evaluate(FOCUSED):
            return
    pytest.fail(f"{wanted} was not reached, last {page.evaluate(FOCUSED)}")


def test_choices_above_a_report_keep_the_focus_and_popovers_give_it_back(director, browse):  # fmt: skip
    page = browse(director, "/analytics/deals/?period=last_year", width=1240, height=800)  # fmt: skip
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    settled(page)
    assert page.evaluate(FOCUSED) == "period"
    assert page.evaluate(UNCOVERED)

    # The arrow chooses, the report is swapped, and the next arrow chooses again.
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**period=year**")
    settled(page)
    assert page.evaluate(FOCUSED) == "period"
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**period=last_quarter**")
    until(page, "compare")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**compare=yes**")
    settled(page)
    assert page.evaluate(FOCUSED) == "compare"

    until(page, "Part of the base")
    page.keyboard.press("Enter")
    page.wait_for_function(WITHIN)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) in ("region", "industry", "group", "source", "product")  # fmt: skip
    page.keyboard.press("Escape")
    assert page.locator("details.rpt-days[open]").count() == 0
    assert "Part of the base" in page.evaluate(FOCUSED)
    for name in ("Send by letter", "Save the view"):
        until(page, name)
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUSED) == name
    assert page.faults == []


def test_the_popover_of_parts_stays_in_a_narrow_window(director, browse):
    page = browse(director, f"/analytics/deals/?{PERIOD}", width=1000, height=800)
    for summary in page.locator("summary", has_text="Part of the base").all():
        summary.click()
        page.wait_for_function(WITHIN)
    page.locator("h1").click()
    assert page.locator("details.rpt-days[open]").count() == 0


@pytest.mark.parametrize("address", ["/analytics/", "/analytics/deals/", "/analytics/effort/"])  # fmt: skip
def test_choices_are_one_strip_on_a_phone_and_their_popover_the_foot_of_the_window(director, browse, address):  # fmt: skip
    page = browse(director, f"{address}?{PERIOD}", width=390, height=844)
    strip = page.locator("form.tools")
    assert strip.bounding_box()["height"] < 70
    assert strip.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.locator("form.tools details summary").first.click()
    page.wait_for_function(WITHIN)
    foot = page.locator("details[open] .pop").bounding_box()
    assert foot["x"] == 0 and foot["width"] == 390
    assert foot["y"] + foot["height"] == pytest.approx(844, abs=1)


def test_columns_and_limits_are_chosen_by_the_keyboard(director, browse):
    page = browse(director, f"/analytics/?{PERIOD}")
    until(page, "Columns")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    until(page, "column")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "Columns"

    until(page, "Limits", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] select[name=of]")
    until(page, "of")
    page.keyboard.press("ArrowDown")
    settled(page)
    assert page.evaluate(FOCUSED) == "of"
    until(page, "low_won")
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .form-errors")
    assert page.evaluate(FOCUSED) == "low_won"
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="detached")
    assert page.faults == []


def test_plans_are_typed_down_a_column_and_saved(director, browse):
    page = browse(director, "/analytics/plans/set/?measure=payments&year=2026")
    rows = page.locator("[data-cells] tbody tr")
    assert rows.count() > 1
    first, second = (rows.nth(n).locator("input").first.get_attribute("name") for n in (0, 1))  # fmt: skip
    until(page, first)
    page.keyboard.type("1000")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == second
    page.keyboard.type("2000")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == first
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(f"[name='{first}']").input_value() == "1,000"
    assert page.locator(f"[name='{second}']").input_value() == "2,000"
    assert page.faults == []


def test_a_year_of_plans_fits_beside_the_menu_and_its_sum_stands_in_the_field_that_spreads_it(director, browse):  # fmt: skip
    begins = [date(2026, month, 1) for month in range(1, 13)]
    SalesPlan.objects.bulk_create(SalesPlan(measure="payments", span="month", since=since, amount=217_750_000) for since in begins)  # fmt: skip
    page = browse(director, "/analytics/plans/set/?measure=payments&year=2026", width=1440, height=900)  # fmt: skip
    assert page.locator(".tbl-wrap").evaluate("e => e.scrollWidth <= e.clientWidth")

    fields = page.locator("[data-cells] tbody tr").first.locator("input")
    assert fields.count() == 13
    assert fields.evaluate_all("all => all.every((e) => e.scrollWidth <= e.clientWidth)")  # fmt: skip
    assert fields.last.get_attribute("placeholder") == "2,613,000,000"
    fields.last.fill("1200")
    with page.expect_navigation():
        page.get_by_role("button", name="Spread the year").click()
    assert fields.last.get_attribute("placeholder") == "1,200"


@pytest.mark.parametrize("address", ["/analytics/plans/", "/analytics/plans/set/"])
def test_what_plans_are_shown_is_one_strip_on_a_phone(director, browse, address):
    page = browse(director, address, width=390, height=844)
    strip = page.locator("form[method=get].pay-who")
    assert strip.bounding_box()["height"] < 60
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_whoever_goes_back_from_the_records_by_the_keyboard_stands_on_the_figure_again(director, browse):  # fmt: skip
    page = browse(director, f"/analytics/?{PERIOD}&compare=yes")
    for within in ("tbody", ".fig-below"):
        settled(page)
        page.wait_for_selector("[aria-busy=true]", state="detached")
        figure = page.locator(f"main {within} td a.q").last
        figure.focus()
        left = page.evaluate("document.activeElement.href")
        page.keyboard.press("Enter")
        page.wait_for_url(left)
        page.go_back()
        page.wait_for_function("href => document.activeElement.href === href", arg=left)  # fmt: skip
        page.wait_for_function(UNCOVERED)

    # A mouse says itself where one is, and a page opened anew begins at its top.
    with page.expect_navigation():
        page.reload()
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.faults == []


def test_a_file_asked_too_early_is_answered_in_words_instead_of_being_saved(director, browse, monkeypatch):  # fmt: skip
    page = browse(director, f"/analytics/?{PERIOD}")
    cache.clear()
    monkeypatch.setattr(counting, "FOREGROUND_MS", 1)
    monkeypatch.setattr(counting, "_hand_over", lambda figures: None)
    saved = []
    page.on("download", lambda file: saved.append(file))
    page.get_by_role("link", name="Excel").click()
    page.get_by_text("take the file when they stand here").wait_for()
    assert saved == []

    # A worker that does not come is told of once in full, and in one line beside the other parts.
    monkeypatch.setattr(counting, "_unbegun", lambda key: 90)
    page.reload()
    page.get_by_text("Tell whoever looks after the server").wait_for()
    page.get_by_text("Counting has not begun: no background worker answers").first.wait_for()  # fmt: skip
    settled(page)
    assert page.get_by_role("alert").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_and_figure_is_readable_on_its_ground(director, browse, theme, live_server):  # fmt: skip
    director.theme = theme
    director.save(update_fields=["theme"])
    page = browse(director, f"/analytics/?{PERIOD}")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    faint = []
    for path in ("/analytics/", "/analytics/refusals/", "/analytics/funnel/", "/analytics/deals/", "/analytics/plans/", "/analytics/kpi/", "/earned/team/", "/analytics/schemes/"):  # fmt: skip
        page.goto(f"{live_server.url}{path}?{PERIOD}&compare=yes")
        settled(page)
        page.wait_for_selector("[aria-busy=true]", state="detached")
        faint += [(path, words) for words in page.evaluate(FAINT)]
    # February has too few refusals for a strong tint beside what was before.
    page.goto(f"{live_server.url}/analytics/refusals/?{PERIOD}")
    page.evaluate("""() => document.querySelectorAll('.rpt-x td.num').forEach((cell, n) => {
        cell.className = `num heat-${1 + n % 5}`;
        cell.insertAdjacentHTML('beforeend', '<small class="rpt-was">was 9</small>');
    })""")
    assert page.locator(".rpt-x .heat-5 .rpt-was").count() > 0
    assert faint + page.evaluate(FAINT) == []


def test_paper_shows_the_columns_that_a_phone_leaves_out(director, browse):
    SalesPlan.objects.create(measure="payments", span="month", since=date(2026, 2, 1), amount=1000)  # fmt: skip
    page = browse(director, "/analytics/plans/?measure=payments&span=month&since=2026-02", width=718, height=900)  # fmt: skip
    plan = page.locator("th", has_text="Plan").first
    assert not plan.is_visible()
    page.emulate_media(media="print")
    assert plan.is_visible()
    assert page.locator(".tbl-wrap").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_wide_table_is_whole_on_paper(director, browse, live_server):
    page = browse(director, f"/analytics/?{PERIOD}", width=957, height=1200)
    page.emulate_media(media="print")
    # A4 as the browser lays it out before it shrinks the page: what is much wider is cut off at the edge.
    for path in ("/analytics/", "/analytics/effort/"):
        page.goto(f"{live_server.url}{path}?{PERIOD}&compare=yes")
        settled(page)
        wide = page.locator(".tbl-wrap:has(.diag, .rpt-t)").evaluate_all("all => all.map((e) => [e.scrollWidth, e.clientWidth]).filter(([whole, shown]) => whole > shown * 1.01)")  # fmt: skip
        assert wide == [], path


def test_a_panel_of_many_keeps_its_heads_in_sight_and_names_leave_room_on_a_phone(director, browse):  # fmt: skip
    for n in range(20):
        seller = UserFactory(last_name=f"Константинопольская-Преображенская-{n}", first_name="Александра")  # fmt: skip
        ActivityFactory(performer=seller, done_at=timezone.now())
    page = browse(director, "/analytics/?show=contacts&show=won", width=1440, height=700)  # fmt: skip
    settled(page)
    whole = page.locator(".fig-tall")
    whole.evaluate("wrap => wrap.scrollTo(0, wrap.scrollHeight)")
    top, below = whole.bounding_box(), page.locator(".fig-diag tbody tr").last.bounding_box()  # fmt: skip
    head, foot = page.locator(".fig-diag thead th").first, page.locator(".fig-diag tfoot th")  # fmt: skip
    assert abs(head.bounding_box()["y"] - top["y"]) < 2
    assert below["y"] + below["height"] <= foot.bounding_box()["y"] + 2
    page.emulate_media(media="print")
    assert whole.evaluate("wrap => wrap.scrollHeight <= wrap.clientHeight + 1")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})

    names = page.locator(".fig-diag tbody th")
    assert names.first.bounding_box()["width"] <= 150
    assert names.evaluate_all("names => names.filter(name => name.scrollWidth > name.clientWidth || name.firstElementChild.offsetHeight < name.firstElementChild.scrollHeight).length") == 0  # fmt: skip


def test_long_names_of_departments_leave_room_for_their_plans_on_a_phone(director, browse):  # fmt: skip
    DepartmentFactory(name="Департамент стратегического развития межрегиональных продаж и клиентского сервиса")  # fmt: skip
    page = browse(director, "/analytics/plans/set/", width=390, height=844)

    assert page.locator(".pay-cells tbody th").evaluate_all("heads => Math.max(...heads.map(head => head.offsetWidth))") <= 150  # fmt: skip
