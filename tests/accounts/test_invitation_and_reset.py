import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from salesexpert.accounts import links
from salesexpert.accounts.models import Role, User
from salesexpert.audit.models import JournalEntry
from salesexpert.outbox.models import Letter
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "зелёный-чайник-42"
TWICE = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", preset="administrator")


@pytest.fixture
def as_admin(admin, sign_in):
    return sign_in(admin)


@pytest.fixture
def anna(db):
    anna = UserFactory(username="anna", email="anna@obrazec.example")
    anna.set_password("прежний-пароль-1")
    anna.save()
    return anna


def new_person(**more):
    return {
        "last_name": "Новиков",
        "first_name": "Пётр",
        "username": "petr",
        "email": "petr@obrazec.example",
        "role": Role.objects.get(code="seller").pk,
        "language": "ru",
        "time_zone": "Europe/Moscow",
    } | more


def link_in(text):
    return re.search(r"https?://[^/\s]+(/password/\S+/)", text).group(1)


def test_an_invited_person_chooses_a_password_and_signs_in(as_admin, client, admin):
    as_admin.post("/settings/users/new/", new_person())
    petr = User.objects.get(username="petr")
    letter = Letter.objects.get(kind="invitation")
    assert letter.to == "petr@obrazec.example"
    assert "Приглашение" in letter.subject

    link = link_in(letter.text)
    assert client.get(link).status_code == 200
    answer = client.post(link, TWICE)

    assert answer["Location"] == "/login/"
    signed = client.post("/login/", {"login": "petr", "password": PASSWORD})
    assert signed["Location"] == "/"
    assert JournalEntry.objects.filter(
        verb="user.invited", subject_id=petr.pk, by=admin
    ).exists()


def test_the_letter_speaks_the_language_of_its_reader(as_admin):
    as_admin.post("/settings/users/new/", new_person(language="en"))

    letter = Letter.objects.get()
    assert letter.subject == "Invitation to Sales Expert"
    assert "works once" in letter.text


def test_without_an_address_the_administrator_hands_the_link_over(as_admin, client):
    as_admin.post("/settings/users/new/", new_person(email=""))
    petr = User.objects.get(username="petr")

    page = as_admin.get(f"/settings/users/{petr.pk}/").content.decode()

    assert not Letter.objects.exists()
    assert client.get(link_in(page.replace('"', " "))).status_code == 200


def test_an_invitation_works_once(as_admin, client):
    as_admin.post("/settings/users/new/", new_person())
    link = link_in(Letter.objects.get().text)
    client.post(link, TWICE)

    assert client.get(link).status_code == 410
    assert client.post(link, TWICE).status_code == 410


def test_an_invitation_lasts_seven_days(as_admin, client):
    as_admin.post("/settings/users/new/", new_person())
    link = link_in(Letter.objects.get().text)

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert client.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert client.get(link).status_code == 410


def test_a_newer_invitation_ends_the_older(as_admin, client):
    as_admin.post("/settings/users/new/", new_person())
    petr = User.objects.get(username="petr")
    older = link_in(Letter.objects.get().text)

    as_admin.post(f"/settings/users/{petr.pk}/invite/")

    assert client.get(older).status_code == 410
    newest = Letter.objects.order_by("-pk").first()
    assert client.get(link_in(newest.text)).status_code == 200


def test_an_invitation_of_a_person_switched_off_opens_nothing(as_admin, client):
    as_admin.post("/settings/users/new/", new_person())
    link = link_in(Letter.objects.get().text)
    User.objects.filter(username="petr").update(is_active=False)

    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("коротко", "10"),
        ("1234509876", "только из цифр"),
        ("password123", "широко распростран"),
        ("anna-obrazec", "похож"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(client, anna, password, sentence):
    anna.email = "anna-obrazec@obrazec.example"
    anna.save()
    link = f"/password/reset/{links.make_token(anna, links.RESET)}/"

    answer = client.post(link, {"password1": password, "password2": password})

    assert sentence in answer.content.decode()
    anna.refresh_from_db()
    assert anna.check_password("прежний-пароль-1")


def test_two_different_passwords_are_refused(client, anna):
    link = f"/password/reset/{links.make_token(anna, links.RESET)}/"

    answer = client.post(link, {"password1": PASSWORD, "password2": PASSWORD + "!"})

    assert "не совпадают" in answer.content.decode()


@pytest.mark.parametrize("login", ["anna", "ANNA@obrazec.example"])
def test_a_forgotten_password_is_set_anew_by_a_letter(client, anna, login):
    answer = client.post("/password/forgotten/", {"login": login})
    assert answer["Location"] == "/password/forgotten/sent/"

    link = link_in(Letter.objects.get(kind="password_reset").text)
    client.post(link, TWICE)

    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert client.get(link).status_code == 410


def test_a_reset_link_lasts_two_hours(client, anna):
    link = f"/password/reset/{links.make_token(anna, links.RESET)}/"

    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert client.get(link).status_code == 410


def test_a_reset_link_dies_with_the_next_sign_in(client, anna):
    link = f"/password/reset/{links.make_token(anna, links.RESET)}/"
    client.post("/login/", {"login": "anna", "password": "прежний-пароль-1"})

    assert client.get(link).status_code == 410


def test_nobody_learns_from_the_page_who_exists(client, anna):
    known = client.post("/password/forgotten/", {"login": "anna"})
    unknown = client.post("/password/forgotten/", {"login": "nobody"})

    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    assert Letter.objects.count() == 1


def test_nobody_is_flooded_with_letters(client, anna, settings):
    settings.ACCOUNT_RATE_LIMITS = {
        "reset_password": "99/m/ip",
        "reset_letter": "3/h/key",
    }
    for _ in range(5):
        answer = client.post("/password/forgotten/", {"login": "anna"})

    assert answer.status_code == 302
    assert Letter.objects.count() == 3


def test_the_reset_page_has_a_limit_by_address(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "2/m/ip"}
    for n in range(3):
        answer = client.post("/password/forgotten/", {"login": f"nobody{n}"})

    assert answer.status_code == 429


def test_links_cannot_be_tried_by_the_thousand(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"open_link": "2/m/ip"}
    for _ in range(3):
        answer = client.get("/password/reset/nonsense/")

    assert answer.status_code == 429


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "x" * 3000, "%00"])
def test_a_damaged_link_is_answered_plainly(client, token):
    assert client.get(f"/password/reset/{token}/").status_code in {404, 410}
    assert client.get(f"/password/strange/{token}/").status_code == 404


def test_an_invitation_is_no_reset_link(client, anna):
    token = links.make_token(anna, links.INVITATION)

    assert client.get(f"/password/reset/{token}/").status_code == 410


def test_letters_do_not_trust_the_host_of_the_request(client, anna, settings):
    settings.PUBLIC_URL = "https://crm.obrazec.example"

    client.post(
        "/password/forgotten/", {"login": "anna"}, headers={"host": "evil.example"}
    )

    assert "https://crm.obrazec.example/password/" in Letter.objects.get().text


def test_setting_a_password_ends_the_sessions_that_were(client, anna, sign_in):
    elsewhere = sign_in(anna)
    assert elsewhere.get("/profile/").status_code == 200
    link = f"/password/reset/{links.make_token(User.objects.get(pk=anna.pk), links.RESET)}/"

    client.post(link, TWICE)

    assert elsewhere.get("/profile/").status_code == 302
