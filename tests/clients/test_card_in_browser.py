"""The card where a browser matters: dialogs, rows of a form, look-alikes while typing, a side that fails."""

import pytest

from clients.models import Client, ContactLink
from tests.browsing import settled
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_added_in_the_dialog_appears_on_the_card(browse):
    card = ClientFactory(name="Пример-Снаб")
    page = browse(UserFactory(), card.get_absolute_url())

    page.click("#people .act a")
    page.wait_for_selector("#dialog[open]")
    page.click("#dialog footer .btn-primary")
    page.wait_for_selector("#dialog .invalid-feedback")
    settled(page)
    page.fill("#dialog [name=first_name]", "Лидия")
    page.fill("#dialog [name=phone]", "8 (4852) 00-11-33")
    page.click("#dialog footer .btn-primary")
    page.wait_for_selector("#people >> text=Лидия")

    assert not page.locator("#dialog[open]").count()
    assert ContactLink.objects.get().client == card
    assert page.faults == []


def test_rows_are_added_and_taken_away_by_the_keyboard_and_a_look_alike_is_shown(
    browse,
):
    known = ClientFactory(name="Ромашка", core_name="ромашка", inn="7702070139")
    page = browse(UserFactory(), "/clients/new/")

    page.fill("#id_name", "ООО Ромашка")
    page.wait_for_selector(f"#similar a[href='/clients/{known.pk}/']")
    page.fill("#id_name", "Совсем Другая")
    page.fill("#id_inn", "4401000001")
    page.wait_for_selector("#id_inn_doubt:not(:empty)")
    page.fill("#id_phones-0-raw", "8 495 540-75-20")
    page.focus("[data-rows=phones] [data-add]")
    page.keyboard.press("Enter")
    page.keyboard.type("8 495 540-75-21")
    page.focus("[data-rows=phones] [data-row]:first-child [data-remove]")
    page.keyboard.press("Enter")
    page.click(".form-actions .btn-primary")
    page.wait_for_selector(".chead .facts")

    card = Client.objects.get(name="Совсем Другая")
    assert [p.raw for p in card.phones.all()] == ["8 495 540-75-21"]
    assert page.faults == []


def test_a_parent_firm_is_picked_by_the_keyboard(browse):
    parent = ClientFactory(name="Головная", search_text="головная")
    card = ClientFactory(name="Дочерняя")
    page = browse(UserFactory(), f"/clients/{card.pk}/edit/")

    page.fill("#id_parent_find", "голов")
    page.wait_for_selector("[data-pick]")
    page.focus("#id_parent_find")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.click(".form-actions .btn-primary")
    page.wait_for_selector(".chead .facts")

    card.refresh_from_db()
    assert card.parent == parent
    assert page.faults == []


def test_a_side_that_does_not_load_says_so_and_is_asked_again(browse):
    card = ClientFactory()
    person = UserFactory()
    page = browse(person, "/")
    page.route("**/panels/", lambda route: route.abort())
    page.goto(page.url.rstrip("/") + card.get_absolute_url())
    page.wait_for_selector("#panels .panel-err")
    page.unroute("**/panels/")

    page.click("#panels .panel-err button")

    page.wait_for_selector("#panel-files")


def test_a_value_is_filled_in_without_leaving_the_card(browse):
    card = ClientFactory()
    page = browse(UserFactory(), card.get_absolute_url())

    page.click("#about a[hx-get$='/fill/city/']")
    page.fill("#about input[name=city]", "Тверь")
    page.keyboard.press("Enter")
    page.wait_for_selector("#about dd >> text=Тверь")

    card.refresh_from_db()
    assert card.city == "Тверь"
    assert page.faults == []


def test_a_long_title_behind_the_way_back_has_two_lines_on_a_phone(browse):
    card = ClientFactory(name="Вымпел-Образец Северо-Запад")
    page = browse(UserFactory(language="ru"), card.get_absolute_url(), width=390, height=844)  # fmt: skip

    def is_whole(selector: str) -> bool:
        return page.locator(selector).evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")  # fmt: skip

    assert is_whole(".se-crumb > span")
    assert is_whole(".se-crumb > a")
    assert page.locator(".se-top").evaluate("e => e.scrollWidth <= e.clientWidth && e.clientHeight <= 56")  # fmt: skip
