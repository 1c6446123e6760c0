import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from salesexpert.accounts.models import User
from tests.factories import UserFactory

PASSWORD = "зелёный-чайник-42"

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    anna = UserFactory(username="anna", email="Anna@obrazec.example", language="ru")
    anna.set_password(PASSWORD)
    anna.save()
    return anna


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True


def sign_in(http, login, password=PASSWORD, **more):
    return http.post("/login/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["anna", "ANNA", " anna ", "anna@OBRAZEC.example"])
def test_a_name_or_an_e_mail_in_any_case_signs_in(client, anna, login):
    answer = sign_in(client, login)

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_the_session_lasts_thirty_days_only_when_asked(client, anna):
    sign_in(client, "anna")
    assert client.session.get_expire_at_browser_close()

    other = Client()
    sign_in(other, "anna", remember="on")
    assert other.session.get_expiry_age() == 30 * 24 * 3600


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, anna):
    answers = [
        re.sub(
            r'value="[^"]*"', "", sign_in(Client(), login, "не тот").content.decode()
        )
        for login in ("anna", "nobody", "nobody@obrazec.example")
    ]

    assert "не подошли" in answers[0]
    without_token = {re.sub(r'X-CSRFToken": "\w+', "", answer) for answer in answers}
    assert len(without_token) == 1


def test_an_unknown_name_costs_one_hash_as_a_known_one_does(client, anna):
    counted = []
    original = User.check_password, User.set_password

    def check(self, raw):
        counted.append("hash")
        return original[0](self, raw)

    def make(self, raw):
        counted.append("hash")
        return original[1](self, raw)

    User.check_password, User.set_password = check, make
    try:
        for login in ("anna", "anna@obrazec.example", "nobody", "nobody@x.example"):
            counted.clear()
            sign_in(Client(), login, "не тот")
            assert counted == ["hash"], login
    finally:
        User.check_password, User.set_password = original


def test_a_deactivated_person_is_refused_as_a_stranger_is(client, anna):
    anna.is_active = False
    anna.save()

    answer = sign_in(client, "anna")

    assert answer.status_code == 200
    assert "не подошли" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_person_who_has_not_set_a_password_cannot_sign_in_with_any(client, anna):
    anna.set_unusable_password()
    anna.save()

    assert sign_in(client, "anna", "").status_code == 200
    assert sign_in(client, "anna", anna.password).status_code == 200


def test_the_refusal_says_how_many_attempts_are_left(client, anna, lockout):
    sign_in(client, "anna", "не тот")
    answer = sign_in(client, "anna", "не тот")

    assert "Осталось 3 попытки" in answer.content.decode()


def test_the_fifth_wrong_password_locks_the_name_however_it_is_written(
    client, anna, lockout
):
    for login in ("anna", "ANNA", "anna@obrazec.example", "Anna@Obrazec.Example"):
        assert sign_in(client, login, "не тот").status_code == 200
    assert sign_in(client, "anna", "не тот").status_code == 429

    answer = sign_in(client, "anna")

    assert answer.status_code == 429
    assert "15 минут" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_name_is_locked_too(client, anna, lockout):
    for _ in range(5):
        answer = sign_in(client, "nobody", "не тот")

    assert answer.status_code == 429


def test_a_lock_leaves_colleagues_of_the_same_address_alone(client, anna, lockout):
    boris = UserFactory(username="boris")
    boris.set_password(PASSWORD)
    boris.save()
    for _ in range(6):
        sign_in(client, "anna", "не тот")

    assert sign_in(Client(), "boris").status_code == 302


def test_a_lock_ends_after_a_quarter_of_an_hour(client, anna, lockout):
    for _ in range(6):
        sign_in(client, "anna", "не тот")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client, "anna").status_code == 302


def test_success_forgets_earlier_failures(client, anna, lockout):
    for _ in range(4):
        sign_in(Client(), "anna", "не тот")
    sign_in(client, "anna@obrazec.example")

    answer = sign_in(Client(), "anna", "не тот")

    assert "Осталось 4 попытки" in answer.content.decode()


def test_one_address_may_not_try_many_names(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"password_failed": "3/m/ip"}
    for n in range(3):
        sign_in(client, f"nobody{n}", "не тот")

    answer = sign_in(client, "somebody", "не тот")

    assert "Слишком много" in answer.content.decode()


def test_the_page_itself_has_a_limit(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _ in range(2):
        sign_in(client, "nobody")

    answer = sign_in(client, "nobody")

    assert answer.status_code == 429
    assert "Слишком много" in answer.content.decode()


@pytest.mark.parametrize(
    "field", [{"login": "\x00"}, {"login": "🙂" * 300}, {"login": "<b>x</b>"}]
)
def test_nonsense_is_refused_and_comes_back_escaped(client, field):
    answer = client.post("/login/", {"password": "x", **field})

    assert answer.status_code == 200
    assert "<b>x</b>" not in answer.content.decode()


def test_a_password_of_a_megabyte_is_refused_without_hashing(client, anna):
    answer = sign_in(client, "anna", "п" * 1_000_000)

    assert answer.status_code == 200
    assert "слишком длинный" in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_signing_in_does_not_lead_to_a_strange_site(client, anna, target):
    answer = sign_in(client, "anna", next=target)

    assert answer["Location"] == "/"


def test_signing_in_returns_to_the_page_that_was_asked(client, anna):
    assert sign_in(client, "anna", next="/profile/")["Location"] == "/profile/"


def test_signing_in_gives_a_new_session_key(client, anna):
    client.cookies["sessionid"] = "planted-by-somebody-else"
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    sign_in(client, "anna")

    assert client.session.session_key != before


def test_signing_in_without_the_token_is_refused(anna):
    answer = sign_in(Client(enforce_csrf_checks=True), "anna")

    assert answer.status_code == 403


def test_signing_out_needs_a_post(client, anna):
    sign_in(client, "anna")

    client.get("/logout/")
    assert "_auth_user_id" in client.session
    answer = client.post("/logout/")

    assert answer["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    ["/signup/", "/email/", "/confirm-email/", "/password/set/", "/social/signup/"],
)
def test_addresses_that_we_do_not_need_do_not_exist(client, path):
    assert client.get(path).status_code == 404


def test_the_language_before_signing_in_is_a_cookie(client):
    assert "Вход" in client.get("/login/").content.decode()

    answer = client.post("/language/", {"language": "en", "next": "/login/"})

    assert answer["Location"] == "/login/"
    assert "Sign in" in client.get("/login/").content.decode()


def test_a_signed_in_person_changes_his_own_language(http, user):
    http.post("/language/", {"language": "en", "next": "//evil.example/"})

    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.parametrize("data", [{"language": "xx"}, {}])
def test_an_unknown_language_is_refused(client, data):
    assert client.post("/language/", data).status_code == 400


def test_the_first_administrator_needs_no_e_mail(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", "--noinput", "--username", "root")

    root = User.objects.get(username="root")
    assert root.is_superuser
    assert root.email == ""
    assert root.check_password(PASSWORD)


def test_passwords_are_hashed_with_argon2():
    from salesexpert import settings as product

    assert product.PASSWORD_HASHERS == [
        "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]
    assert django_settings.AXES_LOCKOUT_PARAMETERS == [["username", "ip_address"]]
