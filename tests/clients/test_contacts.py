"""Contact persons: their list and pages, their places in firms, the dialogs of the card."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients import searching
from clients.models import Contact, ContactLink
from salesexpert.accounts.presets import BY_CODE
from tests.clients.test_client_form import fields_of, opened
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_person_added_from_the_card_stands_on_it_with_position_and_role(http):
    card = ClientFactory(name="Пример-Снаб")
    path = f"/clients/{card.pk}/people/new/"
    assert "<form" in http.get(path, headers=HTMX).text

    answer = http.post(
        path,
        {
            "first_name": "Лидия",
            "last_name": "Заготовкина",
            "position": "начальник снабжения",
            "decision_role": "decides",
            "phone": "8 (4852) 00-11-33",
            "email": "Lidia@primer.example",
            "is_main": "on",
        },
        headers=HTMX,
    )

    assert answer.status_code == 204
    assert "people-changed" in answer["HX-Trigger"]
    person = Contact.objects.get()
    link = person.links.get()
    assert (link.client, link.position, link.is_main) == (card, "начальник снабжения", True)  # fmt: skip
    assert person.emails.get().address == "lidia@primer.example"
    people = http.get(f"/clients/{card.pk}/people/").text
    assert "Лидия Заготовкина" in people
    assert "mailto:lidia@primer.example" in people
    card.refresh_from_db()
    assert "заготовкина" in card.search_text


def test_a_person_without_a_name_is_refused_beside_the_field(http):
    card = ClientFactory()

    refused = http.post(
        f"/clients/{card.pk}/people/new/", {"position": "директор"}, headers=HTMX
    )

    assert refused.status_code == 422
    assert "id_first_name_error" in refused.text
    assert 'value="директор"' in refused.text


def test_a_known_phone_asks_whether_it_is_the_same_person(http):
    card, known = ClientFactory(), ContactFactory()
    known.phones.create(raw="8 495 540-75-20", e164="+74955407520")
    typed = {"first_name": "Лида", "phone": "(495) 540-75-20"}
    path = f"/clients/{card.pk}/people/new/"

    asked = http.post(path, typed, headers=HTMX)

    assert asked.status_code == 422
    assert str(known) in asked.text
    http.post(path, typed | {"contact": known.pk}, headers=HTMX)
    assert ContactLink.objects.get().contact == known
    http.post(path, typed | {"others": "1"}, headers=HTMX)
    assert Contact.objects.count() == 2


def test_the_same_person_does_not_work_twice_in_one_firm(http):
    link = ContactLinkFactory()

    refused = http.post(
        f"/clients/{link.client_id}/people/new/",
        {"contact": link.contact_id},
        headers=HTMX,
    )

    assert refused.status_code == 422
    assert ContactLink.objects.count() == 1


def test_who_leaves_a_firm_keeps_his_history_there_and_may_work_elsewhere(http):
    link, other = ContactLinkFactory(is_main=True), ClientFactory(name="Макет-Строй")
    ActivityFactory(client=link.client, contact=link.contact, summary="Просила скидку")

    http.post(f"/contacts/places/{link.pk}/leave/", {"on": "2026-03-31"}, headers=HTMX)
    http.post(
        f"/contacts/{link.contact_id}/places/new/",
        {"client": other.pk, "position": "директор", "from_on": "2026-04-01"},
        headers=HTMX,
    )

    link.refresh_from_db()
    assert (link.until_on, link.is_main) == (date(2026, 3, 31), False)
    page = http.get(link.contact.get_absolute_url()).text
    assert "Макет-Строй" in page
    assert str(link.client) in page
    assert "Просила скидку" in page


def test_nobody_leaves_before_he_came(http):
    link = ContactLinkFactory(from_on=date(2026, 3, 1))

    refused = http.post(
        f"/contacts/places/{link.pk}/leave/", {"on": "2026-02-01"}, headers=HTMX
    )

    link.refresh_from_db()
    assert refused.status_code == 422
    assert link.until_on is None


def test_a_firm_has_one_main_contact(http):
    first = ContactLinkFactory(is_main=True)
    second = ContactLinkFactory(client=first.client)

    http.post(f"/contacts/places/{second.pk}/", {"is_main": "on"}, headers=HTMX)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_main, second.is_main) == (False, True)


def test_two_people_change_one_person_and_the_second_chooses(sign_in, user):
    person = ContactFactory(first_name="Лидия")
    one, two = sign_in(UserFactory()), sign_in(user)
    path = f"/contacts/{person.pk}/edit/"
    hers, mine = opened(one, path), opened(two, path)

    one.post(path, hers | {"first_name": "Лада", "note": "Любит чай"})
    clash = two.post(path, mine | {"first_name": "Лина"})

    assert clash.status_code == 422
    assert "Лада" in clash.text
    done = two.post(path, fields_of(clash.text) | {"keep:first_name": "mine"})
    person.refresh_from_db()
    assert done.status_code == 302
    assert (person.first_name, person.note, person.version) == ("Лина", "Любит чай", 3)


def test_a_person_is_entered_with_phones_and_a_first_firm(http):
    card = ClientFactory()
    form = opened(http, "/contacts/new/")

    answer = http.post(
        "/contacts/new/",
        form
        | {
            "first_name": "Роман",
            "last_name": "Сметанников",
            "birthday": "1980-02-29",
            "phones-0-raw": "8 495 540-75-20",
            "client": card.pk,
            "position": "финансовый директор",
        },
    )

    person = Contact.objects.get()
    assert answer.url == person.get_absolute_url()
    assert person.birthday == date(1980, 2, 29)
    assert person.phones.get().e164 == "+74955407520"
    assert person.links.get().client == card
    assert person.folded == "сметанников роман"


@pytest.mark.parametrize(
    "typed",
    [
        {"first_name": ""},
        {"first_name": "a\x00"},
        {"birthday": "31.31.2000"},
        {"client": "999999999"},
        {"client": "х"},
        {"emails-0-address": "нет"},
        {"note": "я" * 20_001},
    ],
)
def test_wrong_input_gets_a_sentence_and_no_person(http, typed):
    form = opened(http, "/contacts/new/") | {"first_name": "Роман"}

    refused = http.post("/contacts/new/", form | typed)

    assert refused.status_code == 422
    assert "invalid-feedback" in refused.text
    assert not Contact.objects.exists()


def test_the_list_finds_people_by_name_phone_and_firm(http):
    link = ContactLinkFactory(
        contact__last_name="Щебёнкина", client__name="Макет-Строй"
    )
    link.contact.phones.create(raw="8 (4942) 00-22-44", e164="+74942002244")
    ContactFactory(last_name="Другая")
    searching.refresh_contact_search(Contact.objects.values_list("pk", flat=True))

    for asked in ("щебенк", "00-22-44", "макет"):
        page = http.get("/contacts/", {"q": asked}).text
        assert "Щебёнкина" in page
        assert "Другая" not in page


def test_the_list_is_paged_both_ways_and_filtered(http):
    for n in range(30):
        ContactFactory(last_name=f"Имя{n:02}")
    left = ContactLinkFactory(contact__last_name="Ушедшая", until_on=timezone.localdate())  # fmt: skip

    first = http.get("/contacts/").text
    assert "Имя00" in first
    assert "Имя29" not in first
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = http.get(f"/contacts/{onward}").text
    assert "Имя29" in second
    assert 'rel="prev"' in second
    gone = http.get("/contacts/?works=left").text
    assert left.contact.last_name in gone
    assert "Имя00" not in gone
    assert http.get("/contacts/?works=nonsense&role=%00&archived=x&after=zzz").status_code == 200  # fmt: skip


def test_the_list_costs_the_same_for_two_people_and_twenty(http):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            http.get("/contacts/")
        return len(queries)

    ContactLinkFactory.create_batch(2)
    asked()
    few = asked()
    ContactLinkFactory.create_batch(18)

    assert asked() == few
    assert few <= 10


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_safely(sign_in, kind):
    head = sign_in(UserFactory(preset="head_of_sales"))
    ContactFactory(first_name="=cmd()", last_name="", patronymic="")

    answer = head.get(f"/contacts/?format={kind}")

    body = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    if kind == "csv":
        assert "'=cmd()" in body.decode("utf-8-sig")


@pytest.mark.parametrize("scope", ["own", "team"])
def test_a_person_of_strangers_firms_is_as_absent_as_none(sign_in, scope):
    role = RoleFactory(scope=scope, permissions=BY_CODE["head_of_sales"].permissions)
    stranger = sign_in(UserFactory(role=role))
    link = ContactLinkFactory(client__curator=UserFactory())

    for path in (
        f"/contacts/{link.contact_id}/",
        f"/contacts/{link.contact_id}/edit/",
        f"/contacts/{link.contact_id}/places/new/",
        f"/contacts/places/{link.pk}/",
        f"/contacts/places/{link.pk}/leave/",
    ):
        assert stranger.get(path).status_code == 404, path
    assert str(link.contact.last_name) not in stranger.get("/contacts/").text


def test_a_narrowed_role_does_not_learn_a_persons_other_firms(sign_in):
    role = RoleFactory(scope="own", permissions=BY_CODE["seller"].permissions)
    user = UserFactory(role=role)
    mine = ContactLinkFactory(client__curator=user)
    ContactLinkFactory(contact=mine.contact, client__name="Чужая-Фирма")
    http = sign_in(user)

    assert "Чужая-Фирма" not in http.get(f"/contacts/{mine.contact_id}/").text
    assert "Чужая-Фирма" not in http.get("/contacts/").text
