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
