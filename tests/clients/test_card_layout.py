"""The card arranged for a role: on the settings page, on the card, in a browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from clients import layout
from clients.actions import own_fields as actions
from clients.models import CardLayout, OwnBlock, OwnField
from salesexpert.accounts.models import Role
from tests.factories import ClientFactory, UserFactory

ADDRESS = "/settings/card/"
PANELS = ["deals", "products", "files", "family", "relationship"]


def typed(role=None, *, main=("history",), side=("people", "about", *PANELS), hidden=(), **more):  # fmt: skip
    return {
        "role": role.pk if role else "",
        "was": "null",
        "main": main,
        "side": side,
        "shown": [n for n in (*main, *side) if n not in hidden],
        **more,
    }


@pytest.fixture
def admin(db):
    return UserFactory(preset="administrator", username="arranger", language="ru")


@pytest.fixture
def seller_role(db):
    return Role.objects.get(code="seller")


def test_a_role_gets_its_own_card_and_the_others_keep_theirs(sign_in, admin, seller_role):  # fmt: skip
    card = ClientFactory(inn="7707083893")
    http = sign_in(admin)
    lines = {"lines": ["inn", "industry"], "shown_line": ["industry"]}

    answer = http.post(ADDRESS, typed(seller_role, side=["about", *PANELS, "people"], hidden=["people", "files"], **lines))  # fmt: skip

    assert answer.status_code == 302
    seller = sign_in(UserFactory(preset="seller"))
    page = seller.get(card.get_absolute_url()).text
    assert 'id="people"' not in page
    assert 'id="panel-files"' not in page
    assert 'id="panel-files"' not in seller.get(f"/clients/{card.pk}/panels/").text
    assert page.index('id="about"') < page.index('id="panel-deals"')
    about = seller.get(f"/clients/{card.pk}/about/").text
    assert "7707083893" not in about
    other = sign_in(UserFactory(preset="lawyer")).get(card.get_absolute_url()).text
    assert 'id="people"' in other
    assert "7707083893" in other


def test_a_block_of_own_fields_stands_where_it_was_put(sign_in, admin):
    now = timezone.now()
    block = actions.save_block(block=OwnBlock(owner="client", name="Автопарк"), by=admin, at=now)  # fmt: skip
    actions.save_field(field=OwnField(owner="client", name="Машин", type="number", block=block), choices=[], by=admin, at=now)  # fmt: skip
    card, name = ClientFactory(), f"own_block_{block.pk}"
    http = sign_in(admin)
    assert "Автопарк" in http.get(ADDRESS).text

    http.post(ADDRESS, typed(main=[name, "history"]))

    page = http.get(card.get_absolute_url()).text
    assert page.index(f'id="{name}"') < page.index('class="feed"')


def test_without_a_script_the_arrows_move_and_nothing_is_saved(sign_in, admin):
    answer = sign_in(admin).post(ADDRESS, typed(move="up:about"))

    assert answer.status_code == 200
    assert answer.text.index('value="about"') < answer.text.index('value="people"')
    assert not CardLayout.objects.exists()
    over = sign_in(admin).post(ADDRESS, typed(move="over:files")).text
    assert over.index('value="files"') < over.index('data-name="side"')


def test_two_administrators_do_not_overwrite_each_other(sign_in, admin):
    http = sign_in(admin)
    http.post(ADDRESS, typed(hidden=["people"]))

    answer = http.post(ADDRESS, typed(hidden=["files"]))

    assert answer.status_code == 422
    assert "настроил кто-то ещё" in answer.text
    assert CardLayout.objects.get().layout["hidden"] == ["people"]


def test_the_standard_comes_back(sign_in, admin, seller_role):
    http = sign_in(admin)
    http.post(ADDRESS, typed(seller_role, hidden=["people"]))

    http.post(f"{ADDRESS}reset/", {"role": seller_role.pk})

    assert not CardLayout.objects.exists()


def test_the_preview_draws_a_card_and_saves_nothing(sign_in, admin):
    http = sign_in(admin)
    assert http.post(f"{ADDRESS}preview/", typed()).status_code == 302
    ClientFactory(name="Пример-Показ")

    page = http.post(f"{ADDRESS}preview/", typed(hidden=["people", "files"]))

    assert "Пример-Показ" in page.text
    assert 'id="people"' not in page.text
    shown = page.text.partition("?show=")[2].partition('"')[0].split(",")
    assert {"deals", "products"} <= set(shown)
    assert "files" not in shown
    assert not CardLayout.objects.exists()


@pytest.mark.parametrize("role", ["x", "999999", "9" * 30, "-1", "\x00"])
def test_a_role_that_is_not_there_is_not_found(sign_in, admin, role):
    http = sign_in(admin)

    assert http.get(ADDRESS, {"role": role}).status_code == 404
    assert http.post(f"{ADDRESS}reset/", {"role": role}).status_code == 404


def test_nonsense_in_an_arrangement_is_passed_over(sign_in, admin):
    card = ClientFactory()
    http = sign_in(admin)
    http.post(ADDRESS, typed(main=["😀", "about", "about"], side=["history", "x" * 9000, "own_block_7"], was="[1", lines=["\x00", "inn"]))  # fmt: skip
    for kept in ({"main": 5, "side": {"a": 1}, "hidden": ["history"]}, {"lines": [[]]}):
        CardLayout.objects.update_or_create(role=None, defaults={"layout": kept})
        assert http.get(card.get_absolute_url()).status_code == 200
        assert http.get(ADDRESS).status_code == 200


def test_what_came_later_stands_beside_its_neighbour_of_the_standard(db):
    kept = {"side": ["relationship", "about", "people"], "hidden": ["files"]}

    names = [b.name for b in layout.arranged(kept).side]

    assert names[0] == "relationship"
    assert names[-1] == "people"
    assert names.index("about") < names.index("deals") < names.index("products")
    assert names.index("products") + 1 == names.index("files")


def test_an_arrangement_costs_the_card_no_query(sign_in, admin):
    card = ClientFactory()
    http = sign_in(admin)

    def cost():
        http.get(card.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            http.get(card.get_absolute_url())
        return len(queries)

    before = cost()
    CardLayout.objects.create(role=None, layout={"side": ["about", "people"]})

    assert cost() == before


def test_blocks_and_lines_are_ordered_by_keyboard(transactional_db, browse, admin):  # fmt: skip
    page = browse(admin, ADDRESS)
    side = page.locator("[data-name=side] [data-item]")
    side.nth(1).locator("[data-move='-1']").press("Enter")
    expect(side.first.locator("label")).to_have_text("О клиенте")
    side.nth(1).locator("[data-over]").press("Enter")
    expect(page.locator("[data-name=main] [data-item]")).to_have_count(2)
    lines = page.locator("[data-name=lines] [data-item]")
    first = lines.first.locator("input[type=hidden]").get_attribute("value")
    lines.first.locator("[data-move='1']").press("Enter")
    expect(lines.first.locator("input[type=hidden]")).not_to_have_value(first)

    page.get_by_role("button", name="Сохранить настройку").click()
    page.wait_for_load_state()

    kept = CardLayout.objects.get().layout
    assert kept["side"][0] == "about"
    assert kept["main"] == ["people", "history"]
    assert kept["lines"][0] != first
    assert page.faults == []
