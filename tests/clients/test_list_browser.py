"""The list in a real browser: keyboard, filters, columns, search, and not one violation of the content policy."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Selection
from clients.searching import refresh_search
from tests.browsing import settled
from tests.factories import ClientFactory, RegionFactory, UserFactory


@pytest.fixture
def seller(transactional_db):
    return UserFactory(username="lister", preset="head_of_sales", language="ru")


@pytest.fixture
def firms(seller):
    region = RegionFactory(name="Костромская область")
    made = [
        ClientFactory(name=name, region=region if name < "Б" else None, curator=seller)
        for name in ("Аврора", "Астра", "Берег", "Весна")
    ]
    ClientFactory(
        name="Гроза",
        next_step_at=timezone.now() - timedelta(days=2),
        next_step_title="звонок",
    )
    refresh_search([c.pk for c in made])
    return made


def rows(page):
    return page.locator("[data-rows] tbody td.nm b")


def test_rows_are_walked_and_opened_by_keyboard(browse, seller, firms):
    page = browse(seller, "/clients/")
    expect(rows(page)).to_have_count(5)

    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text("Астра")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{firms[1].pk}/")

    assert page.faults == []


def test_a_filter_is_picked_and_taken_away(browse, seller, firms):
    RegionFactory.create_batch(9)  # so many that they are narrowed by typing
    page = browse(seller, "/clients/")

    page.click("summary.chip.add")
    settled(page)  # htmx hears the buttons it brought a moment after they are seen
    page.click(".picker button:text-is('Регион')")
    page.fill(".picker fieldset [data-narrow]", "костр")
    page.check(".picker label:has-text('Костромская область') input")
    page.click(".picker button[type=submit]")
    expect(rows(page)).to_have_text(["Аврора", "Астра"])
    expect(page.locator(".chip", has_text="Костромская область")).to_be_visible()
    assert re.search(r"/clients/\?region=\d+$", page.url)
    page.click(".chip a[aria-label^='Убрать']")
    expect(rows(page)).to_have_count(5)
    page.go_back()
    expect(rows(page)).to_have_count(2)

    assert page.faults == []


def test_typing_searches_and_the_box_keeps_the_focus(browse, seller, firms):
    page = browse(seller, "/clients/")

    page.locator("#list-q").press_sequentially("бере")
    expect(rows(page)).to_have_text(["Берег"])
    expect(page.locator("#list-q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Берег")

    assert page.faults == []


def test_columns_are_chosen_and_stay(browse, seller, firms):
    page = browse(seller, "/clients/?sort=-name")

    page.click("summary[aria-label='Столбцы']")
    page.check(".picker label:has-text('ИНН') input")
    page.click(".picker button[type=submit]:not([name])")
    expect(page.locator("th", has_text="ИНН")).to_be_visible()
    assert page.url.endswith("?sort=-name")

    assert page.faults == []


def test_a_selection_is_saved_from_the_list(browse, seller, firms):
    page = browse(seller, "/clients/?curator=me&kind=company")

    page.click("button:has-text('Сохранить подборку')")
    page.fill("#dialog [name=name]", "Мои фирмы")
    page.click("#dialog button[type=submit]")
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Мои фирмы")
    assert Selection.objects.get().parameters == "curator=me&kind=company"

    assert page.faults == []


def test_the_list_fits_a_phone(browse, seller, firms):
    page = browse(seller, "/clients/?curator=me", width=390, height=844)

    page.click("summary.chip.add")
    expect(page.locator(".picker button").first).to_be_visible()
    wider = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    assert not wider
    assert page.faults == []
