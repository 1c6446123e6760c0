"""The calendar in a browser: drag, stretch, draw, keyboard."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.factories import ActivityFactory, UserFactory

MOSCOW = ZoneInfo("Europe/Moscow")


def test_work_is_dragged_stretched_and_planned_by_drawing(browse, transactional_db):
    user = UserFactory()
    day = timezone.localdate() + timedelta(days=7)
    monday = day - timedelta(days=day.weekday())
    begins = datetime.combine(monday, time(10), MOSCOW)
    entry = ActivityFactory(
        status="planned", performer=user, created_by=user, planned_at=begins, feed_at=begins, minutes=60, title="Показ",
    )  # fmt: skip
    page = browse(user, f"/plan/?on={monday}", width=1440, height=1000)
    box = page.locator(".cal-e[data-pk]")

    def place():
        entry.refresh_from_db()
        return timezone.localtime(entry.planned_at, MOSCOW), entry.minutes

    def drag(source, x, y, to_x, to_y):
        found = source.bounding_box()
        page.mouse.move(found["x"] + x, found["y"] + y)
        page.mouse.down()
        page.mouse.move(found["x"] + x + to_x / 2, found["y"] + y + to_y / 2)
        page.mouse.move(found["x"] + x + to_x, found["y"] + y + to_y)
        with page.expect_response(lambda answer: "/move/" in answer.url):
            page.mouse.up()
        page.wait_for_selector("#cal:not(.htmx-swapping) .cal-e[data-pk]")

    width = page.locator(".cal-b[data-on]").first.bounding_box()["width"]
    drag(box, 20, 10, width, 56)
    assert place() == (begins + timedelta(days=1, hours=1), 60)

    height = box.bounding_box()["height"]
    drag(box, 20, height - 2, 0, 28)
    assert place()[1] == 90

    box.focus()
    with page.expect_response(lambda answer: "/move/" in answer.url):
        page.keyboard.press("Alt+ArrowDown")
    page.wait_for_timeout(100)
    assert place()[0].time() == time(11, 15)

    empty = page.locator(".cal-b[data-on]").nth(3).bounding_box()
    page.mouse.move(empty["x"] + 30, empty["y"] + 14 * 8 + 4)
    page.mouse.down()
    page.mouse.move(empty["x"] + 30, empty["y"] + 14 * 12)
    page.mouse.move(empty["x"] + 30, empty["y"] + 14 * 13 + 4)
    page.mouse.up()
    page.wait_for_selector("#dialog[open] #plan-clock")
    assert page.input_value("#plan-clock") == "10:00"
    assert page.input_value("#plan-minutes") == "90"
    assert page.faults == []


def test_whose_plan_is_shown_is_chosen_from_a_list_over_the_page(browse, transactional_db):  # fmt: skip
    user, colleague = UserFactory(), UserFactory(last_name="Соседова", first_name="Яна")
    page = browse(user, "/plan/?view=day", width=1440, height=900)
    stood = page.locator(".cal-grid").bounding_box()["y"]

    page.click(".cal-who summary")
    page.check(f".cal-who [name=who][value='{colleague.pk}']")
    assert page.locator(".cal-grid").bounding_box()["y"] == stood
    page.click(".cal-who form button[type=submit]")
    page.wait_for_url(f"**who={colleague.pk}**")

    assert page.locator(".cal-col").count() == 2
    assert "view=day" in page.url
    assert page.faults == []


def test_a_conflict_is_told_as_soon_as_the_time_is_typed(browse, transactional_db):
    user = UserFactory()
    day = timezone.localdate() + timedelta(days=7)
    begins = datetime.combine(day, time(10), MOSCOW)
    ActivityFactory(
        status="planned", performer=user, created_by=user, planned_at=begins, feed_at=begins, minutes=60, title="Показ",
    )  # fmt: skip
    page = browse(user, f"/plan/?on={day}", width=1440, height=1000)
    page.click(".tools a.btn-line")
    page.fill("#plan-on", f"{day}")

    page.fill("#plan-clock", "10:30")
    page.wait_for_selector("#dialog .cal-doubt:has-text('Показ')")
    page.fill("#plan-clock", "12:00")
    page.wait_for_selector("#dialog .cal-doubt:has-text('Показ')", state="detached")

    assert page.faults == []
