"""Ordering, adding and merging as a person does it: by pointer, by keyboard, on a phone."""

import pytest

from clients.models import Client, Region
from tests.factories import ClientFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(db):
    Region.objects.all().delete()
    return [RegionFactory(name=name, position=n) for n, name in enumerate("абв", 1)]


@pytest.fixture
def head(db):
    return UserFactory(preset="head_of_sales")


def order():
    return list(Region.objects.filter(merged_into=None).values_list("name", flat=True))


def test_an_entry_dragged_to_the_top_stays_there(browse, head, three):
    page = browse(head, "/settings/dictionaries/regions/")
    grips = page.locator(".dict-grip")
    start, end = grips.nth(2).bounding_box(), grips.nth(0).bounding_box()

    with page.expect_response(lambda r: "/move/" in r.url):
        page.mouse.move(start["x"] + 8, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(start["x"] + 8, start["y"] - 20, steps=5)
        # Rows that are still gliding to their new place are passed over: the pointer goes on as a hand would.
        for _ in range(50):
            page.mouse.move(end["x"] + 8, end["y"] + 4, steps=2)
            page.mouse.move(end["x"] + 8, end["y"] + 2, steps=2)
            if page.locator(".dict-e b").first.inner_text() == "в":
                break
            page.wait_for_timeout(50)
        page.mouse.up()

    assert order() == ["в", "а", "б"]
    assert page.locator(".dict-e b").all_inner_texts() == ["в", "а", "б"]
    assert page.faults == []


def test_the_arrows_move_an_entry_by_keyboard(browse, head, three):
    page = browse(head, "/settings/dictionaries/regions/")

    page.locator(f"#up-{three[1].pk}").focus()
    with page.expect_response(lambda r: r.url.endswith("/regions/")):
        page.keyboard.press("Enter")

    assert order() == ["б", "а", "в"]
    assert page.faults == []


def test_adding_merging_and_taking_back_on_a_phone(browse, head, three):
    ClientFactory(region=three[0])
    page = browse(head, "/settings/dictionaries/regions/", width=390, height=844)

    page.locator("[name=name]").fill("Новый край")
    page.keyboard.press("Enter")
    page.locator(".dict-e b", has_text="Новый край").wait_for()
    row = page.locator(f"[data-entry='{three[0].pk}']")
    row.locator("summary").click()
    row.locator("a[href$='/merge/']").click()
    page.locator("#dialog select").select_option(label="б")
    page.locator("#dialog [type=submit]").click()
    page.locator(f"[data-entry='{three[0].pk}']").wait_for(state="detached")
    spare = page.locator(".dict-e", has_text="Новый край")
    spare.locator("summary").click()
    spare.locator("form[action$='/delete/'] button").click()
    spare.wait_for(state="detached")
    page.locator(".toast-se .undo").last.click()
    spare.wait_for()
    assert order() == ["б", "в", "Новый край"]
    page.locator(".seg a[href*='show=merged']").click()
    page.locator(f"[data-entry='{three[0].pk}'] form[action$='/unmerge/'] button").click()  # fmt: skip
    page.locator(f"[data-entry='{three[0].pk}']").wait_for(state="detached")

    assert order() == ["а", "б", "в", "Новый край"]
    assert Client.objects.filter(region=three[0]).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.faults == []
