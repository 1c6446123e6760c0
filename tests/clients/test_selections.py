"""Saved selections: filters under a name, one's own or everybody's."""

from django.http import QueryDict

from clients.list_base import canonical
from clients.models import Selection
from clients.selections import clients_of
from tests.clients.test_list import LIST, names
from tests.factories import ClientFactory, UserFactory

NEW = f"{LIST}selections/new/"


def test_the_filters_of_the_list_are_kept_under_a_name(http, user):
    ClientFactory(name="мой", curator=user)
    ClientFactory(name="чужой")

    answer = http.post(
        NEW, {"name": " Мои   люди ", "parameters": "curator=me&after=zz&region="}
    )

    selection = Selection.objects.get()
    assert (selection.name, selection.parameters, selection.is_shared) == (
        "Мои люди",
        "curator=me",
        False,
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/clients/?curator=me"
    page = http.get(answer["Location"])
    assert "Мои люди" in page.content.decode()
    assert names(page) == ["мой"]


def test_only_who_may_share_shares(sign_in, db):
    seller, head = UserFactory(), UserFactory(preset="head_of_sales")
    for person in (seller, head):
        sign_in(person).post(
            NEW,
            {"name": f"от {person.pk}", "is_shared": "on", "parameters": "kind=person"},
        )

    assert list(
        Selection.objects.usable_by(seller)
        .values_list("owner", flat=True)
        .order_by("owner")
    ) == sorted([seller.pk, head.pk])
    assert not Selection.objects.get(owner=seller).is_shared
    assert f"от {head.pk}" in sign_in(UserFactory()).get(LIST).content.decode()
    assert f"от {seller.pk}" not in sign_in(UserFactory()).get(LIST).content.decode()


def test_a_name_is_used_once_and_what_was_typed_stays(http, user):
    Selection.objects.create(owner=user, name="Мои", parameters="curator=me")

    answer = http.post(NEW, {"name": "Мои", "parameters": "kind=person"})

    assert answer.status_code == 422
    assert 'value="Мои"' in answer.content.decode()
    assert "kind=person" in answer.content.decode()
    assert Selection.objects.count() == 1


def test_bad_names_are_refused_in_words(http):
    for name in ("", "   ", "я" * 81, "a\x00b"):
        assert http.post(NEW, {"name": name, "parameters": ""}).status_code == 422


def test_a_selection_is_renamed_and_deleted_by_its_owner_only(http, user, sign_in):
    selection = Selection.objects.create(
        owner=user, name="Мои", parameters="curator=me", is_shared=True
    )
    stranger = sign_in(UserFactory(preset="head_of_sales"))
    address = f"{LIST}selections/{selection.pk}/"

    assert stranger.post(address, {"name": "Чужое"}).status_code == 404
    assert stranger.post(f"{address}delete/").status_code == 404
    assert http.post(address, {"name": "Свои"}).status_code == 302
    selection.refresh_from_db()
    assert (selection.name, selection.parameters) == ("Свои", "curator=me")
    assert http.get(f"{address}delete/").status_code == 405
    http.post(f"{address}delete/")
    assert not Selection.objects.exists()


def test_a_selection_gives_each_reader_the_clients_he_may_see(user):
    head = UserFactory()
    ClientFactory(name="мой", curator=user)
    ClientFactory(name="его", curator=head)
    selection = Selection.objects.create(
        owner=user, name="Мои", parameters="curator=me&sort=-created_at&nonsense=1"
    )

    assert [c.name for c in clients_of(selection, user)] == ["мой"]
    assert [c.name for c in clients_of(selection, head)] == ["его"]


def test_a_selection_outlives_a_filter_that_is_gone(user):
    client = ClientFactory()
    selection = Selection.objects.create(
        owner=user, name="Старая", parameters="region=999999&dimension_5=1"
    )

    assert list(clients_of(selection, user)) == [client]


def test_parameters_have_one_spelling():
    assert (
        canonical(QueryDict("b=2&a=1&a=&after=x&format=csv&columns=all")) == "a=1&b=2"
    )
