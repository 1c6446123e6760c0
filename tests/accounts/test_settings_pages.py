import re

import pytest
from django.urls import reverse

from salesexpert.accounts import rights
from salesexpert.accounts.models import Department, Role
from salesexpert.accounts.presets import PRESETS
from salesexpert.core import preferences
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "accounts:settings",
    "accounts:company",
    "accounts:lockouts",
    "accounts:users",
    "accounts:user_new",
    "accounts:departments",
    "accounts:department_new",
    "accounts:roles",
    "accounts:role_new",
]


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", preset="administrator")


@pytest.fixture
def as_admin(admin, sign_in):
    return sign_in(admin)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_an_administrator_opens_each_page_of_settings(as_admin, admin, name, language):
    admin.language = language
    admin.save()

    assert as_admin.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [n for n in PAGES if n != "accounts:settings"])
def test_a_seller_opens_none(http, name):
    assert http.get(reverse(name)).status_code == 403


def test_a_seller_finds_among_the_settings_the_bin_of_what_he_deleted_and_no_more(http):
    page = http.get(reverse("accounts:settings")).text
    main = page[page.index("<main") : page.index("</main>")]

    assert set(re.findall(r'href="(/settings/[^"]+)"', main)) == {"/settings/bin/"}


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_sign_in(client, name):
    answer = client.get(reverse(name))

    assert answer["Location"].startswith("/login/?next=")


def test_the_hub_shows_only_what_one_may_open(sign_in):
    role = Role.objects.create(
        code="x", name="Кадры", permissions=["accounts.manage_users"]
    )
    page = sign_in(UserFactory(role=role)).get("/settings/").content.decode()

    assert "/settings/users/" in page
    assert "/settings/roles/" not in page


def test_the_company_is_named_on_the_login_page(
    as_admin, client, django_capture_on_commit_callbacks
):
    data = {
        item.name: preferences.get(item.name)
        for item in preferences.declared()
        if preferences.get(item.name) is not False
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_admin.post(
            "/settings/company/", data | {"company_name": "ООО «Образец»"}
        )

    assert answer.status_code == 302
    assert preferences.get("company_name") == "ООО «Образец»"
    assert "ООО «Образец»" in client.get("/login/").content.decode()


def test_a_wrong_time_zone_is_refused_and_nothing_is_lost(as_admin):
    answer = as_admin.post(
        "/settings/company/",
        {"company_name": "Набрано", "default_time_zone": "Moon/Crater"},
    )

    assert answer.status_code == 422
    assert "Набрано" in answer.content.decode()
    assert preferences.get("company_name") != "Набрано"


def test_departments_grow_move_and_never_close_a_circle(as_admin):
    as_admin.post("/settings/departments/new/", {"name": "Компания", "parent": ""})
    top = Department.objects.get()
    as_admin.post("/settings/departments/new/", {"name": "Продажи", "parent": top.pk})
    sales = top.children.get()

    answer = as_admin.post(
        f"/settings/departments/{top.pk}/", {"name": "Компания", "parent": sales.pk}
    )

    assert answer.status_code == 422
    top.refresh_from_db()
    assert top.parent is None


def test_two_departments_of_one_name_do_not_stand_side_by_side(as_admin):
    DepartmentFactory(name="Продажи")

    answer = as_admin.post(
        "/settings/departments/new/", {"name": "Продажи", "parent": ""}
    )

    assert answer.status_code == 422
    assert "уже есть" in answer.content.decode()


def test_a_department_with_people_is_not_removed(as_admin):
    department = DepartmentFactory()
    UserFactory(department=department)

    as_admin.post(f"/settings/departments/{department.pk}/remove/")

    assert Department.objects.filter(pk=department.pk).exists()


def test_an_empty_department_is_removed(as_admin):
    department = DepartmentFactory()

    as_admin.post(f"/settings/departments/{department.pk}/remove/")

    assert not Department.objects.filter(pk=department.pk).exists()


def test_every_right_of_the_presets_can_be_ticked():
    assert {p for preset in PRESETS for p in preset.permissions} <= rights.KNOWN


def test_the_tree_and_the_lists_cost_the_same_for_two_and_for_twenty(
    as_admin, django_assert_max_num_queries
):
    for _ in range(20):
        UserFactory(department=DepartmentFactory(), head=UserFactory())
    for name in ("accounts:users", "accounts:departments", "accounts:roles"):
        as_admin.get(reverse(name))
        with django_assert_max_num_queries(11):
            as_admin.get(reverse(name))
