"""The card in a browser: a call is written down and the next step planned without touching the mouse."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Activity, Commitment
from salesexpert.accounts.models import User
from tests.browsing import settled
from tests.factories import (  # fmt: skip
    ActivityFactory,
    ClientFactory,
    ContactLinkFactory,
    UserFactory,
)


@pytest.fixture
def anna(transactional_db):
    return UserFactory(username="anna", last_name="Образцова")


@pytest.fixture
def firm(anna):
    client = ClientFactory(name="Вымпел-Образец", curator=anna)
    ContactLinkFactory(client=client)
    return client


def tab_to(page, name):
    """Press Tab until the field called `name` has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Поговорили, ждут предложение"), ("en", "Talked, they wait for an offer")],
)
def test_a_call_and_the_next_step_by_keyboard_alone(browse, anna, firm, language, words):  # fmt: skip
    User.objects.update(language=language)
    page = browse(anna, f"/clients/{firm.pk}/", width=1440, height=900)
    settled(page)

    page.locator("#composer input[name=kind]").first.focus()
    tab_to(page, "summary")
    page.keyboard.type(words)
    tab_to(page, "next_title")
    page.keyboard.type("Позвонить")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#composer [aria-invalid=true]")  # the day is missing
    assert page.locator("#composer textarea").input_value() == words

    tab_to(page, "next_on")
    day = timezone.localdate() + timedelta(days=3)
    page.locator("#composer [name=next_on]").fill(day.isoformat())
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f"#feed-list .fl:not(.plan) >> text={words}")
    page.wait_for_selector("#feed-list .fl.plan >> text=Позвонить")

    done, step = Activity.objects.get(status="done"), Activity.objects.get(status="planned")  # fmt: skip
    assert done.summary == words
    assert step.follows == done
    page.wait_for_function("document.querySelector('#composer textarea').value === ''")
    assert page.faults == []


def test_a_promise_appears_on_the_strip_and_is_settled_there(browse, anna, firm):
    page = browse(anna, f"/clients/{firm.pk}/", width=390, height=844)
    settled(page)

    page.locator("#composer textarea").fill("Обещали скидку")
    page.locator("#composer [name=promise]").check()
    page.locator("#composer [name=promise_text]").fill("Скидка 4 %")
    page.locator("#composer button[value=record]").click()
    page.wait_for_selector("#commitments >> text=Скидка 4 %")
    page.locator("#commitments a").click()
    page.locator("#dialog button[type=submit]").click()
    page.wait_for_selector("#commitments:not(:has(.agree))", state="attached")

    assert Commitment.objects.get().settled_by == anna
    assert page.faults == []


def test_work_is_finished_in_its_place_on_the_day(browse, anna, firm):
    ActivityFactory(client=firm, performer=anna, status="planned", planned_at=timezone.now(), title="Узнать решение", summary="")  # fmt: skip
    page = browse(anna, "/", width=1440, height=900)
    settled(page)

    page.locator("#today .ev-a button").first.click()
    page.wait_for_selector("form.inline-form")
    page.locator(".inline-form button[value=record]").click()
    page.wait_for_selector(".inline-form [aria-invalid=true]")
    page.locator(".inline-form textarea").fill("Согласились")
    page.locator(".inline-form button[value=record]").click()
    page.wait_for_selector("#today .ev.done >> text=Согласились")

    assert Activity.objects.get().status == "done"
    assert page.faults == []


def test_what_is_being_typed_survives_a_deed_beside_it(browse, anna, firm):
    row = ActivityFactory(client=firm, performer=anna, status="planned", planned_at=timezone.now(), title="Лишнее", summary="")  # fmt: skip
    page = browse(anna, f"/clients/{firm.pk}/", width=1440, height=900)
    settled(page)

    page.locator("#composer textarea").fill("Ещё не дописано")
    page.locator(f"#a-{row.pk} [href$='/cancel/']").click()
    page.locator(f"#a-{row.pk} textarea").fill("Не нужно")
    page.locator(f"#a-{row.pk} form button[type=submit]").click()
    page.wait_for_selector("#feed-list .fi.off >> text=Не нужно")

    assert page.locator("#composer textarea").input_value() == "Ещё не дописано"
    assert page.faults == []


def test_late_work_is_put_off_in_its_row(browse, anna, firm):
    late = timezone.now() - timedelta(days=2)
    row = ActivityFactory(
        client=firm, performer=anna, status="planned", planned_at=late, title="Забытое"
    )
    page = browse(anna, "/", width=1440, height=900)
    settled(page)

    page.locator(".late-a button").nth(1).click()
    form = page.locator(".late form.inline-form")
    form.wait_for()
    assert form.bounding_box()["width"] > 500  # a line of its own below the row
    form.locator("button[type=submit]").click()
    page.wait_for_selector("#day:not(:has(.late))")

    row.refresh_from_db()
    assert row.planned_at > timezone.now()
    assert page.faults == []


def test_the_composer_only_plans_when_told_so(browse, anna, firm):
    page = browse(anna, f"/clients/{firm.pk}/", width=1440, height=900)
    settled(page)

    page.locator("#composer [name=mode]").check()
    assert not page.locator("#composer [name=result]").is_visible()
    page.locator("#composer [data-days='7']").click()
    page.keyboard.type("Показать щётки")
    page.locator("#composer button.of-plan").click()
    page.wait_for_selector("#feed-list .fl.plan >> text=Показать щётки")

    assert Activity.objects.get().status == "planned"
    assert page.faults == []
