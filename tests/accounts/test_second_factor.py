import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from salesexpert.accounts.models import Role
from tests.factories import UserFactory

PASSWORD = "зелёный-чайник-42"

pytestmark = pytest.mark.django_db


def code_for(secret: str) -> str:
    """What the app on the phone shows now."""
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.fixture
def anna(db):
    anna = UserFactory(username="anna")
    anna.set_password(PASSWORD)
    anna.save()
    return anna


def sign_in(http):
    return http.post("/login/", {"login": "anna", "password": PASSWORD})


def enrol(http) -> str:
    page = http.get("/profile/second-factor/add/").content.decode()
    secret = re.search(r'translate="no">([A-Z2-7]+)<', page).group(1)
    http.post("/profile/second-factor/add/", {"code": code_for(secret)})
    return secret


def require_it(code="seller"):
    Role.objects.filter(code=code).update(requires_second_factor=True)


def test_enrolment_shows_a_picture_and_ends_with_recovery_codes(client, anna):
    sign_in(client)

    page = client.get("/profile/second-factor/add/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    enrol(client)

    codes = client.get("/profile/second-factor/codes/").content.decode()
    assert len(re.findall(r"<li>(\d{8}|\S{8,12})</li>", codes)) == 10


def test_the_secret_lies_encrypted_in_the_database(client, anna):
    sign_in(client)
    secret = enrol(client)

    stored = str(Authenticator.objects.get(type="totp").data)
    assert secret not in stored


def test_signing_in_then_asks_for_the_code(client, anna):
    sign_in(client)
    secret = enrol(client)
    client.post("/logout/")

    assert sign_in(client)["Location"].startswith("/login/code/")
    assert "_auth_user_id" not in client.session
    wrong = client.post("/login/code/", {"code": "000000"})
    assert "не подошёл" in wrong.content.decode()
    # The code of the enrolment itself is used up.
    totp_of_anna = Authenticator.objects.get(type="totp").wrap()
    from django.core.cache import cache

    cache.clear()
    assert totp_of_anna.validate_code(code_for(secret))
    cache.clear()
    right = client.post("/login/code/", {"code": code_for(secret)})

    assert right["Location"] == "/"
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_a_recovery_code_signs_in_once(client, anna):
    sign_in(client)
    enrol(client)
    recovery = Authenticator.objects.get(type="recovery_codes").wrap()
    code = recovery.get_unused_codes()[0]

    for expected in (302, 200):
        client.post("/logout/")
        sign_in(client)
        answer = client.post("/login/code/", {"code": code})
        assert answer.status_code == expected


def test_codes_cannot_be_guessed(client, anna, settings):
    sign_in(client)
    enrol(client)
    client.post("/logout/")
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    sign_in(client)
    for _ in range(5):
        client.post("/login/code/", {"code": "000000"})

    answer = client.post("/login/code/", {"code": "000000"})

    assert "Слишком много" in answer.content.decode()


def test_who_must_have_a_second_factor_is_led_to_it_before_anything_else(client, anna):
    require_it()
    sign_in(client)

    for path in ("/profile/", "/profile/security/", "/settings/"):
        assert client.get(path)["Location"] == "/profile/second-factor/add/"
    answer = client.get("/profile/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/profile/second-factor/add/"

    enrol(client)
    assert client.get("/profile/").status_code == 200


def test_who_must_have_it_does_not_type_the_password_twice_to_enrol(client, anna):
    require_it()
    sign_in(client)

    assert client.get("/profile/second-factor/add/").status_code == 200


def test_who_must_have_it_can_leave_and_change_the_language(client, anna):
    require_it()
    sign_in(client)

    assert client.post("/language/", {"language": "en"})["Location"] == "/"
    assert client.post("/logout/")["Location"] == "/login/"


def test_people_of_other_roles_are_not_bothered(client, anna):
    require_it("lawyer")
    sign_in(client)

    assert client.get("/profile/").status_code == 200


def test_a_required_second_factor_cannot_be_switched_off(client, anna):
    require_it()
    sign_in(client)
    enrol(client)

    answer = client.post("/profile/second-factor/remove/")

    assert "нельзя" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_one_may_switch_off_what_is_not_required(client, anna):
    sign_in(client)
    enrol(client)

    client.post("/profile/second-factor/remove/")

    assert not Authenticator.objects.exists()


def test_an_old_sign_in_must_confirm_the_password_first(client, anna, sign_in):
    http = sign_in(anna)

    answer = http.get("/profile/second-factor/add/")
    assert answer["Location"].startswith("/confirm/")
    assert http.get(answer["Location"]).status_code == 200

    wrong = http.post(answer["Location"], {"password": "не тот"})
    assert "не подошёл" in wrong.content.decode()
    right = http.post(answer["Location"], {"password": PASSWORD})
    assert right["Location"] == "/profile/second-factor/add/"


def test_an_administrator_helps_who_lost_his_phone(client, anna, sign_in):
    globals_sign_in = client.post("/login/", {"login": "anna", "password": PASSWORD})
    assert globals_sign_in.status_code == 302
    enrol(client)

    admin = UserFactory(preset="administrator")
    sign_in(admin).post(f"/settings/users/{anna.pk}/second-factor/")

    assert not Authenticator.objects.exists()
    assert client.get("/profile/").status_code == 302
