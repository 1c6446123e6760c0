"""The list of clients: rows, order, pages, columns, scopes, nonsense."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Client, RelationshipType
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import Role
from tests.factories import (
    ClientFactory,
    DepartmentFactory,
    IndustryFactory,
    RegionFactory,
    RoleFactory,
    UserFactory,
)

LIST = "/clients/"


def names(response):
    """Names of the rows in their order."""
    return re.findall(r'<a class="q cut"[^>]*><b>(.*?)</b>', response.content.decode())


def pages(http, address):
    """All rows of all pages, following “Next”."""
    found, seen = [], 0
    while True:
        response = http.get(address)
        found.append(names(response))
        following = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        seen += 1
        if not following or seen > 20:
            return found
        address = LIST + following[1].replace("&amp;", "&")


def test_clients_stand_in_the_order_of_their_names(http):
    ClientFactory(name="Яхонт")
    ClientFactory(name="Ёлка")
    ClientFactory(name="Ель")

    assert names(http.get(LIST)) == ["Ёлка", "Ель", "Яхонт"]


def test_a_page_shows_25_and_the_next_page_goes_on_where_it_ended(http):
    ClientFactory.create_batch(60, name="Одинаковое")

    assert [len(page) for page in pages(http, LIST)] == [25, 25, 10]


@pytest.mark.parametrize("sort", ["last_contact_at", "-last_contact_at"])
def test_those_without_a_date_come_last_whichever_way(http, sort):
    now = timezone.now()
    for day in range(30):
        ClientFactory(name=f"был {day:02}", last_contact_at=now - timedelta(days=day))
    ClientFactory.create_batch(5, name="не был")

    found = [name for page in pages(http, f"{LIST}?sort={sort}") for name in page]

    dated = [f"был {day:02}" for day in range(30)]
    assert found[:30] == (dated if sort.startswith("-") else dated[::-1])
    assert found[30:] == ["не был"] * 5


def test_the_way_back_shows_the_same_page(http):
    ClientFactory.create_batch(60)
    first = http.get(LIST).content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = http.get(LIST + following.replace("&amp;", "&")).content.decode()
    back = re.search(r'rel="prev" href="([^"]+)"', second)[1]

    again = http.get(LIST + back.replace("&amp;", "&"))

    assert names(again) == re.findall(r'<a class="q cut"[^>]*><b>(.*?)</b>', first)
    assert 'rel="prev"' not in again.content.decode()


@pytest.mark.parametrize(
    "nonsense",
    [
        "after=zzz",
        "before=WzAsIm5hbWUiXQ",
        "after=W10",
        "sort=search_text",
        "sort=-",
        "region=abc",
        "region=99999999999999999999999",
        "curator=%00",
        "last_contact_at_from=2026-99-99",
        "last_contact_at_days=-5",
        "last_contact_at_days=²",
        "next_step=%F0%9F%98%80",
        "dimension_1=1",
        "dimension_x=1",
        "dimension_99999999999999999999=1",
        "city=%00%27%3B--",
        "archived=maybe",
        "q=%00",
        "q=%25_%5C",
        "q=" + "я" * 5000,
        "format=pdf",
        "columns=none",
        "created_at_to=9999-12-31",
    ],
)
def test_nonsense_in_the_address_is_ignored_and_never_a_fault(http, nonsense):
    client = ClientFactory()

    response = http.get(f"{LIST}?{nonsense}")

    assert response.status_code == 200
    if not nonsense.startswith(("q=", "city=", "dimension_1=")):
        assert names(response) == [client.name]


def test_a_filter_not_understood_says_so_beside_it(http):
    response = http.get(f"{LIST}?region=abc&last_contact_at_from=вчера")

    page = response.content.decode()
    assert page.count('class="chip fault"') == 2
    assert "abc" in page
    assert "вчера" in page


def test_a_page_costs_the_same_for_2_clients_and_for_20(http):
    relationship = RelationshipType.objects.get(step=2)
    ClientFactory.create_batch(
        2, relationship=relationship, region=RegionFactory(), industry=IndustryFactory()
    )
    address = f"{LIST}?relationship={relationship.pk}&q=пример"
    http.get(address)
    with CaptureQueriesContext(connection) as few:
        http.get(address)
    for _ in range(18):
        ClientFactory(
            relationship=relationship,
            region=RegionFactory(),
            industry=IndustryFactory(),
            curator=UserFactory(),
        )
    http.get(address)  # names of people are held, and read again after the new ones

    with CaptureQueriesContext(connection) as many:
        response = http.get(address)

    assert len(names(response)) == 20
    assert len(many) == len(few) <= 10


def test_a_curator_stands_under_the_name_that_he_has_now(http):
    curator = UserFactory(first_name="Анна", last_name="Лунёва")
    ClientFactory(curator=curator)
    assert "Анна Лунёва" in http.get(LIST).text

    curator.last_name = "Ветрова"
    curator.save()

    assert "Анна Ветрова" in http.get(LIST).text
    assert "Лунёва" not in http.get(LIST).text


def test_a_full_page_of_default_columns_is_no_more_than_40_kib(http, user):
    for number in range(30):
        ClientFactory(
            name=f"Вологодская испытательная лаборатория {number}",
            city="Переславль-Залесский",
            curator=UserFactory(),
            industry=IndustryFactory(),
            last_contact_at=timezone.now(),
            next_step_at=timezone.now(),
            next_step_title="напомнить об оплате по счёту и прислать акт",
        )

    response = http.get(LIST)

    assert len(names(response)) == 25
    assert len(response.content) <= 40 * 1024


def test_htmx_gets_only_the_list_and_its_address(http):
    ClientFactory()

    response = http.get(f"{LIST}?q=&region=&sort=name", headers={"HX-Request": "true"})

    page = response.content.decode()
    assert page.lstrip().startswith("<section")
    assert response["HX-Push-Url"] == "/clients/?sort=name"


def test_an_overdue_next_step_is_marked_and_a_missing_one_is_not(http):
    ClientFactory(
        next_step_at=timezone.now() - timedelta(days=3), next_step_title="звонок"
    )

    assert '<span class="bad nw">' in http.get(LIST).content.decode()


def test_an_empty_base_offers_what_one_may_do(sign_in, db):
    head = sign_in(UserFactory(preset="head_of_sales")).get(LIST).content.decode()
    lawyer = sign_in(UserFactory(preset="lawyer")).get(LIST).content.decode()

    assert "/clients/import/" in head
    assert "/clients/new/" in head
    assert 'href="/clients/new/"' not in lawyer


def test_nothing_found_offers_the_way_back(http):
    ClientFactory()

    page = http.get(f"{LIST}?q=неттакого").content.decode()

    assert names(http.get(f"{LIST}?q=неттакого")) == []
    assert 'class="empty-se"' in page


def test_a_list_needs_the_right_to_read_clients(sign_in, db):
    stranger = UserFactory(role=RoleFactory(permissions=[]))

    assert sign_in(stranger).get(LIST).status_code == 403
    assert sign_in(stranger).get(f"{LIST}filters/").status_code == 403
    assert sign_in(stranger).get(f"{LIST}columns/").status_code == 403


@pytest.fixture
def own_seller(db):
    role = RoleFactory(
        permissions=Role.objects.get(code="seller").permissions, scope=Scope.OWN
    )
    return UserFactory(role=role)


def test_who_sees_only_his_own_finds_only_his_own(sign_in, own_seller):
    ClientFactory(name="Свой Пример", curator=own_seller)
    ClientFactory(name="Чужой Пример", curator=UserFactory())
    http = sign_in(own_seller)

    assert names(http.get(LIST)) == ["Свой Пример"]
    assert names(http.get(f"{LIST}?q=пример")) == ["Свой Пример"]
    assert "Чужой" not in b"".join(http.get(f"{LIST}?format=csv")).decode()
    assert "Чужой" not in http.get("/search/?q=пример").content.decode()


def test_who_sees_his_team_finds_his_team(sign_in, db):
    department = DepartmentFactory()
    role = RoleFactory(
        permissions=Role.objects.get(code="seller").permissions, scope=Scope.TEAM
    )
    head = UserFactory(role=role, department=department)
    colleague = UserFactory(department=department, last_name="Сослуживцева")
    stranger = UserFactory(last_name="Посторонняя")
    ClientFactory(name="Наш", curator=colleague)
    ClientFactory(name="Чужой", curator=stranger)
    http = sign_in(head)

    assert names(http.get(LIST)) == ["Наш"]
    choices = http.get(f"{LIST}filters/?field=curator").content.decode()
    assert "Сослуживцева" in choices
    assert "Посторонняя" not in choices


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def heads(response):
    page = response.content.decode()
    row = re.search(r"<thead.*?</thead>", page, re.DOTALL)[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in row.split("</th>")[:-1]]


def test_columns_are_chosen_and_remembered(http, user):
    ClientFactory(inn="7715906332")

    answer = http.post(
        f"{LIST}columns/", {"column": ["inn", "city", "nonsense"], "here": "sort=name"}
    )

    assert answer["HX-Redirect"] == "/clients/?sort=name"
    assert heads(http.get(LIST)) == ["Клиент", "ИНН", "Город"]
    assert "7715906332" in http.get(LIST).content.decode()
    http.post(f"{LIST}columns/", {"reset": "1"})
    assert len(heads(http.get(LIST))) == 6


def test_every_column_can_be_shown(http, user):
    from salesexpert.core.registry import registry

    client = ClientFactory(parent=ClientFactory())
    user.list_columns = {"clients": [f.name for f in registry.columns("client")]}
    user.save()

    assert client.name in names(http.get(LIST))


def test_a_column_that_a_filter_makes_constant_hides(http):
    region = RegionFactory(name="Костромская область")
    ClientFactory(region=region, industry=IndustryFactory())

    assert "Отрасль" in heads(http.get(LIST))
    industry = Client.objects.get().industry_id
    assert "Отрасль" not in heads(http.get(f"{LIST}?industry={industry}"))
