import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import expect

from salesexpert.accounts.models import Role
from tests.factories import DepartmentFactory, UserFactory

PASSWORD = "зелёный-чайник-42"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(db):
    anna = UserFactory(username="anna", preset="administrator", language="ru")
    anna.set_password(PASSWORD)
    anna.save()
    return anna


def test_signing_in_and_enrolling_breaks_no_policy(anna, browse):
    page = browse(None, "/login/?next=/profile/security/")
    page.fill("#id_login", "anna")
    page.fill("#id_password", PASSWORD)
    page.click("[data-show-password]")
    assert page.input_value("#id_password") == PASSWORD
    assert page.get_attribute("#id_password", "type") == "text"
    page.click("button.btn-primary")
    page.wait_for_url("**/profile/security/")

    page.click("a[href$='/second-factor/add/']")
    picture = page.locator(".qr img")
    assert picture.evaluate("image => image.naturalWidth") > 0
    secret = page.inner_text(".key").strip()
    assert re.fullmatch(r"[A-Z2-7]{16,}", secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    page.fill("#id_code", code)
    page.click("button.btn-primary")
    page.wait_for_url("**/second-factor/codes/")

    assert page.locator(".codes li").count() == 10
    assert page.faults == []


def test_a_wrong_password_keeps_the_name_and_breaks_no_policy(anna, browse):
    page = browse(None, "/login/", width=390, height=844)
    page.fill("#id_login", "anna")
    page.fill("#id_password", "не тот")
    page.click("button.btn-primary")

    page.wait_for_selector(".invalid-feedback")
    assert page.input_value("#id_login") == "anna"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.faults == []


@pytest.mark.parametrize("width", [1440, 390])
def test_settings_and_profile_fit_the_screen_and_break_no_policy(
    anna, browse, live_server, width
):
    DepartmentFactory(parent=DepartmentFactory())
    page = browse(anna, "/profile/", width=width, height=844)
    role = Role.objects.get(code="seller").pk
    for path in (
        "/profile/",
        "/profile/security/",
        "/settings/",
        "/settings/company/",
        "/settings/users/",
        "/settings/users/new/",
        f"/settings/users/{anna.pk}/",
        "/settings/departments/",
        "/settings/roles/",
        f"/settings/roles/{role}/",
        "/settings/lockouts/",
    ):
        page.goto(live_server.url + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
    assert page.faults == []


def test_the_list_of_users_answers_while_one_types(anna, browse):
    UserFactory(last_name="Иволгина")
    page = browse(anna, "/settings/users/")
    assert page.locator("#users tbody tr").count() == 2

    page.fill("#id_q", "ивол")
    expect(page.locator("#users tbody tr")).to_have_count(1)

    assert "Иволгина" in page.inner_text("#users")
    assert "q=" in page.url
    assert page.faults == []
