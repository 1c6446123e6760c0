import pytest

from clients.duplicates import Matcher, find_similar, is_near, traits_of, weigh
from clients.models import ClientSite, Email, Phone
from clients.names import core_name
from tests.factories import ClientFactory, ContactLinkFactory

INN = "9900000017"
OTHER_INN = "9900000024"


def card(name="ООО «Ромашка»", *, phone="", email="", site="", **more):
    client = ClientFactory(name=name, core_name=core_name(name), **more)
    if phone:
        Phone.objects.create(client=client, raw=phone, e164=phone)
    if email:
        Email.objects.create(client=client, address=email)
    if site:
        ClientSite.objects.create(client=client, url=site, host=site)
    return client


@pytest.mark.django_db
def test_the_same_valid_inn_is_surely_the_same_firm():
    known = card(inn=INN, kpp="990001001")

    (found,) = find_similar(name="Совсем другое", inn=INN, kpp="990001001")

    assert (found.client, found.level, found.evidence) == (known, "sure", ("inn",))


@pytest.mark.django_db
def test_the_same_inn_with_another_kpp_is_a_branch():
    card(inn=INN, kpp="990001001")

    (found,) = find_similar(inn=INN, kpp="990002001")

    assert found.evidence == ("branch",)


@pytest.mark.django_db
def test_two_valid_inns_make_two_firms_whatever_the_name():
    card(inn=INN, phone="+74955407520")

    assert find_similar(name="Ромашка", inn=OTHER_INN, phones=["4955407520"]) == []


@pytest.mark.django_db
def test_an_equal_name_with_an_equal_phone_is_probably_one_firm():
    card(phone="+74955407520")

    (found,) = find_similar(name="Ромашка ЗАО", phones=["8 495 540-75-20"])

    assert (found.level, found.evidence) == ("probable", ("phone", "name"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Ромашка"},
        {"phones": ["(495) 540-75-20"]},
        {"emails": ["INFO@romashka.example"]},
        {"sites": ["http://www.romashka.example/"]},
        {"emails": ["other@romashka.example"]},
    ],
)
def test_one_thing_in_common_is_worth_a_look(typed):
    card(phone="+74955407520", email="info@romashka.example", site="romashka.example")

    found = find_similar(**typed)

    assert [f.level for f in found] == ["look"]


@pytest.mark.django_db
def test_a_free_mail_domain_is_no_evidence():
    card("Ромашка", email="romashka@mail.ru")

    assert find_similar(name="Лютик", emails=["lutik@mail.ru"]) == []


@pytest.mark.django_db
def test_a_misprinted_or_latin_name_with_a_shared_site_is_probably_one_firm():
    card("ООО «Ромашка»", site="romashka.example")

    for name in ("ООО Рамашка", "ROMASHKA LLC"):
        (found,) = find_similar(name=name, sites=["romashka.example"])
        assert found.level == "probable"


@pytest.mark.django_db
def test_a_phone_of_a_contact_person_leads_to_his_firm():
    link = ContactLinkFactory()
    Phone.objects.create(contact=link.contact, raw="1", e164="+79161234567")

    (found,) = find_similar(phones=["8 916 123-45-67"])

    assert found.client == link.client


@pytest.mark.django_db
def test_the_card_itself_is_not_its_own_double():
    known = card(inn=INN)

    assert find_similar(name=known.name, inn=INN, exclude=known.pk) == []


@pytest.mark.django_db
def test_looking_costs_the_same_for_two_cards_and_for_twenty(
    django_assert_max_num_queries,
):
    for n in range(20):
        card(f"Ромашка {n}", phone="+74955407520", email="info@romashka.example")

    with django_assert_max_num_queries(3):
        find_similar(name="Ромашка 7")
    with django_assert_max_num_queries(12):
        find_similar(
            name="Ромашка 7",
            inn=INN,
            phones=["4955407520"],
            emails=["info@romashka.example"],
            sites=["romashka.example"],
        )


@pytest.mark.django_db
def test_many_rows_are_matched_against_the_base_and_against_each_other():
    known = card(phone="+74955407520")
    rows = [
        traits_of(name="Ромашка", phones=["4955407520"]),
        traits_of(name="Лютик", sites=["lutik.example"]),
        traits_of(name="ООО Лютик", sites=["www.lutik.example"]),
    ]
    matcher = Matcher()
    matcher.look_up(rows)

    assert [f[:2] for f in matcher.find(rows[0])] == [(known.pk, "probable")]
    assert matcher.find(rows[1]) == []
    matcher.learn(999, rows[1], "Лютик")
    assert [f[:2] for f in matcher.find(rows[2])] == [(999, "probable")]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("ромашка", "рамашка", True),
        ("ромашка", "romashka", True),
        ("венснаб м", "вентснаб м", True),
        ("все инструменты ру", "всеинструменты ру", True),
        ("комбинат 198", "комбинат 250", False),
        ("авангард", "ангард", False),
    ],
)
def test_near_names(one, other, near):
    assert is_near(one, other) is near


def test_nothing_in_common_is_no_evidence():
    assert weigh(traits_of(name="Ромашка"), traits_of(name="Лютик")) is None
