"""Fingers: what rests on a card or an entry takes it, what does not scrolls the page."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from pipeline.models import Process
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MOSCOW = ZoneInfo("Europe/Moscow")


class Finger:
    def __init__(self, page):
        self.page, self.wire = page, page.context.new_cdp_session(page)
        self.wire.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})  # fmt: skip

    def _tell(self, kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        self.wire.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    def drag(self, start, end, *, taken=None):
        """From point to point; with `taken` it rests until the page shows that it holds something."""
        self._tell("touchStart", *start)
        if taken:
            self.page.wait_for_selector(taken)
        for part in (0.1, 0.4, 0.7, 1):
            self._tell("touchMove", *(a + (b - a) * part for a, b in zip(start, end, strict=True)))  # fmt: skip
        self._tell("touchEnd")

    def touch(self, *at):
        self._tell("touchStart", *at)
        self._tell("touchEnd")


def test_a_resting_finger_drags_an_entry_of_the_calendar_and_a_card_of_the_board(browse, make_deal):  # fmt: skip
    user = UserFactory()
    day = timezone.localdate() + timedelta(days=7)
    monday = day - timedelta(days=day.weekday())
    begins = datetime.combine(monday, time(10), MOSCOW)
    entry = ActivityFactory(status="planned", performer=user, created_by=user, planned_at=begins, feed_at=begins, minutes=60, title="Показ")  # fmt: skip
    stages = list(Process.objects.get().stages.order_by("position"))
    deal = make_deal(stage=stages[0], title="Машина для склада", responsible=user)

    page = browse(user, f"/plan/?on={monday}", width=1440, height=1000)
    finger = Finger(page)
    box = page.locator(".cal-e[data-pk]").bounding_box()
    start = (box["x"] + 20, box["y"] + 12)
    down = (start[0], start[1] + 56)
    finger.drag(start, down)
    entry.refresh_from_db()
    assert entry.planned_at == begins
    page.reload()
    box = page.locator(".cal-e[data-pk]").bounding_box()
    start = (box["x"] + 20, box["y"] + 12)
    with page.expect_response(lambda answer: "/move/" in answer.url):
        finger.drag(start, (start[0], start[1] + 56), taken=".cal-e.moving")
    entry.refresh_from_db()
    assert entry.planned_at == begins + timedelta(hours=1)

    # Its lower edge is pulled longer; a touch opens an entry, or plans where nothing is.
    box = page.locator(".cal-e[data-pk]:not(.moving)").bounding_box()
    edge = (box["x"] + 20, box["y"] + box["height"] - 5)
    with page.expect_response(lambda answer: "/move/" in answer.url):
        finger.drag(edge, (edge[0], edge[1] + 28), taken=".cal-e.moving")
    entry.refresh_from_db()
    assert (entry.planned_at, entry.minutes) == (begins + timedelta(hours=1), 90)
    page.wait_for_selector("#cal:not(.htmx-swapping) .cal-e[data-pk]")
    finger.touch(start[0], start[1] + 60)
    page.wait_for_selector("#dialog[open] form")
    page.keyboard.press("Escape")
    free = page.locator(".cal-b[data-on]").nth(3).bounding_box()
    finger.touch(free["x"] + 30, free["y"] + 14 * 8 + 4)
    page.wait_for_selector("#dialog[open] #plan-clock")

    page.goto(page.url.split("/plan/")[0] + "/deals/board/")
    card = page.locator(f'[data-deal="{deal.pk}"]').bounding_box()
    column = page.locator(f"#s{stages[1].pk} ul").bounding_box()
    with page.expect_response(lambda answer: answer.url.endswith("/move/")):
        finger.drag((card["x"] + 60, card["y"] + 40), (column["x"] + 80, column["y"] + 40), taken=".dcard.sortable-chosen")  # fmt: skip
    page.locator(f'#s{stages[1].pk} [data-deal="{deal.pk}"]').wait_for()
    assert page.faults == []
