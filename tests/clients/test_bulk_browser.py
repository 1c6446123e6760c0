"""Choosing rows in a real browser: ticks, a range, the keyboard, all that match, on a desktop and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from clients.models import Client
from tests.browsing import settled
from tests.factories import ClientFactory, RegionFactory, UserFactory


@pytest.fixture
def head(transactional_db):
    return UserFactory(username="chooser", preset="head_of_sales", language="ru")


@pytest.fixture
def firms(head):
    names = [f"Проба {letter}" for letter in "абвгдежзиклмнопрстуфхцчшщэюя"]
    return [ClientFactory(name=name, curator=head) for name in names]


def boxes(page):
    return page.locator("[data-rows] tbody .tick input")


def test_rows_are_ticked_in_a_range_and_by_keyboard(browse, head, firms):
    page = browse(head, "/clients/")
    expect(boxes(page)).to_have_count(25)

    boxes(page).nth(1).check()
    boxes(page).nth(4).click(modifiers=["Shift"])
    expect(page.locator("#bulk [data-count]")).to_have_text("4")
    page.locator("[data-rows] tbody a.q").nth(6).focus()
    page.keyboard.press("x")
    expect(page.locator("#bulk [data-count]")).to_have_text("5")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("[data-rows] thead .tick input").check()
    expect(page.locator("#bulk [data-count]")).to_have_text("25")

    assert page.faults == []


def test_all_that_match_are_changed_and_undone(browse, head, firms):
    region = RegionFactory(name="Костромская область")
    page = browse(head, "/clients/?curator=me")

    boxes(page).first.check()
    page.click("#bulk [data-all]")
    expect(page.locator("#bulk [data-count]")).to_have_text(str(len(firms)))
    page.click("#bulk button:has-text('Изменить другое')")
    page.wait_for_selector("#dialog [name=what]")
    settled(page)
    page.select_option("#dialog [name=what]", "set:region")
    page.select_option("#dialog [name=value]", str(region.pk))
    page.click("#dialog footer .btn-primary")
    expect(page.locator("#dialog .bulk-sum")).to_contain_text(str(len(firms)))
    page.click("#dialog footer .btn-primary")
    expect(page.locator(".toast-se")).to_contain_text("Изменено")
    assert Client.objects.filter(region=region).count() == len(firms)
    page.click(".toast-se a")
    page.click("button:has-text('Отменить')")
    expect(page.locator("h1.cname")).to_contain_text(re.compile("Возвращ"))
    assert not Client.objects.filter(region=region).exists()

    assert page.faults == []


def test_choosing_works_on_a_phone_and_columns_do_not_overlap(browse, head, firms):
    page = browse(head, "/clients/", width=390, height=844)

    boxes(page).nth(2).check()
    expect(page.locator("#bulk")).to_be_visible()
    page.click("#bulk button:has-text('Передать')")
    expect(page.locator("#dialog [name=value]")).to_be_visible()
    page.keyboard.press("Escape")
    first = page.locator("[data-rows] tbody tr td").nth(0).bounding_box()
    second = page.locator("[data-rows] tbody tr td").nth(1).bounding_box()
    wider = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    assert first["x"] + first["width"] <= second["x"] + 1
    assert not wider
    assert page.faults == []
