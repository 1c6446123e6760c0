"""Search in one box: by any part of a name, a phone in any form, e-mail, INN, contact person."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients import searching, word_sample
from clients.models import Client, Email, LegalForm, Phone, RelationshipType
from clients.searching import refresh_contact_search, refresh_search
from tests.clients.test_list import LIST, names
from tests.factories import (
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    RoleFactory,
    UserFactory,
)


@pytest.fixture
def yolka(db):
    """A client with everything by which people ask for it, and a neighbour with none of that."""
    form = LegalForm.objects.get(name="ООО")
    client = ClientFactory(
        name="Ёлка-Снаб", legal_form=form, inn="7715906332", city="Тутаев"
    )
    contact = ContactFactory(last_name="Заготовкина", first_name="Пелагея")
    ContactLinkFactory(client=client, contact=contact)
    Phone.objects.create(client=client, raw="8 (495) 540-75-20", e164="+74955407520")
    Phone.objects.create(contact=contact, raw="+7 903 111-22-33", e164="+79031112233")
    Email.objects.create(client=client, address="Info@Elka-Snab.example")
    other = ClientFactory(name="Сосна", inn="5406588223")
    refresh_search([client.pk, other.pk])
    refresh_contact_search([contact.pk])
    return client


@pytest.mark.parametrize(
    "typed",
    [
        "ёлка",
        "ЕЛКА",
        "лка-сн",
        "снаб",
        "ООО «Ёлка-Снаб»",
        'ооо "елка снаб"',
        "елка ооо",
        "Elka",
        "yolka",
        "elka snab",
        "8 (495) 540-75-20",
        "+74955407520",
        "84955407520",
        "4955407520",
        "540-75-20",
        "5407520",
        "8 903 111 22 33",
        "info@elka-snab.example",
        "elka-snab.example",
        "7715906332",
        "771590",
        "заготовкина",
        "пелагея заготов",
        "елка тутаев",
        "елка 5407520",
        "ёл",
    ],
)
def test_a_client_is_found_by(http, yolka, typed):
    response = http.get(LIST, {"q": typed})

    assert names(response) == ["ООО «Ёлка-Снаб»"]


@pytest.mark.parametrize("typed", ["елка сосна", "5407521", "снабелка", "ка"])
def test_what_does_not_fit_finds_nothing(http, yolka, typed):
    assert names(http.get(LIST, {"q": typed})) == []


def test_a_name_that_begins_so_comes_first_then_other_names_then_the_rest(http):
    rest = ClientFactory(name="Аврора")
    ContactLinkFactory(client=rest, contact=ContactFactory(last_name="Строева"))
    made = [rest, ClientFactory(name="Дом и Строй"), ClientFactory(name="Стройка")]
    refresh_search([c.pk for c in made])

    assert names(http.get(LIST, {"q": "стро"})) == ["Стройка", "Дом и Строй", "Аврора"]


def test_ranks_go_on_over_pages(http):
    from tests.clients.test_list import pages

    clients = ClientFactory.create_batch(30, name="Стройка")
    clients += ClientFactory.create_batch(30, name="Дом Строй")
    refresh_search([c.pk for c in clients])

    found = [name for page in pages(http, f"{LIST}?q=строй") for name in page]

    assert found == ["Стройка"] * 30 + ["Дом Строй"] * 30


def test_a_query_typed_on_the_wrong_keyboard_is_offered_right(http, yolka):
    response = http.get(LIST, {"q": "cjcyf"})

    assert names(response) == []
    assert ">сосна</a>" in response.content.decode()
    assert searching.other_layout("руддщ") == "hello"


def test_signs_that_mean_something_to_sql_are_only_letters(http, yolka):
    for typed in ("%", "100%", "%%%%", "е%к", "елка_снаб%", "' OR 1=1"):
        assert names(http.get(LIST, {"q": typed})) == []


def test_a_page_of_a_long_search_counts_no_query_per_row(http):
    clients = ClientFactory.create_batch(60, name="Пример")
    refresh_search([c.pk for c in clients])

    with CaptureQueriesContext(connection) as queries:
        http.get(LIST, {"q": "пример"})

    assert len(queries) <= 10


def test_the_trigram_index_serves_a_search(db):
    relationship = RelationshipType.objects.get(step=1)
    Client.objects.bulk_create(
        Client(
            name=f"Пример {n}",
            folded=f"пример {n}",
            search_text=f"ооо образец {n} ярославль {n * 7919:012} info{n}@obrazec example примеров семен"
            * 2,
            note="Заметка о клиенте " * 30,
            relationship=relationship,
            created_at=timezone.now(),
        )
        for n in range(6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('client_search')")
        cursor.execute("ANALYZE clients_client")
    for typed in ("5407520", "заготовкина 77", "yolk", "пример"):
        query = searching.read_query(typed)
        word_sample.sample.get()

        with CaptureQueriesContext(connection) as queries:
            searching.hits(Client.objects.filter(archived_at=None), query)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {queries[0]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())

        # of a common word as many rows are read as will be shown, in any order
        if typed != "пример":
            assert "client_search" in plan, typed
            assert "Seq Scan" not in plan, typed


@pytest.fixture
def looked_at(monkeypatch):
    """Has the given texts stand for the cards that a search looked at, of a base of a million."""

    def look(*texts):
        found = word_sample.Sample(1_000_000, texts, word_sample.counted(texts))
        monkeypatch.setattr(word_sample.sample, "get", lambda: found)

    return look


def test_a_long_word_is_looked_for_by_its_rarest_trigrams_and_found_where_it_stands(
    http, looked_at
):
    looked_at("ромашка", "стройинвест", "инвестпроект", "тройка", "ромштекс")
    there = ClientFactory(name="Ромстройинвестпром")
    parts_only = ClientFactory(name="Омс Рой Инв Тпр")
    refresh_search([there.pk, parts_only.pk])

    with CaptureQueriesContext(connection) as queries:
        response = http.get(LIST, {"q": "ромстройинвестпром"})

    assert names(response) == ["Ромстройинвестпром"]
    assert any("strpos" in query["sql"] for query in queries)
    for typed in ("омстройинвест", "romstroyinvest"):
        assert names(http.get(LIST, {"q": typed})) == ["Ромстройинвестпром"], typed


@pytest.mark.parametrize(
    "typed", ["стройка", "%стройка", "строй", "~стройка", "строй-ка!", "12345", "8 495 540"]
)  # fmt: skip
def test_a_pattern_of_rare_trigrams_leaves_out_nothing_that_has_the_word(typed):
    look = word_sample.Sample(10**6, ["стройка"], word_sample.counted(["стройка"]))

    pattern = look.pattern(typed)

    if pattern:
        parts = map(re.escape, pattern.strip("%").split("%"))
        assert re.search(".*".join(parts), f"аб{typed}вг")


@pytest.mark.parametrize("others", [0, 7])
def test_a_common_word_is_counted_and_shown_by_names_alone_as_it_is_otherwise(
    http, monkeypatch, looked_at, others
):
    monkeypatch.setattr(searching, "FEW", 5)
    firms = [
        *ClientFactory.create_batch(30, name="Сельторг"),
        *ClientFactory.create_batch(others, name="Торг"),
        ClientFactory(name="Ромашка", city="Торгашино"),
    ]
    refresh_search([firm.pk for firm in firms])
    plain = http.get(LIST, {"q": "торг"})
    looked_at("сельторг", "ромашка", *["торг"] * others)

    with CaptureQueriesContext(connection) as queries:
        walked = http.get(LIST, {"q": "торг"})

    assert names(walked) == names(plain)
    assert len(names(walked)) == 25
    assert re.findall(r"5\+|>\s*5", walked.text) == re.findall(r"5\+|>\s*5", plain.text)
    assert not any("search_text" in query["sql"] for query in queries)


@pytest.mark.parametrize("page", [LIST, "/contacts/"])
@pytest.mark.parametrize("few", [500, 20])
def test_a_long_search_comes_page_by_page_and_back_with_every_row_once(
    http, monkeypatch, few, page
):
    monkeypatch.setattr(searching, "FEW", few)
    firms = ClientFactory.create_batch(60, name="Пример")
    people = ContactFactory.create_batch(60, last_name="Пример")
    refresh_search([firm.pk for firm in firms])
    refresh_contact_search([person.pk for person in people])

    address, ahead = f"{page}?q=пример", []
    while address:
        answer = http.get(address).content.decode()
        ahead.append(re.findall(rf'href="{page}(\d+)/"', answer))
        following = re.search(r'rel="next" href="([^"]+)"', answer)
        last, address = address, page + following[1].replace("&amp;", "&") if following else ""  # fmt: skip
    back, address = [], last
    while address:
        answer = http.get(address).content.decode()
        back.insert(0, re.findall(rf'href="{page}(\d+)/"', answer))
        following = re.search(r'rel="prev" href="([^"]+)"', answer)
        address = page + following[1].replace("&amp;", "&") if following else ""

    shown = [pk for some in ahead for pk in dict.fromkeys(some)]
    assert len(shown) == len(set(shown)) == 60
    assert back == ahead


# ── the palette ──────────────────────────────────────────────────────────────────────────────────────────────────────


def titles(response, icon):
    return [
        item["title"]
        for group in response.json()["groups"]
        for item in group["items"]
        if item["icon"] == icon
    ]


def test_the_palette_answers_clients_people_and_commands(http, yolka):
    word_sample.sample.get()
    with CaptureQueriesContext(connection) as queries:
        response = http.get("/search/", {"q": "заготовк"})

    assert titles(response, "building") == ["ООО «Ёлка-Снаб»"]
    assert titles(response, "user")[0] == "Заготовкина Пелагея Витальевна"
    assert response.json()["q"] == "заготовк"
    # the user; two ranks of clients and of persons; the firms of these; deals; inquiries
    assert len(queries) <= 8


@pytest.mark.parametrize("typed", ["", "  ", "\x00", "«", "%", "🙂", "я" * 3000])
def test_the_palette_answers_anything(http, yolka, typed):
    assert http.get("/search/", {"q": typed}).status_code == 200


def test_the_palette_offers_pages_in_both_languages(http, user):
    assert "Клиенты" in titles(http.get("/search/", {"q": "clie"}), "building")
    assert "Клиенты" in titles(http.get("/search/", {"q": "кли"}), "building")


def test_the_palette_shows_nothing_beyond_ones_rights(sign_in, yolka):
    stranger = UserFactory(role=RoleFactory(permissions=[]))

    answer = sign_in(stranger).get("/search/", {"q": "елка"})

    assert titles(answer, "building") == []
    assert titles(answer, "plus") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "index", ["client_search", "client_name_search", "deal_title_search"]
)
def test_little_waits_to_be_sorted_into_an_index_that_each_saving_writes_to(index):
    """Each search reads all of it: after some hundred saved cards one took twice as long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [index])
        (options,) = cursor.fetchone()

    assert options == ["gin_pending_list_limit=256"]
