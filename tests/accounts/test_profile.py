import pytest
from django.test import Client

from tests.factories import UserFactory

PASSWORD = "зелёный-чайник-42"
NEW = "синий-самовар-17"

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture
def anna(db):
    anna = UserFactory(username="anna", language="ru")
    anna.set_password(PASSWORD)
    anna.save()
    return anna


def signed(agent=DESKTOP):
    http = Client(headers={"user-agent": agent})
    http.post("/login/", {"login": "anna", "password": PASSWORD})
    return http


def form(**more):
    return {
        "last_name": "Образцова",
        "first_name": "Анна",
        "language": "ru",
        "time_zone": "Europe/Moscow",
        "theme": "system",
    } | more


def test_language_zone_and_appearance_take_effect_at_once(anna):
    http = signed()

    http.post(
        "/profile/", form(language="en", time_zone="Asia/Vladivostok", theme="dark")
    )

    page = http.get("/profile/").content.decode()
    assert '<html lang="en" data-bs-theme="dark">' in page
    assert "My profile" in page
    anna.refresh_from_db()
    assert anna.time_zone == "Asia/Vladivostok"


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Moon/Crater"},
        {"language": "xx"},
        {"theme": "pink"},
        {"first_name": ""},
        {"phone": "1" * 50},
        {"last_name": "\x00"},
    ],
)
def test_nonsense_is_refused_and_nothing_is_saved(anna, wrong):
    answer = signed().post("/profile/", form(job_title="Набрано") | wrong)

    assert answer.status_code == 422
    assert "Набрано" in answer.content.decode()
    anna.refresh_from_db()
    assert anna.job_title == ""


def test_nobody_promotes_himself_by_a_forged_field(anna):
    signed().post(
        "/profile/",
        form(is_superuser="on", role="1", username="root", email="x@y.example"),
    )

    anna.refresh_from_db()
    assert (anna.is_superuser, anna.username) == (False, "anna")
    assert anna.role.code == "seller"


def test_the_theme_is_switched_from_the_menu(anna):
    http = signed()

    answer = http.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})

    assert answer["Location"] == "/"
    anna.refresh_from_db()
    assert anna.theme == "dark"
    assert http.post("/theme/", {"theme": "pink"}).status_code == 400


def change(http, **more):
    data = {"current": PASSWORD, "password1": NEW, "password2": NEW} | more
    return http.post("/profile/security/", data)


def test_changing_the_password_ends_all_other_sessions_but_this(anna):
    here, there = signed(), signed(PHONE)

    assert change(here).status_code == 302

    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302
    anna.refresh_from_db()
    assert anna.check_password(NEW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"current": "не тот"},
        {"password2": "другой-самовар"},
        {"password1": "12345", "password2": "12345"},
        {"password1": ""},
    ],
)
def test_a_wrong_change_of_password_changes_nothing(anna, wrong):
    assert change(signed(), **wrong).status_code == 422

    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_the_present_password_cannot_be_guessed_from_an_open_session(anna, settings):
    http = signed()
    settings.ACCOUNT_RATE_LIMITS = {"change_password": "2/m/user"}
    for _ in range(2):
        change(http, current="не тот")

    assert change(http).status_code == 429


def test_one_sees_where_one_is_signed_in(anna):
    signed(PHONE)

    page = signed().get("/profile/security/").content.decode()

    assert "Chrome, Windows" in page
    assert "Safari, iPhone" in page
    assert page.count("это устройство") == 1


def test_one_signs_out_everywhere_else(anna):
    here, there = signed(), signed(PHONE)

    here.post("/profile/sessions/end/")

    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_one_signs_out_everywhere(anna):
    here, there = signed(), signed(PHONE)

    answer = here.post("/profile/sessions/end/", {"everywhere": "1"})

    assert answer["Location"] == "/login/"
    for http in (here, there):
        assert http.get("/profile/").status_code == 302


def test_one_ends_a_single_session_of_his_own_only(anna):
    from allauth.usersessions.models import UserSession

    here, there = signed(), signed(PHONE)
    session = UserSession.objects.get(user_agent=PHONE)
    stranger = UserFactory(username="boris")
    stranger.set_password(PASSWORD)
    stranger.save()
    his = Client()
    his.post("/login/", {"login": "boris", "password": PASSWORD})

    assert his.post(f"/profile/sessions/{session.pk}/end/").status_code == 404
    assert there.get("/profile/").status_code == 200
    here.post(f"/profile/sessions/{session.pk}/end/")
    assert there.get("/profile/").status_code == 302


@pytest.mark.parametrize("path", ["/profile/sessions/end/", "/theme/", "/language/"])
def test_deeds_are_done_by_post_only(anna, path):
    assert signed().get(path).status_code == 405
