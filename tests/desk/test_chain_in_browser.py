"""The chain of the article: a call becomes an inquiry, a booked meeting, a résumé, a demonstration by a colleague, a handover."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Activity, ActivityKind, Client
from deals.actions import deals
from deals.models import Handover
from tests.deals.money import a_deal
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "Склад 4 000 м², смотреть на влажном полу. Въезд со двора."
SAID = "Показали на их полу, понравилось. Просят цену на две машины."
WAIT = 30_000
HANDED = "Цена согласована, осталось провести показ для директора."


def test_an_agent_s_call_becomes_a_meeting_a_demonstration_and_a_stage_of_a_colleague(browse, context):  # fmt: skip
    context.set_default_timeout(60_000)
    agent, manager, colleague = (
        UserFactory(preset=preset, first_name=first, last_name=last, language="ru")
        for preset, first, last in (
            ("telemarketer", "Ирина", "Пробная"),
            ("seller", "Глеб", "Условный"),
            ("seller", "Ада", "Показова"),
        )
    )
    kind = {k.code: str(k.pk) for k in ActivityKind.objects.all()}

    # The agent takes the call, finds who is free, books him.
    page = browse(agent, "/inquiries/new/")
    page.fill("[name=company]", "Вымпел-Образец")
    page.fill("[name=p0-name]", "Заготовкина Лидия")
    page.fill("[name=p0-phone]", "8 900 555-10-20")
    page.fill("[name=text]", "Нужна поломоечная машина, хотят встретиться")
    page.click("button[name=to][value=client]")
    page.wait_for_url(re.compile(r"/inquiries/\d+/"))
    # From the menu, without a card behind it: the client is found in the form itself.
    page.goto(page.url.split("/inquiries/")[0] + "/plan/team/")
    page.click(f".sl-next a:has-text('{manager}')")
    page.locator("#booking-q").press_sequentially("вымпел")
    expect(page.locator("#booking-found .found")).to_contain_text(
        "Вымпел-Образец", timeout=WAIT
    )
    expect(page.locator("#dialog [name=deal]")).to_be_visible(timeout=WAIT)
    page.select_option("#dialog [name=kind]", kind["meeting"])
    page.fill("#dialog [name=title]", "Встреча на складе")
    page.fill("#dialog [name=note]", NOTE)
    with page.expect_navigation():
        page.click("#dialog footer .btn-primary")
    expect(page.locator(".toast-se")).to_contain_text(str(manager), timeout=WAIT)
    meeting = Activity.objects.get(title="Встреча на складе")
    assert (meeting.performer, meeting.created_by) == (manager, agent)
    faults = list(page.faults)

    # The day comes: the manager reads who booked it and why, holds it, plans the next step for a colleague.
    soon = timezone.now() + timedelta(minutes=2)
    Activity.objects.filter(pk=meeting.pk).update(planned_at=soon, feed_at=soon)
    page = browse(manager, "/")
    line = page.locator(".ev", has_text="Встреча на складе")
    expect(line).to_contain_text(NOTE, timeout=WAIT)
    expect(line).to_contain_text("Пробная", timeout=WAIT)
    line.locator(".ev-a button").first.click()
    page.fill(".inline-form [name=summary]", SAID)
    page.fill(".inline-form [name=minutes]", "75")
    page.select_option(".inline-form [name=next_kind]", kind["demonstration"])
    on = timezone.localdate() + timedelta(days=3)
    page.fill(".inline-form [name=next_on]", on.isoformat())
    page.wait_for_selector(f".inline-form [name=next_performer] option[value='{colleague.pk}']", state="attached")  # fmt: skip
    page.select_option(".inline-form [name=next_performer]", str(colleague.pk))
    page.fill(".inline-form [name=next_title]", "Показ для директора")
    page.click(".inline-form button[value=plan]")
    expect(page.locator(".ev.done", has_text="Встреча на складе")).to_contain_text(
        SAID, timeout=WAIT
    )
    client = Client.objects.get(name="Вымпел-Образец")
    shown = Activity.objects.get(title="Показ для директора")
    assert (shown.performer, shown.follows, shown.client) == (colleague, meeting, client)  # fmt: skip

    # The stage of the deal passes to the colleague, with a note, when he accepts.
    Client.objects.filter(pk=client.pk).update(curator=manager)
    client.refresh_from_db()
    deal = deals.open_deal(by=manager, client=client, title="Две поломоечные машины")
    assert deal.performer == manager
    faults += page.faults
    page = browse(manager, f"/deals/{deal.pk}/")
    page.click(".chead details.se-menu > summary")
    page.click("button:has-text('Передать этап')")
    page.select_option("#dialog [name=receiver]", str(colleague.pk))
    page.fill("#dialog [name=note]", HANDED)
    page.click("#dialog footer .btn-primary")
    expect(page.locator("#dialog[open]")).to_have_count(0, timeout=WAIT)
    faults += page.faults
    page = browse(colleague, "/handovers/")
    page.click(".ho-list button:has-text('Принять')")
    page.wait_for_url(re.compile(r"/handovers/\d+/"))
    deal.refresh_from_db()
    assert (deal.performer, Handover.objects.get().state) == (colleague, "done")

    # Every step is in the client's history.
    page = browse(colleague, f"/clients/{client.pk}/")
    feed = page.locator("#feed, .feed").first
    for words in ("хотят встретиться", SAID, "Показ для директора", HANDED, "Глеб Условный → Ада Показова"):  # fmt: skip
        expect(feed).to_contain_text(words, timeout=WAIT)
    assert faults + page.faults == []


def test_whoever_does_a_piece_of_work_stays_where_he_stood_in_his_day(browse):
    """The day is drawn anew after each deed and its side comes in later: neither moves the page under the reader."""
    seller = UserFactory(language="ru")
    for n in range(8):
        a_deal(responsible=seller, title=f"Сделка {n}")
    for n in range(20):
        ActivityFactory(performer=seller, created_by=seller, status="planned", planned_at=timezone.now() + timedelta(minutes=n - 10), title=f"Дело {n}", note="Длинная заметка. " * 12)  # fmt: skip
    page = browse(seller, "/", width=390, height=844)
    page.wait_for_selector("#deals-wait", state="attached")
    line = page.locator(".ev", has_text="Дело 12")
    line.locator(".ev-a button").first.click()
    page.fill(".inline-form [name=summary]", "Сделано")
    button = page.locator(".inline-form .btn", has_text="Только отметить")
    button.scroll_into_view_if_needed()
    stood = page.evaluate("scrollY")
    with page.expect_response(lambda answer: "/deals/attention/" in answer.url):
        button.click()
    expect(page.locator(".ev.done", has_text="Дело 12")).to_be_visible()
    page.wait_for_selector("#deals-wait", state="attached")
    assert abs(page.evaluate("scrollY") - stood) < 400


def test_after_a_deed_the_focus_is_on_the_next_row_of_the_day(browse):
    seller = UserFactory(language="ru")
    for n in range(3):
        ActivityFactory(performer=seller, created_by=seller, status="planned", planned_at=timezone.now() - timedelta(days=5 - n), title=f"Дело {n}")  # fmt: skip
    page = browse(seller, "/")

    def done_of(number: int):
        return page.locator(".late li", has_text=f"Дело {number}").locator(".late-a button").first  # fmt: skip

    done_of(1).press("Enter")
    page.keyboard.press("Escape")
    expect(done_of(1)).to_be_focused(timeout=WAIT)

    for number, then in ((1, 2), (2, 0)):
        done_of(number).press("Enter")
        page.fill(".inline-form [name=summary]", "Договорились")
        page.locator(".inline-form button[value=record]").press("Enter")
        expect(done_of(number)).to_have_count(0, timeout=WAIT)
        expect(done_of(then)).to_be_focused(timeout=WAIT)
    assert page.faults == []
